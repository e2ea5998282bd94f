//! Clauses K-1 and K-2 of `KeyWrapper`.

use crate::{KeyWrapperHarness, surely, tell};
use domain::ports::{ErrorClass, KeyWrapper};

/// Keys unlike each other, the weakest ones included.
const KEYS: [[u8; 32]; 3] = [[0; 32], [0xFF; 32], *b"0123456789 planted key material!"];

/// Bytes of a wrapped key that are changed one after the other: each change is a call, perhaps over a network.
const CHANGES_MAX: usize = 24;

async fn assert_refused(wrapper: &dyn KeyWrapper, purpose: &str, wrapped: &[u8]) {
    tell(|| wrapper.unwrap(purpose, wrapped)).await.must_fail(ErrorClass::Permanent);
}

/// K-1: what was wrapped comes back, also after a restart, and does not lie readable in the result; the wrapping
/// key keeps its name and has one of its own.
pub async fn k_1_unwrap_gives_back_what_wrap_took(harness: impl KeyWrapperHarness) {
    let wrapper = harness.open().await;
    let id = wrapper.id();
    assert_ne!(id, harness.stranger().await.id());
    let mut kept = Vec::new();
    for key in KEYS {
        let wrapped = surely(|| wrapper.wrap("keyring", &key)).await;
        assert!(!wrapped.windows(key.len()).any(|window| window == key));
        assert_eq!(surely(|| wrapper.unwrap("keyring", &wrapped)).await, key);
        kept.push((key, wrapped));
    }
    let wrapper = harness.reopen(wrapper).await;
    assert_eq!(wrapper.id(), id);
    for (key, wrapped) in kept {
        assert_eq!(surely(|| wrapper.unwrap("keyring", &wrapped)).await, key);
    }
}

/// K-2: another purpose, another wrapping key, a changed, missing or added byte are refused.
pub async fn k_2_anything_else_is_refused(harness: impl KeyWrapperHarness) {
    let wrapper = harness.open().await;
    let stranger = harness.stranger().await;
    let wrapped = surely(|| wrapper.wrap("keyring", &KEYS[2])).await;
    for purpose in ["keyrin", "keyring2", "", "other"] {
        assert_refused(&*wrapper, purpose, &wrapped).await;
    }
    assert_refused(&*stranger, "keyring", &wrapped).await;
    let step = wrapped.len().div_ceil(CHANGES_MAX);
    for index in (0..wrapped.len()).step_by(step).chain([wrapped.len() - 1]) {
        let mut changed = wrapped.clone();
        changed[index] ^= 1;
        assert_refused(&*wrapper, "keyring", &changed).await;
    }
    for missing in ["".as_bytes(), &wrapped[..1], &wrapped[..wrapped.len() / 2], &wrapped[1..]] {
        assert_refused(&*wrapper, "keyring", missing).await;
    }
    assert_refused(&*wrapper, "keyring", &[wrapped.as_slice(), b"x"].concat()).await;
}
