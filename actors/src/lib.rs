//! The actors: one a file, each a thin shell around decisions made in `domain` and `understanding`.
//!
//! Stages never hold each other's references: they meet in the durable queues. What all stages share (lease,
//! skip, perform, commit, settle) is written once, in [`stage`].

pub mod audit;
pub mod canary;
pub mod environment;
pub mod inbox;
pub mod mail_intake;
pub mod metrics;
pub mod nudges;
pub mod ocr_pool;
pub mod outages;
pub mod owned_task;
pub mod parser;
pub mod patient_scraper;
mod pull;
pub mod reassembly;
pub mod recovery;
pub mod router;
pub mod scraper_dispatch;
pub mod session;
pub mod stage;
pub mod stage_actor;
pub mod trace;
