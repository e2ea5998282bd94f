//! Whose turn it is at a mailbox: one sealed document an address, kept in `epic_portals` beside the portals' own. Its id
//! begins with what no portal's name can, so that no further collection is needed.

use crate::MongoStore;
use crate::cas::{CHANGES_MAX, breathe, too_busy};
use crate::collections::PORTALS;
use crate::document::{SEALED, Stored};
use async_trait::async_trait;
use domain::ids::PortalName;
use domain::mfa::CodeLine;
use domain::ports::{CodeAddress, CodeLines, LeaseVerdict, PortError, PortResult, Version};
use jiff::Timestamp;
use mongodb::bson::{Document, doc};

const THING: &str = "mailbox turns";

fn id_of(address: &CodeAddress) -> String {
    format!("mailbox/{}", address.key())
}

impl MongoStore {
    fn open_line(&self, id: &str, document: &Document) -> PortResult<(CodeLine, Version)> {
        let stored = Stored::read(id, document)?;
        Ok((self.vault().open(id, stored.sealed()?)?, stored.version()?))
    }

    async fn store_line(&self, id: &str, line: &CodeLine, version: Version) -> PortResult<bool> {
        let sealed = self.vault().seal(id, line)?;
        if version == Version(0) {
            return self.insert(THING, PORTALS, doc! { "_id": id, "version": 1_i64, SEALED: sealed }).await;
        }
        self.set_at(THING, PORTALS, id, version, doc! { SEALED: sealed }).await
    }

    /// Reads a line, changes it and writes it back at its version; decides again when another was faster.
    async fn change_line<T: Send>(
        &self,
        address: &CodeAddress,
        change: impl Fn(&mut CodeLine) -> PortResult<T> + Send + Sync,
    ) -> PortResult<T> {
        let id = id_of(address);
        for tried in 0..CHANGES_MAX {
            breathe(tried).await;
            let (mut line, version) = match self.find(THING, PORTALS, &id).await? {
                Some(document) => self.open_line(&id, &document)?,
                None => (CodeLine::new(address.clone()), Version(0)),
            };
            let result = change(&mut line)?;
            if self.store_line(&id, &line, version).await? {
                return Ok(result);
            }
        }
        Err(too_busy(THING))
    }
}

#[async_trait]
impl CodeLines for MongoStore {
    async fn lease(
        &self,
        address: &CodeAddress,
        portal: &PortalName,
        now: Timestamp,
        until: Timestamp,
    ) -> PortResult<LeaseVerdict> {
        self.change_line(address, |line| Ok(line.lease(portal, now, until))).await
    }

    async fn ask(&self, address: &CodeAddress, portal: &PortalName, now: Timestamp) -> PortResult<CodeLine> {
        self.change_line(address, |line| {
            let asked = line.ask(portal, now);
            let lost = || PortError::conflict(format!("mailbox turn of {portal}"));
            asked.then(|| line.clone()).ok_or_else(lost)
        })
        .await
    }

    async fn answered(
        &self,
        address: &CodeAddress,
        portal: &PortalName,
        sent_at: Timestamp,
    ) -> PortResult<()> {
        self.change_line(address, |line| {
            line.answered(portal, sent_at);
            Ok(())
        })
        .await
    }

    async fn release(&self, address: &CodeAddress, portal: &PortalName) -> PortResult<()> {
        self.change_line(address, |line| {
            line.release(portal);
            Ok(())
        })
        .await
    }

    async fn lines(&self) -> PortResult<Vec<CodeLine>> {
        let range = doc! { "_id": { "$gte": "mailbox/", "$lt": "mailbox0" } };
        let portals = self.collection(PORTALS);
        let query = portals.find(range).sort(doc! { "_id": 1 });
        let open = |document: &Document| {
            let id = document.get_str("_id").unwrap_or_default();
            self.open_line(id, document).map(|(line, _)| line)
        };
        self.server().gather(THING, query, open).await
    }
}
