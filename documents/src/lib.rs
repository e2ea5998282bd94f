//! From bytes to words: one PDF out of many files, pictures of its pages, the words on them with their
//! places, and the PDF made searchable.
//!
//! Everything here is synchronous and CPU only, knows no other crate of ours, and is meant to run inside a
//! worker process (`worker::run`), because the files come from outside and parsers are where they hurt.
//! Read in this order: `kind` (what is it), `convert` (pages of it), `repair` (what can be saved of it),
//! `assemble` (one packet), `read` (words),
//! `searchable` (words back into the packet), then `protocol`, `frame` and `worker` (the same calls over a
//! pipe).

pub mod assemble;
pub mod convert;
pub mod fax_variant;
mod file_form;
pub mod frame;
pub mod kind;
mod open;
pub mod packed_words;
pub mod page_key;
pub mod picture;
mod pieces;
pub mod protocol;
pub mod read;
pub mod repair;
pub mod searchable;
mod session;
mod shield;
pub mod unseen;
pub mod worker;

pub use open::{OpenDocument, OpenError};
pub use pieces::Pieces;
