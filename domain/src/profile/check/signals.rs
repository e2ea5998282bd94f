//! Mistakes in signals: none at all, signals that are never reached, and what belongs to a meaning and what not.

use super::{Mistakes, asks};
use crate::profile::{Meaning, Profile, Says, Signals};

/// The signals of one page or meaning. `pointers`: they may stand in JSON.
pub(super) fn check(at: &str, when: &Signals, pointers: bool, found: &mut Mistakes) {
    if *when == Signals::default() {
        found
            .add(at, "has no signal and would match every page; give a path, title, present, says or status");
    }
    if let Some(path) = &when.path {
        found.path(&format!("{at}.path"), path);
    }
    found.optional_text(&format!("{at}.title"), when.title.as_ref());
    let mut spot = |at: &str, text: &str| {
        if pointers { found.spot(at, text) } else { found.selector(at, text) }
    };
    for (key, texts) in [("present", &when.present), ("absent", &when.absent)] {
        for (index, text) in texts.iter().enumerate() {
            spot(&format!("{at}.{key}[{index}]"), text);
        }
    }
    for (index, says) in when.says.iter().enumerate() {
        spot(&format!("{at}.says[{index}].selector"), &says.selector);
    }
    for (index, says) in when.says.iter().enumerate() {
        found.text(&format!("{at}.says[{index}].words"), &says.words);
    }
    if when.status.is_some_and(|status| !(100..600).contains(&status)) {
        found.add(&format!("{at}.status"), "is no HTTP status, such as 503");
    }
    if only_absent(when) {
        found.add(
            at,
            "says only what is not there, which holds on every other page, too; give a sign that is there",
        );
    }
}

fn only_absent(when: &Signals) -> bool {
    !when.absent.is_empty() && Signals { absent: Vec::new(), ..when.clone() } == Signals::default()
}

/// Whether `broad` holds wherever `narrow` does, so that a rule with `narrow` behind it is never reached.
pub(super) fn covers(broad: &Signals, narrow: &Signals) -> bool {
    let starts = |text: &Option<String>, beginning: &String| {
        text.as_ref().is_some_and(|text| text.starts_with(beginning.as_str()))
    };
    let there = |selector: &String| {
        narrow.present.contains(selector) || narrow.says.iter().any(|says| says.selector == *selector)
    };
    let said = |wanted: &Says| {
        let holds = |says: &Says| {
            says.selector == wanted.selector && folded(&says.words).contains(&folded(&wanted.words))
        };
        narrow.says.iter().any(holds)
    };
    broad.path.as_ref().is_none_or(|path| starts(&narrow.path, path))
        && broad.title.as_ref().is_none_or(|title| {
            narrow.title.as_ref().is_some_and(|other| folded(other).contains(&folded(title)))
        })
        && broad.present.iter().all(there)
        && broad.absent.iter().all(|selector| narrow.absent.contains(selector))
        && broad.says.iter().all(said)
        && broad.status.is_none_or(|status| narrow.status == Some(status))
}

fn folded(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Pages that may come in place of any other after the login.
pub(super) fn shell(profile: &Profile, found: &mut Mistakes) {
    for (index, signal) in profile.signals.iter().enumerate() {
        let at = format!("signals[{index}]");
        check(&format!("{at}.when"), &signal.when, true, found);
        match (&signal.dismiss, signal.means) {
            (None, Meaning::Overlay) => found.add(&at, "lacks dismiss: what takes the page in the way away"),
            (Some(act), Meaning::Overlay) => {
                asks::act(&format!("{at}.dismiss"), act, asks::Placeholders::none(), found);
            }
            (Some(_), _) => {
                found.add(&format!("{at}.dismiss"), "belongs to an overlay alone; nothing else is pressed")
            }
            (None, _) => {}
        }
        let before = &profile.signals[..index];
        let hides = |other: &crate::profile::ShellSignal| {
            // A countdown decides nothing: what stands behind it is looked at, too.
            other.means != Meaning::Countdown && covers(&other.when, &signal.when)
        };
        if let Some(hiding) = before.iter().position(hides) {
            found.add(
                &at,
                format!("is never reached: signals[{hiding}] holds whenever it does; put it before that"),
            );
        }
    }
}
