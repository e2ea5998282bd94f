//! The verbs, one a file. Each takes the context and its arguments, and ends with an exit or a failure.

pub mod audit;
pub mod check;
pub mod demo;
pub mod evidence;
pub mod keys;
pub mod mail;
pub mod migrate;
pub mod notices;
pub mod orders;
mod patient_search;
pub mod portal;
pub mod read;
pub mod rules;
pub mod run;
pub mod schema;
pub mod simulate;
mod spending;
mod tables;
pub mod worker;
