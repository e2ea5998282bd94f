//! Faults in front of caches, blobs, the mailbox, the ledger and destinations.

use super::Faulty;
use async_trait::async_trait;
use bytes::Bytes;
use domain::ids::{BlobRef, DestinationName, Generation, PacketId, PortalName};
use domain::mfa::CodeLine;
use domain::ocr_pool::PageText;
use domain::ports::{
    AttemptEnd, BlobClass, BlobStore, CodeAddress, CodeEntry, CodeLines, CodeMailbox, CodeWindow,
    Destination, Evidence, EvidenceLine, EvidenceStore, LeaseVerdict, MailNotice, PagePicture, PageStore,
    PortResult, PortalLedger, StepCache, StepKey, TakeVerdict, WaitingCodes,
};
use domain::redacted::Redacted;
use domain::router::{Delivery, DeliveryKey, Receipt};
use domain::session::{LedgerEntry, OperatorHold, PortalKick};
use jiff::{SignedDuration, Timestamp};

#[async_trait]
impl<P: StepCache + ?Sized> StepCache for Faulty<P> {
    async fn get(&self, key: &StepKey, now: Timestamp) -> PortResult<Option<Bytes>> {
        self.call("step cache", "get", self.inner.get(key, now)).await
    }

    async fn put(&self, key: &StepKey, value: Bytes, expires_at: Timestamp) -> PortResult<()> {
        self.call("step cache", "put", self.inner.put(key, value, expires_at)).await
    }

    async fn swap(
        &self,
        key: &StepKey,
        expected: Option<&Bytes>,
        value: Bytes,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> PortResult<bool> {
        self.call("step cache", "swap", self.inner.swap(key, expected, value, expires_at, now)).await
    }

    async fn purge(&self, now: Timestamp) -> PortResult<u64> {
        self.call("step cache", "purge", self.inner.purge(now)).await
    }

    async fn trim_recognitions(&self, keep: u64) -> PortResult<u64> {
        self.call("step cache", "trim_recognitions", self.inner.trim_recognitions(keep)).await
    }
}

#[async_trait]
impl<P: EvidenceStore + ?Sized> EvidenceStore for Faulty<P> {
    async fn keep(&self, evidence: &Evidence) -> PortResult<String> {
        self.call("evidence", "keep", self.inner.keep(evidence)).await
    }

    async fn list(&self, portal: Option<&PortalName>) -> PortResult<Vec<EvidenceLine>> {
        self.call("evidence", "list", self.inner.list(portal)).await
    }

    async fn get(&self, id: &str) -> PortResult<Option<PagePicture>> {
        self.call("evidence", "get", self.inner.get(id)).await
    }

    async fn purge(&self, before: Timestamp) -> PortResult<u64> {
        self.call("evidence", "purge", self.inner.purge(before)).await
    }
}

#[async_trait]
impl<P: PageStore + ?Sized> PageStore for Faulty<P> {
    async fn put(&self, packet: &PacketId, page: &PageText) -> PortResult<()> {
        self.call("page store", "put", self.inner.put(packet, page)).await
    }

    async fn numbers(&self, packet: &PacketId) -> PortResult<Vec<u32>> {
        self.call("page store", "numbers", self.inner.numbers(packet)).await
    }

    async fn all(&self, packet: &PacketId) -> PortResult<Vec<PageText>> {
        self.call("page store", "all", self.inner.all(packet)).await
    }
}

#[async_trait]
impl<P: BlobStore + ?Sized> BlobStore for Faulty<P> {
    async fn put(&self, class: BlobClass, bytes: Bytes) -> PortResult<BlobRef> {
        self.call("blob store", "put", self.inner.put(class, bytes)).await
    }

    async fn get(&self, blob: &BlobRef) -> PortResult<Bytes> {
        self.call("blob store", "get", self.inner.get(blob)).await
    }

    async fn contains(&self, blob: &BlobRef) -> PortResult<bool> {
        self.call("blob store", "contains", self.inner.contains(blob)).await
    }

    async fn link(&self, blob: &BlobRef, valid_for: SignedDuration) -> PortResult<Option<String>> {
        self.call("blob store", "link", self.inner.link(blob, valid_for)).await
    }
}

#[async_trait]
impl<P: CodeMailbox + ?Sized> CodeMailbox for Faulty<P> {
    async fn seen(&self, id: &str) -> PortResult<bool> {
        self.call("code mailbox", "seen", self.inner.seen(id)).await
    }

    async fn mark_seen(&self, id: &str, now: Timestamp) -> PortResult<()> {
        self.call("code mailbox", "mark_seen", self.inner.mark_seen(id, now)).await
    }

