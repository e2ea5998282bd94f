//! All that changes while the portal runs, behind one lock.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::account::Account;
use super::session::{EndedAs, Session, Stage};
use super::stats::PortalStats;
use crate::faults::{ExpiryStyle, FaultPlan};

/// Ended sessions are kept so that their cookie meets the right answer; this many at most.
const SESSIONS_MAX: usize = 2_000;

/// Everything that changes.
pub(crate) struct PortalState {
    pub(super) account: Account,
    pub(super) sessions: HashMap<String, Session>,
    pub(super) stats: PortalStats,
    pub(super) faults: FaultPlan,
    /// Messages somebody has opened.
    pub(super) read: BTreeSet<String>,
    /// Requests that may meet a 502, counted for the fault plan.
    pub(super) faultable: u64,
    /// Downloads, counted for the fault plan.
    pub(super) downloads: u64,
    /// Sessions ended so far, for alternating styles.
    endings: u64,
    /// Last authenticator-app step used.
    pub(super) totp_step: Option<u64>,
}

/// What a cookie is worth.
pub(super) enum Standing {
    /// No cookie.
    Stranger,
    /// A cookie whose session has ended.
    Ended(EndedAs),
    /// Underway or logged in.
    Known { key: String, stage: Stage },
}

impl PortalState {
    /// A fresh portal with one account.
    pub(crate) fn new(user: &str, password: &str, faults: FaultPlan) -> Self {
        Self {
            account: Account::new(user, password),
            sessions: HashMap::new(),
            stats: PortalStats::default(),
            faults,
            read: BTreeSet::new(),
            faultable: 0,
            downloads: 0,
            endings: 0,
            totp_step: None,
        }
    }

    /// Counters with the live sessions as of now.
    pub(crate) fn stats(&self) -> PortalStats {
        PortalStats { sessions_live: self.live_sessions(), ..self.stats.clone() }
    }

    /// Ends every session in the given style, or in the fault plan's.
    pub(crate) fn expire_all(&mut self, style: Option<ExpiryStyle>) {
        let style = style.unwrap_or(self.faults.expiry_style);
        let mut keys: Vec<String> = self.sessions.keys().cloned().collect();
        keys.sort();
        for key in keys {
            self.end(&key, style);
        }
    }

    /// Looks a cookie up; an idle session ends here.
    pub(super) fn standing(&mut self, cookie: Option<&str>, now: Timestamp) -> Standing {
        let Some(key) = cookie else { return Standing::Stranger };
        let idle_max =
            i64::try_from(self.faults.inactivity_minutes).unwrap_or(i64::MAX / 60).saturating_mul(60);
        let idle = self
            .sessions
            .get(key)
            .is_some_and(|s| s.ended.is_none() && now.as_second() - s.last_seen.as_second() > idle_max);
        if idle {
            self.end(key, self.faults.expiry_style);
        }
        match self.sessions.get_mut(key) {
            // A cookie from before a restart of the hospital.
            None => Standing::Ended(EndedAs::Redirect),
            Some(Session { ended: Some(how), .. }) => Standing::Ended(*how),
            Some(session) => {
                session.last_seen = now;
                Standing::Known { key: key.to_owned(), stage: session.stage }
            }
        }
    }

    /// Takes a new session in under its key.
    pub(super) fn admit(&mut self, key: String, session: Session) {
        if self.sessions.len() >= SESSIONS_MAX {
            self.sessions.retain(|_, s| s.ended.is_none());
        }
        self.sessions.insert(key, session);
    }

    /// Marks a session as logged in.
    pub(super) fn complete(&mut self, key: &str) {
        if let Some(session) = self.sessions.get_mut(key) {
            session.stage = Stage::Ready;
        }
        self.stats.logins += 1;
        self.stats.max_concurrent_sessions = self.stats.max_concurrent_sessions.max(self.live_sessions());
    }

    fn end(&mut self, key: &str, style: ExpiryStyle) {
        let Some(session) = self.sessions.get_mut(key).filter(|s| s.ended.is_none()) else { return };
        let how = match style {
            ExpiryStyle::Redirect => EndedAs::Redirect,
            ExpiryStyle::Page => EndedAs::LoginPage,
            ExpiryStyle::Alternate if self.endings.is_multiple_of(2) => EndedAs::Redirect,
            ExpiryStyle::Alternate => EndedAs::LoginPage,
        };
        session.ended = Some(how);
        self.endings += 1;
        self.stats.sessions_expired += 1;
    }

    fn live_sessions(&self) -> u64 {
        self.sessions.values().filter(|s| s.is_live()).count() as u64
    }
}
