//! `keys` beside a service's records.

use crate::pdfs::PLANTED_FAMILY;
use crate::program::{Ended, Place};
use crate::records::{CONFIG, finished, parked, stores};
use domain::ids::{RequestId, Revision};
use domain::ports::{RequestFilter, Version};
use domain::search;
use epic_connector::wiring::Stores;
use serde_json::Value;
use std::fs;

fn keys(place: &Place, args: &[&str]) -> Ended {
    let mut all = vec!["--config", "connector.toml", "keys"];
    all.extend(args);
    place.run(&all)
}

fn listed(place: &Place) -> Value {
    let list = keys(place, &["list", "--json"]);
    assert_eq!(list.code, 0, "{}", list.stderr);
    list.json("keys-list")
}

/// Key ids with purpose and state.
fn lines(place: &Place) -> Vec<String> {
    let list = listed(place);
    let keys = list["keys"].as_array().expect("keys");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    keys.iter()
        .map(|key| format!("{} {} {}", key["id"], text(&key["purpose"]), text(&key["state"])))
        .collect()
}

async fn acts(stores: &Stores) -> Vec<String> {
    let records = stores.audit.read(0, 100).await.expect("the audit log");
    let of_keys = records.into_iter().filter(|record| record.entry.action.name() == "keys_changed");
    of_keys.filter_map(|record| record.entry.subject).collect()
}

#[tokio::test]
async fn a_service_takes_up_a_new_key_and_old_records_still_open() {
    let place = Place::new();
    let running = stores(&place).await;
    finished(&running).await;
    assert_eq!(lines(&place), ["1 naming in_use", "2 sealing in_use", "3 index in_use"]);
    let rotated = keys(&place, &["rotate"]);
    assert_eq!(rotated.code, 0, "{}", rotated.stderr);
    assert!(rotated.stdout.contains("key 4 seals from now on"), "{}", rotated.stdout);
    assert!(rotated.stdout.contains("keyring.json"), "what to back up: {}", rotated.stdout);
    let now = ["1 naming in_use", "2 sealing opens_only", "3 index in_use", "4 sealing in_use"];
    assert_eq!(lines(&place), now);
    // The running service writes under the new key, and both are read by it and by others.
    parked(&running).await;
    for id in ["r-finished", "r-parked"] {
        let shown = place.run(&["--config", "connector.toml", "orders", "show", id]);
        assert_eq!(shown.code, 0, "{}", shown.stderr);
        assert!(running.requests.get(&RequestId::new(id)).await.expect("a read").is_some());
    }
    let table = keys(&place, &["list"]);
    for wanted in ["seals patient data", "opens only", "keyring.json, wrapped by file:"] {
        assert!(table.stdout.contains(wanted), "{wanted}: {}", table.stdout);
    }
    assert_eq!(acts(&running).await, ["rotate"]);
}

#[tokio::test]
async fn resealing_writes_every_request_and_its_orders_once_more() {
    let place = Place::new();
    let running = stores(&place).await;
    finished(&running).await;
    parked(&running).await;
    let resealed = keys(&place, &["rotate", "--reseal"]);
    assert_eq!(resealed.code, 0, "{}", resealed.stderr);
    assert!(resealed.stdout.contains("2 requests with their orders were sealed anew under key 4"));
    assert!(!resealed.stdout.contains(PLANTED_FAMILY));
    for (id, version) in [("r-finished", 2), ("r-parked", 3)] {
        let found = running.requests.get(&RequestId::new(id)).await.expect("a read").expect("the request");
        assert_eq!(found.version, Version(version));
    }
    let set = running.orders.get(&RequestId::new("r-finished"), Revision::FIRST).await.expect("a read");
    assert_eq!(set.expect("its orders").version, Version(2));
}

