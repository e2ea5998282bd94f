//! Ports: what the actors need of the outside world, one trait a file, each with its contract as numbered
//! clauses. The suites in `domain/contract` hold every adapter to them.

mod audit;
mod back_end;
mod blobs;
mod clock;
mod code_lines;
mod destination;
mod documents;
mod drawing;
mod error;
mod evidence;
mod fax;
mod keys;
mod ledger;
mod login;
mod mailbox;
mod model;
mod pages;
mod portal;
mod queue;
mod sealer;
mod shell;
mod step_cache;
mod stores;

pub use audit::AuditLog;
pub use back_end::BackEnd;
pub use blobs::{BlobClass, BlobStore};
pub use clock::Clock;
pub use code_lines::{CodeLines, LeaseVerdict, YourTurn};
pub use destination::Destination;
pub use documents::{
    AssembledPage, AssembledPdf, FragmentBytes, FragmentNote, HtmlPrinter, PacketAssembler, PacketHead,
    PacketPdf, PageReader,
};
pub use drawing::{DrawnPart, DrawnQuestion, PageDrawer};
pub use error::{ErrorClass, PortError, PortResult};
pub use evidence::{EVIDENCE_MAX, Evidence, EvidenceLine, EvidenceStore};
pub use fax::{FaxFiles, FaxMade, FaxMaker, FaxQueue, FaxRecord, FaxWanted};
pub use keys::KeyWrapper;
pub use ledger::{AttemptEnd, PortalLedger};
pub use login::{
    FrameQuestion, FrameView, Locator, LoginAct, LoginBrowser, LoginSecret, PagePicture, PageSnapshot,
    SnapshotField,
};
pub use mailbox::{
    CodeAddress, CodeEntry, CodeMailbox, CodeWindow, MailNotice, NoticeKind, TakeVerdict, WaitingCodes,
};
pub use model::{LanguageModel, ModelError, ModelFailure, ModelIdentity, ModelReply};
pub use pages::PageStore;
pub use portal::{
    ChartList, FetchedDocument, FetchedFile, OpenChart, PortalEntrance, PortalError, PortalSession, Refusal,
};
pub use queue::{QueueDepth, WorkQueue, check_delay};
pub use sealer::Sealer;
pub use shell::{PortalShell, Recordings, ShellPage};
pub use step_cache::{RECOGNITIONS, SpendingOf, StepCache, StepKey};
pub use stores::{
    DeliveryStore, OrderStore, RequestCount, RequestFilter, RequestPlace, RequestStore, SignatureStore,
    Version, Versioned,
};
