//! `audit verify|list`: every look is found again, and so is every hand laid on the log.

use crate::program::{Ended, Place, ended};
use crate::records::{CONFIG, finished, parked, stores};
use domain::ports::{MailNotice, NoticeKind};
use jiff::Timestamp;
use serde_json::Value;
use std::path::PathBuf;

/// The sample requests' patient.
const PLANTED: [&str; 3] = ["Zyxwvutsky", "Quentina", "E7654321"];

fn run(place: &Place, args: &[&str]) -> Ended {
    let mut command = place.command(&[&["--config", "connector.toml"], args].concat());
    command.env_remove("SUDO_USER").env_remove("USER").env("LOGNAME", "alice");
    ended(command)
}

async fn two(place: &Place) {
    let stores = stores(place).await;
    finished(&stores).await;
    parked(&stores).await;
}

fn listed(place: &Place, args: &[&str]) -> Vec<Value> {
    let list = run(place, &[&["audit", "list", "--json"], args].concat());
    assert_eq!(list.code, 0, "{}", list.stderr);
    for planted in PLANTED {
        assert!(!list.stdout.contains(planted), "the audit log shows a patient");
    }
    list.json("audit-list")["records"].as_array().expect("records").clone()
}

fn actions(records: &[Value]) -> Vec<&str> {
    records.iter().map(|record| record["entry"]["action"].as_str().expect("an action")).collect()
}

fn head(place: &Place) -> String {
    let verified = run(place, &["audit", "verify", "--json"]);
    assert_eq!(verified.code, 0, "{}", verified.stderr);
    let head = &verified.json("audit-verify")["head"];
    format!("{}:{}", head["seq"], head["hash"].as_str().expect("a hash"))
}

/// Changes bytes of the store as it lies on the disk, without changing their number.
fn lay_hand_on(place: &Place, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let store: PathBuf = place
        .files()
        .iter()
        .map(|name| place.path(name))
        .find(|path| std::fs::read(path).expect("a file").starts_with(b"SQLite format 3"))
        .expect("the store");
    let mut bytes = std::fs::read(&store).expect("read");
    let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).expect("in the store");
    bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    std::fs::write(&store, bytes).expect("written");
}

#[tokio::test]
async fn every_look_of_a_person_is_found_again() {
    let place = Place::new();
    two(&place).await;
    assert!(listed(&place, &[]).is_empty());
    assert_eq!(run(&place, &["orders", "show", "r-finished"]).code, 0);
    assert_eq!(run(&place, &["orders", "list", "--search", "Zyxwvutsky"]).code, 0);
    assert_eq!(run(&place, &["orders", "retry", "r-parked"]).code, 0);
    assert_eq!(run(&place, &["portal", "code", "hospital-b", "123456"]).code, 0);
    assert_eq!(run(&place, &["portal", "unlock", "hospital-b"]).code, 0);
    let all = listed(&place, &[]);
    let expected = ["order_shown", "searched", "retried", "account_changed", "account_changed"];
    assert_eq!(actions(&all), expected);
    for record in &all {
        let actor = &record["entry"]["actor"];
        assert_eq!(actor["kind"], "operator");
        assert!(
            actor["account"].as_str().is_some_and(|account| account.starts_with("alice (uid ")),
            "{actor}"
        );
    }
    assert_eq!(actions(&listed(&place, &["--action", "searched"])), ["searched"]);
    assert_eq!(actions(&listed(&place, &["--request", "r-finished"])), ["order_shown"]);
    assert_eq!(actions(&listed(&place, &["--request", "r-parked.1"])), ["retried"]);
    assert_eq!(actions(&listed(&place, &["--since", "2200-01-01"])), [""; 0]);
    assert_eq!(actions(&listed(&place, &["--limit", "2"])), ["account_changed", "account_changed"]);
    let of_patient = listed(&place, &["--patient", " zyxwvutsky "]);
    assert_eq!(actions(&of_patient), ["order_shown", "searched", "retried", "searched"], "this search too");
    assert_eq!(actions(&listed(&place, &["--patient", "Somebody Else"])), ["searched"]);
    let table = run(&place, &["audit", "list"]);
    assert!(table.stdout.contains("order shown") && table.stdout.contains("alice"), "{}", table.stdout);
}

/// A mail that asks the operator something.
async fn question(place: &Place, id: &str) {
    let account = "dmecodes@gmail.com".into();
    let kind = NoticeKind::ForwardingConfirmation { account, code: None, link: None };
    let notice = MailNotice { id: id.to_owned(), arrived_at: Timestamp::UNIX_EPOCH, kind };
    assert!(stores(place).await.mailbox.announce(&notice).await.expect("announced"));
}

