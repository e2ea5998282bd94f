//! `orders list` by pages and by patient, `orders show` by keys, `orders export --link`: who looked for whom is
//! written down.

use crate::program::{Ended, Place};
use crate::records::stores;
use domain::audit::AuditAction;
use domain::ids::Revision;
use domain::ids::{
    BlobRef, DestinationName, MessageKey, OrderId, PacketId, PatientKey, PortalName, RequestId,
};
use domain::inbox::InboxRow;
use domain::parser::{Order, OrderRecord, OrderSet, OrderState, Outcome};
use domain::patient::PatientIdentity;
use domain::ports::{BlobClass, Version};
use domain::reassembly::AssembledPacket;
use domain::request::{Request, RequestStatus};
use domain::router::{DeliveryKey, Receipt};
use epic_connector::wiring::Stores;
use jiff::{SignedDuration, Timestamp};
use std::io::Write;
use std::process::Stdio;

const NAMES: [&str; 5] =
    ["Zyxwvutsky, Quentina", "Zyxwvutsky, Abel", "Qvorbleton, Quentina", "Qvorbleton, Xan", "Wexlidorf, Ada"];

fn request(number: usize) -> Request {
    let row = InboxRow {
        message_id: "M1".into(),
        folder: "CC'd Charts".into(),
        chart_type: "Office Visit".into(),
        subject: "CPAP".into(),
        from: "Moreau, Dennis".into(),
        received: jiff::civil::date(2026, 11, 20).at(9, 14, 0, 0),
        patient: PatientIdentity {
            name: NAMES[number].into(),
            mrn: format!("E77700{number}").into(),
            dob: Some(jiff::civil::date(1961, 4, 2).into()),
        },
        chart_ref: "Z1".into(),
    };
    let created = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(i64::try_from(number).expect("few"));
    Request::new(
        RequestId::new(format!("r{number}")),
        PortalName::new("hospital-b"),
        MessageKey::new("message"),
        PatientKey::new(format!("patient{number}")),
        row,
        None,
        created,
    )
}

async fn five(place: &Place) -> Stores {
    let stores = stores(place).await;
    for number in 0..NAMES.len() {
        stores.requests.create(&request(number)).await.expect("created");
    }
    stores
}

fn orders(place: &Place, args: &[&str]) -> Ended {
    place.run(&[&["--config", "connector.toml", "orders"], args].concat())
}

fn ids(listed: &Ended) -> (Vec<String>, Option<String>) {
    assert_eq!(listed.code, 0, "{}", listed.stderr);
    for name in NAMES.iter().flat_map(|name| name.split(", ")).chain(["E7770", "1961"]) {
        assert!(!listed.stdout.contains(name) && !listed.stderr.contains(name), "the list shows a patient");
    }
    let answer = listed.json("orders-list");
    let requests = answer["requests"].as_array().expect("requests");
    let ids = requests.iter().map(|request| request["id"].as_str().expect("an id").to_owned()).collect();
    (ids, answer["next"].as_str().map(str::to_owned))
}

/// What stands in the audit log of this kind: its requests and subjects.
async fn written_down(stores: &Stores, action: AuditAction) -> Vec<(Option<String>, Option<String>)> {
    let records = stores.audit.read(0, 100).await.expect("the log");
    let of_kind = records.into_iter().map(|record| record.entry).filter(|entry| entry.action == action);
    of_kind.map(|entry| (entry.request.map(|request| request.to_string()), entry.subject)).collect()
}

#[tokio::test]
async fn pages_follow_each_other_and_say_where_to_go_on() {
    let place = Place::new();
    let stores = five(&place).await;
    let first = orders(&place, &["list", "--limit", "2", "--json"]);
    assert_eq!(ids(&first), (vec!["r4".into(), "r3".into()], Some("r3".into())));
    let second = orders(&place, &["list", "--limit", "2", "--after", "r3", "--json"]);
    assert_eq!(ids(&second), (vec!["r2".into(), "r1".into()], Some("r1".into())));
    let last = orders(&place, &["list", "--limit", "2", "--after", "r1", "--json"]);
    assert_eq!(ids(&last), (vec!["r0".into()], None));
    assert_eq!(
        ids(&orders(&place, &["list", "--limit", "5", "--json"])).1,
        None,
        "a full page may be the last"
    );
    let table = orders(&place, &["list", "--limit", "2"]);
    assert!(table.stderr.contains("--after r3") && !table.stdout.contains("--after"), "{}", table.stderr);
    orders(&place, &["list", "--after", "r-nobody"]).fails(
        1,
        "request r-nobody",
        "does not know",
        "last request",
    );
    assert_eq!(written_down(&stores, AuditAction::Searched).await, [], "a list shows no patient");
}

#[tokio::test]
async fn a_list_is_narrowed_by_portal_and_standing() {
    let place = Place::new();
    let stores = five(&place).await;
    let mut waiting = request(1);
    waiting.status = RequestStatus::NeedsPerson { reasons: Vec::new() };
    stores.requests.update(&waiting, Version(1)).await.expect("updated");
    let listed = |args: &[&str]| ids(&orders(&place, &[&["list", "--json"], args].concat())).0;
    assert_eq!(listed(&["--standing", "needs_person"]), ["r1"]);
    assert_eq!(listed(&["--standing", "scrape", "--portal", "hospital-b"]), ["r4", "r3", "r2", "r0"]);
    let unknown = orders(&place, &["list", "--portal", "hospital-x"]);
    unknown.fails(2, "portal hospital-x", "not configured", "hospital-b");
    assert_eq!(orders(&place, &["list", "--standing", "nowhere"]).code, 2);
}

