//! What is ordered: printed HCPCS codes, and items implied by their description where no code is printed.

use crate::find::{DocView, Found};
use crate::identifiers::{code_words, hcpcs_lookalike, is_hcpcs_shape};
use crate::knowledge::CodeTable;
use crate::text::words_of;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// One item of an order.
#[derive(Clone, Debug)]
pub(crate) struct OrderLine {
    /// Printed, or implied by the description.
    pub(crate) hcpcs: Option<String>,
    /// Whether the code stands on the page.
    pub(crate) printed: bool,
    pub(crate) family: Option<String>,
    pub(crate) description: String,
    pub(crate) quantity: Option<u32>,
    pub(crate) place: Found<()>,
}

/// Words behind an item's name that make it something else than an item.
const NOT_ITEMS: [&str; 14] = [
    "titration",
    "study",
    "compliance",
    "download",
    "clinic",
    "adherence",
    "education",
    "follow",
    "usage",
    "data",
    "therapy",
    "trial",
    "intolerance",
    "tolerance",
];
/// Of a code in which a digit was recognised as a letter of its looks.
const LOOKALIKE_CONFIDENCE: f32 = 0.85;
const NEGATIONS: [&str; 3] = ["no", "without", "not"];
/// First words of an answer by which what was asked for is not ordered.
const REFUSALS: [&str; 6] = ["no", "none", "not", "na", "declined", "n"];
/// Marks of an equipment order; without one, words of a description alone are no order.
const MARKS: [&str; 14] = [
    "durable medical equipment",
    "dme",
    "hcpcs",
    "length of need",
    "dispense",
    "prescription",
    "written order",
    "equipment order",
    "home medical equipment",
    "equipment",
    "supplies",
    "hme",
    "lon",
    "rx",
];

static QUANTITY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:qty|quantity|quan|dispense|disp)\b\.?\s*[:#=]?\s*(\d{1,3})\b|\b(\d{1,3})\s*(?:ea\b|each\b|units?\b|per\b|/\s*(?:month|mo\b))|\bx\s?(\d{1,2})\b|#\s?(\d{1,2})\b").ok()
});

static SETTING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\bcm\s?(?:of\s)?(?:h\s?[2z]|water)|\bsettings?\b|\bpressures?\b|\b[ie]pap\b|\brate\b|\blpm\b|\bl\s?/\s?min").ok()
});
/// A box of a form, ticked or empty.
static BOX: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?P<empty>\[[\s_]*\]|\(\s*\)|[☐□❏❑])|\[\s*[xX✓✔✗*]\s*\]|\(\s*[xX✓✔]\s*\)|[☑☒■✓✔]").ok()
});

/// Whether the box nearest before a place of a line is empty: what stands there is offered, not ordered.
pub(super) fn is_unchecked(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let last = BOX.as_ref().and_then(|regex| regex.captures_iter(before).last());
    last.is_some_and(|found| found.name("empty").is_some())
}

/// Every item of an order document. A code or kind is given once, with the first quantity seen.
pub(crate) fn order_lines(view: &DocView<'_>, codes: &CodeTable) -> Vec<OrderLine> {
    let mut lines: Vec<OrderLine> = Vec::new();
    let zone = Zone::of(view);
    for (page, line, text) in view.lines() {
        for (word, range) in code_words(text) {
            if is_unchecked(text, range.start) {
                continue;
            }
            let known = codes.hcpcs.contains_key(word);
            if known || (is_hcpcs_shape(word) && zone.has(page, line) && "ABEKL".contains(&word[..1])) {
                add(&mut lines, printed(view, codes, &zone, (page, line), word, &range));
            } else if zone.has(page, line)
                && let Some(code) = hcpcs_lookalike(word).filter(|code| codes.hcpcs.contains_key(code))
            {
                let mut item = printed(view, codes, &zone, (page, line), &code, &range);
                item.place.confidence = LOOKALIKE_CONFIDENCE;
                add(&mut lines, item);
            }
        }
    }
    for (page, line, text) in view.lines() {
        let known = |word: &str| codes.hcpcs.contains_key(word);
        let has_code = code_words(text)
            .any(|(word, _)| known(word) || hcpcs_lookalike(word).is_some_and(|code| known(&code)));
        // Beside printed codes a line of settings, such as `BiPAP setting: 14/8`, orders nothing more.
        let is_setting = lines.iter().any(|item| item.printed)
            && SETTING.as_ref().is_some_and(|regex| regex.is_match(text));
        if zone.has(page, line) && !has_code && !is_setting {
            for item in implied(view, codes, &zone, (page, line)) {
                add(&mut lines, item);
            }
        }
    }
    if let [only] = lines.as_mut_slice() {
        // A quantity on a line of its own is the only item's.
        let stated = view.typed(&["quantity"], super::super::measure::count);
        only.quantity = only.quantity.or_else(|| u32::try_from(stated.first()?.value).ok());
    }
    if lines.is_empty() && is_equipment_order(view) {
        for (page, line, _) in view.lines() {
            let spoken_of = ["diagnosis", "sec.hpi", "sec.plan", "patient_name"];
            if !view.pages[page].hits[line].iter().any(|hit| hit.is_sure() && spoken_of.contains(&hit.key)) {
                for item in implied(view, codes, &zone, (page, line)) {
                    add(&mut lines, item);
                }
            }
        }
    }
    lines
}

