//! The whole service against a synthetic hospital, with real Chromium and real Tesseract.

#![expect(clippy::expect_used, reason = "a test may fail by panicking")]

#[path = "../support/houses.rs"]
mod houses;
#[path = "../support/mod.rs"]
mod support;

mod chain;
mod hospitals;
mod login;
