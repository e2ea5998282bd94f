//! What a portal counted, for proofs about its visitors.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Counters since the start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PortalStats {
    /// Requests to the portal (not to `/_sim`).
    pub requests: u64,
    /// Most requests within any sixty seconds.
    pub requests_per_minute_max: u64,
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
    /// Sessions ended by a login elsewhere, real or pretended.
    pub kicks: u64,
    /// Charts opened, by medical record number.
    pub charts_opened: BTreeMap<String, u64>,
    /// Break-the-Glass questions shown.
    pub btg_shown: u64,
    /// Break-the-Glass questions answered: none may ever be.
    pub btg_answered: u64,
    /// Whole documents served, by id; of a document in parts, each part counts.
    pub documents_served: BTreeMap<String, u64>,
    /// Downloads that broke off or held no document, by id.
    pub documents_truncated: BTreeMap<String, u64>,
    /// Requests for documents of another patient, or of none.
    pub documents_refused: u64,
    /// Documents of another patient than the one asked about (hospital A's current patient had changed).
    pub wrong_patient_served: u64,
    /// 502 answers.
    pub bad_gateways: u64,
    /// Faults that struck, by name.
    pub faults: BTreeMap<String, u64>,
    /// POST requests without the right CSRF token.
    pub csrf_refused: u64,
    /// Forms of pages that had expired.
    pub stale_pages: u64,
    /// Messages marked done, by message id.
    pub done: BTreeSet<String>,
}

impl PortalStats {
    /// Counters of several portals together: sums, and the largest of the highest values.
    pub fn merged(all: impl IntoIterator<Item = PortalStats>) -> PortalStats {
        all.into_iter().fold(PortalStats::default(), |mut sum, one| {
            sum.requests += one.requests;
            sum.requests_per_minute_max = sum.requests_per_minute_max.max(one.requests_per_minute_max);
            sum.logins += one.logins;
            sum.password_submissions += one.password_submissions;
            sum.passwords_wrong += one.passwords_wrong;
            sum.terms_accepted += one.terms_accepted;
            sum.codes_sent += one.codes_sent;
            sum.codes_wrong += one.codes_wrong;
            sum.sessions_live += one.sessions_live;
            sum.max_concurrent_sessions = sum.max_concurrent_sessions.max(one.max_concurrent_sessions);
            sum.sessions_expired += one.sessions_expired;
            sum.kicks += one.kicks;
            add(&mut sum.charts_opened, one.charts_opened);
            sum.btg_shown += one.btg_shown;
            sum.btg_answered += one.btg_answered;
            add(&mut sum.documents_served, one.documents_served);
            add(&mut sum.documents_truncated, one.documents_truncated);
            sum.documents_refused += one.documents_refused;
            sum.wrong_patient_served += one.wrong_patient_served;
            sum.bad_gateways += one.bad_gateways;
            add(&mut sum.faults, one.faults);
            sum.csrf_refused += one.csrf_refused;
            sum.stale_pages += one.stale_pages;
            sum.done.extend(one.done);
            sum
        })
    }

    /// Counts a fault that struck.
    pub(super) fn struck(&mut self, fault: &str) {
        *self.faults.entry(fault.to_owned()).or_default() += 1;
    }
}

fn add(sum: &mut BTreeMap<String, u64>, one: BTreeMap<String, u64>) {
    for (key, count) in one {
        *sum.entry(key).or_default() += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_two_portals_add_up_and_high_marks_do_not() {
        let a = PortalStats { logins: 1, requests_per_minute_max: 40, ..PortalStats::default() };
        let mut b = PortalStats { logins: 2, requests_per_minute_max: 30, ..PortalStats::default() };
        b.struck("reset");
        let sum = PortalStats::merged([a, b]);
        assert_eq!((sum.logins, sum.requests_per_minute_max), (3, 40));
        assert_eq!(sum.faults["reset"], 1);
    }
}
