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
mod keeper;
mod last_words;
mod pipe;
mod pool;
mod ports;
mod worker;

pub use calls::PdfDocument;
pub use command::{Limits, WorkerCommand};
pub use error::{Death, PoolError};
pub use keeper::Rest;
pub use pool::{Deadlines, TELL_CAGE, WorkerPool};
