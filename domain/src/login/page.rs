//! Which page a browser stands at, told by the profile's signals from a snapshot.

use crate::ports::PageSnapshot;
use crate::profile::{LoginPages, PageSignals, RecognisedPage};
use sha2::{Digest, Sha256};

/// The page a browser stands at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageKind {
    /// The login form, with nothing refused.
    Login,
    /// Name or password refused.
    LoginRefused,
    /// The account is locked.
    AccountLocked,
    /// A new password is demanded.
    PasswordExpired,
    /// Terms to be accepted.
    Terms {
        /// [`terms_hash`] of their text.
        hash: String,
    },
    /// A code is asked for.
    Code {
        /// By an authenticator app; else it was mailed.
        authenticator: bool,
    },
    /// The last code was wrong; another may be typed.
    CodeRefused,
    /// Too many wrong codes; the portal starts over.
    CodesExhausted,
    /// Logged in.
    Home,
    /// The login form, saying that the session has ended.
    SessionEnded,
    /// None of the profile's pages.
    Unknown,
}

/// The first page of the profile whose signals all hold.
pub fn classify(snapshot: &PageSnapshot, login: &LoginPages) -> PageKind {
    let Some(found) = login.pages.iter().find(|page| holds(snapshot, page)) else {
        return PageKind::Unknown;
    };
    match found.page {
        RecognisedPage::Login => PageKind::Login,
        RecognisedPage::LoginRefused => PageKind::LoginRefused,
        RecognisedPage::AccountLocked => PageKind::AccountLocked,
        RecognisedPage::PasswordExpired => PageKind::PasswordExpired,
        RecognisedPage::Terms => match snapshot.text(&login.terms_text) {
            Some(text) if !text.trim().is_empty() => PageKind::Terms { hash: terms_hash(text) },
            // Terms whose text cannot be read are terms nobody has accepted.
            _ => PageKind::Unknown,
        },
        RecognisedPage::MailedCode => PageKind::Code { authenticator: false },
        RecognisedPage::AuthenticatorCode => PageKind::Code { authenticator: true },
        RecognisedPage::CodeRefused => PageKind::CodeRefused,
        RecognisedPage::CodesExhausted => PageKind::CodesExhausted,
        RecognisedPage::Home => PageKind::Home,
        RecognisedPage::SessionEnded => PageKind::SessionEnded,
    }
}

fn holds(snapshot: &PageSnapshot, signals: &PageSignals) -> bool {
    let contains = |text: &str, words: &str| one_spaced(text).contains(&one_spaced(words));
    signals.path.as_ref().is_none_or(|path| snapshot.path.starts_with(path.as_str()))
        && signals.title.as_ref().is_none_or(|title| contains(&snapshot.title, title))
        && signals.present.iter().all(|selector| snapshot.text(selector).is_some())
        // An alert box that stands empty alerts to nothing.
        && signals.absent.iter().all(|selector| snapshot.text(selector).is_none_or(|text| text.trim().is_empty()))
        && signals
            .says
            .iter()
            .all(|says| snapshot.text(&says.selector).is_some_and(|text| contains(text, &says.words)))
}

/// Lower case, runs of white space made one space.
fn one_spaced(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// SHA-256, in lower-case hex, of a terms text whose runs of white space are made one space and whose ends are
/// trimmed: layout may change, words may not.
pub fn terms_hash(text: &str) -> String {
    let normalised = text.split_whitespace().collect::<Vec<_>>().join(" ");
    data_encoding::HEXLOWER.encode(&Sha256::digest(normalised.as_bytes()))
}
