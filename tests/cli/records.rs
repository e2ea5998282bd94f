//! `orders` and `portal` beside a service's records.

use crate::pdfs::PLANTED_FAMILY;
use crate::program::Place;
use domain::ids::{FragmentId, MessageKey, PacketId, PatientKey, PortalName, RequestId, Revision};
use domain::inbox::InboxRow;
use domain::parser::{OrderSet, OrderState, Outcome};
use domain::patient::PatientIdentity;
use domain::patient_scraper::{LedgerLine, NotCaptured, Section};
use domain::ports::Version;
use domain::reassembly::{AssembledPacket, ManifestPage};
use domain::request::{CapturedChart, Request, RequestStatus};
use domain::retry::Cause;
use domain::work::Stage;
use epic_connector::settings::Settings;
use epic_connector::wiring::{Stores, open_stores};
use jiff::Timestamp;

pub(crate) const CONFIG: &str = r#"
[portals.hospital-b]
profile = "hospital-b"
url = "https://carelink.example"
username = "u"
password = "file:password"
mfa = "person"
[portals.hospital-b.permission]
agreed_by = "R. Oakes"
role = "privacy officer"
agreed_on = "2020-01-01"
until = "2099-12-31"
account = "u"
reference = "contract 17"
"#;

pub(crate) async fn stores(place: &Place) -> Stores {
    stores_of(place, CONFIG).await
}

/// The stores of a service of this configuration.
pub(crate) async fn stores_of(place: &Place, config: &str) -> Stores {
    let file = place.write("connector.toml", config);
    std::fs::create_dir_all(place.path("data")).expect("a folder");
    let settings = Settings::load(Some(&file), &Default::default()).expect("settings");
    open_stores(&settings).await.expect("stores")
}

pub(crate) fn request(id: &str) -> Request {
    let row = InboxRow {
        message_id: "M1".into(),
        folder: "CC'd Charts".into(),
        chart_type: "Office Visit".into(),
        subject: "CPAP".into(),
        from: "Moreau, Dennis".into(),
        received: jiff::civil::date(2026, 11, 20).at(9, 14, 0, 0),
        patient: PatientIdentity { name: "Zyxwvutsky, Quentina".into(), mrn: "E7654321".into(), dob: None },
        chart_ref: "Z1".into(),
    };
    Request::new(
        RequestId::new(id),
        PortalName::new("hospital-b"),
        MessageKey::new("message"),
        PatientKey::new("patient"),
        row,
        None,
        Timestamp::UNIX_EPOCH,
    )
}

/// Parsed as a duplicate, with a manifest and a completeness ledger.
pub(crate) async fn finished(stores: &Stores) {
    let mut request = request("r-finished");
    request.captured = Some(CapturedChart {
        message_body: "".into(),
        fragments: Vec::new(),
        ledger: vec![LedgerLine::unread(Section::Media, NotCaptured::OutsidePlan)],
        families: Vec::new(),
    });
    request.packet = Some(AssembledPacket {
        id: PacketId::new("packet"),
        pdf: domain::ids::BlobRef::new("blob"),
        pages: vec![ManifestPage {
            page: 1,
            fragment: FragmentId::new("f1"),
            epic_id: "D77".into(),
            section: Section::Orders,
            fragment_page: 1,
            blank: false,
            repeats: None,
            lost: None,
        }],
        notes: Vec::new(),
    });
    let closed = OrderState::Closed(Outcome::NotDme);
    request.status = RequestStatus::Parsed;
    request.order_states = vec![closed.clone()];
    let set = OrderSet {
        request: request.id.clone(),
        revision: Revision::FIRST,
        packet: PacketId::new("packet"),
        documents: Vec::new(),
        orders: Vec::new(),
        without_orders: Some(closed),
        model: Vec::new(),
        parsed_at: Timestamp::UNIX_EPOCH,
    };
    stores.requests.create(&request).await.expect("created");
    stores.orders.commit(&set).await.expect("committed");
}

pub(crate) async fn parked(stores: &Stores) {
    let mut parked = request("r-parked");
    stores.requests.create(&parked).await.expect("created");
    parked.status = RequestStatus::Parked(domain::request::Park {
        stage: Stage::Ocr,
        cause: Cause::WorkerDied,
        detail: "page 3 always ends the worker".into(),
        at: Timestamp::UNIX_EPOCH,
    });
    stores.requests.update(&parked, Version(1)).await.expect("updated");
}

