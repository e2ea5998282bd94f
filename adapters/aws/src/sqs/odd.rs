//! The messages this release cannot read: counted and logged once each, by SQS's own message id.

use std::collections::{HashSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// How many message ids are remembered; the oldest is forgotten first, and logged again if it is met again.
const REMEMBERED_MAX: usize = 1_000;

/// Remembers which messages were reported.
#[derive(Debug, Default)]
pub(super) struct Odd {
    seen: Mutex<Seen>,
    count: AtomicU64,
}

#[derive(Debug, Default)]
struct Seen {
    ids: HashSet<String>,
    order: VecDeque<String>,
}

impl Odd {
    /// Whether a message is met for the first time.
    pub(super) fn is_new(&self, id: &str) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.ids.insert(id.to_owned()) {
            return false;
        }
        seen.order.push_back(id.to_owned());
        if seen.order.len() > REMEMBERED_MAX
            && let Some(oldest) = seen.order.pop_front()
        {
            seen.ids.remove(&oldest);
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        true
    }

    /// How many were new.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_new_once_and_memory_is_bounded() {
        let odd = Odd::default();
        assert!(odd.is_new("first"));
        assert!(!odd.is_new("first"));
        for number in 0..REMEMBERED_MAX {
            assert!(odd.is_new(&number.to_string()));
        }
        assert!(odd.is_new("first"), "the oldest was forgotten");
        assert_eq!(odd.seen.lock().expect("unpoisoned").ids.len(), REMEMBERED_MAX);
    }
}
