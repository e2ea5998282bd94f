//! The truth of a packet, made before any paper: facts by name, lists of them, and what a value is.

mod case;
mod order;
mod people;
mod sleep;
mod value;

pub(crate) use case::{Case, Kind, case};
pub(crate) use value::{Facts, Name, Value};
