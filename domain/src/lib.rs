//! Vocabulary, pure decisions and ports of epic-connector.
//!
//! Nothing here performs I/O, reads a clock or rolls dice: time and randomness are arguments, and the
//! outside world is a trait in [`ports`]. A slice has the same file name here, in `actors` and in the tests.

pub mod audit;
pub mod cookies;
pub mod drift;
pub mod fax;
pub mod held;
pub mod ids;
pub mod inbox;
pub mod keys;
pub mod login;
pub mod mfa;
pub mod model;
pub mod ocr_pool;
pub mod parser;
pub mod patient;
pub mod patient_scraper;
pub mod ports;
pub mod profile;
pub mod reassembly;
pub mod recovery;
pub mod redacted;
pub mod request;
pub mod retry;
pub mod router;
pub mod search;
pub mod session;
pub mod vault;
pub mod work;
