//! Where documents begin: at a fragment's first page, at another document's number or title, at another
//! patient; without a manifest the same signs alone decide. A page that bears no such mark begins a document when
//! several weaker signs agree: other letterhead, a heading, the patient named anew, another kind of content.

use crate::classify::{classify, heading, title_class};
use crate::dates::find_date;
use crate::find::{DocView, id_word};
use crate::labels::Labelled;
use crate::text::words_of;
use domain::parser::DocumentClass;
use domain::patient_scraper::Section;
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
    /// A heading of a class, also one that is no sure title.
    heading: Option<DocumentClass>,
    /// The chart's list has it as one document: not a scan, which may hold several.
    is_one: bool,
    /// What the page is by itself, if anything, and how surely.
    alone: Option<(DocumentClass, f32)>,
    /// The first words of the page: letterhead or running head.
    head: Vec<String>,
    /// The page says that it goes on from the one before.
    goes_on: bool,
    /// The page ends well above its foot: what follows is seldom its continuation.
    short: bool,
    /// Its last lines say that somebody signed.
    signed: bool,
    /// Typical height of a letter in points.
    height: f32,
    /// A label of the patient's name stands in its upper part.
    names_in_head: bool,
    dob: Option<String>,
    mrn: Option<String>,
}

/// Lines of a page's head, where its patient stands.
const HEAD_LINES: usize = 12;
/// Words of its first line that are compared.
const HEAD_WORDS: usize = 6;
/// Confidence from which a page is clearly of its class.
const CLEARLY: f32 = 0.6;
/// Signs that must come together for a page without a mark of its own to begin a document; in a file that the chart
/// lists as one document more is asked.
const SIGNS_MIN: (i32, i32) = (4, 6);

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
            heading: heading(&view),
            is_one: source.is_some_and(|entry| entry.section != Section::Media),
            alone: Some(classify(&view, ""))
                .filter(|found| found.class != DocumentClass::Other)
                .map(|found| (found.class, found.confidence)),
            head: head(page),
            goes_on: goes_on(page),
            short: is_short(page),
            signed: is_signed(page),
            height: page.sheet.height,
            names_in_head: page
                .labels(&["patient_name", "dob"])
                .any(|(line, _, hit)| line < HEAD_LINES && hit.is_sure()),
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

    /// How many signs say that a document begins here, after `previous` of a document of class `class`.
    fn signs_after(&self, previous: &Self, class: Option<DocumentClass>) -> i32 {
        let before = class.or(previous.alone.map(|(class, _)| class));
        let other_content = match (self.alone, before) {
            (Some((now, confidence)), Some(before)) if !akin(now, before) => {
                2 + i32::from(confidence >= CLEARLY)
            }
            _ => 0,
        };
        let other_heading =
            self.heading.is_some_and(|heading| before.is_none_or(|before| !akin(heading, before)));
        let known_head = !self.head.is_empty() && !previous.head.is_empty();
        let mut signs = 0;
        signs += other_content;
        signs += 2 * i32::from(other_heading);
        signs += i32::from(self.heading.is_some());
        signs += 2 * i32::from(self.names_in_head);
        signs += i32::from(known_head && self.head != previous.head);
        signs -= 2 * i32::from(known_head && self.head == previous.head && self.heading.is_none());
        signs -= 4 * i32::from(self.goes_on);
        if !self.goes_on {
            let last = previous.numbering.is_some_and(|(page, of)| page == of);
            let other_print = (self.height - previous.height).abs() > OTHER_PRINT * previous.height;
            signs += 3 * i32::from(last && self.numbering.is_none());
            signs += i32::from(previous.short) + i32::from(previous.signed) + i32::from(other_print);
        }
        signs
    }
}

/// Classes whose pages look alike: pages of one document may be taken for either.
fn akin(a: DocumentClass, b: DocumentClass) -> bool {
    use DocumentClass::{OfficeNote, RawStudyData, SleepStudy, TelehealthNote, Titration};
    const AKIN: [&[DocumentClass]; 2] =
        [&[OfficeNote, TelehealthNote], &[SleepStudy, Titration, RawStudyData]];
    a == b || AKIN.iter().any(|kin| kin.contains(&a) && kin.contains(&b))
}

/// The first words of a page, without those that change from page to page.
fn head(page: &Labelled<'_>) -> Vec<String> {
    let first = page.sheet.spoken().next();
    let words = first.map(|(_, line)| words_of(&line.text)).unwrap_or_default();
    let fixed =
        words.into_iter().filter(|word| !word.contains(|c: char| c.is_ascii_digit()) && word != "page");
    fixed.take(HEAD_WORDS).collect()
}

/// Letters of another document differ by this share of their height.
const OTHER_PRINT: f32 = 0.08;

/// Whether a page's last words stand well above its foot.
fn is_short(page: &Labelled<'_>) -> bool {
    const FULL: f32 = 0.72;
    const FOOT: f32 = 0.92;
    let height = page.sheet.page.height_pt;
    let bottom = page.sheet.spoken().map(|(_, line)| line.bottom).filter(|bottom| *bottom < FOOT * height);
    bottom.fold(0.0, f32::max) < FULL * height
}

/// Whether a signature closes a page.
fn is_signed(page: &Labelled<'_>) -> bool {
    const LAST: usize = 5;
    let lines: Vec<&str> = page.sheet.spoken().map(|(_, line)| line.text.as_str()).collect();
    lines.iter().rev().take(LAST).any(|text| {
        let text = text.to_lowercase();
        ["signed", "/es/", "authenticated", "sincerely", "signature"].iter().any(|word| text.contains(word))
    })
}

/// Whether a page says that it goes on from the one before.
fn goes_on(page: &Labelled<'_>) -> bool {
    page.sheet.numbering.is_some_and(|(number, _)| number > 1)
        || page.sheet.spoken().take(HEAD_LINES).any(|(_, line)| {
            let words = words_of(&line.text);
            words.len() <= HEAD_LINES
                && words.iter().any(|word| matches!(word.as_str(), "continued" | "cont"))
        })
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
        _ if new_title => true,
        _ => {
            let least = if page.is_one { SIGNS_MIN.1 } else { SIGNS_MIN.0 };
            page.signs_after(previous, class) >= least
        }
    }
}