    async fn offer(&self, entry: &CodeEntry) -> PortResult<bool> {
        self.call("code mailbox", "offer", self.inner.offer(entry)).await
    }

    async fn waiting(&self, window: &CodeWindow) -> PortResult<WaitingCodes> {
        self.call("code mailbox", "waiting", self.inner.waiting(window)).await
    }

    async fn take(&self, window: &CodeWindow) -> PortResult<TakeVerdict> {
        self.call("code mailbox", "take", self.inner.take(window)).await
    }

    async fn void(&self, address: &CodeAddress) -> PortResult<()> {
        self.call("code mailbox", "void", self.inner.void(address)).await
    }

    async fn announce(&self, notice: &MailNotice) -> PortResult<bool> {
        self.call("code mailbox", "announce", self.inner.announce(notice)).await
    }

    async fn notices(&self) -> PortResult<Vec<MailNotice>> {
        self.call("code mailbox", "notices", self.inner.notices()).await
    }

    async fn dismiss(&self, id: &str) -> PortResult<bool> {
        self.call("code mailbox", "dismiss", self.inner.dismiss(id)).await
    }
}

#[async_trait]
impl<P: PortalLedger + ?Sized> PortalLedger for Faulty<P> {
    async fn entry(&self, portal: &PortalName) -> PortResult<LedgerEntry> {
        self.call("portal ledger", "entry", self.inner.entry(portal)).await
    }

    async fn begin_attempt(&self, portal: &PortalName, credential: &str, now: Timestamp) -> PortResult<()> {
        self.call("portal ledger", "begin_attempt", self.inner.begin_attempt(portal, credential, now)).await
    }

    async fn end_attempt(
        &self,
        portal: &PortalName,
        credential: &str,
        end: AttemptEnd,
        now: Timestamp,
    ) -> PortResult<()> {
        self.call("portal ledger", "end_attempt", self.inner.end_attempt(portal, credential, end, now)).await
    }

    async fn next_generation(&self, portal: &PortalName) -> PortResult<Generation> {
        self.call("portal ledger", "next_generation", self.inner.next_generation(portal)).await
    }

    async fn save_cookies(&self, portal: &PortalName, cookies: Option<Redacted<String>>) -> PortResult<()> {
        self.call("portal ledger", "save_cookies", self.inner.save_cookies(portal, cookies)).await
    }

    async fn hold(&self, portal: &PortalName, hold: Option<OperatorHold>) -> PortResult<()> {
        self.call("portal ledger", "hold", self.inner.hold(portal, hold)).await
    }

    async fn kicked(
        &self,
        portal: &PortalName,
        kick: PortalKick,
        kicks_max: usize,
    ) -> PortResult<LedgerEntry> {
        self.call("portal ledger", "kicked", self.inner.kicked(portal, kick, kicks_max)).await
    }

    async fn unlock(&self, portal: &PortalName) -> PortResult<()> {
        self.call("portal ledger", "unlock", self.inner.unlock(portal)).await
    }
}

#[async_trait]
impl<P: CodeLines + ?Sized> CodeLines for Faulty<P> {
    async fn lease(
        &self,
        address: &CodeAddress,
        portal: &PortalName,
        now: Timestamp,
        until: Timestamp,
    ) -> PortResult<LeaseVerdict> {
        self.call("code lines", "lease", self.inner.lease(address, portal, now, until)).await
    }

    async fn ask(&self, address: &CodeAddress, portal: &PortalName, now: Timestamp) -> PortResult<CodeLine> {
        self.call("code lines", "ask", self.inner.ask(address, portal, now)).await
    }

    async fn answered(
        &self,
        address: &CodeAddress,
        portal: &PortalName,
        sent_at: Timestamp,
    ) -> PortResult<()> {
        self.call("code lines", "answered", self.inner.answered(address, portal, sent_at)).await
    }

    async fn release(&self, address: &CodeAddress, portal: &PortalName) -> PortResult<()> {
        self.call("code lines", "release", self.inner.release(address, portal)).await
    }

    async fn lines(&self) -> PortResult<Vec<CodeLine>> {
        self.call("code lines", "lines", self.inner.lines()).await
    }
}

#[async_trait]
impl<P: Destination + ?Sized> Destination for Faulty<P> {
    fn name(&self) -> &DestinationName {
        self.inner.name()
    }

    async fn deliver(&self, delivery: &Delivery, now: Timestamp) -> PortResult<Receipt> {
        self.call("destination", "deliver", self.inner.deliver(delivery, now)).await
    }

    async fn find(&self, key: &DeliveryKey) -> PortResult<Option<Receipt>> {
        self.call("destination", "find", self.inner.find(key)).await
    }
}
