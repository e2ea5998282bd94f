//! `prod_ses`: MFA codes until their single use. A mail's id stays for ever, its sealed code only while it waits.

use crate::MongoStore;
use crate::cas::{CHANGES_MAX, breathe, too_busy};
use crate::collections::MAILBOX;
use crate::document::{SEALED, Stored, date, nanoseconds, ours};
use async_trait::async_trait;
use domain::mfa::{take_verdict, waiting_codes};
use domain::ports::{
    CodeAddress, CodeEntry, CodeMailbox, CodeWindow, MailNotice, PortError, PortResult, TakeVerdict,
    WaitingCodes,
};
use jiff::Timestamp;
use mongodb::bson::{Bson, Document, doc};

pub(crate) const THING: &str = "code mailbox";

/// A code that waits for its login.
const WAITING: &str = "waiting";
/// A code that a login got.
const USED: &str = "used";
/// A code in whose place another was asked for, or whose copy was used.
const VOID: &str = "void";
/// A mail without a code for us.
const SEEN: &str = "seen";

fn context(id: &str) -> String {
    format!("codes/{id}")
}

/// What ends a mail's time in the mailbox: the state, without what it held. The time is the server's own.
pub(crate) fn settled(state: &str) -> Document {
    doc! {
        "$set": { "state": state },
        "$unset": { SEALED: "" },
        "$currentDate": { "settled_at": true },
    }
}

impl MongoStore {
    fn address_hash(&self, address: &CodeAddress) -> PortResult<Bson> {
        let json = serde_json::to_vec(address)
            .map_err(|_| PortError::permanent(THING, "an address cannot be written as JSON"))?;
        Ok(self.vault().hash("code address", &json))
    }

    /// Remembers a mail; `false` when it was seen before.
    pub(crate) async fn remember(
        &self,
        id: &str,
        arrived_at: Timestamp,
        state: &str,
        more: Document,
    ) -> PortResult<bool> {
        let mut document = doc! {
            "_id": id,
            "state": state,
            "arrived_at": date(arrived_at),
            "arrived_ns": nanoseconds(arrived_at),
        };
        document.extend(more);
        self.insert(THING, MAILBOX, document).await
    }

    /// The waiting codes a window admits, in order of arrival.
    async fn candidates(&self, window: &CodeWindow) -> PortResult<Vec<CodeEntry>> {
        let mailbox = self.collection(MAILBOX);
        let from = window.not_before.max(window.oldest);
        let query = mailbox
            .find(doc! {
                "address": self.address_hash(&window.address)?,
                "state": WAITING,
                "arrived_ns": { "$gte": nanoseconds(from) },
            })
            .sort(doc! { "arrived_ns": 1, "_id": 1 });
        let open = |document: &Document| {
            let name = format!("mail {}", document.get_str("_id").unwrap_or_default());
            let stored = Stored::read(&name, document)?;
            self.vault().open::<CodeEntry>(&context(stored.text("_id")?), stored.sealed()?)
        };
        let mut entries = self.server().gather(THING, query, open).await?;
        entries.retain(|entry| window.admits(entry));
        Ok(entries)
    }

    /// Settles one mail that is in this state; of racing callers one is told `true`.
    pub(crate) async fn settle(&self, id: &str, from: &str, to: &str) -> PortResult<bool> {
        let at = ours(doc! { "_id": id, "state": from });
        let done = self.server().run(THING, self.collection(MAILBOX).update_one(at, settled(to))).await?;
        Ok(done.matched_count == 1)
    }
}

#[async_trait]
impl CodeMailbox for MongoStore {
    async fn seen(&self, id: &str) -> PortResult<bool> {
        let mailbox = self.collection(MAILBOX);
        let query = mailbox.find_one(doc! { "_id": id }).projection(doc! { "_id": 1 });
        Ok(self.server().run(THING, query).await?.is_some())
    }

    async fn mark_seen(&self, id: &str, now: Timestamp) -> PortResult<()> {
        self.remember(id, now, SEEN, Document::new()).await.map(|_| ())
    }

    async fn offer(&self, entry: &CodeEntry) -> PortResult<bool> {
        let more = doc! {
            "address": self.address_hash(&entry.address)?,
            SEALED: self.vault().seal(&context(&entry.id), entry)?,
        };
        self.remember(&entry.id, entry.arrived_at, WAITING, more).await
    }

    async fn waiting(&self, window: &CodeWindow) -> PortResult<WaitingCodes> {
        Ok(waiting_codes(&self.candidates(window).await?, window))
    }

    /// Windows differ in where they begin only, so all takers that see a code see its latest copy: who settles that
    /// one has the code. Its other copies are made useless before, so that none is left when a crash comes between.
    async fn take(&self, window: &CodeWindow) -> PortResult<TakeVerdict> {
        for tried in 0..CHANGES_MAX {
            breathe(tried).await;
            let entries = self.candidates(window).await?;
            let verdict = take_verdict(&entries, window);
            let TakeVerdict::Taken(_) = &verdict else { return Ok(verdict) };
            let Some((decider, copies)) = entries.split_last() else { return Ok(verdict) };
            for copy in copies {
                self.settle(&copy.id, WAITING, VOID).await?;
            }
            if self.settle(&decider.id, WAITING, USED).await? {
                return Ok(verdict);
            }
        }
        Err(too_busy(THING))
    }

    async fn void(&self, address: &CodeAddress) -> PortResult<()> {
        let at = ours(doc! { "address": self.address_hash(address)?, "state": WAITING });
        self.server().run(THING, self.collection(MAILBOX).update_many(at, settled(VOID))).await.map(|_| ())
    }

    async fn announce(&self, notice: &MailNotice) -> PortResult<bool> {
        self.keep_notice(notice).await
    }

    async fn notices(&self) -> PortResult<Vec<MailNotice>> {
        self.open_notices().await
    }

    async fn dismiss(&self, id: &str) -> PortResult<bool> {
        self.dismiss_notice(id).await
    }
}