#[tokio::test]
async fn a_dismissed_mail_is_found_again_by_its_id() {
    let place = Place::new();
    question(&place, "question-1").await;
    assert_eq!(run(&place, &["portal", "dismiss", PLANTED[0]]).code, 1);
    assert!(listed(&place, &[]).is_empty(), "what was typed is not written down");
    assert_eq!(run(&place, &["portal", "dismiss", "question-1"]).code, 0);
    let all = listed(&place, &[]);
    assert_eq!(actions(&all), ["account_changed"]);
    let entry = &all[0]["entry"];
    assert_eq!((&entry["subject"], &entry["why"]), (&"question-1".into(), &"notice_dismissed".into()));
}

#[test]
fn a_migration_is_found_again_and_a_dry_run_leaves_nothing() {
    let place = Place::new();
    place.write("connector.toml", CONFIG);
    assert_eq!(run(&place, &["migrate"]).code, 0);
    let all = listed(&place, &[]);
    assert_eq!(actions(&all), ["migrated"]);
    let entry = &all[0]["entry"];
    assert!(entry["subject"].as_str().is_some_and(|store| store.starts_with("SQLite file")), "{entry}");
    assert_eq!((&entry["why"], &entry["outcome"]), (&"of this release's format".into(), &"done".into()));
    assert_eq!(run(&place, &["migrate", "--dry-run"]).code, 0);
    assert_eq!(actions(&listed(&place, &[])), ["migrated"]);
}

#[tokio::test]
async fn a_chain_that_holds_gives_a_head_and_agrees_with_it_later() {
    let place = Place::new();
    two(&place).await;
    let empty = head(&place);
    assert!(empty.starts_with("0:"));
    run(&place, &["orders", "show", "r-finished"]);
    let first = head(&place);
    run(&place, &["orders", "show", "r-parked"]);
    for noted in [&empty, &first, &head(&place)] {
        let verified = run(&place, &["audit", "verify", "--head", noted]);
        assert_eq!(verified.code, 0, "{}", verified.stderr);
        assert!(verified.stdout.contains("2 records hold") && verified.stdout.contains(&head(&place)));
    }
    let (seq, hash) = first.split_once(':').expect("a head");
    let later = run(&place, &["audit", "verify", "--head", &format!("9:{hash}")]);
    later.fails(1, "the audit log", "ends at record 2, but record 9 was once its last", "keep a copy");
    let another = "0".repeat(hash.len());
    let replaced = run(&place, &["audit", "verify", "--json", "--head", &format!("{seq}:{another}")]);
    assert_eq!(replaced.code, 1);
    let answer = replaced.json("audit-verify");
    assert_eq!(answer["holds"], false);
    assert!(answer["broken"].as_str().is_some_and(|broken| broken.contains("record 1 is not the one")));
    assert_eq!(run(&place, &["audit", "verify", "--head", "nonsense"]).code, 2);
}

#[tokio::test]
async fn a_record_changed_on_the_disk_is_named() {
    let place = Place::new();
    two(&place).await;
    run(&place, &["orders", "show", "r-finished"]);
    run(&place, &["orders", "retry", "r-parked"]);
    lay_hand_on(&place, "\"r-parked\",\"subject\":\"rev", "\"r-packed\",\"subject\":\"rev");
    let verified = run(&place, &["audit", "verify"]);
    assert!(verified.stderr.contains("until there 1 records hold"));
    verified.fails(1, "the audit log", "record 2 was changed", "keep a copy of the store");
    lay_hand_on(&place, "\"action\":\"order_shown\"", "\"action\":\"order_xxxxx\"");
    run(&place, &["audit", "verify"]).fails(1, "audit record 1", "it was changed, or a newer release", "");
}

#[tokio::test]
async fn what_cannot_be_written_down_is_not_shown_and_not_done() {
    let place = Place::new();
    two(&place).await;
    question(&place, "question-1").await;
    lay_hand_on(&place, "CREATE TABLE audit (\n    seq   INT", "CREATE TABLE audit (\n    sxq   INT");
    for verb in [
        &["orders", "show", "r-finished"][..],
        &["orders", "show", "r-finished", "--json"],
        &["orders", "list", "--search", "Zyxwvutsky"],
        &["orders", "retry", "r-parked"],
        &["portal", "unlock", "hospital-b"],
        &["portal", "dismiss", "question-1"],
    ] {
        let refused = run(&place, verb);
        assert_eq!(refused.stdout, "", "{verb:?}");
        assert!(refused.stderr.contains("what cannot be written down is not done and not shown"), "{verb:?}");
        refused.fails(1, "the audit log", "audit log: ", "check --connect");
    }
    assert_eq!(run(&place, &["portal", "status"]).code, 3, "the question still waits");
    let migrated = run(&place, &["migrate"]);
    assert!(migrated.stderr.contains("it is done, but not written down"), "{}", migrated.stderr);
    migrated.fails(1, "the audit log", "audit log: ", "run the same again");
    assert_eq!(run(&place, &["orders", "list"]).code, 0, "shows no patient, so it needs no entry");
}
