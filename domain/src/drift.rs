//! Drift: whether a portal's shell still has the shape it had when it was recorded.
//!
//! Pages are compared masked and as shapes, so a comparison holds no patient and no message. A portal changes
//! overnight; the canary is to say so before a scrape fails on it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Below this share of common shape a page has changed, though the profile may still fit. Lists grow and shrink
/// without new shapes, so an unchanged page is at 1; a new button or banner costs a few hundredths.
const RESEMBLANCE_MIN: f64 = 0.9;

/// The shape of one page, masked: what it is made of, not what it says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageShape {
    /// Which page: `home`, `folders`, `messages`, or a login page's name.
    pub page: String,
    /// Elements (`form#login>input[name=user]`) or JSON keys (`/rows/[]/subject`), each once.
    pub parts: BTreeSet<String>,
    /// Every key of the profile that was tried on the page, and whether it fits.
    pub checks: Vec<Check>,
}

/// One key of the profile tried on a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The profile's key, such as `messages.list.rows`.
    pub key: String,
    /// Whether it found what it describes.
    pub fits: bool,
}

/// A page of the shell as it is recorded: its masked source, and its shape.
#[derive(Clone, Debug, PartialEq)]
pub struct MaskedPage {
    /// The shape.
    pub shape: PageShape,
    /// `html` or `json`.
    pub kind: MaskedKind,
    /// The masked source.
    pub source: String,
}

/// What a masked page's source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaskedKind {
    /// HTML.
    Html,
    /// JSON.
    Json,
}

impl MaskedKind {
    /// The ending of its file.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Json => "json",
        }
    }
}

/// What became of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As recorded.
    Same,
    /// Its shape has changed; the profile still fits.
    Changed,
    /// The profile does not fit any more.
    Broken,
}

/// One page compared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Drift {
    /// Which page.
    pub page: String,
    /// What became of it.
    pub verdict: Verdict,
    /// Common parts as a share of all, 0 to 1.
    pub resemblance: f64,
    /// Parts that are gone.
    pub gone: Vec<String>,
    /// Parts that are new.
    pub new: Vec<String>,
    /// Keys of the profile that fitted when recorded, or should, and do not now.
    pub failing: Vec<String>,
}

/// Compares a page with its recording. Without one, only the profile is asked.
pub fn compare(recorded: Option<&PageShape>, seen: &PageShape) -> Drift {
    let failing: Vec<String> =
        seen.checks.iter().filter(|check| !check.fits).map(|check| check.key.clone()).collect();
    let before = recorded.map_or(&seen.parts, |recorded| &recorded.parts);
    let gone: Vec<String> = before.difference(&seen.parts).cloned().collect();
    let new: Vec<String> = seen.parts.difference(before).cloned().collect();
    let resemblance = resemblance(before, &seen.parts);
    let verdict = match () {
        () if !failing.is_empty() => Verdict::Broken,
        () if resemblance < RESEMBLANCE_MIN => Verdict::Changed,
        () => Verdict::Same,
    };
    Drift { page: seen.page.clone(), verdict, resemblance, gone, new, failing }
}

#[expect(clippy::cast_precision_loss, reason = "a page has thousands of parts at most")]
fn resemblance(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    let all = a.union(b).count();
    if all == 0 { 1.0 } else { a.intersection(b).count() as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(parts: &[&str], failing: &[&str]) -> PageShape {
        PageShape {
            page: "home".into(),
            parts: parts.iter().map(ToString::to_string).collect(),
            checks: failing.iter().map(|key| Check { key: (*key).into(), fits: false }).collect(),
        }
    }

    #[test]
    fn a_page_is_the_same_changed_or_broken() {
        let recorded = shape(&["body>nav#tabs", "nav#tabs>a", "body>main#app"], &[]);
        for (seen, verdict) in [
            (shape(&["body>nav#tabs", "nav#tabs>a", "body>main#app"], &[]), Verdict::Same),
            (shape(&["body>nav#tabs", "nav#tabs>a", "body>div#new", "body>main#app"], &[]), Verdict::Changed),
            (shape(&["body>nav#tabs", "nav#tabs>a", "body>main#app"], &["session.csrf"]), Verdict::Broken),
        ] {
            assert_eq!(compare(Some(&recorded), &seen).verdict, verdict);
        }
        let drift = compare(Some(&recorded), &shape(&["body>nav#tabs", "body>div#new"], &[]));
        assert_eq!(drift.gone, ["body>main#app", "nav#tabs>a"]);
        assert_eq!(drift.new, ["body>div#new"]);
        assert_eq!(compare(None, &recorded).verdict, Verdict::Same);
    }
}
