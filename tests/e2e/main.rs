//! The whole service against a synthetic hospital, with real Chromium and real Tesseract.

#[path = "../support/mod.rs"]
mod support;

mod chain;
mod login;
