//! The way in as far as both portals agree: password, terms, code. No pages.

use super::account::PasswordVerdict;
use super::session::{CodeVerdict, Session, Stage};
use super::{Portal, Shared};
use crate::mail::{Route, new_code, random_text};
use crate::totp;

/// Alphabet of session keys, CSRF tokens and page tokens.
const TOKEN: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// Shortest new password, in characters.
const PASSWORD_CHARS_MIN: usize = 8;

/// A random key nobody guesses.
pub(super) fn new_token() -> String {
    random_text(TOKEN, 24)
}

/// Judges user id and password, and counts.
pub(super) fn check_password(portal: &Portal, user: &str, password: &str) -> PasswordVerdict {
    let mut state = portal.state();
    state.stats.password_submissions += 1;
    let verdict =
        if state.faults.locked { PasswordVerdict::Locked } else { state.account.submit(user, password) };
    state.stats.passwords_wrong += u64::from(verdict != PasswordVerdict::Right);
    verdict
}

/// Where a session stands right after the right password.
pub(super) fn after_password(portal: &Portal) -> Stage {
    let state = portal.state();
    if state.faults.password_expired {
        Stage::AwaitingNewPassword
    } else if state.account.terms_accepted {
        Stage::AwaitingCode
    } else {
        Stage::AwaitingTerms
    }
}

/// A new session at a stage; returns its key.
pub(super) fn begin(portal: &Portal, stage: Stage) -> String {
    let key = random_text(TOKEN, 32);
    let session = Session::new(stage, new_token(), portal.clock.now());
    portal.state().admit(key.clone(), session);
    key
}

/// Takes a new password of at least eight characters, entered twice; says whether it was taken.
pub(super) fn change_password(portal: &Portal, new: &str, confirmed: &str) -> bool {
    let fits = new.chars().count() >= PASSWORD_CHARS_MIN && new == confirmed;
    if fits {
        let mut state = portal.state();
        state.account.set_password(new);
        state.faults.password_expired = false;
    }
    fits
}

/// The terms are accepted for the account, for ever.
pub(super) fn accept_terms(portal: &Portal) {
    let mut state = portal.state();
    state.account.terms_accepted = true;
    state.stats.terms_accepted += 1;
}

/// Makes a code for a session and mails it, with what the fault plan does to it.
///
/// # Errors
/// The mail could not be written.
pub(super) async fn send_code(portal: &Shared, key: &str) -> std::io::Result<()> {
    let (now, code) = (portal.clock.now(), new_code());
    let (route, faults) = {
        let mut state = portal.state();
        if state.faults.totp_secret.is_some() {
            return Ok(());
        }
        state.numbers.codes += 1;
        let faults = state.faults.code(state.numbers.codes);
        state.stats.codes_sent += 1 + u64::from(faults.ambiguous);
        for (struck, name) in [
            (faults.late_secs > 0, "code_late"),
            (faults.twice, "code_twice"),
            (faults.old_first, "old_code_first"),
            (faults.spoofed_first, "spoofed_code"),
            (faults.ambiguous, "ambiguous_code"),
        ] {
            if struck {
                state.stats.struck(name);
            }
        }
        if let Some(session) = state.sessions.get_mut(key) {
            session.issue(code.clone(), now);
        }
        (Route::of(portal.kind, state.faults.shared_recipient), faults)
    };
    portal.mailbox.deliver(route, &code, now, faults).await
}

/// Judges a code, and counts; the third wrong one ends the attempt.
pub(super) fn enter_code(portal: &Portal, key: &str, code: &str) -> CodeVerdict {
    let now = portal.clock.now();
    let mut state = portal.state();
    let secret = state.faults.totp_secret.clone();
    let step = secret
        .as_ref()
        .and_then(|secret| totp::step_of(secret, code.trim(), u64::try_from(now.as_second()).unwrap_or(0)));
    let fresh = step.is_some() && step > state.totp_step;
    let Some(session) = state.sessions.get_mut(key) else { return CodeVerdict::Wrong };
    let verdict = if secret.is_none() { session.enter_mailed(code, now) } else { session.enter(fresh) };
    if fresh {
        state.totp_step = step;
    }
    state.stats.codes_wrong += u64::from(verdict != CodeVerdict::Right);
    if verdict == CodeVerdict::TooMany {
        state.sessions.remove(key);
    }
    verdict
}