/// Whether a document speaks of equipment to be delivered at all.
fn is_equipment_order(view: &DocView<'_>) -> bool {
    says_any(view, &MARKS)
}

/// Whether a document can be nothing but an equipment order, although no item was recognised.
pub(crate) fn is_certain_equipment_order(view: &DocView<'_>) -> bool {
    const CERTAIN: [&str; 8] = [
        "durable medical equipment",
        "dme",
        "hcpcs",
        "home medical equipment",
        "equipment order",
        "standard written order",
        "detailed written order",
        "dme supplier",
    ];
    says_any(view, &CERTAIN)
}

fn says_any(view: &DocView<'_>, phrases: &[&str]) -> bool {
    view.lines().any(|(_, _, text)| {
        let words = words_of(text);
        phrases.iter().any(|phrase| crate::text::find_phrase(&words, phrase).is_some())
    })
}

fn add(lines: &mut Vec<OrderLine>, item: OrderLine) {
    let same = |other: &&mut OrderLine| match (&other.hcpcs, &item.hcpcs) {
        (Some(a), Some(b)) => a == b,
        (None, None) => other.family == item.family,
        _ => false,
    };
    match lines.iter_mut().find(same) {
        Some(other) => other.quantity = other.quantity.or(item.quantity),
        None => lines.push(item),
    }
}

fn printed(
    view: &DocView<'_>,
    codes: &CodeTable,
    zone: &Zone,
    (page, line): (usize, usize),
    code: &str,
    at: &Range<usize>,
) -> OrderLine {
    let text = view.line(page, line);
    let description =
        described(view, page, line, at).or_else(|| named_above(view, page, line, codes)).unwrap_or_else(
            || codes.hcpcs.get(code).map_or_else(|| code.to_owned(), |known| known.description.clone()),
        );
    OrderLine {
        hcpcs: Some(code.to_owned()),
        printed: true,
        family: codes.family_of(code).map(str::to_owned),
        description,
        quantity: zone.quantity(view, page, line),
        place: Found { value: (), page, line, quote: 0..text.len(), at: at.clone(), confidence: 0.97 },
    }
}

static LISTED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\W*(?:\d{1,2}\s?[.):]|[•*\-])\s*(?P<v>\p{L}.{2,70})$").ok());

/// The item's name on a numbered line above the line of its code.
fn named_above(view: &DocView<'_>, page: usize, line: usize, codes: &CodeTable) -> Option<String> {
    let text = view.line(page, view.pages[page].sheet.line_above(line)?);
    let name = LISTED.as_ref()?.captures(text)?.name("v")?.as_str().trim();
    let coded = code_words(name).any(|(word, _)| codes.hcpcs.contains_key(word));
    (!coded && !name.contains(':')).then(|| name.to_owned())
}

/// The words beside a code: in its own cell, else in the next one, else in the one before.
fn described(view: &DocView<'_>, page: usize, line: usize, code: &Range<usize>) -> Option<String> {
    let labelled = &view.pages[page];
    let row = &labelled.sheet.lines[line];
    let own = row.cells.iter().position(|cell| code.start < cell.end)?;
    let order = [Some(own), Some(own + 1), own.checked_sub(1)];
    order.into_iter().flatten().filter_map(|index| row.cells.get(index)).find_map(|cell| {
        // The label of the cell, such as `Item:`, is no part of the description; another label ends it.
        let mut range = cell.clone();
        for hit in labelled.hits[line].iter().filter(|hit| hit.is_sure() && cell.contains(&hit.label.start)) {
            if hit.cell_start && hit.value_from <= cell.end {
                range.start = range.start.max(hit.value_from);
            } else if hit.label.start > range.start {
                range.end = range.end.min(hit.label.start);
            }
        }
        let text = row.text.get(range)?;
        let text = BOX.as_ref().map_or(text.into(), |regex| regex.replace_all(text, " "));
        let words: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || matches!(c, '|' | '(' | ')' | '[' | ']'))
            .filter(|word| {
                let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
                !is_hcpcs_shape(bare) && hcpcs_lookalike(bare).is_none()
            })
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .collect();
        let named = words.iter().any(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 2);
        let text = words.join(" ").trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
        named.then_some(text)
    })
}

