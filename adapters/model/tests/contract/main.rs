//! The adapter against a server that plays everything servers do.

mod contract_suite;
mod manners;
mod server;
