//! Waiting for a login's code: computed from a secret, typed by a person, or mailed. A mailed one is taken only when
//! it is the one answer to what was asked.

use super::SessionArgs;
use super::login::Mfa;
use super::mailbox_turn::MailboxTurn;
use domain::ports::{CodeAddress, CodeWindow, PortResult, TakeVerdict, WaitingCodes};
use domain::redacted::Redacted;
use domain::session::SessionStatus;
use jiff::Timestamp;
use std::time::Duration;
use tokio::time::Instant;

/// How often the mailbox is looked into while a code is awaited: often while most codes come, then at the pace of a
/// person at the page, since the mailbox may be a database that others use too.
const POLL_AT_FIRST: Duration = Duration::from_millis(250);
const POLL: Duration = Duration::from_secs(1);

/// How many looks are the fast ones: 10 seconds.
const FAST_LOOKS: u32 = 40;

/// How long a mailed code lies before it is taken: a portal that mails two lets the second follow at once, and the
/// first is void by then.
const SETTLES_IN: Duration = Duration::from_millis(1_500);

/// How long codes that differ are looked at before a new one is asked for. They never become one again.
const AMBIGUOUS_FOR: Duration = Duration::from_secs(5);

/// Waits for a code; none when its time is over, or nobody could say which one it is.
pub(super) async fn await_code(
    args: &SessionArgs,
    turn: Option<&mut MailboxTurn<'_>>,
    window: Option<CodeWindow>,
    until: Timestamp,
) -> PortResult<Option<Redacted<String>>> {
    args.board.publish(SessionStatus::AwaitingMfaCode);
    match (&args.login.mfa, window) {
        (Mfa::Totp(code), _) => loop {
            match code(args.clock.now()) {
                Ok(code) => return Ok(Some(code)),
                Err(_) if args.clock.now() >= until => return Ok(None),
                Err(wait) => tokio::time::sleep(wait).await,
            }
        },
        (Mfa::Mailbox(_), Some(window)) => from_mailbox(args, turn, window, until).await,
        (Mfa::Mailbox(_), None) => {
            tokio::time::sleep(until.duration_since(args.clock.now()).unsigned_abs()).await;
            Ok(None)
        }
    }
}

async fn from_mailbox(
    args: &SessionArgs,
    mut turn: Option<&mut MailboxTurn<'_>>,
    mut window: CodeWindow,
    until: Timestamp,
) -> PortResult<Option<Redacted<String>>> {
    window.sent_from = turn.as_ref().and_then(|turn| turn.sent_from());
    let typed = matches!(window.address, CodeAddress::Person { .. });
    let settles_in = if typed { Duration::ZERO } else { SETTLES_IN };
    let mut looks = 0_u32;
    // Since when so many different codes lie there.
    let mut lie: Option<(usize, Instant)> = None;
    loop {
        if let Some(turn) = turn.as_mut() {
            turn.renew().await?;
        }
        let WaitingCodes { codes, sent_at } = args.mailbox.waiting(&window).await?;
        lie =
            (codes > 0).then(|| lie.filter(|(known, _)| *known == codes).unwrap_or((codes, Instant::now())));
        match lie {
            Some((1, since)) if since.elapsed() >= settles_in => {
                answered(turn.as_deref(), sent_at).await?;
                if let TakeVerdict::Taken(code) = args.mailbox.take(&window).await? {
                    return Ok(Some(code));
                }
            }
            Some((2.., since)) if since.elapsed() >= AMBIGUOUS_FOR => {
                tracing::warn!(portal = %args.portal, codes, "several codes could be ours; none is used");
                answered(turn.as_deref(), sent_at).await?;
                return Ok(None);
            }
            _ => {}
        }
        if args.clock.now() >= until {
            tell_why_none_came(args, &window).await;
            return Ok(None);
        }
        looks = looks.saturating_add(1);
        tokio::time::sleep(if looks <= FAST_LOOKS { POLL_AT_FIRST } else { POLL }).await;
    }
}

async fn answered(turn: Option<&MailboxTurn<'_>>, sent_at: Option<Timestamp>) -> PortResult<()> {
    match (turn, sent_at) {
        (Some(turn), Some(sent_at)) => turn.answered(sent_at).await,
        // A person's code has no copies.
        _ => Ok(()),
    }
}

/// Clocks that differ and mails that do not come look the same from inside.
async fn tell_why_none_came(args: &SessionArgs, window: &CodeWindow) {
    let any = CodeWindow { sent_from: None, ..window.clone() };
    let portal = &args.portal;
    if args.mailbox.waiting(&any).await.is_ok_and(|waiting| waiting.codes > 0) {
        tracing::warn!(
            %portal,
            "a code came whose mail was sent, by the hospital's clock, before it was asked for; it answers an earlier \
             login, or one of the clocks is wrong (`check --connect`)"
        );
        return;
    }
    tracing::warn!(
        %portal,
        "no code came after it was asked for: see whether mails come in, and whether this machine's clock is right \
         (`check --connect`)"
    );
}
