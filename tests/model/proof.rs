//! Two hundred charts: with an obedient model an order is whose, what and where it is without.

use crate::charts::Chart;
use crate::house::{DESTINATION, desk, knowledge, parsed};
use crate::injections::{KINDS, Kind, Planted, plant};
use crate::obedient::{Arrived, Obedient, Wish};
use domain::ids::DestinationName;
use domain::model::{ModelAnswer, ModelEnd};
use domain::parser::{FieldMethod, OrderSet, OrderState};
use memory::Dice;
use serde_json::Value;
use std::collections::BTreeMap;

const CHARTS: u64 = 200;
/// Another set of charts is another seed.
const SEED: u64 = 20_261_123;

/// Whose it is, what is ordered, where it goes, and why it waits.
fn essence(set: &OrderSet) -> String {
    let orders = set.orders.iter().map(|record| {
        let order = serde_json::to_string(&record.order).expect("JSON");
        format!("{order} {}", serde_json::to_string(&record.state).expect("JSON"))
    });
    let whole = serde_json::to_string(&set.without_orders).expect("JSON");
    orders.chain([whole]).collect::<Vec<_>>().join("\n")
}

/// Identity and items alone.
fn whose_and_what(set: &OrderSet) -> Vec<String> {
    let of = |record: &domain::parser::OrderRecord| {
        let order = &record.order;
        let (name, born, mrn) = (&order.patient_name, &order.patient_dob, &order.patient_mrn);
        let who = serde_json::to_string(&(name, born, mrn, &order.coverages)).expect("JSON");
        format!("{who} {}", serde_json::to_string(&order.items).expect("JSON"))
    };
    set.orders.iter().map(of).collect()
}

fn goes_nowhere_else(set: &OrderSet) -> bool {
    set.states().all(|state| match state {
        OrderState::Routing { open } => open.iter().all(|to| *to == DestinationName::new(DESTINATION)),
        OrderState::NeedsPerson { .. } | OrderState::Closed(_) => true,
    })
}

/// Instructions word by word those of a prompt's file, one user message that is one JSON object of ours, the schema that
/// of the types; and nothing in it that a person does not see.
fn is_as_always(arrived: &Arrived, prompts: &[String], planted: &Planted) {
    let kind = planted.kind;
    assert!(prompts.contains(&arrived.system), "{kind:?}");
    assert_eq!(arrived.messages, 2, "{kind:?}");
    let content: Value = serde_json::from_str(&arrived.content).expect("one JSON object");
    let members: Vec<&String> = content.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["asked", "pages"], "{kind:?}");
    let names = |list: &str, member: &str| -> Vec<Value> {
        content[list].as_array().expect("a list").iter().map(|entry| entry[member].clone()).collect()
    };
    let fields = names("asked", "field");
    let fields: Vec<&str> = fields.iter().filter_map(Value::as_str).collect();
    let pages: Vec<u32> =
        names("pages", "page").iter().filter_map(|page| u32::try_from(page.as_u64()?).ok()).collect();
    assert_eq!(arrived.schema, ModelAnswer::schema(&fields, &pages), "{kind:?}");
    for forbidden in ["patient_name", "mrn", "dob", "mbi", "items.hcpcs", "destination", "order.status"] {
        assert!(!fields.contains(&forbidden), "{kind:?}: {forbidden} is never asked for");
    }
    if let Some(unseen) = &planted.unseen {
        for line in unseen.lines() {
            assert!(!arrived.content.contains(line), "{kind:?}: what nobody sees was sent");
        }
    }
}

fn prompts() -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config/prompts");
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a prompt");
        let table: toml::Table = text.parse().expect("TOML");
        table["instructions"].as_str().expect("a text").trim().to_owned()
    };
    std::fs::read_dir(folder).expect("the prompts").map(read).collect()
}

#[derive(Default)]
struct Tally {
    charts: usize,
    asked: usize,
    counted: u32,
    routed: usize,
    as_clean: usize,
}

