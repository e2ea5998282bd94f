//! Measures what is understood of packets whose truth is known: facts first, then papers from the facts, then the
//! whole path from the file to orders and findings, and the difference.
//!
//! Nothing here is shared with the extractor: no list of labels, phrases or codes. The papers stand in `houses/`, the
//! rules' outcomes are decided once more in `expect`. Read docs/evaluation.md first.

mod duplicates;
mod expect;
mod facts;
mod floor;
mod houses;
mod mtsamples;
mod packet;
mod paper;
mod read;
mod render;
mod report;
mod run;
mod score;
mod template;

pub use floor::{Floor, FloorError, below};
pub use houses::HouseError;
pub use mtsamples::mtsamples;
pub use read::PathError;
pub use report::{json, text};
pub use run::{Options, RunError, run};
pub use score::{Count, Miss, Reason, Side, Tallies};
pub use template::TemplateError;
