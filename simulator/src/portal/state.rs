//! All that changes while a portal runs, behind one lock.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use jiff::Timestamp;

use super::account::Account;
use super::session::{EndedAs, EndedBy, Ending, Session, Stage};
use super::stats::PortalStats;
use crate::faults::{ExpiryStyle, FaultPlan};
use crate::kind::HospitalKind;

/// Ended sessions are kept so that their cookie meets the right answer; this many at most.
const SESSIONS_MAX: usize = 2_000;

/// Everything that changes.
pub(crate) struct PortalState {
    kind: HospitalKind,
    pub(super) account: Account,
    pub(super) sessions: HashMap<String, Session>,
    pub(super) stats: PortalStats,
    pub(super) faults: FaultPlan,
    /// Messages somebody has opened.
    pub(super) read: BTreeSet<String>,
    /// Hospital A: "Unread only" is on for the account.
    pub(super) inbox_filter: bool,
    /// When a chart, by index, was last looked into.
    pub(super) chart_read: BTreeMap<usize, Timestamp>,
    /// Charts, by index, whose late documents and messages have come.
    pub(super) late_came: BTreeSet<usize>,
    /// What the fault plan counts.
    pub(super) numbers: Numbers,
    /// When the requests of the last minute came.
    minute: VecDeque<Timestamp>,
    /// Last authenticator-app step used.
    pub(super) totp_step: Option<u64>,
}

/// How many of each kind there have been.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    pub(super) pages: u64,
    /// Lists (hospital B) and forms (hospital A) that may have expired.
    pub(super) forms: u64,
    pub(super) documents: u64,
    pub(super) media: u64,
    pub(super) banners: u64,
    pub(super) codes: u64,
    endings: u64,
}

/// What a cookie is worth.
pub(super) enum Standing {
    /// No cookie.
    Stranger,
    /// A cookie whose session has ended.
    Ended(Ending),
    /// Underway or logged in; `seconds_left` is the life it had before this request.
    Known { key: String, stage: Stage, seconds_left: i64 },
}

impl PortalState {
    /// A fresh portal with one account.
    pub(crate) fn new(kind: HospitalKind, faults: FaultPlan) -> Self {
        Self {
            kind,
            account: Account::new(kind.user(), kind.password()),
            sessions: HashMap::new(),
            stats: PortalStats::default(),
            faults,
            read: BTreeSet::new(),
            inbox_filter: false,
            chart_read: BTreeMap::new(),
            late_came: BTreeSet::new(),
            numbers: Numbers::default(),
            minute: VecDeque::new(),
            totp_step: None,
        }
    }

    /// Counters with the live sessions as of now.
    pub(crate) fn stats(&self) -> PortalStats {
        PortalStats { sessions_live: self.live_sessions(), ..self.stats.clone() }
    }

    /// Another fault plan from now on.
    pub(crate) fn set_faults(&mut self, faults: FaultPlan) {
        self.faults = faults;
    }

    /// Ends every logged-in session in the given style, or in the fault plan's; a login under way goes on.
    pub(crate) fn expire_all(&mut self, style: Option<ExpiryStyle>) {
        self.end_all(EndedBy::Timeout, style, None);
    }

    /// Ends every logged-in session as if the account had logged in elsewhere.
    pub(crate) fn kick_all(&mut self) {
        self.end_all(EndedBy::Kick, None, None);
    }

    /// Ends every logged-in session but one: its account is used there now.
    pub(super) fn kick_others(&mut self, but: &str) {
        self.end_all(EndedBy::Kick, None, Some(but));
    }

    /// Whether another session of the account is logged in and not yet idle too long.
    pub(super) fn in_use_elsewhere(&self, key: &str, now: Timestamp) -> bool {
        self.sessions
            .iter()
            .any(|(other, session)| other != key && session.is_live() && self.seconds_left(session, now) >= 0)
    }

    /// Counts a request; returns its number.
    pub(super) fn count(&mut self, now: Timestamp) -> u64 {
        self.stats.requests += 1;
        self.minute.push_back(now);
        while self.minute.front().is_some_and(|first| now.as_second() - first.as_second() >= 60) {
            self.minute.pop_front();
        }
        self.stats.requests_per_minute_max = self.stats.requests_per_minute_max.max(self.minute.len() as u64);
        self.stats.requests
    }