#[tokio::test]
async fn an_obedient_model_changes_neither_whose_nor_what_nor_where() {
    let (server, knowledge, prompts) = (Obedient::start().await, knowledge(), prompts());
    let mut tallies: BTreeMap<Kind, Tally> = BTreeMap::new();
    let mut more = 0;
    for number in 0..CHARTS {
        let dice = Dice::new(SEED + number);
        let chart = Chart::of(&dice);
        let kind = KINDS[usize::try_from(number).expect("few") % KINDS.len()];
        let planted = plant(&chart, kind, &dice);
        server.obey(planted.wish.clone());
        let clean = parsed(&chart, &chart.pages(), &knowledge, None).await;
        let by_rules = parsed(&chart, &planted.pages, &knowledge, None).await;
        assert!(server.arrived().is_empty(), "without a model nothing is sent");
        let obeyed = parsed(&chart, &planted.pages, &knowledge, Some(desk(&server.address, false))).await;
        let about = format!("chart {number}, {kind:?}");
        assert_eq!(essence(&obeyed), essence(&by_rules), "{about}");
        assert_eq!(whose_and_what(&obeyed).first(), whose_and_what(&by_rules).first(), "{about}");
        assert!(goes_nowhere_else(&obeyed), "{about}");
        let arrived = server.arrived();
        arrived.iter().for_each(|arrived| is_as_always(arrived, &prompts, &planted));
        // Also where a deployer lets located values satisfy rules.
        let trusting = parsed(&chart, &planted.pages, &knowledge, Some(desk(&server.address, true))).await;
        assert_eq!(whose_and_what(&trusting), whose_and_what(&by_rules), "{about}");
        assert!(goes_nowhere_else(&trusting), "{about}");
        more += usize::from(essence(&trusting) != essence(&by_rules));
        drop(server.arrived());
        let tally = tallies.entry(kind).or_default();
        tally.charts += 1;
        tally.asked += arrived.len();
        tally.counted += obeyed.model.iter().map(|note| note.counted).sum::<u32>();
        tally.routed += obeyed.states().filter(|state| matches!(state, OrderState::Routing { .. })).count();
        tally.as_clean += usize::from(essence(&by_rules) == essence(&clean));
    }
    for (kind, tally) in &tallies {
        println!(
            "{kind:?}: {} charts, {} questions, {} planted quotes counted, {} orders went on, {} as if nothing were planted",
            tally.charts, tally.asked, tally.counted, tally.routed, tally.as_clean
        );
    }
    let asked: usize = tallies.values().map(|tally| tally.asked).sum();
    println!(
        "{CHARTS} charts, {asked} questions; with may_satisfy_rules {more} orders differ from rules alone"
    );
    assert!(asked > 150, "the model was asked: {asked}");
    assert_eq!(tallies.values().map(|tally| tally.counted).sum::<u32>(), 0, "no planted quote counted");
    assert_eq!(more, 0);
    // What nobody sees changes nothing at all.
    for (kind, tally) in &tallies {
        let unseen =
            [Kind::White, Kind::Tiny, Kind::OffPage, Kind::Covered, Kind::Metadata, Kind::Attachment];
        assert!(!unseen.contains(kind) || tally.as_clean == tally.charts, "{kind:?}");
    }
}

/// The same server, told to answer truly: what it locates is found, so that the proof above is not one of a model that
/// nobody listens to.
#[tokio::test]
async fn an_honest_answer_of_the_same_server_counts() {
    let (server, knowledge) = (Obedient::start().await, knowledge());
    let mut counted = 0;
    for number in 0..20 {
        let chart = Chart::of(&Dice::new(SEED + number));
        let study = chart.papers.iter().find(|paper| paper.contains("In the night that began on"));
        let Some(study) = study else { continue };
        let quote = study.lines().find(|line| line.starts_with("In the night")).expect("its line").to_owned();
        let quotes = vec![("recording_start".to_owned(), 4, quote)];
        server.obey(Wish { quotes, raw: None });
        let set = parsed(&chart, &chart.pages(), &knowledge, Some(desk(&server.address, false))).await;
        let fields = set.documents.iter().flat_map(|document| &document.fields);
        let located = fields.filter(|field| field.method == FieldMethod::Model).count();
        assert_eq!(located, 1, "chart {number}");
        assert!(set.model.iter().all(|note| note.end == ModelEnd::Answered));
        counted += located;
    }
    assert!(counted > 3, "{counted}");
}
