//! The adapter against a server that plays everything servers do.

#![expect(clippy::expect_used, reason = "what the scripted server cannot do fails the test")]

mod contract_suite;
mod manners;
mod server;
