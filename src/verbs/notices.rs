//! What mails ask the operator: as text for a terminal and as a part of `portal status --json`.

use crate::error::Failure;
use domain::mfa::{MailAccount, is_ours};
use domain::ports::{CodeMailbox, MailNotice, NoticeKind};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// What a mail asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Gmail asks whether an account's mails may be forwarded to us; no code arrives before somebody confirms.
    ForwardingConfirmation,
}

/// A mail that waits for the operator.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NoticeReport {
    /// The mail's id, for `portal dismiss`.
    pub id: String,
    /// When the mail system received it.
    pub arrived_at: Timestamp,
    /// What it asks.
    pub question: Question,
    /// The mail account that wants to forward.
    pub account: String,
    /// Whether the configuration expects codes from that account.
    pub account_configured: bool,
    /// The code to be typed into that account's settings; newer mails have none.
    pub code: Option<String>,
    /// The link that does the same.
    pub link: Option<String>,
    /// What a person has to do.
    pub way_out: String,
}

/// Every notice that was not dismissed, the latest first.
///
/// # Errors
/// The mailbox cannot be read.
pub async fn open_notices(
    mailbox: &dyn CodeMailbox,
    accounts: &[MailAccount],
) -> Result<Vec<NoticeReport>, Failure> {
    let notices = mailbox.notices().await?;
    Ok(notices.into_iter().map(|notice| notice_report(notice, accounts)).collect())
}

/// One notice with what to do about it.
pub fn notice_report(notice: MailNotice, accounts: &[MailAccount]) -> NoticeReport {
    let MailNotice { id, arrived_at, kind } = notice;
    let NoticeKind::ForwardingConfirmation { account, code, link } = kind;
    let account = account.into_inner();
    let account_configured = is_ours(&account, accounts);
    let way_out = match (account_configured, link.is_some()) {
        (false, _) => format!(
            "no portal's mfa_recipient is this account: confirm nothing unless you asked for it yourself; \
             then `epic-connector portal dismiss {id}`"
        ),
        (true, true) => format!(
            "open the link and confirm, forward the hospital's mails in the account's settings, \
             then `epic-connector portal dismiss {id}`"
        ),
        (true, false) => format!(
            "type the code into the account's settings (Forwarding and POP/IMAP), forward the hospital's mails, \
             then `epic-connector portal dismiss {id}`"
        ),
    };
    NoticeReport {
        id,
        arrived_at,
        question: Question::ForwardingConfirmation,
        account,
        account_configured,
        code: code.map(domain::redacted::Redacted::into_inner),
        link: link.map(domain::redacted::Redacted::into_inner),
        way_out,
    }
}

/// A notice for a terminal, a fact a line: a link is to be copied, so nothing is wrapped.
pub fn notice_text(notice: &NoticeReport) -> String {
    let mut lines = vec![format!(
        "waits for you: {} asks whether it may forward its mails to us (mail {}, {})",
        notice.account, notice.id, notice.arrived_at
    )];
    lines.extend(notice.code.iter().map(|code| format!("  code: {code}")));
    lines.extend(notice.link.iter().map(|link| format!("  link: {link}")));
    lines.push(format!("  what to do: {}", notice.way_out));
    lines.join("\n")
}
