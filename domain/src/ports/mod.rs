//! Ports: what the actors need of the outside world, one trait a file, each with its contract as numbered
//! clauses. The suites in `domain/contract` hold every adapter to them.

mod audit;
mod back_end;
mod blobs;
mod clock;
mod destination;
mod documents;
mod error;
mod keys;
mod ledger;
mod mailbox;
mod pages;
mod portal;
mod queue;
mod sealer;
mod step_cache;
mod stores;

pub use audit::AuditLog;
pub use back_end::BackEnd;
pub use blobs::{BlobClass, BlobStore};
pub use clock::Clock;
pub use destination::Destination;
pub use documents::{AssembledPdf, FragmentBytes, HtmlPrinter, PacketAssembler, PacketPdf, PageReader};
pub use error::{ErrorClass, PortError, PortResult};
pub use keys::KeyWrapper;
pub use ledger::{AttemptEnd, PortalLedger};
pub use mailbox::{CodeAddress, CodeEntry, CodeMailbox, CodeWindow, MailNotice, NoticeKind, TakeVerdict};
pub use pages::PageStore;
pub use portal::{
    FetchedDocument, LoginAct, LoginBrowser, LoginSecret, OpenChart, PageSnapshot, PortalEntrance,
    PortalError, PortalSession, SectionPage, SnapshotField,
};
pub use queue::{QueueDepth, WorkQueue, check_delay};
pub use sealer::Sealer;
pub use step_cache::{StepCache, StepKey};
pub use stores::{
    DeliveryStore, OrderStore, RequestCount, RequestFilter, RequestPlace, RequestStore, SignatureStore,
    Version, Versioned,
};
