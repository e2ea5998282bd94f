//! `orders summary` and `orders letter`: what a coordinator reads, and what the prescriber gets.

use crate::program::{Ended, Place};
use crate::records::{CONFIG, request, stores_of};
use domain::audit::AuditAction;
use domain::ids::{DocumentId, OrderId, PacketId, RequestId, Revision};
use domain::parser::{
    Coverage, Document, DocumentClass, Finding, FindingOutcome, Order, OrderItem, OrderRecord, OrderSet,
    OrderState, Reason,
};
use domain::request::RequestStatus;
use epic_connector::wiring::Stores;
use jiff::Timestamp;
use jiff::civil::date;
use std::os::unix::fs::PermissionsExt;

const SUPPLIER: &str = r#"
[supplier]
name = "Example Home Medical"
address = ["1 Main Street", "Albany, NY 12208"]
phone = "(518) 555-0100"
fax = "(518) 555-0101"
contact = "Intake Department"
"#;

fn late_visit() -> Finding {
    let inputs = [("encounter_date", "2026-10-14"), ("recording_start", "2026-10-05T22:10:00")];
    Finding {
        rule: "PAP-1b".into(),
        version: date(2020, 1, 1),
        outcome: FindingOutcome::Unmet,
        required: true,
        message: "Every note that assessed sleep apnea was written for a visit after the sleep test.".into(),
        inputs: inputs.map(|(name, value)| (name.to_owned(), value.into())).into(),
        evidence: Vec::new(),
    }
}

/// A request with one order that waits for this reason.
async fn waiting(stores: &Stores, name: &str, code: &str, findings: Vec<Finding>) {
    let mut request = request(name);
    let id = OrderId::of(&RequestId::new(name), 1);
    let text = findings.first().map_or("a person must look".to_owned(), |finding| finding.message.clone());
    let state = OrderState::NeedsPerson { reasons: vec![Reason { code: code.into(), text }] };
    request.status = RequestStatus::Parsed;
    request.order_states = vec![state.clone()];
    let order = Order {
        patient_name: Some("Zyxwvutsky, Quentina".into()),
        family: Some("pap".into()),
        items: vec![OrderItem { hcpcs: Some("E0601".into()), description: "CPAP".into(), quantity: Some(1) }],
        diagnoses: vec!["G47.33".into()],
        coverages: vec![Coverage {
            rank: 1,
            payer: "Medicare Part B".into(),
            member_id: None,
            medicare: true,
        }],
        prescriber_name: Some("Richard Roe, MD".into()),
        prescriber_npi: Some("1234567893".into()),
        order_date: Some(date(2026, 11, 3)),
        findings,
        ..Order::default()
    };
    let document = Document {
        id: DocumentId::new("packet-1"),
        class: DocumentClass::Order,
        class_confidence: 1.0,
        decided_by: Vec::new(),
        page_first: 1,
        page_last: 1,
        fields: Vec::new(),
    };
    let set = OrderSet {
        request: request.id.clone(),
        revision: Revision::FIRST,
        packet: PacketId::new("packet"),
        documents: vec![document],
        orders: vec![OrderRecord { id, order, state }],
        without_orders: None,
        model: Vec::new(),
        parsed_at: Timestamp::UNIX_EPOCH,
    };
    stores.requests.create(&request).await.expect("created");
    stores.orders.commit(&set).await.expect("committed");
}

async fn place() -> (Place, Stores) {
    let place = Place::new();
    let stores = stores_of(&place, &format!("{CONFIG}{SUPPLIER}")).await;
    waiting(&stores, "r-late", "PAP-1b:unmet", vec![late_visit()]).await;
    waiting(&stores, "r-glass", "quarantine:mrn", Vec::new()).await;
    (place, stores)
}

fn run(place: &Place, arguments: &[&str]) -> Ended {
    let mut all = vec!["--config", "connector.toml", "orders"];
    all.extend(arguments);
    place.run(&all)
}

