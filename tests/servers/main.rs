//! The whole service on real servers: MongoDB's protocol, SQS, S3. Run by `make test-services`, which starts them;
//! where one is missing, every test here fails.

#![expect(clippy::expect_used, reason = "a test may fail by panicking")]

#[path = "../support/health.rs"]
mod health;
#[path = "../support/mod.rs"]
mod support;

mod back_ends;
mod chain;
mod faults;
mod mail;
mod outage;
