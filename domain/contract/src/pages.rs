//! Clauses G-1 to G-3 of `PageStore`.

use crate::{Harness, race, sample, surely};
use domain::ids::PacketId;
use domain::ports::PageStore;
use std::sync::Arc;

type Store = dyn PageStore;

fn packet() -> PacketId {
    PacketId::new("packet")
}

/// G-1: a page is readable at once and survives a restart; the disk does not show it.
pub async fn g_1_a_page_is_readable_at_once_and_survives(harness: impl Harness<Store>) {
    let store = harness.open().await;
    let page = sample::page(2, 0.9);
    surely(|| async { store.put(&packet(), &page).await }).await;
    assert_eq!(surely(|| async { store.numbers(&packet()).await }).await, [2]);
    let store = harness.reopen(store).await;
    assert_eq!(surely(|| async { store.all(&packet()).await }).await, [page]);
    sample::assert_unreadable(harness.at_rest().await);
}

/// G-2: a page put again is replaced.
pub async fn g_2_put_again_replaces(harness: impl Harness<Store>) {
    let store = harness.open().await;
    for confidence in [0.25, 0.75] {
        surely(|| async { store.put(&packet(), &sample::page(1, confidence)).await }).await;
    }
    assert_eq!(surely(|| async { store.all(&packet()).await }).await, [sample::page(1, 0.75)]);
}

/// G-3: pages come in order whatever order they were read in; missing ones are absent.
pub async fn g_3_pages_come_in_order(harness: impl Harness<Store>) {
    let store = harness.open().await;
    for number in [10, 2, 7] {
        surely(|| async { store.put(&packet(), &sample::page(number, 0.5)).await }).await;
    }
    surely(|| async { store.put(&PacketId::new("other"), &sample::page(1, 0.5)).await }).await;
    assert_eq!(surely(|| async { store.numbers(&packet()).await }).await, [2, 7, 10]);
    let pages = surely(|| async { store.all(&packet()).await }).await;
    assert_eq!(pages.iter().map(|page| page.page).collect::<Vec<_>>(), [2, 7, 10]);
    assert!(surely(|| async { store.all(&PacketId::new("unknown")).await }).await.is_empty());
}

/// G-3: pages read by many workers at once are all there.
pub async fn g_3_racing_pages_are_all_there(harness: impl Harness<Store>) {
    const PAGES: usize = 40;
    let store = harness.open().await;
    race(PAGES, |index| {
        let store = Arc::clone(&store);
        async move {
            let number = u32::try_from(index).unwrap_or(0) + 1;
            surely(|| async { store.put(&packet(), &sample::page(number, 0.5)).await }).await;
        }
    })
    .await;
    let expected: Vec<u32> = (1..=40).collect();
    assert_eq!(surely(|| async { store.numbers(&packet()).await }).await, expected);
    assert_eq!(surely(|| async { store.all(&packet()).await }).await.len(), PAGES);
}
