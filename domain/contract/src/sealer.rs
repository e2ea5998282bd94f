//! Clauses S-1 to S-5 of `Sealer`.

use crate::{SealerHarness, sample};
use domain::ports::{ErrorClass, Sealer};
use std::collections::BTreeSet;

/// Sealed bytes of a plain text; a sealer needs nothing but randomness, so it must not fail.
fn seal(sealer: &dyn Sealer, context: &str, plain: &[u8]) -> Vec<u8> {
    let sealed = sealer.seal(context, plain);
    assert!(sealed.is_ok(), "sealing failed");
    sealed.unwrap_or_default()
}

fn assert_refused(sealer: &dyn Sealer, context: &str, sealed: &[u8]) {
    let class = sealer.open(context, sealed).map_err(|error| error.class);
    assert!(class == Err(ErrorClass::Permanent), "foreign or damaged bytes were opened");
}

/// S-1: what was sealed comes back, also after a restart, and does not lie readable in the result.
pub async fn s_1_open_gives_back_what_seal_took(harness: impl SealerHarness) {
    let sealer = harness.open().await;
    let long: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
    let mut kept = Vec::new();
    for plain in [b"".as_slice(), b"x", sample::PLANTED.as_bytes(), &long] {
        let sealed = seal(&*sealer, "table/key", plain);
        assert_eq!(sealer.open("table/key", &sealed).ok().as_deref(), Some(plain));
        kept.push((plain, sealed));
    }
    let sealer = harness.reopen(sealer).await;
    for (plain, sealed) in kept {
        assert_eq!(sealer.open("table/key", &sealed).ok().as_deref(), Some(plain));
        sample::assert_unreadable(Some(sealed));
    }
}

/// S-2: another context, another key, a changed, missing or added byte are refused.
pub async fn s_2_anything_else_is_refused(harness: impl SealerHarness) {
    let sealer = harness.open().await;
    let stranger = harness.stranger().await;
    let sealed = seal(&*sealer, "table/key", b"plain text");
    for context in ["table/other", "other/key", "table/ke", ""] {
        assert_refused(&*sealer, context, &sealed);
    }
    assert_refused(&*stranger, "table/key", &sealed);
    for index in 0..sealed.len() {
        for bit in [1, 0x80] {
            let mut changed = sealed.clone();
            changed[index] ^= bit;
            assert_refused(&*sealer, "table/key", &changed);
        }
        assert_refused(&*sealer, "table/key", &sealed[..index]);
    }
    assert_refused(&*sealer, "table/key", &[sealed.as_slice(), b"x"].concat());
}

/// S-3: the same bytes are never sealed the same way.
pub async fn s_3_sealing_twice_gives_different_bytes(harness: impl SealerHarness) {
    let sealer = harness.open().await;
    let distinct: BTreeSet<_> = (0..100).map(|_| seal(&*sealer, "table/key", b"plain")).collect();
    assert_eq!(distinct.len(), 100);
}

/// S-4: a keyed hash is stable over restarts, and differs by purpose, content and key.
pub async fn s_4_keyed_hashes_are_stable_and_apart(harness: impl SealerHarness) {
    let sealer = harness.open().await;
    let stranger = harness.stranger().await;
    let hash = sealer.keyed_hash("patient", b"E1");
    let others = [
        sealer.keyed_hash("message", b"E1"),
        sealer.keyed_hash("patient", b"E2"),
        sealer.keyed_hash("patientE", b"1"),
        sealer.keyed_hash("", b"patientE1"),
        stranger.keyed_hash("patient", b"E1"),
    ];
    assert!(others.iter().all(|other| *other != hash));
    let sealer = harness.reopen(sealer).await;
    assert_eq!(sealer.keyed_hash("patient", b"E1"), hash);
}

/// S-5: an index hash is stable over restarts while its key is, differs by term and by installation, and is no
/// keyed hash of any purpose: who learns one kind of hash knows nothing of the other.
pub async fn s_5_index_hashes_are_stable_and_apart(harness: impl SealerHarness) {
    let sealer = harness.open().await;
    let stranger = harness.stranger().await;
    let (key, hash) = (sealer.index_key(), sealer.index_hash("name:doe"));
    let others = [
        sealer.index_hash("name:do"),
        sealer.index_hash(""),
        stranger.index_hash("name:doe"),
        sealer.keyed_hash("index", b"name:doe"),
        sealer.keyed_hash("", b"name:doe"),
        sealer.keyed_hash("name:doe", b""),
    ];
    assert!(others.iter().all(|other| *other != hash));
    let sealer = harness.reopen(sealer).await;
    assert_eq!((sealer.index_key(), sealer.index_hash("name:doe")), (key, hash));
}
