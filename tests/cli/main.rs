//! The command line from outside: exit codes, answers, and what never stands in them.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so by panicking")]

mod auditing;
mod configuration;
mod holding;
mod keys;
mod letters;
mod listing;
mod mails;
mod pdfs;
mod program;
mod reading;
mod records;
mod rules;
mod simulating;
mod usage;
