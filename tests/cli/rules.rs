//! `rules test|list|replay`: what the files say, what is refused, and what another day's rules would have said.

use crate::program::{Place, ended};
use crate::records::{CONFIG, request, stores};
use domain::ids::{DestinationName, DocumentId, OrderId, PacketId, Revision};
use domain::parser::{
    Coverage, Document, DocumentClass, Evidence, Field, FieldMethod, FieldValue, Order, OrderItem,
    OrderRecord, OrderSet, OrderState,
};
use domain::request::RequestStatus;
use epic_connector::wiring::Stores;
use jiff::Timestamp;
use jiff::civil::date;
use serde_json::Value;

fn paper(page: u32, class: DocumentClass, facts: &[(&str, FieldValue)]) -> Document {
    let field = |(name, value): &(&str, FieldValue)| Field {
        name: (*name).to_owned(),
        value: value.clone(),
        unit: None,
        evidence: Evidence { page, bbox: [0.0; 4], quote: "Zyxwvutsky".to_owned() },
        confidence: 1.0,
        method: FieldMethod::Rules,
    };
    Document {
        id: DocumentId::new(format!("packet-{page}")),
        class,
        class_confidence: 1.0,
        decided_by: Vec::new(),
        page_first: page,
        page_last: page,
        fields: facts.iter().map(field).collect(),
    }
}

/// A request with two orders for oxygen, dated before the face-to-face list named it and after a visit too old for it;
/// the second as an earlier release kept it.
async fn judged(stores: &Stores) {
    let text = |text: &str| FieldValue::Text(text.to_owned());
    let ordered = date(2026, 3, 15);
    let order_paper = paper(
        1,
        DocumentClass::Order,
        &[
            ("patient_name", text("Zyxwvutsky, Quentina")),
            ("order_date", FieldValue::Date(ordered)),
            ("items.description", text("oxygen concentrator")),
            ("items.hcpcs", text("E1390")),
            ("prescriber.name", text("A. Poe, MD")),
            ("signature", FieldValue::Flag(true)),
        ],
    );
    let visit = [
        ("encounter_date", FieldValue::Date(date(2025, 8, 1))),
        ("sat.rest.air", FieldValue::Number(86.0)),
        ("symptom.dyspnea", FieldValue::Flag(true)),
    ];
    let order = Order {
        patient_name: Some("Zyxwvutsky, Quentina".to_owned().into()),
        coverages: vec![Coverage { rank: 1, payer: "Medicare".to_owned(), member_id: None, medicare: true }],
        family: Some("oxygen".to_owned()),
        items: vec![OrderItem {
            hcpcs: Some("E1390".to_owned()),
            description: "concentrator".to_owned(),
            quantity: None,
        }],
        order_date: Some(ordered),
        stands_in: vec![order_paper.id.clone()],
        ..Order::default()
    };
    let mut request = request("r-judged");
    let state = OrderState::Routing { open: vec![DestinationName::new("folder")] };
    let record =
        |ordinal, order| OrderRecord { id: OrderId::of(&request.id, ordinal), order, state: state.clone() };
    let earlier = Order { stands_in: Vec::new(), ..order.clone() };
    let set = OrderSet {
        request: request.id.clone(),
        revision: Revision::FIRST,
        packet: PacketId::new("packet"),
        documents: vec![order_paper, paper(2, DocumentClass::OfficeNote, &visit)],
        orders: vec![record(1, order), record(2, earlier)],
        without_orders: None,
        parsed_at: Timestamp::UNIX_EPOCH,
        model: Vec::new(),
    };
    request.status = RequestStatus::Parsed;
    request.order_states = set.states().cloned().collect();
    stores.requests.create(&request).await.expect("created");
    stores.orders.commit(&set).await.expect("committed");
}

