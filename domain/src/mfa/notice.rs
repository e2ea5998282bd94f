//! Gmail's question whether an account's mails may be forwarded to us: what a person needs to answer it.
//!
//! Until somebody does, no code arrives. The mail is believed like a hospital's, by Google's own signature, since
//! its link acts on a mail account; the same mail also carries a link that cancels, which is never the one shown.
//! Source of the mail's form: mails of Gmail as programs that handle them describe it; Google documents none.

use super::{MailAccount, MailRefusal, ReceivedMail};
use crate::ports::NoticeKind;
use crate::redacted::Redacted;

/// The sender of the question.
pub(super) const FORWARDING_SENDER: &str = "forwarding-noreply@google.com";

/// Who has to have signed it.
const FORWARDING_SIGNER: &str = "google.com";

/// What the link that confirms begins with. `…/mail/uf-` cancels.
const CONFIRMING: [&str; 2] =
    ["https://mail-settings.google.com/mail/vf-", "https://mail.google.com/mail/vf-"];

/// Bytes of the longest link and of the longest address (RFC 5321, 4.5.3.1.3) that are believed.
const LINK_BYTES_MAX: usize = 2_048;
const ADDRESS_BYTES_MAX: usize = 254;

/// Digits of a confirmation code; Gmail sends eight or nine, newer mails none at all.
const CODE_DIGITS: std::ops::RangeInclusive<usize> = 4..=12;

/// What the operator has to know of a mail from [`FORWARDING_SENDER`], signed by `passed`.
///
/// # Errors
/// Google has not signed it, or it is of another form.
pub(super) fn forwarding_confirmation(
    mail: &ReceivedMail,
    passed: &[String],
) -> Result<NoticeKind, MailRefusal> {
    if !passed.iter().any(|domain| domain == FORWARDING_SIGNER) {
        return Err(MailRefusal::ForgedConfirmation);
    }
    let (subject, text) = (mail.subject.reveal(), mail.text.reveal());
    let account = addresses(subject).chain(addresses(text)).next();
    let account = account.ok_or(MailRefusal::UnknownConfirmation)?.to_owned();
    let (code, link) = (code(subject, text), link(text));
    if code.is_none() && link.is_none() {
        return Err(MailRefusal::UnknownConfirmation);
    }
    Ok(NoticeKind::ForwardingConfirmation {
        account: Redacted::new(account),
        code: code.map(Redacted::from),
        link: link.map(Redacted::from),
    })
}

/// Whether the account of a confirmation is one whose mails `accounts` want: Gmail ignores dots and what stands
/// behind a plus in its own addresses.
pub fn is_ours(account: &str, accounts: &[MailAccount]) -> bool {
    let account = mailbox_of(account);
    accounts.iter().any(|ours| mailbox_of(&ours.recipient) == account)
}

fn mailbox_of(address: &str) -> String {
    let address = address.trim().to_lowercase();
    let Some((local, domain)) = address.rsplit_once('@') else { return address };
    let local = local.split('+').next().unwrap_or_default();
    let dotless = matches!(domain, "gmail.com" | "googlemail.com");
    let local = if dotless { local.replace('.', "") } else { local.to_owned() };
    format!("{local}@{}", if dotless { "gmail.com" } else { domain })
}

/// Words that are mail addresses; printable ASCII only, since they are shown in a terminal.
fn addresses(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|c: char| "<>()[]\"',;:.".contains(c)))
        .filter(|word| word.len() <= ADDRESS_BYTES_MAX && word.bytes().all(|b| b.is_ascii_graphic()))
        .filter(|word| {
            word.split_once('@').is_some_and(|(local, domain)| {
                let host = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
                !local.is_empty() && domain.contains('.') && domain.chars().all(host)
            })
        })
}

/// The code of `(#123456789) …` or `Confirmation code: 123456789`; none where the two disagree.
fn code<'a>(subject: &'a str, text: &'a str) -> Option<&'a str> {
    let of_subject = subject.trim_start().strip_prefix("(#").and_then(digits);
    let of_text = text
        .lines()
        .find_map(|line| line.trim_start().strip_prefix("Confirmation code:"))
        .and_then(|rest| digits(rest.trim_start()));
    match (of_subject, of_text) {
        (Some(one), Some(other)) if one != other => None,
        (one, other) => one.or(other),
    }
}

fn digits(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let found = &text[..end];
    let whole = !text[end..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
    (whole && CODE_DIGITS.contains(&found.len())).then_some(found)
}

/// The one link that confirms; none where there are several.
fn link(text: &str) -> Option<&str> {
    let mut links: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || "<>\"'()".contains(c))
        .map(|word| word.trim_end_matches(['.', ',', ';']))
        .filter(|word| CONFIRMING.iter().any(|start| word.starts_with(start)))
        .filter(|word| word.len() <= LINK_BYTES_MAX && word.bytes().all(|b| b.is_ascii_graphic()))
        .collect();
    links.sort_unstable();
    links.dedup();
    if links.len() == 1 { links.pop() } else { None }
}

#[cfg(test)]
mod tests;