#[tokio::test]
async fn a_summary_tells_what_is_contradicted_and_who_supplies_it() {
    let (place, _stores) = place().await;
    let told = run(&place, &["summary", "r-late"]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    for part in [
        "Zyxwvutsky, Quentina",
        "(E0601)",
        "CONTRADICTED",
        "the prescriber's office",
        "orders letter r-late.1",
    ] {
        assert!(told.stdout.contains(part), "{part}: {}", told.stdout);
    }
    let json = run(&place, &["summary", "r-late.1", "--json"]);
    let answer = json.json("orders-summary");
    assert_eq!(answer["summaries"][0]["points"][0]["code"], "PAP-1b:unmet");
    assert_eq!(answer["summaries"][0]["points"][0]["who"][0], "prescriber");
    assert_eq!(answer["summaries"][0]["letter"]["ready"], true);
    assert!(run(&place, &["show", "r-late"]).stdout.contains("CONTRADICTED"));
    assert!(!told.stderr.contains("Zyxwvutsky"));
}

#[tokio::test]
async fn a_letter_is_written_for_its_owner_only_and_written_down() {
    let (place, stores) = place().await;
    let told = run(&place, &["letter", "r-late", "--text", "-"]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    let words = told.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "Example Home Medical",
        "Richard Roe, MD",
        "Zyxwvutsky, Quentina",
        "of October 14, 2026, took place after the sleep test of October 5, 2026",
        "L33718",
        "Reply to Example Home Medical, fax (518) 555-0101",
    ] {
        assert!(words.contains(part), "{part}: {}", told.stdout);
    }
    assert!(!told.stdout.contains("E7654321") && !told.stdout.contains("G47.33"), "minimum necessary");
    for arguments in
        [["letter", "r-late.1", "--pdf", "letter.pdf"], ["letter", "r-late", "--text", "letter.txt"]]
    {
        let ended = run(&place, &arguments);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let file = place.path(arguments[3]);
        assert_eq!(std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
        assert!(!ended.stdout.contains("Zyxwvutsky") && !ended.stderr.contains("Zyxwvutsky"));
    }
    let pdf = lopdf::Document::load(place.path("letter.pdf")).expect("a PDF");
    let text = pdf.extract_text(&[1]).expect("words");
    assert!(text.contains("Example Home Medical") && text.contains("Page 1 of 1"), "{text}");
    let written = stores.audit.read(0, 100).await.expect("the log");
    let letters = written.iter().filter(|record| record.entry.action == AuditAction::LetterWritten).count();
    assert_eq!(letters, 3);
}

#[tokio::test]
async fn without_anything_to_ask_for_or_a_letterhead_there_is_no_letter() {
    let (place, _stores) = place().await;
    let none = run(&place, &["letter", "r-glass", "--pdf", "letter.pdf"]);
    assert_eq!(none.code, 1);
    assert!(
        none.stderr.contains("a person acts first") && none.stderr.contains("our coordinator"),
        "{}",
        none.stderr
    );
    assert!(!place.path("letter.pdf").exists());
    assert_eq!(run(&place, &["letter", "r-late.7", "--text", "-"]).code, 1);
    place.write("connector.toml", CONFIG);
    let headless = run(&place, &["letter", "r-late", "--text", "-"]);
    assert_eq!(headless.code, 2);
    assert!(headless.stderr.contains("[supplier]"), "{}", headless.stderr);
    place.write("connector.toml", format!("{CONFIG}[supplier]\nname = \"A\"\nfaks = \"1\"\n"));
    let wrong = run(&place, &["letter", "r-late", "--text", "-"]);
    assert_eq!(wrong.code, 2);
    for part in ["supplier.address", "supplier.fax", "supplier.faks"] {
        assert!(wrong.stderr.contains(part), "{part}: {}", wrong.stderr);
    }
}