#[tokio::test]
async fn the_list_shows_where_each_request_stands_and_no_patient() {
    let place = Place::new();
    let stores = stores(&place).await;
    finished(&stores).await;
    parked(&stores).await;
    let list = place.run(&["--config", "connector.toml", "orders", "list", "--json"]);
    assert_eq!(list.code, 0, "{}", list.stderr);
    let answer = list.json("orders-list");
    let requests = answer["requests"].as_array().expect("requests");
    assert_eq!(requests.len(), 2);
    let of = |id: &str| requests.iter().find(|request| request["id"] == id).expect("the request");
    assert_eq!(of("r-finished")["standing"], "finished");
    assert_eq!(of("r-finished")["orders"][0]["outcome"], "not_dme");
    assert_eq!(of("r-parked")["standing"], "parked");
    assert_eq!(of("r-parked")["reasons"][0]["code"], "parked:worker_died");
    let table = place.run(&["--config", "connector.toml", "orders", "list"]);
    assert!(table.stdout.contains("not dme") && table.stdout.contains("parked"), "{}", table.stdout);
    for text in [&list.stdout, &table.stdout, &list.stderr, &table.stderr] {
        assert!(!text.contains(PLANTED_FAMILY) && !text.contains("E7654321"), "{text}");
    }
}

#[tokio::test]
async fn show_tells_everything_of_one_request() {
    let place = Place::new();
    let stores = stores(&place).await;
    finished(&stores).await;
    let shown = place.run(&["--config", "connector.toml", "orders", "show", "r-finished", "--json"]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    let answer = shown.json("orders-show");
    assert_eq!(answer["request"]["packet"]["pages"][0]["epic_id"], "D77");
    assert_eq!(answer["request"]["captured"]["ledger"][0]["not_captured"], "outside_plan");
    let text = place.run(&["--config", "connector.toml", "orders", "show", "r-finished"]);
    for wanted in [PLANTED_FAMILY, "D77", "outside the collection plan", "not dme"] {
        assert!(text.stdout.contains(wanted), "{wanted}: {}", text.stdout);
    }
    let unknown = place.run(&["--config", "connector.toml", "orders", "show", "r-nobody"]);
    unknown.fails(1, "request r-nobody", "does not know", "orders list");
}

#[tokio::test]
async fn accounts_are_shown_and_looked_after() {
    let place = Place::new();
    let stores = stores(&place).await;
    let portal = PortalName::new("hospital-b");
    let now = Timestamp::now();
    stores.ledger.begin_attempt(&portal, "credential", now).await.expect("begun");
    let end = domain::ports::AttemptEnd::Locked(domain::session::LockCause::WrongPassword);
    stores.ledger.end_attempt(&portal, "credential", end, now).await.expect("ended");
    let status = ["--config", "connector.toml", "portal", "status", "--json"];
    let locked = place.run(&status);
    assert_eq!(locked.code, 3, "a locked account waits for a person: {}", locked.stderr);
    assert_eq!(locked.json("portal-status")["portals"][0]["locked"]["cause"], "wrong_password");
    let unlocked = place.run(&["--config", "connector.toml", "portal", "unlock", "hospital-b"]);
    assert_eq!(unlocked.code, 0, "{}", unlocked.stderr);
    assert_eq!(place.run(&status).code, 0);
    let code = place.run(&["--config", "connector.toml", "portal", "code", "hospital-b", "482913"]);
    assert_eq!(code.code, 0, "{}", code.stderr);
    assert!(!code.stdout.contains("482913") && !code.stderr.contains("482913"));
    let wrong = ["--config", "connector.toml", "portal", "code", "hospital-b", "48 29;13"];
    place.run(&wrong).fails(2, "the code", "letters and digits", "exactly");
    let unknown = ["--config", "connector.toml", "portal", "unlock", "hospital-x"];
    place.run(&unknown).fails(2, "portal hospital-x", "not configured", "hospital-b");
}

#[test]
fn without_a_service_there_is_nothing_to_look_at_and_nothing_is_made() {
    let place = Place::new();
    place.write("connector.toml", CONFIG);
    for args in [&["orders", "list"][..], &["portal", "status"], &["orders", "show", "x"]] {
        let mut all = vec!["--config", "connector.toml"];
        all.extend(args);
        place.run(&all).fails(1, "the store", "there is no file", "start it once");
    }
    assert_eq!(place.files(), ["connector.toml"]);
}
