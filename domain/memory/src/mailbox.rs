//! MFA codes in a map.

use crate::locked;
use async_trait::async_trait;
use domain::mfa::take_verdict;
use domain::ports::{CodeAddress, CodeEntry, CodeMailbox, CodeWindow, PortResult, TakeVerdict};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Meets [`CodeMailbox`]. A mail id stays for ever; its entry only until the code is used or void.
#[derive(Default)]
pub struct MemoryMailbox(Mutex<BTreeMap<String, Option<CodeEntry>>>);

#[async_trait]
impl CodeMailbox for MemoryMailbox {
    async fn seen(&self, id: &str) -> PortResult<bool> {
        Ok(locked(&self.0).contains_key(id))
    }

    async fn mark_seen(&self, id: &str, _now: Timestamp) -> PortResult<()> {
        locked(&self.0).entry(id.to_owned()).or_insert(None);
        Ok(())
    }

    async fn offer(&self, entry: &CodeEntry) -> PortResult<bool> {
        let mut mails = locked(&self.0);
        if mails.contains_key(&entry.id) {
            return Ok(false);
        }
        mails.insert(entry.id.clone(), Some(entry.clone()));
        Ok(true)
    }

    async fn take(&self, window: &CodeWindow) -> PortResult<TakeVerdict> {
        let mut mails = locked(&self.0);
        let verdict = take_verdict(mails.values().flatten(), window);
        if matches!(verdict, TakeVerdict::Taken(_)) {
            for mail in
                mails.values_mut().filter(|mail| mail.as_ref().is_some_and(|entry| window.admits(entry)))
            {
                *mail = None;
            }
        }
        Ok(verdict)
    }

    async fn void(&self, address: &CodeAddress) -> PortResult<()> {
        for mail in locked(&self.0).values_mut() {
            if mail.as_ref().is_some_and(|entry| entry.address == *address) {
                *mail = None;
            }
        }
        Ok(())
    }
}
