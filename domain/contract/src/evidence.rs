//! Clauses E-1 to E-5 of `EvidenceStore`.

use crate::{Harness, sample, surely, tell};
use bytes::Bytes;
use domain::ids::PortalName;
use domain::ports::{EVIDENCE_MAX, Evidence, EvidenceStore, PagePicture};
use domain::redacted::Redacted;
use std::sync::Arc;

type Store = dyn EvidenceStore;

fn evidence(portal: &PortalName, seconds: i64) -> Evidence {
    let picture = PagePicture {
        html: Some(Redacted::new(format!("<p>{} {seconds}</p>", sample::PLANTED))),
        png: Some(Bytes::from(format!("\u{89}PNG {} {seconds}", sample::PLANTED))),
    };
    Evidence {
        portal: portal.clone(),
        taken_at: sample::at(seconds),
        page: "login".to_owned(),
        signal: "#login-form is not there".to_owned(),
        picture,
    }
}

fn other() -> PortalName {
    PortalName::new("elsewhere")
}

async fn keep(store: &Arc<Store>, evidence: &Evidence) -> String {
    surely(|| async { store.keep(evidence).await }).await
}

/// Source and screenshot of an entry.
async fn got(store: &Arc<Store>, id: &str) -> Option<(Option<String>, Option<Bytes>)> {
    let parts = |picture: PagePicture| (picture.html.map(|html| html.reveal().clone()), picture.png);
    surely(|| async { store.get(id).await.map(|picture| picture.map(parts)) }).await
}

async fn moments(store: &Arc<Store>, portal: Option<&PortalName>) -> Vec<jiff::Timestamp> {
    let lines = surely(|| async { store.list(portal).await }).await;
    lines.into_iter().map(|line| line.taken_at).collect()
}

/// E-1: a page comes back as it was kept, over a restart, under its id only; kept again it is the same.
pub async fn e_1_what_was_kept_is_got_back(harness: impl Harness<Store>) {
    let store = harness.open().await;
    let (whole, bare) = (
        evidence(&sample::portal(), 1),
        Evidence { picture: PagePicture { html: None, png: None }, ..evidence(&other(), 2) },
    );
    let (id, bare_id) = (keep(&store, &whole).await, keep(&store, &bare).await);
    assert_eq!(keep(&store, &whole).await, id);
    let store = harness.reopen(store).await;
    let html = whole.picture.html.as_ref().map(|html| html.reveal().clone());
    assert_eq!(got(&store, &id).await, Some((html, whole.picture.png.clone())));
    assert_eq!(got(&store, &bare_id).await, Some((None, None)));
    for unknown in ["none", "../keyring", ""] {
        assert_eq!(got(&store, unknown).await, None, "{unknown}");
    }
    assert_eq!(moments(&store, None).await.len(), 2);
}

/// E-2: lists are newest first, of one portal or of all.
pub async fn e_2_a_list_is_newest_first(harness: impl Harness<Store>) {
    let store = harness.open().await;
    for seconds in [20, 5, 40] {
        keep(&store, &evidence(&sample::portal(), seconds)).await;
    }
    keep(&store, &evidence(&other(), 30)).await;
    let at = |seconds: &[i64]| seconds.iter().map(|second| sample::at(*second)).collect::<Vec<_>>();
    assert_eq!(moments(&store, None).await, at(&[40, 30, 20, 5]));
    assert_eq!(moments(&store, Some(&sample::portal())).await, at(&[40, 20, 5]));
    assert_eq!(moments(&store, Some(&other())).await, at(&[30]));
    let lines = surely(|| async { store.list(Some(&other())).await }).await;
    assert_eq!((lines[0].page.as_str(), lines[0].signal.as_str()), ("login", "#login-form is not there"));
}

/// E-3: what is older than the moment goes, with its bytes, and nothing else.
pub async fn e_3_purging_removes_what_is_older(harness: impl Harness<Store>) {
    let store = harness.open().await;
    let mut ids = Vec::new();
    for seconds in [10, 20, 30] {
        ids.push(keep(&store, &evidence(&sample::portal(), seconds)).await);
    }
    let purged = tell(|| async { store.purge(sample::at(20)).await }).await;
    assert!(!purged.sure || purged.value() == 1);
    let store = harness.reopen(store).await;
    assert_eq!(moments(&store, None).await, [sample::at(30), sample::at(20)]);
    assert!(got(&store, &ids[0]).await.is_none() && got(&store, &ids[1]).await.is_some());
}

/// E-4: the disk shows nothing of a page.
pub async fn e_4_nothing_of_a_page_is_readable_on_disk(harness: impl Harness<Store>) {
    let store = harness.open().await;
    keep(&store, &evidence(&sample::portal(), 1)).await;
    sample::assert_unreadable(harness.at_rest().await);
}

/// E-5: a portal that fails all night keeps its newest pages, and takes no other portal's room.
pub async fn e_5_beyond_the_most_the_oldest_goes_first(harness: impl Harness<Store>) {
    let store = harness.open().await;
    keep(&store, &evidence(&other(), 0)).await;
    let seconds: Vec<i64> = (0..).take(EVIDENCE_MAX + 3).collect();
    for second in &seconds {
        keep(&store, &evidence(&sample::portal(), *second)).await;
    }
    let kept = moments(&store, Some(&sample::portal())).await;
    let newest: Vec<_> = seconds[3..].iter().rev().copied().map(sample::at).collect();
    assert_eq!(kept, newest);
    assert_eq!(moments(&store, Some(&other())).await.len(), 1);
}
