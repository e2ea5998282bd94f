//! Clauses N-1 to N-4 of `CodeLines`.

#![expect(clippy::expect_used, reason = "a clause that does not hold fails its test by panicking")]

use crate::{Harness, RACERS, race, sample, surely, tell};
use domain::ids::PortalName;
use domain::mfa::CodeLine;
use domain::ports::{CodeAddress, CodeLines, ErrorClass, LeaseVerdict};
use std::sync::Arc;

type Lines = dyn CodeLines;

fn address(recipient: &str) -> CodeAddress {
    let sender_domain = "hospital.example".to_owned();
    CodeAddress::Mail { recipient: recipient.to_owned(), sender_domain, subject: None }
}

fn portal(name: &str) -> PortalName {
    PortalName::new(name)
}

async fn lease(lines: &Arc<Lines>, who: &str, now: i64, until: i64) -> LeaseVerdict {
    let (address, portal) = (address("a@s.example"), portal(who));
    surely(|| async { lines.lease(&address, &portal, sample::at(now), sample::at(until)).await }).await
}

async fn release(lines: &Arc<Lines>, who: &str) {
    let (address, portal) = (address("a@s.example"), portal(who));
    surely(|| async { lines.release(&address, &portal).await }).await;
}

async fn answered(lines: &Arc<Lines>, who: &str, sent: i64) {
    let (address, portal) = (address("a@s.example"), portal(who));
    surely(|| async { lines.answered(&address, &portal, sample::at(sent)).await }).await;
}

async fn ask(lines: &Arc<Lines>, who: &str, now: i64) -> Option<CodeLine> {
    let (address, portal) = (address("a@s.example"), portal(who));
    let told = tell(|| async { lines.ask(&address, &portal, sample::at(now)).await }).await;
    assert!(told.answer.is_ok() || told.failed(ErrorClass::Conflict));
    told.answer.ok()
}

/// N-1: the second waits until the first has given back; other addresses are free.
pub async fn n_1_one_portal_holds_an_address(harness: impl Harness<Lines>) {
    let lines = harness.open().await;
    assert!(lease(&lines, "first", 0, 60).await.is_ok());
    let holder = lease(&lines, "second", 1, 61).await.expect_err("it waits");
    assert_eq!((holder.portal, holder.until), (portal("first"), sample::at(60)));
    assert!(lease(&lines, "first", 30, 90).await.is_ok(), "a holder renews");
    assert!(lease(&lines, "second", 61, 121).await.is_err(), "the renewed lease still runs");
    let other = address("b@s.example");
    let free =
        surely(|| async { lines.lease(&other, &portal("second"), sample::at(1), sample::at(61)).await });
    assert!(free.await.is_ok());
    release(&lines, "second").await;
    assert!(lease(&lines, "third", 62, 122).await.is_err(), "who does not hold it cannot give it back");
    release(&lines, "first").await;
    assert!(lease(&lines, "third", 63, 123).await.is_ok());
}

/// N-1: a lease ends by itself, also when its holder was killed.
pub async fn n_1_a_lease_ends_by_itself(harness: impl Harness<Lines>) {
    let lines = harness.open().await;
    assert!(lease(&lines, "killed", 0, 60).await.is_ok());
    let lines = harness.reopen(lines).await;
    assert!(lease(&lines, "second", 59, 119).await.is_err());
    assert!(lease(&lines, "second", 60, 120).await.is_ok());
    assert!(lease(&lines, "killed", 61, 121).await.is_err(), "it comes back too late");
}

/// N-1: of racing portals one gets the address.
pub async fn n_1_of_racing_portals_one_gets_the_address(harness: impl Harness<Lines>) {
    let lines = harness.open().await;
    let results = race(RACERS, |index| {
        let lines = Arc::clone(&lines);
        async move { lease(&lines, &format!("portal-{index}"), 0, 60).await.is_ok() }
    })
    .await;
    assert_eq!(results.iter().filter(|granted| **granted).count(), 1);
}

/// N-2: those who wait come in the order of their coming.
pub async fn n_2_who_waits_longest_is_next(harness: impl Harness<Lines>) {
    let lines = harness.open().await;
    assert!(lease(&lines, "first", 0, 60).await.is_ok());
    assert!(lease(&lines, "second", 1, 61).await.is_err());
    assert!(lease(&lines, "third", 2, 62).await.is_err());
    release(&lines, "first").await;
    let lines = harness.reopen(lines).await;
    let next = lease(&lines, "third", 3, 63).await.expect_err("another waits longer");
    assert_eq!(next.portal, portal("second"));
    assert!(lease(&lines, "second", 4, 64).await.is_ok());
}

/// N-3: what was asked for is on disk, and only the holder asks.
pub async fn n_3_asking_is_the_holders_and_on_disk(harness: impl Harness<Lines>) {
    let lines = harness.open().await;
    assert!(ask(&lines, "first", 0).await.is_none(), "nobody holds it");
    assert!(lease(&lines, "first", 0, 60).await.is_ok());
    assert!(ask(&lines, "second", 1).await.is_none(), "another holds it");
    let line = ask(&lines, "first", 2).await.expect("asked");
    assert_eq!(line.asks.len(), 1);
    let lines = harness.reopen(lines).await;
    let line = ask(&lines, "first", 40).await.expect("asked");
    let asked: Vec<_> = line.asks.iter().map(|ask| (ask.at, ask.answered)).collect();
    assert_eq!(asked, [(sample::at(2), None), (sample::at(40), None)]);
    assert!(ask(&lines, "first", 60).await.is_none(), "its lease has ended");
    answered(&lines, "first", 42).await;
    answered(&lines, "first", 41).await;
    let lines = harness.reopen(lines).await;
    let known = surely(|| async { lines.lines().await }).await;
    let told: Vec<_> = known[0].asks.iter().map(|ask| ask.answered).collect();
    assert_eq!(told, [None, Some(sample::at(42))]);
}

/// N-4: every line is listed after a restart, and the disk does not show its address.
pub async fn n_4_lines_survive_unreadable(harness: impl Harness<Lines>) {
    let lines = harness.open().await;
    assert_eq!(surely(|| async { lines.lines().await }).await, []);
    let planted = address(sample::PLANTED);
    let lease = || async { lines.lease(&planted, &portal("first"), sample::at(0), sample::at(60)).await };
    assert!(surely(lease).await.is_ok());
    sample::assert_unreadable(harness.at_rest().await);
    let lines = harness.reopen(lines).await;
    let known = surely(|| async { lines.lines().await }).await;
    assert_eq!(known.len(), 1);
    assert_eq!(known[0].address, planted);
    assert_eq!(known[0].holder.as_ref().map(|turn| &turn.portal), Some(&portal("first")));
}
