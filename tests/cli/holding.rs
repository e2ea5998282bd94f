//! `portal pause|drain|stop|resume` beside a service's records: durable, written down, undone by a person alone.

use crate::program::{Ended, Place};
use crate::records::{CONFIG, stores_of};
use domain::ids::PortalName;
use domain::ports::PortalLedger;
use domain::session::HoldKind;
use std::sync::Arc;

/// Two portals.
fn both() -> String {
    format!(
        "{CONFIG}{}",
        CONFIG.replace("hospital-b", "hospital-c").replace("= \"hospital-c\"", "= \"hospital-b\"")
    )
}

fn run(place: &Place, args: &[&str]) -> Ended {
    place.run(&[&["--config", "connector.toml", "portal"], args].concat())
}

async fn held(ledger: &Arc<dyn PortalLedger>, portal: &str) -> Option<(HoldKind, String)> {
    let entry = ledger.entry(&PortalName::new(portal)).await.expect("read");
    entry.hold.map(|hold| (hold.kind, hold.why))
}

#[tokio::test]
async fn an_order_stands_until_it_is_ended_and_both_are_written_down() {
    let place = Place::new();
    let stores = stores_of(&place, &both()).await;
    assert_eq!(run(&place, &["status"]).code, 0);
    let paused = run(&place, &["pause", "hospital-b", "--why", "they install an upgrade"]);
    assert_eq!(paused.code, 0, "{}", paused.stderr);
    assert!(paused.stdout.contains("hospital-b: paused"), "{}", paused.stdout);
    let why = "they install an upgrade".to_owned();
    assert_eq!(held(&stores.ledger, "hospital-b").await, Some((HoldKind::Paused, why)));
    assert_eq!(held(&stores.ledger, "hospital-c").await, None);

    let status = run(&place, &["status", "--json"]);
    assert_eq!(status.code, 3, "somebody has to end it");
    let portals = status.json("portal-status")["portals"].clone();
    assert_eq!((&portals[0]["standing"], &portals[1]["standing"]), (&"paused".into(), &"open".into()));
    assert_eq!(portals[0]["hold"]["why"], "they install an upgrade");
    assert_eq!(portals[0]["permission"]["covers"], true);
    let text = run(&place, &["status"]).stdout;
    assert!(text.contains("they install an upgrade") && text.contains("portal resume hospital-b"), "{text}");

    assert_eq!(run(&place, &["resume", "hospital-b"]).code, 0);
    assert_eq!(held(&stores.ledger, "hospital-b").await, None);
    let again = run(&place, &["resume", "hospital-b"]);
    assert!(again.code == 0 && again.stdout.contains("is not held"), "{}", again.stdout);
    let log = place.run(&["--config", "connector.toml", "audit", "list", "--json"]).stdout;
    for entry in ["paused: they install an upgrade", "resumed after paused"] {
        assert!(log.contains(entry), "{entry}: {log}");
    }
}

#[tokio::test]
async fn the_kill_switch_takes_every_portal_and_no_milder_word_undoes_it() {
    let place = Place::new();
    let stores = stores_of(&place, &both()).await;
    let stopped = run(&place, &["stop", "--all", "--why", "misuse reported"]);
    assert_eq!(stopped.code, 0, "{}", stopped.stderr);
    for portal in ["hospital-b", "hospital-c"] {
        assert_eq!(held(&stores.ledger, portal).await.map(|(kind, _)| kind), Some(HoldKind::Stopped));
    }
    let milder = run(&place, &["pause", "hospital-c", "--why", "only for lunch"]);
    milder.fails(2, "portal hospital-c", "stricter", "portal resume hospital-c");
    assert_eq!(run(&place, &["resume", "--all"]).code, 0);
    assert_eq!(run(&place, &["status"]).code, 0);
}

#[tokio::test]
async fn an_order_names_its_portal_and_its_reason() {
    let place = Place::new();
    drop(stores_of(&place, CONFIG).await);
    for args in [
        &["stop"][..],
        &["stop", "hospital-b"],
        &["stop", "hospital-b", "--all", "--why", "x"],
        &["stop", "hospital-b", "--why", " "],
        &["stop", "hospital-b", "--why", "two\nlines"],
        &["stop", "hospital-x", "--why", "x"],
        &["resume"],
    ] {
        assert_eq!(run(&place, args).code, 2, "{args:?}");
    }
}