    /// Looks a cookie up; an idle session ends here.
    pub(super) fn standing(&mut self, cookie: Option<&str>, now: Timestamp) -> Standing {
        let Some(key) = cookie else { return Standing::Stranger };
        let left = self.sessions.get(key).map_or(0, |session| self.seconds_left(session, now));
        if left < 0 {
            self.end(key, EndedBy::Timeout, self.faults.expiry_style);
        }
        match self.sessions.get_mut(key) {
            // A cookie from before a restart of the hospital.
            None => Standing::Ended(Ending { by: EndedBy::Timeout, shown: EndedAs::Redirect }),
            Some(Session { ended: Some(how), .. }) => Standing::Ended(*how),
            Some(session) => {
                session.last_seen = now;
                Standing::Known { key: key.to_owned(), stage: session.stage, seconds_left: left }
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

    /// Marks a session as logged in; filters somebody has left on are on again.
    pub(super) fn complete(&mut self, key: &str) {
        let (news, notes_filter) = (self.faults.whats_new, self.faults.notes_filter_left_on);
        if let Some(session) = self.sessions.get_mut(key) {
            session.stage = Stage::Ready;
            session.news_waiting = news;
            session.desk.notes_filter = notes_filter;
        }
        self.inbox_filter |= self.faults.inbox_filter_left_on;
        self.stats.logins += 1;
        self.stats.max_concurrent_sessions = self.stats.max_concurrent_sessions.max(self.live_sessions());
    }

    /// Ends one session in the fault plan's style.
    pub(super) fn expire(&mut self, key: &str) {
        self.end(key, EndedBy::Timeout, self.faults.expiry_style);
    }

    /// The number of the next banner, and whether it is the one that shows another patient.
    pub(super) fn next_banner_is_wrong(&mut self) -> bool {
        self.numbers.banners += 1;
        let wrong = self.numbers.banners == self.faults.other_banner_once;
        if wrong {
            self.stats.struck("other_banner");
        }
        wrong
    }

    fn seconds_left(&self, session: &Session, now: Timestamp) -> i64 {
        let minutes = self.faults.inactivity_minutes.unwrap_or(self.kind.inactivity_minutes());
        let idle_max = i64::try_from(minutes).unwrap_or(i64::MAX / 60).saturating_mul(60);
        idle_max - (now.as_second() - session.last_seen.as_second())
    }

    fn end_all(&mut self, by: EndedBy, style: Option<ExpiryStyle>, but: Option<&str>) {
        let style = style.unwrap_or(self.faults.expiry_style);
        let mut keys: Vec<String> = self
            .sessions
            .iter()
            .filter(|(key, session)| Some(key.as_str()) != but && session.is_live())
            .map(|(key, _)| key.clone())
            .collect();
        keys.sort();
        for key in keys {
            self.end(&key, by, style);
        }
    }

    fn end(&mut self, key: &str, by: EndedBy, style: ExpiryStyle) {
        let Some(session) = self.sessions.get_mut(key).filter(|s| s.ended.is_none()) else { return };
        let shown = match (style, self.kind) {
            (ExpiryStyle::Redirect, _) | (ExpiryStyle::Usual, HospitalKind::B) => EndedAs::Redirect,
            (ExpiryStyle::Page, _) | (ExpiryStyle::Usual, HospitalKind::A) => EndedAs::Page,
            (ExpiryStyle::Alternate, _) if self.numbers.endings.is_multiple_of(2) => EndedAs::Redirect,
            (ExpiryStyle::Alternate, _) => EndedAs::Page,
        };
        session.ended = Some(Ending { by, shown });
        self.numbers.endings += 1;
        match by {
            EndedBy::Timeout => self.stats.sessions_expired += 1,
            EndedBy::Kick => self.stats.kicks += 1,
        }
    }

    fn live_sessions(&self) -> u64 {
        self.sessions.values().filter(|s| s.is_live()).count() as u64
    }
}
