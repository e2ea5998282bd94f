//! The difference between what a packet says and what was understood of it.

mod agree;
mod classes;
mod fields;
mod names;
mod orders;
mod rules;
mod tally;

pub(crate) use classes::{class_name, score_classes};
pub(crate) use fields::{Scored, score_fields};
pub(crate) use names::{Group, field_of};
pub(crate) use orders::score_orders;
pub(crate) use rules::score_rules;
pub use tally::{Count, Miss, Reason, Side, Tallies};