#[test]
fn the_examples_of_the_shipped_rules_come_out() {
    let place = Place::new();
    let run = place.run(&["rules", "test", "--json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.json("rules-test");
    assert_eq!(report["failed"], 0);
    assert!(report["examples"].as_array().is_some_and(|examples| examples.len() > 100));
    let table = place.run(&["rules", "test"]);
    assert!(table.stdout.contains("PAP-1b") && table.stdout.contains("0 failed"), "{}", table.stdout);
}

#[test]
fn a_wrong_rule_file_is_refused_with_its_line() {
    let place = Place::new();
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/config/payers/medicare_pap.toml");
    let text =
        std::fs::read_to_string(config).expect("the file").replacen("index_min = 15", "index_min = 16", 1);
    let line = text[..text.find("is = \"met\"\nsleep_study = { ahi_4pct = 15,").expect("an example")]
        .matches('\n')
        .count()
        + 1;
    std::fs::create_dir_all(place.path("knowledge/payers")).expect("a folder");
    place.write("knowledge/payers/medicare_pap.toml", text);
    place.write("connector.toml", format!("knowledge = \"knowledge\"\n{CONFIG}"));
    let run = place.run(&["--config", "connector.toml", "rules", "test"]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    let wanted = format!("medicare_pap.toml:{line}: ");
    assert!(run.stderr.contains(&wanted), "{wanted} in {}", run.stderr);
    assert!(
        run.stderr.contains("the example of PAP-2 must be met, but the rule says unmet"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_list_is_that_of_the_day() {
    let place = Place::new();
    let on = |day: &str| -> Vec<String> {
        let run = place.run(&["rules", "list", "--on", day, "--payer", "medicare", "--json"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let list: Value = run.json("rules-list");
        let rules = list["rules"].as_array().expect("rules").clone();
        rules.iter().map(|rule| rule["rule"].as_str().expect("an id").to_owned()).collect()
    };
    assert!(
        !on("2026-04-12").contains(&"F2F-1".to_owned()) || !on("2026-04-12").contains(&"OXY-4".to_owned())
    );
    assert!(on("2026-04-13").contains(&"OXY-4".to_owned()));
    let run = place.run(&["rules", "list", "--payer", "medicaire"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("one of: "), "{}", run.stderr);
}

#[tokio::test]
async fn a_replay_shows_what_another_day_would_change_and_no_patient() {
    let place = Place::new();
    judged(&stores(&place).await).await;
    let run = |args: &[&str]| {
        let mut command = place.command(&[&["--config", "connector.toml", "rules", "replay"], args].concat());
        command.env_remove("SUDO_USER").env_remove("USER").env("LOGNAME", "alice");
        ended(command)
    };
    let before = place.run(&["--config", "connector.toml", "orders", "show", "r-judged", "--json"]).stdout;
    let replay = run(&["--since", "2026-01-01", "--as-of", "2026-04-13", "--json"]);
    assert_eq!(replay.code, 0, "{}", replay.stderr);
    let report = replay.json("rules-replay");
    assert_eq!(
        (&report["judged"], report["not_judged"].as_array().map(Vec::len)),
        (&Value::from(1), Some(1))
    );
    let changed = &report["changed"][0];
    assert_eq!((&changed["order"], &changed["would"]), (&Value::from("r-judged.1"), &Value::from("wait")));
    assert!(
        changed["reasons_after"].as_array().is_some_and(|codes| codes.contains(&"F2F-1:unmet".into())),
        "{changed}"
    );
    for planted in ["Zyxwvutsky", "Quentina", "E7654321", "2026-03-15"] {
        assert!(!replay.stdout.contains(planted), "the replay shows a patient: {planted}");
    }
    let same = run(&["--since", "2026-01-01", "--as-of", "2026-03-16", "--json"]).json("rules-replay");
    assert_eq!(same["changed"].as_array().map(Vec::len), Some(0), "{same}");
    let later = run(&["--since", "2026-12-01", "--as-of", "2026-04-13", "--json"]).json("rules-replay");
    assert_eq!(later["judged"], 0);
    let after = place.run(&["--config", "connector.toml", "orders", "show", "r-judged", "--json"]).stdout;
    assert_eq!(before, after, "nothing has changed");
    let audit = place.run(&["--config", "connector.toml", "audit", "list", "--json"]);
    assert!(audit.stdout.contains("rules replay since 2026-01-01 as of 2026-04-13"), "{}", audit.stdout);
}
