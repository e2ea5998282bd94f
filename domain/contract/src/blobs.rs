//! Clauses B-1 to B-6 of `BlobStore`.

use crate::{BlobHarness, RACERS, race, sample, surely, tell};
use bytes::Bytes;
use domain::ids::BlobRef;
use domain::ports::{BlobClass, ErrorClass};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A quarter of a megabyte: more than goes through any pipe or buffer in one piece.
fn large(seed: u8) -> Bytes {
    (0..262_144_u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8 ^ seed).collect()
}

/// B-1: what was put comes back, also after a restart.
pub async fn b_1_get_gives_back_what_put_took(harness: impl BlobHarness) {
    let store = harness.open().await;
    let contents = [Bytes::new(), Bytes::from_static(b"x"), large(0)];
    let mut blobs = Vec::new();
    for content in &contents {
        let blob = surely(|| async { store.put(BlobClass::Chart, content.clone()).await }).await;
        assert!(surely(|| async { store.contains(&blob).await }).await);
        blobs.push(blob);
    }
    let store = harness.reopen(store).await;
    for (blob, content) in blobs.iter().zip(&contents) {
        assert!(surely(|| async { store.get(blob).await }).await == content, "other bytes came back");
    }
}

/// B-2: a caller who dies in the middle of `put` leaves the whole blob or none.
pub async fn b_2_an_interrupted_put_leaves_all_or_nothing(harness: impl BlobHarness) {
    let witness = harness.open().await;
    let addresses = {
        let mut addresses = Vec::new();
        for seed in 0..16 {
            let store = harness.open().await;
            let doomed = tokio::spawn(async move { store.put(BlobClass::Chart, large(seed)).await });
            for _ in 0..seed {
                tokio::task::yield_now().await;
            }
            doomed.abort();
            // An aborted task may have finished; either way its end is awaited before anybody looks.
            if let Ok(Ok(blob)) = doomed.await {
                addresses.push(blob);
            }
            addresses.push(surely(|| async { witness.put(BlobClass::Chart, large(seed)).await }).await);
        }
        addresses
    };
    let store = harness.reopen(witness).await;
    for blob in &addresses {
        let found = surely(|| async { store.get(blob).await }).await;
        assert!((0..16).any(|seed| found == large(seed)), "part of a blob is stored");
    }
}

/// B-2: a reader beside the writers sees the whole blob or none.
pub async fn b_2_a_reader_never_sees_a_part(harness: impl BlobHarness) {
    let store = harness.open().await;
    let blob = surely(|| async { store.put(BlobClass::Chart, large(0)).await }).await;
    let known: Vec<BlobRef> = race(8, |index| {
        let (store, blob) = (Arc::clone(&store), blob.clone());
        async move {
            let own = large(u8::try_from(index).unwrap_or(0));
            for _ in 0..4 {
                surely(|| async { store.put(BlobClass::Chart, own.clone()).await }).await;
                assert!(
                    surely(|| async { store.get(&blob).await }).await == large(0),
                    "part of a blob was read"
                );
            }
            surely(|| async { store.put(BlobClass::Chart, own.clone()).await }).await
        }
    })
    .await;
    assert_eq!(known.iter().collect::<BTreeSet<_>>().len(), 8);
}

/// B-3: the same bytes have one address, whoever puts them and how often.
pub async fn b_3_the_same_bytes_have_one_address(harness: impl BlobHarness) {
    let store = harness.open().await;
    let blobs =
        race(RACERS, |_| {
            let store = Arc::clone(&store);
            async move {
                surely(|| async { store.put(BlobClass::Chart, Bytes::from_static(b"same")).await }).await
            }
        })
        .await;
    assert_eq!(blobs.iter().collect::<BTreeSet<_>>().len(), 1);
    let store = harness.reopen(store).await;
    assert_eq!(
        surely(|| async { store.put(BlobClass::Chart, Bytes::from_static(b"same")).await }).await,
        blobs[0]
    );
    assert_ne!(
        surely(|| async { store.put(BlobClass::Chart, Bytes::from_static(b"Same")).await }).await,
        blobs[0]
    );
    assert_eq!(surely(|| async { store.get(&blobs[0]).await }).await, "same");
}

/// B-4: an address nobody put is not found, whatever it looks like.
pub async fn b_4_an_unknown_address_is_not_found(harness: impl BlobHarness) {
    let store = harness.open().await;
    let known = surely(|| async { store.put(BlobClass::Chart, Bytes::from_static(b"content")).await }).await;
    // Another address of the right shape.
    let shape = known.as_str().replace('0', "1").replace('v', "u");
    assert_ne!(shape, known.as_str());
    for address in [shape.as_str(), "", "x", "..", "../../etc/passwd", "/etc/passwd", "a/b", "é"] {
        let unknown = BlobRef::new(address);
        tell(|| async { store.get(&unknown).await }).await.must_fail(ErrorClass::NotFound);
        assert!(!surely(|| async { store.contains(&unknown).await }).await);
    }
}

/// B-5: damaged content is refused, never handed out.
pub async fn b_5_damaged_content_is_refused(harness: impl BlobHarness) {
    let store = harness.open().await;
    for content in [Bytes::new(), Bytes::from_static(b"content"), large(1)] {
        let blob = surely(|| async { store.put(BlobClass::Chart, content.clone()).await }).await;
        harness.tamper(&blob).await;
        tell(|| async { store.get(&blob).await }).await.must_fail(ErrorClass::Permanent);
    }
}

/// B-6: the disk does not show the content.
pub async fn b_6_the_disk_does_not_show_the_content(harness: impl BlobHarness) {
    let store = harness.open().await;
    let blob =
        surely(|| async { store.put(BlobClass::Chart, Bytes::from(sample::PLANTED.repeat(100))).await })
            .await;
    assert!(!blob.as_str().contains(sample::PLANTED));
    sample::assert_unreadable(harness.at_rest().await);
}

/// B-7: the same bytes of two classes are two blobs.
pub async fn b_7_a_class_has_addresses_of_its_own(harness: impl BlobHarness) {
    let store = harness.open().await;
    let mut blobs = BTreeSet::new();
    for class in BlobClass::ALL {
        let blob = surely(|| async { store.put(class, Bytes::from_static(b"same")).await }).await;
        assert_eq!(BlobClass::of(&blob).map(|(class, _)| class), Some(class));
        assert_eq!(surely(|| async { store.get(&blob).await }).await, "same");
        blobs.insert(blob);
    }
    assert_eq!(blobs.len(), BlobClass::ALL.len());
}
