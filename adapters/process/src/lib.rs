//! Worker processes: files from outside are parsed, drawn and recognised in children with a deadline, so
//! that a file can cost at most one page's time and one child.
//!
//! `WorkerPool` keeps the children warm, sends the pages of one packet to the child that has it open, and
//! replaces a child that hangs, crashes or talks nonsense. It meets the ports `PacketAssembler` and
//! `PageReader` (see `ports`).

mod assembler;
pub mod cage;
mod calls;
mod command;
mod error;
mod fax;
mod incoming;
mod isolate;
mod keeper;
mod last_words;
mod mapping;
mod pipe;
mod pool;
mod ports;
mod shared;
mod upright;
mod worker;

pub use calls::PdfDocument;
pub use command::{Limits, WorkerCommand};
pub use error::{Death, PoolError};
pub use keeper::Rest;
pub use pool::{Deadlines, TELL_CAGE, WorkerPool};

/// The frames of a worker's standard input, large files included, for workers that are not quite the real one.
pub fn frames() -> documents::worker::Frames {
    incoming::frames()
}

/// Serves as a worker without a cage around it, for measurements by hand.
///
/// # Errors
/// The line does not carry frames.
pub fn serve_uncaged(tessdata: Option<std::path::PathBuf>) -> std::io::Result<()> {
    documents::worker::run(tessdata, None, frames())
}
