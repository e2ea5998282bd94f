//! Two synthetic hospitals: "hospital-a", St. Clement's, and "hospital-b", Riverside.
//!
//! Each has a portal of its own style (login with a mailed code, In Basket, charts, documents),
//! patients with charts in varied wording and layout, and there is the truth about all of them. Codes
//! go to one mailbox. It depends on nothing of the connector, so that the two cannot share a mistake.
//!
//! [`Simulator::start`] writes into its output folder:
//! - `connector.toml`: a configuration that points at the hospitals that run,
//! - `hospital-a.password`, `hospital-b.password` (mode 0600): the accounts' passwords,
//! - `truth.json`: what must become of each message ([`Truth`]),
//! - `mail/`: raw mails with verification codes, as they are sent.
//!
//! Beside each portal, `/_sim` lets other processes end sessions, set faults ([`FaultPlan`]) and read
//! the counts ([`PortalStats`]).
//!
//! Same seed, day and number of patients: same charts, same document bytes, same truth. Only session
//! keys, codes and mail names differ from run to run, as a second run must not look like a replay.

mod chart;
mod clock;
mod compose;
mod config;
mod dice;
mod error;
mod faults;
mod generator;
mod kind;
mod layout;
mod library;
mod mail;
mod portal;
mod server;
mod totp;
mod truth;

pub use error::SimulatorError;
pub use faults::{ExpiryStyle, FaultPlan};
pub use kind::HospitalKind;
pub use portal::PortalStats;
pub use server::{Simulator, SimulatorOptions};
pub use truth::{
    DocumentClass, DocumentTruth, Expectation, ExpectedOutcome, Format, MessageTruth, PatientTruth, Section,
    Story, Truth,
};
