//! Notices in `prod_ses`: mails for the operator, sealed until they are dismissed. Their ids stay for ever.

use crate::MongoStore;
use crate::collections::MAILBOX;
use crate::document::{SEALED, Stored};
use crate::mailbox::THING;
use domain::ports::{MailNotice, PortResult};
use mongodb::bson::{Document, doc};

/// A notice nobody has dismissed.
const NOTICE: &str = "notice";
/// A notice that was dismissed.
const DISMISSED: &str = "dismissed";

fn context(id: &str) -> String {
    format!("notices/{id}")
}

impl MongoStore {
    pub(crate) async fn keep_notice(&self, notice: &MailNotice) -> PortResult<bool> {
        let more = doc! { SEALED: self.vault().seal(&context(&notice.id), notice)? };
        self.remember(&notice.id, notice.arrived_at, NOTICE, more).await
    }

    pub(crate) async fn open_notices(&self) -> PortResult<Vec<MailNotice>> {
        let mailbox = self.collection(MAILBOX);
        let query = mailbox.find(doc! { "state": NOTICE }).sort(doc! { "arrived_ns": -1, "_id": -1 });
        let open = |document: &Document| {
            let name = format!("notice {}", document.get_str("_id").unwrap_or_default());
            let stored = Stored::read(&name, document)?;
            self.vault().open(&context(stored.text("_id")?), stored.sealed()?)
        };
        self.server().gather(THING, query, open).await
    }

    pub(crate) async fn dismiss_notice(&self, id: &str) -> PortResult<bool> {
        self.settle(id, NOTICE, DISMISSED).await
    }
}
