//! Makes the whole hospital out of a seed: stories, people, charts, messages and the truth.
//!
//! Nothing here reads a clock: dates hang on the given `today`. The same seed, day and number of
//! patients give the same hospital, byte for byte.

mod clinical;
mod days;
mod documents;
mod expectation;
mod hospital;
mod identifiers;
mod messages;
mod names;
mod order;
mod people;
mod serial;
mod story;

pub(crate) use days::{date_text, moment_text};
pub(crate) use hospital::{Hospital, HospitalPlan};
pub(crate) use identifiers::dashed_mbi;
pub(crate) use messages::Message;
pub use story::Story;
