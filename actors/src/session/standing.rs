//! What people, permission, kicks and the time of day mean for the stay: looked up in the ledger, decided in
//! `domain`, and obeyed here.

use super::{ORDERS_POLL, SessionMsg, SessionState, WRITE_AGAIN, after};
use crate::owned_task::OwnedTask;
use domain::ports::{PortResult, PortalSession};
use domain::session::{Hold, HoldKind, LedgerEntry, SessionStatus, Standing};
use ractor::ActorRef;
use std::time::Duration;
use tokio::time::Instant;

/// The shortest pause between two looks into the ledger.
const LOOK_PAUSE: Duration = Duration::from_millis(50);

impl SessionState {
    /// Looks into the ledger, unless a look is under way.
    pub(super) fn look(&mut self, myself: ActorRef<SessionMsg>) {
        if self.looking.as_ref().is_some_and(|look| !look.is_finished()) {
            return;
        }
        let args = self.args.clone();
        self.looking = Some(OwnedTask::spawn(async move {
            let entry = args.ledger.entry(&args.portal).await;
            // A session that has been stopped needs no telling.
            let _ = myself.cast(SessionMsg::Looked(Box::new(entry)));
        }));
    }

    pub(super) fn looked(&mut self, entry: PortResult<LedgerEntry>, myself: &ActorRef<SessionMsg>) {
        self.looking = None;
        match entry {
            Ok(entry) => {
                self.tell_terms();
                let standing = self.args.care.standing(&entry, self.args.clock.now());
                self.obey(standing, &entry, myself);
                let wait = self.until_next_look(&entry);
                self.next_look = Some(after(wait, myself, || SessionMsg::LookDue));
            }
            Err(error) => {
                // What was last ordered stays in force: nobody can order anything while the store is away.
                if self.standing.is_none() {
                    self.args.board.publish(SessionStatus::Down { cause: error.to_string() });
                }
                tracing::debug!(portal = %self.args.portal, %error, "the ledger is not read; looking again");
                self.next_look = Some(after(ORDERS_POLL, myself, || SessionMsg::LookDue));
            }
        }
    }

    /// At the next edge that time alone brings, if that comes before the next regular look.
    fn until_next_look(&self, entry: &LedgerEntry) -> Duration {
        let now = self.args.clock.now();
        let edge = self.args.care.next_change(entry, now).map(|at| at.duration_since(now).unsigned_abs());
        let waits = self.not_before.checked_duration_since(Instant::now()).filter(|wait| !wait.is_zero());
        let next = [edge, waits].into_iter().flatten().fold(ORDERS_POLL, Duration::min);
        next.max(LOOK_PAUSE)
    }

    fn obey(&mut self, standing: Standing, entry: &LedgerEntry, myself: &ActorRef<SessionMsg>) {
        let before = self.standing.replace(standing);
        if before != Some(standing) && (before.is_some() || standing != Standing::Open) {
            tracing::info!(portal = %self.args.portal, ?standing, "what may be begun has changed");
        }
        match standing {
            Standing::Open => self.open(before, entry, myself),
            Standing::Held(Hold::Operator(HoldKind::Stopped)) | Standing::Locked(_) => {
                self.cut_off();
                self.forget_cookies(entry);
                self.show(standing);
            }
            Standing::Held(Hold::Operator(HoldKind::Drained)) => {
                self.show(standing);
                // A login whose password was submitted is under way; one that was not is refused by the ledger.
                let idle = self.stay.as_ref().is_none_or(|stay| stay.is_idle());
                if idle && self.beginning.is_none() {
                    self.cut_off();
                    self.forget_cookies(entry);
                }
            }
            Standing::Held(_) => self.show(standing),
        }
    }

    fn open(&mut self, before: Option<Standing>, entry: &LedgerEntry, myself: &ActorRef<SessionMsg>) {
        let resumed = before.is_some_and(|before| before != Standing::Open);
        if let Some(stay) = &self.stay {
            let shown = matches!(self.args.board.watch().now(), SessionStatus::Ready { generation, .. } if generation == stay.generation());
            // After a rest the portal is asked first whether the stay has outlived it.
            if !shown && self.keeping.is_none() && (resumed || Instant::now() >= self.not_before) {
                self.keep_alive(myself.clone());
            }
            return;
        }
        if self.beginning.is_some() || self.writing.is_some() {
            return;
        }
        let unlocked = self.refused.is_some()
            && entry.may_attempt(&self.args.login.credential, self.args.clock.now()).is_ok();
        if unlocked || resumed || Instant::now() >= self.not_before {
            self.begin(myself.clone());
        }
    }

    /// Shows again that work may be begun, once the stay is known to be alive after a rest.
    pub(super) fn go_on(&self) {
        if self.standing == Some(Standing::Open)
            && matches!(
                self.args.board.watch().now(),
                SessionStatus::Held { .. } | SessionStatus::Locked { .. }
            )
        {
            self.publish_ready();
        }
    }

    pub(super) const fn is_quiet(&self) -> bool {
        matches!(self.standing, Some(Standing::Held(Hold::QuietHours { .. })))
    }

    /// Ends the stay, or the login that would bring one, in the middle of whatever it does.
    fn cut_off(&mut self) {
        self.beginning = None;
        self.keeping = None;
        if let Some(stay) = self.stay.take() {
            stay.cut_off();
            tracing::warn!(portal = %self.args.portal, generation = stay.generation().0, "the session is given up");
        }
    }

    fn forget_cookies(&mut self, entry: &LedgerEntry) {
        if entry.cookies.is_none() || self.writing.as_ref().is_some_and(|writing| !writing.is_finished()) {
            return;
        }
        let args = self.args.clone();
        self.writing = Some(OwnedTask::spawn(async move {
            while let Err(error) = args.ledger.save_cookies(&args.portal, None).await {
                tracing::warn!(portal = %args.portal, %error, "the session's cookies are not forgotten yet");
                tokio::time::sleep(WRITE_AGAIN).await;
            }
        }));
    }

    /// Publishes a hold or a lock, once.
    fn show(&self, standing: Standing) {
        let board = &self.args.board;
        match (standing, board.watch().now()) {
            (Standing::Held(hold), SessionStatus::Held { hold: shown }) if hold == shown => {}
            (Standing::Locked(cause), SessionStatus::Locked { cause: shown }) if cause == shown => {}
            (Standing::Held(hold), _) => board.publish(SessionStatus::Held { hold }),
            (Standing::Locked(cause), _) => {
                tracing::error!(portal = %self.args.portal, ?cause, way_out = cause.way_out(), "portal not touched");
                board.publish(SessionStatus::Locked { cause });
            }
            (Standing::Open, _) => {}
        }
    }

    /// Tells once a day what comes to its term.
    fn tell_terms(&mut self) {
        let (care, now) = (&self.args.care, self.args.clock.now());
        let today = care.today(now);
        if self.told_on.replace(today) == Some(today) {
            return;
        }
        for term in care.terms(now).into_iter().filter(|term| term.warn) {
            tracing::warn!(
                portal = %self.args.portal,
                what = term.kind.name(),
                last_day = %term.last_day,
                days_left = term.days_left,
                way_out = term.kind.way_out(),
                "comes to its term"
            );
        }
    }
}
