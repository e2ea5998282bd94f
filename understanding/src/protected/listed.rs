//! Records that must not be passed on, told by what the chart calls them (type, title, author) or by their own heading.
//! Words of a text never count.

use super::{HEAD_LINES, is_title};
use crate::find::DocView;
use crate::knowledge::{KeepLists, ListedWords};
use crate::text::{find_phrase, words_of};
use domain::patient_scraper::ListedDocument;

/// What kind of record it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// 42 CFR Part 2.
    SubstanceUse,
    /// 45 CFR 164.501.
    Psychotherapy,
}

/// A record that is, or may be, one that must not be passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Protection {
    pub(crate) kind: Kind,
    /// Whether it is certain: the order waits. Else somebody looks at it first.
    pub(crate) certain: bool,
    /// Where it was told from, in words.
    pub(crate) by: &'static str,
}

/// What the chart's list and the document's heading say of it. What is certain goes before what is doubtful.
pub(crate) fn by_name(
    view: &DocView<'_>,
    listed: Option<&ListedDocument>,
    lists: &KeepLists,
) -> Option<Protection> {
    let mut names: Vec<(&'static str, Vec<String>)> = Vec::new();
    if let Some(listed) = listed {
        names.push(("its type in the chart", words_of(&listed.epic_type)));
        names.push(("its title in the chart", words_of(listed.title.reveal())));
        names.extend(
            listed.author.as_ref().map(|author| ("its author in the chart", words_of(author.reveal()))),
        );
    }
    names.extend(headings(view).map(|heading| ("its heading", words_of(heading))));
    let kinds = [(Kind::SubstanceUse, &lists.substance_use), (Kind::Psychotherapy, &lists.psychotherapy)];
    let find = |phrases: fn(&ListedWords) -> &Vec<String>, certain: bool| {
        kinds.iter().find_map(|(kind, words)| {
            let (by, _) = names
                .iter()
                .find(|(_, name)| has_any(name, phrases(words)) && !has_any(name, &words.never))?;
            Some(Protection { kind: *kind, certain, by })
        })
    };
    find(|words| &words.held, true).or_else(|| find(|words| &words.doubtful, false))
}

fn has_any(name: &[String], phrases: &[String]) -> bool {
    phrases.iter().any(|phrase| find_phrase(name, phrase).is_some())
}

/// Lines at the top of the first page that can be a title or a letterhead.
fn headings<'v>(view: &'v DocView<'_>) -> impl Iterator<Item = &'v str> {
    let head = view.lines().filter(|(page, ..)| *page == 0).take(HEAD_LINES);
    head.map(|(_, _, text)| text).filter(|text| is_title(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{knowledge, page};
    use crate::labels::Labelled;
    use crate::sheet::Sheet;
    use domain::patient_scraper::Section;

    fn told(epic_type: &str, title: &str, author: Option<&str>, text: &str) -> Option<(Kind, bool)> {
        let listed = ListedDocument {
            epic_id: "D1".into(),
            section: Section::Notes,
            title: title.into(),
            epic_type: epic_type.into(),
            service_date: None,
            author: author.map(Into::into),
            status: None,
            edited: None,
        };
        let page = page(1, text);
        let pages = [Labelled::of(Sheet::of(&page))];
        let found = by_name(&DocView { pages: &pages }, Some(&listed), &knowledge().keep)?;
        Some((found.kind, found.certain))
    }

    #[test]
    fn type_title_author_and_heading_tell_such_a_record() {
        let body = "Patient seen today. Doing well.";
        for (epic_type, title, author, text, expected) in [
            ("Psychotherapy Note", "Session 12", None, body, Some((Kind::Psychotherapy, true))),
            ("Progress Notes", "Psychotherapy progress note", None, body, Some((Kind::Psychotherapy, true))),
            (
                "Progress Notes",
                "Visit",
                None,
                "PSYCHOTHERAPY NOTE\nDoing well.",
                Some((Kind::Psychotherapy, true)),
            ),
            ("Behavioral Health Note", "Visit", None, body, Some((Kind::Psychotherapy, false))),
            ("Opioid Treatment Program", "Visit", None, body, Some((Kind::SubstanceUse, true))),
            (
                "Progress Notes",
                "Visit",
                Some("Hope Addiction Recovery Center"),
                body,
                Some((Kind::SubstanceUse, true)),
            ),
            ("Progress Notes", "Addiction Medicine consult", None, body, Some((Kind::SubstanceUse, false))),
            ("Progress Notes", "Physical Therapy session", None, body, None),
            ("Progress Notes", "Respiratory therapy process note", None, body, None),
            ("Lab", "Substance use screening", None, body, None),
            ("Progress Notes", "Office visit", None, "She completed substance abuse treatment in 2012", None),
            ("Progress Notes", "Office visit", None, "Referred for psychotherapy.", None),
            (
                "Progress Notes",
                "Office visit",
                None,
                "History: attended psychotherapy, note from 2015 seen",
                None,
            ),
            (
                "Progress Notes",
                "Office visit",
                None,
                "Treated at a methadone clinic in 2012, opioid use since.",
                None,
            ),
        ] {
            assert_eq!(
                told(epic_type, title, author, text),
                expected,
                "{epic_type} / {title} / {author:?} / {text}"
            );
        }
    }
}
