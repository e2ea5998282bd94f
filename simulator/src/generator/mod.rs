//! Makes the whole hospital out of a seed: stories, people, charts, messages and the truth.
//!
//! Nothing here reads a clock: dates hang on the given `today`. The same seed, day and number of
//! patients give the same hospital, byte for byte.

mod cast;
mod clinical;
mod course;
mod days;
mod distractors;
mod documents;
mod expectation;
mod hospital;
mod identifiers;
mod message_texts;
mod messages;
mod names;
mod order;
mod people;
mod serial;
mod sleep;
mod story;
mod story_table;

pub(crate) use days::{date_text, moment_text};
pub(crate) use hospital::{Hospital, HospitalPlan};
pub(crate) use identifiers::dashed_mbi;
pub(crate) use messages::Message;
pub use story::Story;

#[cfg(test)]
mod tests;
