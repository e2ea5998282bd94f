//! What an answer means, whatever was asked for: the profile's signals first, then the login page, then the status.

use crate::compile::{ActPlan, Compiler, Spot};
use crate::exchange::Bounds;
use crate::reader::Reader;
use crate::view::{Page, View, unavailable, unexpected};
use crate::words;
use domain::ports::{PortalError, Refusal};
use domain::profile::{Meaning, Says, ShellSignal, Signals};

/// As much of a document as is looked at for signals, in bytes: such pages are small, and a long note is not.
const LOOKED_AT_BYTES: usize = 256 * 1024;

/// A compiled [`ShellSignal`].
#[derive(Clone, Debug)]
pub(crate) struct SignalReader {
    pub(crate) at: String,
    pub(crate) means: Meaning,
    when: When,
    pub(crate) dismiss: Option<ActPlan>,
}

/// Compiled [`Signals`].
#[derive(Clone, Debug)]
struct When {
    path: Option<String>,
    title: Option<String>,
    present: Vec<Spot>,
    absent: Vec<Spot>,
    says: Vec<(Spot, String)>,
    status: Option<u16>,
}

/// What an answer is.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// The session is about to end.
    pub(crate) countdown: bool,
    pub(crate) finding: Finding,
}

#[derive(Debug)]
pub(crate) enum Finding {
    /// What was asked for, as far as signals tell.
    Good,
    /// It has gone stale.
    Stale,
    /// A page in the way; the signal's index.
    Overlay(usize),
    /// Not to be had.
    Refused(PortalError),
}

impl Compiler {
    pub(crate) fn signal(&mut self, at: String, signal: &ShellSignal) -> SignalReader {
        let when = self.when(&format!("{at}.when"), &signal.when);
        let dismiss = signal.dismiss.as_ref().map(|act| self.act(&format!("{at}.dismiss"), act));
        SignalReader { at, means: signal.means, when, dismiss }
    }

    fn when(&mut self, at: &str, signals: &Signals) -> When {
        let mut spots = |key: &str, texts: &[String]| -> Vec<Spot> {
            let one = |(index, text): (usize, &String)| self.spot(format!("{at}.{key}[{index}]"), text);
            texts.iter().enumerate().map(one).collect()
        };
        let (present, absent) = (spots("present", &signals.present), spots("absent", &signals.absent));
        let says = signals.says.iter().enumerate();
        let says =
            says.map(|(index, says)| self.says(&format!("{at}.says[{index}].selector"), says)).collect();
        When {
            path: signals.path.clone(),
            title: signals.title.as_deref().map(folded),
            present,
            absent,
            says,
            status: signals.status,
        }
    }

    pub(crate) fn says(&mut self, at: &str, says: &Says) -> (Spot, String) {
        (self.spot(at, &says.selector), folded(&says.words))
    }
}

impl When {
    fn holds(&self, view: &View<'_>) -> bool {
        let page = view.page;
        let path = || match page.address.query() {
            Some(query) => format!("{}?{query}", page.address.path()),
            None => page.address.path().to_owned(),
        };
        self.status.is_none_or(|status| status == page.status)
            && self.path.as_ref().is_none_or(|prefix| path().starts_with(prefix))
            && self.title.as_ref().is_none_or(|title| title_of(view).contains(title))
            && self.present.iter().all(|spot| spot.text(view).is_some())
            && self.absent.iter().all(|spot| spot.text(view).is_none_or(|text| text.is_empty()))
            && self.says.iter().all(|(spot, words)| says(view, spot, words))
    }
}

/// Whether a place holds these words, given in folded form.
pub(crate) fn says(view: &View<'_>, spot: &Spot, words: &str) -> bool {
    spot.text(view).is_some_and(|text| folded(&text).contains(words))
}

/// Words as they are compared: in lower case, space made single.
pub(crate) fn folded(text: &str) -> String {
    words::single_spaced(text).to_lowercase()
}

fn title_of(view: &View<'_>) -> String {
    if !view.page.html {
        return String::new();
    }
    let title = view.html().root_element().descendent_elements().find(|it| it.value().name() == "title");
    title.map_or_else(String::new, |title| folded(&title.text().collect::<String>()))
}

/// What an answer is.
pub(crate) fn judge(reader: &Reader, page: &Page, bounds: Bounds) -> Verdict {
    let view = match bounds {
        Bounds::Page => View::of(page),
        Bounds::Document => View::beginning(page, LOOKED_AT_BYTES),
    };
    let mut countdown = false;
    let mut found = None;
    for (index, signal) in reader.signals.iter().enumerate() {
        let decided = found.is_some() && signal.means != Meaning::Countdown;
        // Sent to the login page, it only remains to be seen why.
        let idle = page.to_login && !matches!(signal.means, Meaning::KickedOut | Meaning::Maintenance);
        if decided || idle || !signal.when.holds(&view) {
            continue;
        }
        match signal.means {
            // It stands on pages of every other meaning, too.
            Meaning::Countdown => countdown = true,
            means => found = Some(meaning(page, means, index)),
        }
    }
    let finding = found.unwrap_or_else(|| match plain(reader, &view) {
        Some(error) => Finding::Refused(error),
        None => Finding::Good,
    });
    Verdict { countdown, finding }
}

fn meaning(page: &Page, means: Meaning, index: usize) -> Finding {
    let what = || page.what.to_owned();
    Finding::Refused(match means {
        Meaning::StalePage => return Finding::Stale,
        Meaning::Overlay => return Finding::Overlay(index),
        Meaning::Countdown => return Finding::Good,
        Meaning::SessionEnded => PortalError::SessionLost,
        Meaning::KickedOut => PortalError::KickedOut,
        Meaning::BreakTheGlass => PortalError::NotPermitted { what: what(), why: Refusal::BreakTheGlass },
        Meaning::AccessEnded => PortalError::NotPermitted { what: what(), why: Refusal::AccessEnded },
        Meaning::NoPermission => PortalError::NotPermitted { what: what(), why: Refusal::Forbidden },
        Meaning::NotFound => PortalError::NotFound { what: what() },
        Meaning::Maintenance => unavailable(page.what, "down for maintenance"),
        Meaning::SlowDown => PortalError::Throttled { retry_after: page.retry_after },
    })
}

/// What login page and status say, when no signal holds.
fn plain(reader: &Reader, view: &View<'_>) -> Option<PortalError> {
    let page = view.page;
    let login = page.html && reader.login.iter().any(|finder| finder.first(view).is_some());
    if page.to_login || login {
        return Some(PortalError::SessionLost);
    }
    let what = page.what.to_owned();
    Some(match page.status {
        200..=299 => return None,
        401 => PortalError::SessionLost,
        403 => PortalError::NotPermitted { what, why: Refusal::Forbidden },
        404 | 410 => PortalError::NotFound { what },
        429 => PortalError::Throttled { retry_after: page.retry_after },
        status @ 500..=599 => unavailable(page.what, &format!("HTTP {status}")),
        status => unexpected(page.what, format!("HTTP {status}")),
    })
}
