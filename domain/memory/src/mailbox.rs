//! MFA codes and the operator's notices in a map.

use crate::locked;
use async_trait::async_trait;
use domain::mfa::{take_verdict, waiting_codes};
use domain::ports::{
    CodeAddress, CodeEntry, CodeMailbox, CodeWindow, MailNotice, PortResult, TakeVerdict, WaitingCodes,
};
use jiff::Timestamp;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Meets [`CodeMailbox`]. A mail id stays for ever; what it brought only until it is used, void or dismissed.
#[derive(Default)]
pub struct MemoryMailbox(Mutex<BTreeMap<String, Option<Brought>>>);

enum Brought {
    Code(CodeEntry),
    Notice(MailNotice),
}

impl Brought {
    fn code(&self) -> Option<&CodeEntry> {
        match self {
            Self::Code(entry) => Some(entry),
            Self::Notice(_) => None,
        }
    }

    fn notice(&self) -> Option<&MailNotice> {
        match self {
            Self::Notice(notice) => Some(notice),
            Self::Code(_) => None,
        }
    }
}

impl MemoryMailbox {
    /// Remembers a mail with what it brought; `false` when it was seen before.
    fn keep(&self, id: &str, brought: Option<Brought>) -> bool {
        let mut mails = locked(&self.0);
        let new = !mails.contains_key(id);
        if new {
            mails.insert(id.to_owned(), brought);
        }
        new
    }

    /// Forgets the codes that are meant.
    fn forget(mails: &mut BTreeMap<String, Option<Brought>>, meant: impl Fn(&CodeEntry) -> bool) {
        for mail in mails.values_mut() {
            if mail.as_ref().and_then(Brought::code).is_some_and(&meant) {
                *mail = None;
            }
        }
    }
}

#[async_trait]
impl CodeMailbox for MemoryMailbox {
    async fn seen(&self, id: &str) -> PortResult<bool> {
        Ok(locked(&self.0).contains_key(id))
    }

    async fn mark_seen(&self, id: &str, _now: Timestamp) -> PortResult<()> {
        self.keep(id, None);
        Ok(())
    }

    async fn offer(&self, entry: &CodeEntry) -> PortResult<bool> {
        Ok(self.keep(&entry.id, Some(Brought::Code(entry.clone()))))
    }

    async fn waiting(&self, window: &CodeWindow) -> PortResult<WaitingCodes> {
        let mails = locked(&self.0);
        Ok(waiting_codes(mails.values().flatten().filter_map(Brought::code), window))
    }

    async fn take(&self, window: &CodeWindow) -> PortResult<TakeVerdict> {
        let mut mails = locked(&self.0);
        let verdict = take_verdict(mails.values().flatten().filter_map(Brought::code), window);
        if matches!(verdict, TakeVerdict::Taken(_)) {
            Self::forget(&mut mails, |entry| window.admits(entry));
        }
        Ok(verdict)
    }

    async fn void(&self, address: &CodeAddress) -> PortResult<()> {
        Self::forget(&mut locked(&self.0), |entry| entry.address == *address);
        Ok(())
    }

    async fn announce(&self, notice: &MailNotice) -> PortResult<bool> {
        Ok(self.keep(&notice.id, Some(Brought::Notice(notice.clone()))))
    }

    async fn notices(&self) -> PortResult<Vec<MailNotice>> {
        let mails = locked(&self.0);
        let mut notices: Vec<MailNotice> =
            mails.values().flatten().filter_map(Brought::notice).cloned().collect();
        notices.sort_by_key(|notice| Reverse(notice.arrived_at));
        Ok(notices)
    }

    async fn dismiss(&self, id: &str) -> PortResult<bool> {
        let mut mails = locked(&self.0);
        let Some(mail) = mails.get_mut(id) else { return Ok(false) };
        let waits = mail.as_ref().and_then(Brought::notice).is_some();
        if waits {
            *mail = None;
        }
        Ok(waits)
    }
}
