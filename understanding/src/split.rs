//! Where documents begin: at a fragment's first page, at another document's number or title, at another
//! patient; without a manifest the same signs alone decide.

use crate::classify::title_class;
use crate::dates::find_date;
use crate::find::{DocView, id_word};
use crate::labels::Labelled;
use domain::parser::DocumentClass;
use domain::reassembly::ManifestPage;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// What a page says about the document it belongs to.
struct PageSigns {
    fragment: Option<String>,
    /// The document's own id in the chart; of a document that came in parts each part is a fragment.
    listed: Option<String>,
    numbering: Option<(u32, u32)>,
    /// A stamp such as `Doc D123`, where printed.
    stamp: Option<String>,
    title: Option<DocumentClass>,
    dob: Option<String>,
    mrn: Option<String>,
}

static STAMP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\bdoc(?:ument)?\.?\s*(?:id|no\.?|#)?\s*[:#]?\s*(?P<v>[A-Za-z]{0,4}-?\d[\w\-]*)\s*[,;|·\-]?\s*p(?:age|g)?\.?\s*\d").ok()
});

/// Splits pages (in packet order) into documents, as ranges of indices.
pub(crate) fn documents(pages: &[Labelled<'_>], manifest: &[ManifestPage]) -> Vec<Range<usize>> {
    let signs: Vec<PageSigns> =
        pages.iter().enumerate().map(|(index, _)| PageSigns::of(pages, index, manifest)).collect();
    let mut ranges = Vec::new();
    let mut start = 0;
    let mut class = signs.first().and_then(|page| page.title);
    for index in 1..pages.len() {
        if begins(&signs[index - 1], &signs[index], class) {
            ranges.push(start..index);
            start = index;
            class = None;
        }
        class = class.or(signs[index].title);
    }
    if !pages.is_empty() {
        ranges.push(start..pages.len());
    }
    ranges
}

impl PageSigns {
    fn of(pages: &[Labelled<'_>], index: usize, manifest: &[ManifestPage]) -> Self {
        let page = &pages[index];
        let number = page.sheet.page.page;
        let view = DocView { pages: &pages[index..=index] };
        let stamp =
            page.sheet.lines.iter().rev().find_map(|line| {
                Some(STAMP.as_ref()?.captures(&line.text)?.name("v")?.as_str().to_uppercase())
            });
        let first =
            |found: Vec<crate::find::Found<String>>| found.into_iter().next().map(|found| found.value);
        let dob =
            view.typed(&["dob"], |text| find_date(text, true).map(|(date, range)| (date.to_string(), range)));
        let source = manifest.iter().find(|entry| entry.page == number);
        Self {
            fragment: source.map(|entry| entry.fragment.to_string()),
            listed: source.map(|entry| entry.epic_id.clone()),
            numbering: page.sheet.numbering,
            stamp,
            title: title_class(&view).map(|(class, _)| class),
            dob: first(dob),
            mrn: first(view.typed(&["mrn"], id_word)),
        }
    }

    /// Whether two pages show different patients: a date of birth that differs, or a record number where none is
    /// known to agree.
    fn is_of_another(&self, other: &Self) -> bool {
        let differ = |a: &Option<String>, b: &Option<String>| matches!((a, b), (Some(a), Some(b)) if a != b);
        let agree = |a: &Option<String>, b: &Option<String>| matches!((a, b), (Some(a), Some(b)) if a == b);
        differ(&self.dob, &other.dob) || (differ(&self.mrn, &other.mrn) && !agree(&self.dob, &other.dob))
    }

    fn names_patient(&self) -> bool {
        self.dob.is_some() || self.mrn.is_some()
    }
}

/// Whether a new document begins with `page`. `class` is what the document's title so far announced.
fn begins(previous: &PageSigns, page: &PageSigns, class: Option<DocumentClass>) -> bool {
    if page.listed != previous.listed {
        return true;
    }
    if page.fragment != previous.fragment {
        // The next part of one document.
        let titled = page.title.is_some() && class.is_some() && page.title != class;
        return page.is_of_another(previous) || (titled && page.names_patient());
    }
    if let (Some(before), Some(now)) = (&previous.stamp, &page.stamp) {
        return before != now;
    }
    if page.is_of_another(previous) {
        return true;
    }
    let new_title = page.title.is_some() && page.title != class;
    match (previous.numbering, page.numbering) {
        (Some((before, of)), Some((now, now_of))) if now_of == of && now == before + 1 => {
            new_title && page.names_patient() && class.is_some()
        }
        (_, Some((1, _))) => true,
        _ => new_title,
    }
}