/// Items a line names by words; the longest names win, `no humidifier` and `CPAP titration` are none.
fn implied(
    view: &DocView<'_>,
    codes: &CodeTable,
    zone: &Zone,
    (page, line): (usize, usize),
) -> Vec<OrderLine> {
    let text = view.line(page, line);
    let words = words_of(text);
    let mut items = Vec::new();
    let mut at = 0;
    let first_box = BOX.as_ref().and_then(|regex| regex.find(text)).map(|found| found.end());
    if is_refused(text) || first_box.is_some_and(|end| is_unchecked(text, end)) {
        return items;
    }
    while at < words.len() {
        let Some((length, hcpcs, family)) = longest(&words[at..], codes) else {
            at += 1;
            continue;
        };
        let negated = at > 0 && NEGATIONS.contains(&words[at - 1].as_str());
        let other = words.get(at + length).is_some_and(|next| NOT_ITEMS.contains(&next.as_str()));
        if !negated && !other {
            items.push(OrderLine {
                hcpcs,
                printed: false,
                family: Some(family),
                description: text.trim().to_owned(),
                quantity: zone.quantity(view, page, line),
                place: Found {
                    value: (),
                    page,
                    line,
                    quote: 0..text.len(),
                    at: 0..text.len(),
                    confidence: 0.85,
                },
            });
        }
        at += length;
    }
    items
}

/// Whether a line asks for something and the answer is no: `Heated humidifier?  No`, `Humidifier: none`.
fn is_refused(text: &str) -> bool {
    let Some((_, answer)) = text.split_once('?').or_else(|| text.split_once(':')) else { return false };
    words_of(answer).first().is_some_and(|word| REFUSALS.contains(&word.as_str()))
}

fn longest(words: &[String], codes: &CodeTable) -> Option<(usize, Option<String>, String)> {
    let starts = |phrase: &str| {
        let count = phrase.split(' ').count();
        (count <= words.len() && phrase.split(' ').zip(words).all(|(wanted, word)| wanted == word))
            .then_some(count)
    };
    let coded = codes.hcpcs.iter().flat_map(|(name, code)| {
        code.words
            .iter()
            .filter_map(move |phrase| Some((starts(phrase)?, Some(name.clone()), code.family.clone())))
    });
    let families = codes
        .family_words
        .iter()
        .filter_map(|(phrase, family)| Some((starts(phrase)?, None, family.clone())));
    coded.chain(families).max_by_key(|found| found.0)
}

/// The lines where items are listed, and the column their quantities stand in.
struct Zone {
    lines: Vec<(usize, usize)>,
    /// Page, and left and right edge in points.
    quantity: Option<(usize, f32, f32)>,
}

impl Zone {
    fn of(view: &DocView<'_>) -> Self {
        let mut zone = Self { lines: Vec::new(), quantity: None };
        for (page, labelled) in view.pages.iter().enumerate() {
            let mut open = false;
            for (line, row) in labelled.sheet.spoken() {
                let hits = &labelled.hits[line];
                let listed = |key: &str| matches!(key, "items" | "hcpcs" | "quantity");
                let heads: Vec<_> =
                    hits.iter().filter(|hit| hit.cell_full && !hit.colon && listed(hit.key)).collect();
                if heads.len() >= 2 {
                    open = true;
                    if let Some(head) = heads.iter().find(|hit| hit.key == "quantity") {
                        zone.quantity = quantity_column(labelled, page, line, head.label.start);
                    }
                    continue;
                }
                let first = hits.iter().find(|hit| hit.is_sure());
                let labels_item =
                    hits.iter().any(|hit| hit.is_sure() && matches!(hit.key, "items" | "hcpcs"));
                if labels_item {
                    zone.lines.push((page, line));
                    open = hits.iter().any(|hit| hit.key == "items" && hit.cell_full && hits.len() == 1);
                } else if first.is_some_and(|hit| {
                    hit.cell_start && !listed(hit.key) && !matches!(hit.key, "stop" | "order_status")
                }) {
                    open = false;
                } else if open && row.text.chars().any(char::is_alphabetic) {
                    zone.lines.push((page, line));
                }
            }
        }
        zone
    }

    fn has(&self, page: usize, line: usize) -> bool {
        self.lines.contains(&(page, line))
    }

    fn quantity(&self, view: &DocView<'_>, page: usize, line: usize) -> Option<u32> {
        let sheet = &view.pages[page].sheet;
        let text = view.line(page, line);
        let column = self.quantity.filter(|(on, ..)| *on == page && self.has(page, line));
        if let Some((_, left, right)) = column
            && let Some(range) = sheet.range_between(line, left, right)
            && let Some((value, ..)) = super::super::measure::count(&text[range])
        {
            return u32::try_from(value).ok();
        }
        let found = QUANTITY.as_ref()?.captures(text)?;
        found.iter().skip(1).flatten().next()?.as_str().parse().ok()
    }
}

fn quantity_column(
    labelled: &crate::labels::Labelled<'_>,
    page: usize,
    line: usize,
    byte: usize,
) -> Option<(usize, f32, f32)> {
    let sheet = &labelled.sheet;
    let left = sheet.left_of(line, byte)?;
    let next = sheet.lines[line].cells.iter().find(|cell| cell.start > byte);
    let right = next.and_then(|cell| sheet.left_of(line, cell.start)).unwrap_or(f32::INFINITY);
    Some((page, left - 1.5 * sheet.height, right - 0.5 * sheet.height))
}
