//! One session: how far the login got, the code awaited, the open chart. Pure: time is an argument.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::desk::Desk;

/// Seconds a code is good for.
const CODE_SECONDS: i64 = 600;
/// Wrong codes after which the login starts again.
const WRONG_CODES_MAX: u32 = 3;

/// How far a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// The user id is known (hospital A asks for it alone).
    AwaitingPassword,
    AwaitingNewPassword,
    AwaitingTerms,
    /// The account is in use elsewhere (hospital A).
    AwaitingTakeover,
    AwaitingCode,
    /// A department is to be chosen (hospital A).
    AwaitingSite,
    /// News are to be closed (hospital A; B lays them over the shell).
    AwaitingNewsClosed,
    Ready,
}

/// How an ended session answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EndedAs {
    Redirect,
    Page,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EndedBy {
    /// Inactivity, or on demand.
    Timeout,
    /// A login of the same account elsewhere.
    Kick,
}

/// The end of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) by: EndedBy,
    pub(super) shown: EndedAs,
}

/// What came of an entered code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CodeVerdict {
    Right,
    Wrong,
    TooMany,
}

/// A code on its way.
#[derive(Clone)]
struct IssuedCode {
    code: String,
    issued: Timestamp,
}

/// One browser's session.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) stage: Stage,
    /// User id as entered, between the two steps of hospital A.
    pub(super) user: String,
    pub(super) csrf: String,
    pub(super) last_seen: Timestamp,
    /// Index of the open chart (hospital A: every page is of this one).
    pub(super) chart: Option<usize>,
    /// Indexes of the charts opened so far (hospital B: every list says whose it is to be).
    pub(super) opened: BTreeSet<usize>,
    /// The "what's new" page of the shell (B) or the chart (A) is still to be shown.
    pub(super) news_waiting: bool,
    /// What hospital A keeps on its server for the session.
    pub(super) desk: Desk,
    /// `Some` once it has ended.
    pub(super) ended: Option<Ending>,
    code: Option<IssuedCode>,
    wrong_codes: u32,
}

impl Session {
    /// A session at a stage of the login.
    pub(super) fn new(stage: Stage, csrf: String, now: Timestamp) -> Self {
        Self {
            stage,
            user: String::new(),
            csrf,
            last_seen: now,
            chart: None,
            opened: BTreeSet::new(),
            news_waiting: false,
            desk: Desk::default(),
            ended: None,
            code: None,
            wrong_codes: 0,
        }
    }

    /// Logged in and alive.
    pub(super) fn is_live(&self) -> bool {
        self.ended.is_none() && self.stage == Stage::Ready
    }

    /// Remembers the newest code; older ones are void from now on.
    pub(super) fn issue(&mut self, code: String, now: Timestamp) {
        self.code = Some(IssuedCode { code, issued: now });
    }

    /// Judges a mailed code; a right one is used up.
    pub(super) fn enter_mailed(&mut self, entered: &str, now: Timestamp) -> CodeVerdict {
        let right = self.code.as_ref().is_some_and(|issued| {
            issued.code == entered.trim() && now.as_second() - issued.issued.as_second() <= CODE_SECONDS
        });
        self.enter(right)
    }

    /// Counts a code judged right or wrong.
    pub(super) fn enter(&mut self, right: bool) -> CodeVerdict {
        if right {
            self.code = None;
            return CodeVerdict::Right;
        }
        self.wrong_codes += 1;
        if self.wrong_codes >= WRONG_CODES_MAX { CodeVerdict::TooMany } else { CodeVerdict::Wrong }
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    fn session() -> (Session, Timestamp) {
        let now: Timestamp = "2026-11-20T14:00:00Z".parse().unwrap();
        (Session::new(Stage::AwaitingCode, "t".into(), now), now)
    }

    #[test]
    fn a_code_works_once_and_only_the_newest() {
        let (mut session, now) = session();
        session.issue("111111".into(), now);
        session.issue("222222".into(), now);
        assert_eq!(session.enter_mailed("111111", now), CodeVerdict::Wrong);
        assert_eq!(session.enter_mailed(" 222222 ", now), CodeVerdict::Right);
        assert_eq!(session.enter_mailed("222222", now), CodeVerdict::Wrong);
    }

    #[test]
    fn a_code_dies_after_ten_minutes() {
        let (mut session, now) = session();
        session.issue("111111".into(), now);
        assert_eq!(session.enter_mailed("111111", now + 601.seconds()), CodeVerdict::Wrong);
        assert_eq!(session.enter_mailed("111111", now + 600.seconds()), CodeVerdict::Right);
    }

    #[test]
    fn the_third_wrong_code_is_too_many() {
        let (mut session, now) = session();
        session.issue("111111".into(), now);
        let verdicts = ["1", "2", "3"].map(|code| session.enter_mailed(code, now));
        assert_eq!(verdicts, [CodeVerdict::Wrong, CodeVerdict::Wrong, CodeVerdict::TooMany]);
    }
}
