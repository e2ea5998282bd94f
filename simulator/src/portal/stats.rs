//! What the portal counted, for proofs about its visitors.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Counters since the start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PortalStats {
    /// Requests to the portal (not to `/_sim`).
    pub requests: u64,
    /// Logins that reached the home page.
    pub logins: u64,
    /// Login forms submitted.
    pub password_submissions: u64,
    /// Login forms with a wrong user id or password.
    pub passwords_wrong: u64,
    /// Times the terms were accepted.
    pub terms_accepted: u64,
    /// Codes mailed.
    pub codes_sent: u64,
    /// Wrong, void or expired codes entered.
    pub codes_wrong: u64,
    /// Sessions logged in and alive now.
    pub sessions_live: u64,
    /// Most of them at any one time.
    pub max_concurrent_sessions: u64,
    /// Sessions ended by inactivity or on demand.
    pub sessions_expired: u64,
    /// Charts opened, by medical record number.
    pub charts_opened: BTreeMap<String, u64>,
    /// Whole documents served, by id.
    pub documents_served: BTreeMap<String, u64>,
    /// Downloads that broke off, by id.
    pub documents_truncated: BTreeMap<String, u64>,
    /// Requests for documents of another patient, or of none.
    pub documents_refused: u64,
    /// 502 answers.
    pub bad_gateways: u64,
    /// POST requests without the right CSRF token.
    pub csrf_refused: u64,
    /// Messages marked done, by message id.
    pub done: BTreeSet<String>,
}