#[tokio::test]
async fn a_patient_is_found_and_the_search_is_written_down() {
    let place = Place::new();
    let stores = five(&place).await;
    let found = |text: &str| ids(&orders(&place, &["list", "--json", "--search", text])).0;
    assert_eq!(found("zyxwvutsky"), ["r1", "r0"]);
    assert_eq!(found("Quen"), ["r2", "r0"]);
    assert_eq!(found("Quen zyx"), ["r0"]);
    assert_eq!(found("e777003"), ["r3"]);
    assert_eq!(found("4/2/1961").len(), 5);
    assert_eq!(found("nobody"), <[String; 0]>::default());
    let mut typed =
        place.command(&["--config", "connector.toml", "orders", "list", "--json", "--search", "-"]);
    let mut child = typed.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program starts");
    child.stdin.take().expect("its input").write_all(b"wexl\n").expect("typed");
    let output = child.wait_with_output().expect("its end");
    assert!(String::from_utf8_lossy(&output.stdout).contains("\"r4\""));
    let searches = written_down(&stores, AuditAction::Searched).await;
    assert_eq!(searches.len(), 7);
    assert!(searches.iter().all(|(request, subject)| request.is_none() && subject.is_some()));
    for nothing in ["", " , ", "Jr."] {
        orders(&place, &["list", "--search", nothing]).fails(
            2,
            "--search",
            "nothing to look for",
            "first three",
        );
    }
    let long = "a b c d e f g h i j k l m n o p q";
    orders(&place, &["list", "--search", long]).fails(2, "--search", "more than 16", "give a name");
    assert_eq!(written_down(&stores, AuditAction::Searched).await.len(), 7);
}

#[tokio::test]
async fn show_gives_the_receipts_of_the_requests_own_orders() {
    let place = Place::new();
    let stores = five(&place).await;
    let mut delivered = request(2);
    let id = delivered.id.clone();
    let record = OrderRecord {
        id: OrderId::of(&id, 1),
        order: Order::default(),
        state: OrderState::Closed(Outcome::Delivered),
    };
    let set = OrderSet {
        request: id.clone(),
        revision: Revision::FIRST,
        packet: PacketId::new("packet"),
        documents: Vec::new(),
        orders: vec![record],
        without_orders: None,
        model: Vec::new(),
        parsed_at: Timestamp::UNIX_EPOCH,
    };
    delivered.status = RequestStatus::Parsed;
    delivered.order_states = set.states().cloned().collect();
    stores.requests.update(&delivered, Version(1)).await.expect("updated");
    stores.orders.commit(&set).await.expect("committed");
    for (request, reference) in [(&id, "its place"), (&request(3).id, "another's place")] {
        let destination = DestinationName::new("folder");
        let key = DeliveryKey { order: OrderId::of(request, 1), revision: Revision::FIRST, destination };
        let receipt = Receipt { key, reference: reference.to_owned(), at: Timestamp::UNIX_EPOCH };
        stores.deliveries.record(&receipt).await.expect("recorded");
    }
    let mut config = std::fs::read_to_string(place.path("connector.toml")).expect("the configuration");
    config.push_str("\n[destinations.folder]\npath = \"out\"\n");
    place.write("connector.toml", config);
    let shown = orders(&place, &["show", "r2", "--json"]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    let receipts = &shown.json("orders-show")["receipts"];
    assert_eq!(receipts.as_array().map(Vec::len), Some(1), "{receipts}");
    assert_eq!(receipts[0]["reference"], "its place");
    let shown = written_down(&stores, AuditAction::OrderShown).await;
    assert_eq!(shown.first().and_then(|(request, _)| request.as_deref()), Some("r2"));
}

#[tokio::test]
async fn a_packet_leaves_as_a_file_and_a_folder_has_no_links() {
    let place = Place::new();
    let stores = five(&place).await;
    let mut packed = request(0);
    let pdf: BlobRef = stores.blobs.put(BlobClass::Packet, "%PDF-1.7".into()).await.expect("stored");
    packed.packet =
        Some(AssembledPacket { id: PacketId::new("packet"), pdf, pages: Vec::new(), notes: Vec::new() });
    stores.requests.update(&packed, Version(1)).await.expect("updated");
    let written = orders(&place, &["export", "r0", "--pdf", "out.pdf"]);
    assert_eq!(written.code, 0, "{}", written.stderr);
    assert_eq!(std::fs::read(place.path("out.pdf")).expect("the file"), b"%PDF-1.7");
    orders(&place, &["export", "r0", "--link"]).fails(1, "the link", "a folder has no links", "--pdf OUT");
    assert_eq!(written_down(&stores, AuditAction::PacketExported).await.len(), 2);
    orders(&place, &["export", "r1", "--pdf", "other.pdf"]).fails(
        1,
        "request r1",
        "no packet yet",
        "orders show",
    );
    for wrong in [
        &["export", "r0"][..],
        &["export", "r0", "--pdf", "out.pdf", "--link"],
        &["export", "r0", "--link", "--valid-for", "13h"],
        &["export", "r0", "--pdf", "out.pdf", "--valid-for", "5m"],
    ] {
        assert_eq!(orders(&place, wrong).code, 2, "{wrong:?}");
    }
}
