//! The crate from outside: files in, packets, words and pictures out. All inputs are made here.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so by panicking")]

mod assembly;
mod faults;
mod fax;
mod files;
mod inputs_forms;
mod inputs_notes;
mod inputs_pictures;
mod inputs_tiff;
mod looks;
mod mends;
mod packets;
mod page_keys;
mod postures;
mod reading;
mod searchable;
mod tiff_writer;
mod unseen;
mod worker;
