//! Which page a browser stands at, told by the profile's signals from a snapshot.

use crate::ports::{FrameQuestion, FrameView, PageSnapshot};
use crate::profile::{LoginPage, LoginPages, RecognisedPage, Signals};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The page a browser stands at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageKind {
    /// The account's name alone is asked for.
    UserName,
    /// The password is asked for, with nothing refused.
    Login,
    /// Name or password refused.
    LoginRefused,
    /// The account is locked.
    AccountLocked,
    /// The account may not log in.
    NotAllowed,
    /// A new password is demanded.
    PasswordExpired,
    /// Terms to be accepted.
    Terms {
        /// [`terms_hash`] of their text.
        hash: String,
    },
    /// The account is at work elsewhere.
    InUse,
    /// A code is asked for.
    Code {
        /// By an authenticator app; else it was mailed.
        authenticator: bool,
    },
    /// The last code was wrong; another may be typed.
    CodeRefused,
    /// Too many wrong codes; the portal starts over.
    CodesExhausted,
    /// A site is to be chosen.
    SiteChoice,
    /// A page in the way.
    Overlay,
    /// Down on purpose.
    Maintenance,
    /// The server failed at it.
    Broken,
    /// Logged in.
    Home,
    /// The login form, saying that the session has ended.
    SessionEnded,
    /// None of the profile's pages.
    Unknown,
}

/// A page seen: its kind, and which of the profile's pages it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageSeen {
    /// What kind of page.
    pub kind: PageKind,
    /// Its place in [`LoginPages::pages`]; none for an unknown one.
    pub index: Option<usize>,
}

/// What a snapshot has to be asked, so that [`classify`] can tell the page: every frame once.
pub fn questions(login: &LoginPages) -> Vec<FrameQuestion> {
    let mut asked: BTreeMap<&[String], Vec<String>> = BTreeMap::new();
    // The top page always, and first.
    asked.entry(&[]).or_default();
    for page in &login.pages {
        let selectors = asked.entry(&page.frames).or_default();
        selectors.extend(page.terms_text.clone());
        selectors.extend(page.when.present.iter().cloned());
        selectors.extend(page.when.absent.iter().cloned());
        selectors.extend(page.when.says.iter().map(|says| says.selector.clone()));
    }
    let question = |(frames, mut selectors): (&[String], Vec<String>)| {
        selectors.sort();
        selectors.dedup();
        FrameQuestion { frames: frames.to_vec(), selectors }
    };
    asked.into_iter().map(question).collect()
}

/// The first page of the profile whose signals all hold. Of a page at which the server failed only a `maintenance`
/// page is believed.
pub fn classify(snapshot: &PageSnapshot, login: &LoginPages) -> PageSeen {
    let found = login.pages.iter().enumerate().find_map(|(index, page)| {
        let view = snapshot.view(&page.frames)?;
        let believed = !failed(view) || page.page == RecognisedPage::Maintenance;
        (believed && holds(view, &page.when)).then(|| (index, kind_of(page, view)))
    });
    match found {
        Some((index, kind)) if kind != PageKind::Unknown => PageSeen { kind, index: Some(index) },
        None if snapshot.views.iter().any(failed) => PageSeen { kind: PageKind::Broken, index: None },
        _ => PageSeen { kind: PageKind::Unknown, index: None },
    }
}

/// HTTP 5xx.
fn failed(view: &FrameView) -> bool {
    view.status >= 500
}

fn kind_of(page: &LoginPage, view: &FrameView) -> PageKind {
    match page.page {
        RecognisedPage::UserName => PageKind::UserName,
        RecognisedPage::Login => PageKind::Login,
        RecognisedPage::LoginRefused => PageKind::LoginRefused,
        RecognisedPage::AccountLocked => PageKind::AccountLocked,
        RecognisedPage::NotAllowed => PageKind::NotAllowed,
        RecognisedPage::PasswordExpired => PageKind::PasswordExpired,
        RecognisedPage::Terms => match page.terms_text.as_ref().and_then(|at| view.text(at)) {
            Some(text) if !text.trim().is_empty() => PageKind::Terms { hash: terms_hash(text) },
            // Terms whose text cannot be read are terms nobody has accepted.
            _ => PageKind::Unknown,
        },
        RecognisedPage::InUse => PageKind::InUse,
        RecognisedPage::MailedCode => PageKind::Code { authenticator: false },
        RecognisedPage::AuthenticatorCode => PageKind::Code { authenticator: true },
        RecognisedPage::CodeRefused => PageKind::CodeRefused,
        RecognisedPage::CodesExhausted => PageKind::CodesExhausted,
        RecognisedPage::SiteChoice => PageKind::SiteChoice,
        RecognisedPage::Overlay => PageKind::Overlay,
        RecognisedPage::Maintenance => PageKind::Maintenance,
        RecognisedPage::Home => PageKind::Home,
        RecognisedPage::SessionEnded => PageKind::SessionEnded,
    }
}

/// Whether all signals hold.
pub(super) fn holds(view: &FrameView, signals: &Signals) -> bool {
    let contains = |text: &str, words: &str| one_spaced(text).contains(&one_spaced(words));
    signals.status.is_none_or(|status| view.status == status)
        && signals.path.as_ref().is_none_or(|path| view.path.starts_with(path.as_str()))
        && signals.title.as_ref().is_none_or(|title| contains(&view.title, title))
        && signals.present.iter().all(|selector| view.text(selector).is_some())
        // An alert box that stands empty alerts to nothing.
        && signals.absent.iter().all(|selector| view.text(selector).is_none_or(|text| text.trim().is_empty()))
        && signals.says.iter().all(|says| view.text(&says.selector).is_some_and(|text| contains(text, &says.words)))
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
