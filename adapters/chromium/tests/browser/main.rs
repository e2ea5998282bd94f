//! Proofs with a real Chromium against small pages of our own. They fail where Chromium is not installed.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod draw;
mod ends;
mod fake;
mod frames;
mod login;
mod print;
mod support;