#[tokio::test]
async fn wrapped_anew_the_configuration_must_name_the_new_key() {
    let place = Place::new();
    let running = stores(&place).await;
    finished(&running).await;
    let before = listed(&place)["wrapped_by"].clone();
    let unknown = keys(&place, &["rewrap", "--to", "vault:x"]);
    unknown.fails(2, "vault:x", "no address", "file:PATH");
    let rewrapped = keys(&place, &["rewrap", "--to", "file:other/new.key"]);
    assert_eq!(rewrapped.code, 0, "{}", rewrapped.stderr);
    let after = listed(&place)["wrapped_by"].clone();
    assert_ne!(before, after);
    let list = ["--config", "connector.toml", "orders", "list"];
    let refused = place.run(&list);
    refused.fails(1, "keyring.json", after.as_str().expect("a name"), "check");
    assert!(refused.stderr.contains(before.as_str().expect("a name")), "{}", refused.stderr);
    place.write("connector.toml", format!("key_file = \"other/new.key\"\n{CONFIG}"));
    let listed = place.run(&list);
    assert_eq!(listed.code, 0, "{}", listed.stderr);
    assert!(listed.stdout.contains("r-finished"));
    assert_eq!(acts(&running).await, ["rewrap"]);
}

#[tokio::test]
async fn after_a_reindex_patients_are_found_as_before() {
    let place = Place::new();
    let running = stores(&place).await;
    finished(&running).await;
    let search = RequestFilter { search: search::query("Zyxwv"), ..RequestFilter::default() };
    assert_eq!(running.requests.list(&search).await.expect("a search").len(), 1);
    let key = running.sealer.index_key();
    let reindexed = keys(&place, &["reindex"]);
    assert_eq!(reindexed.code, 0, "{}", reindexed.stderr);
    assert!(
        reindexed.stdout.contains("1 requests can be searched for under index key 4"),
        "{}",
        reindexed.stdout
    );
    assert_eq!(lines(&place), ["1 naming in_use", "2 sealing in_use", "4 index in_use"]);
    assert_ne!(running.sealer.index_key(), key);
    assert_eq!(running.requests.list(&search).await.expect("a search").len(), 1);
    assert_eq!(acts(&running).await, ["reindex"]);
}

#[tokio::test]
async fn lost_keys_are_never_replaced_and_no_answer_shows_one() {
    let place = Place::new();
    drop(stores(&place).await);
    let key = fs::read_to_string(place.path("data/installation.key")).expect("the key file");
    let ring = fs::read_to_string(place.path("data/keyring.json")).expect("the keyring");
    let ring: Value = serde_json::from_str(&ring).expect("JSON");
    for args in [&["list"][..], &["list", "--json"], &["rotate"]] {
        let ended = keys(&place, args);
        for secret in
            [key.trim(), ring["sealed"].as_str().expect("sealed"), ring["root"].as_str().expect("a root")]
        {
            assert!(!ended.stdout.contains(secret) && !ended.stderr.contains(secret), "{args:?}");
        }
    }
    fs::remove_file(place.path("data/installation.key")).expect("the key file is lost");
    let list = keys(&place, &["list"]);
    assert_eq!(list.code, 0, "it tells which key is missing: {}", list.stderr);
    for args in [&["rotate"][..], &["rewrap", "--to", "file:new.key"], &["reindex"]] {
        keys(&place, args).fails(1, "installation.key", "put back the key file", "check");
    }
    assert!(!place.path("data/installation.key").exists() && !place.path("new.key").exists());
}

#[test]
fn without_a_service_there_are_no_keys_and_none_are_made() {
    let place = Place::new();
    place.write("connector.toml", CONFIG);
    keys(&place, &["list"]).fails(1, "the keyring", "there is no file", "start it once");
    for args in [&["rotate"][..], &["rotate", "--reseal"], &["reindex"], &["rewrap", "--to", "file:new.key"]]
    {
        keys(&place, args).fails(1, "the store", "there is no file", "start it once");
    }
    assert_eq!(place.files(), ["connector.toml"]);
}
