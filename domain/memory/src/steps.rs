//! Finished scrape steps in a map.

use crate::locked;
use async_trait::async_trait;
use bytes::Bytes;
use domain::ports::{PortResult, RECOGNITIONS, StepCache, StepKey};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Meets [`StepCache`].
#[derive(Default)]
pub struct MemorySteps(Mutex<BTreeMap<String, (Bytes, Timestamp)>>);

#[async_trait]
impl StepCache for MemorySteps {
    async fn get(&self, key: &StepKey, now: Timestamp) -> PortResult<Option<Bytes>> {
        let found = locked(&self.0).get(&key.text()).cloned();
        Ok(found.filter(|(_, expires_at)| *expires_at > now).map(|(value, _)| value))
    }

    async fn put(&self, key: &StepKey, value: Bytes, expires_at: Timestamp) -> PortResult<()> {
        locked(&self.0).insert(key.text(), (value, expires_at));
        Ok(())
    }

    async fn swap(
        &self,
        key: &StepKey,
        expected: Option<&Bytes>,
        value: Bytes,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> PortResult<bool> {
        let mut entries = locked(&self.0);
        let there = entries.get(&key.text()).filter(|(_, expires_at)| *expires_at > now);
        let same = there.map(|(value, _)| value) == expected;
        if same {
            entries.insert(key.text(), (value, expires_at));
        }
        Ok(same)
    }

    async fn purge(&self, now: Timestamp) -> PortResult<u64> {
        let mut entries = locked(&self.0);
        let before = entries.len();
        entries.retain(|_, (_, expires_at)| *expires_at > now);
        Ok((before - entries.len()) as u64)
    }

    async fn trim_recognitions(&self, keep: u64) -> PortResult<u64> {
        let mut entries = locked(&self.0);
        let kept = entries.iter().filter(|(key, _)| key.starts_with(RECOGNITIONS));
        let mut by_expiry: Vec<_> =
            kept.map(|(key, (_, expires_at))| (std::cmp::Reverse(*expires_at), key.clone())).collect();
        by_expiry.sort();
        let gone = by_expiry.split_off(by_expiry.len().min(usize::try_from(keep).unwrap_or(usize::MAX)));
        gone.iter().for_each(|(_, key)| drop(entries.remove(key)));
        Ok(gone.len() as u64)
    }
}
