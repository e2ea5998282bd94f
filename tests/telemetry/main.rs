//! What leaves the process, and what the collector lets pass.

#![expect(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod collector;
mod export;
