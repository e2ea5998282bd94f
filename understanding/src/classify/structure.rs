//! What a paper is by its build: a cover sheet names sender, receiver and pages and says little else; a card holds a
//! member's number beside copays and drug-plan numbers; a summary with a history, an examination and a plan is a note.

use crate::find::DocView;
use domain::parser::DocumentClass;
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// What a build that is recognised adds: more than any title, for titles such as `Office visit` stand on cards and
/// cover sheets as well.
const WEIGHT: f32 = 14.0;
/// A cover sheet has at most this many words, its confidentiality notice included; a card has fewer.
const COVER_WORDS_MAX: usize = 330;
const CARD_WORDS_MAX: usize = 150;
/// So many different entries make a cover sheet, so many signs a card.
const COVER_ENTRIES_MIN: usize = 4;
const CARD_SIGNS_MIN: usize = 3;

type Pattern = LazyLock<Option<Regex>>;

static ENTRY: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:^|[\s|(])(?:(?P<to>to|attn|attention|recipient|deliver\s+to|send\s+to|fax\s+to|receiver)|(?P<from>from|sender|sent\s+by|fax\s+from|sender\s+name)",
        r"|(?P<fax>fax|facsimile|fax\s+(?:no|number|phone)|to\s+fax|their\s+fax)|(?P<pages>(?:(?:no|number|total|total\s+no|total\s+number|#)\.?\s+(?:of\s+)?)?(?:pages|pgs)|page\s+count|pages\s+sent|pages\s+to\s+follow)",
        r"|(?P<re>re|subject|regarding|reference|in\s+re)|(?P<date>date|sent|date\s+sent|date/time|time)|(?P<text>comments?|message|notes?|remarks|memo|special\s+instructions))",
        r"\s*(?:\([^)]{0,24}\)|#|\.|no\.|number|\s(?:including|incl|with|w/)[^:]{0,20})?\s*:"
    ))
    .ok()
});
static COVERING: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:inclu\w+\s+(?:this\s+)?cover|cover\s+(?:sheet|page|letter)|pages?\s+(?:to\s+)?follow|if\s+you\s+(?:have\s+)?(?:received?|are\s+not)\b|intended\s+(?:recipient|only)|facsimile|fax\s+(?:message|transmi\w+|cover)|please\s+(?:comment|reply|recycle)|for\s+(?:your\s+)?review)").ok()
});
static CODE: Pattern = LazyLock::new(|| Regex::new(r"\b[AEKL]\d{4}\b").ok());
static FAX: Pattern =
    LazyLock::new(|| Regex::new(r"(?i)^\W*(?:fax|facsimile|telefax)\W*(?:\w+\W*){0,4}$").ok());

/// Signs of a card; each counts once.
static CARD: [Pattern; 8] = [
    LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:member|subscriber|enrollee|identification|id|policy|medicaid|recipient)\s*(?:id|no\.?|number|#)|\bid\s*[:#]|\bmedicare\s+number").ok()
    }),
    LazyLock::new(|| Regex::new(r"(?i)\b(?:group|grp)\b\s*(?:no\.?|number|#|id)?\s*[:#]?\s*\w").ok()),
    LazyLock::new(|| Regex::new(r"(?i)\brx\s?-?(?:bin|pcn|grp|group|id)\b|\b(?:bin|pcn)\s*[:#]").ok()),
    LazyLock::new(|| {
        Regex::new(r"(?i)\bco-?pay|\bdeductible|\bcoinsurance|\b(?:pcp|specialist|spec|office|er|urgent\s+care|emergency)\b[^$\n]{0,16}\$\s?\d").ok()
    }),
    LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:hospital|medical)\s*\(?part\s+[ab]\b|\bentitled\s+to\b|\bcoverage\s+starts\b")
            .ok()
    }),
    LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:customer|member|provider)\s+(?:service|care|line)s?\b|\bpayer\s+id\b|\bedi\b|\bsubmit\s+claims|\bclaims?\s+(?:to|address)\b|\b(?:1-)?8(?:00|66|77|88)-\d{3}-\d{4}").ok()
    }),
    LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:insurance|id|identification|member|medicare|medicaid|benefit)\s+(?:id\s+)?card\b|\bcard\s+(?:front|back|copy|image|scan)|\(front\)|\(back\)|medicare\s+health\s+insurance").ok()
    }),
    LazyLock::new(|| Regex::new(r"\b(?:HMO|PPO|EPO|POS|HDHP|DSNP)\b").ok()),
];
/// Papers that list coverages among other things are no cards.
static NO_CARD: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:emergency\s+contact|guarantor|marital|next\s+of\s+kin|responsible\s+party|diagnos[ie]s|hcpcs|ordering|prescriber|length\s+of\s+need|assessment|requesting\s+provider|face\s*sheet|demographics)\b").ok()
});

/// The class a paper's build speaks for, with its weight and what decided it.
pub(super) fn shape(view: &DocView<'_>) -> Option<(DocumentClass, f32, &'static str)> {
    if is_cover(view) {
        return Some((DocumentClass::CoverSheet, WEIGHT, "sender, receiver, pages"));
    }
    is_card(view).then_some((DocumentClass::InsuranceCard, WEIGHT, "member number, copays"))
}

fn words(view: &DocView<'_>) -> usize {
    view.lines().map(|(_, _, text)| text.split_whitespace().count()).sum()
}

fn is(pattern: &Pattern, text: &str) -> bool {
    pattern.as_ref().is_some_and(|regex| regex.is_match(text))
}

fn is_cover(view: &DocView<'_>) -> bool {
    if words(view) > COVER_WORDS_MAX {
        return false;
    }
    let mut entries = BTreeSet::new();
    let (mut covers, mut titled) = (false, false);
    for (index, (_, _, text)) in view.lines().enumerate() {
        if is(&CODE, text) || text.trim_start().starts_with("Dear ") {
            return false;
        }
        covers |= is(&COVERING, text);
        titled |= index < 6 && is(&FAX, text);
        for found in ENTRY.iter().flat_map(|regex| regex.captures_iter(text)) {
            let kinds = ["to", "from", "fax", "pages", "re", "date", "text"];
            entries.extend(kinds.into_iter().filter(|kind| found.name(kind).is_some()));
        }
        // In a table a label fills its cell and has no colon.
    }
    let sends = entries.contains("to") && (entries.contains("from") || entries.contains("fax"));
    let signs = entries.len() + usize::from(covers) + usize::from(titled);
    sends && signs > COVER_ENTRIES_MIN && (covers || titled || entries.contains("pages"))
        || sends && entries.contains("pages") && signs >= COVER_ENTRIES_MIN
}

fn is_card(view: &DocView<'_>) -> bool {
    if words(view) > CARD_WORDS_MAX {
        return false;
    }
    let mut signs = BTreeSet::new();
    for (_, _, text) in view.lines() {
        if is(&NO_CARD, text) {
            return false;
        }
        signs.extend(CARD.iter().enumerate().filter(|(_, sign)| is(sign, text)).map(|(index, _)| index));
    }
    // The member's number is what a card is for.
    signs.contains(&0) && signs.len() >= CARD_SIGNS_MIN
}

/// Whether a document has the parts of a visit's note: history, examination, assessment.
pub(super) fn is_note(view: &DocView<'_>) -> bool {
    const PARTS_MIN: usize = 2;
    let mut parts = BTreeSet::new();
    for labelled in view.pages {
        for hit in labelled.hits.iter().flatten().filter(|hit| hit.colon || hit.cell_full && hit.cell_start) {
            if matches!(hit.key, "sec.hpi" | "sec.exam" | "sec.plan" | "sec.ros") {
                parts.insert(hit.key);
            }
        }
    }
    parts.contains("sec.plan") && parts.len() > PARTS_MIN
        || parts.contains("sec.hpi") && parts.len() >= PARTS_MIN
}

/// Whether a summary is of a stay in hospital.
pub(super) fn is_of_a_stay(view: &DocView<'_>) -> bool {
    static STAY: Pattern = LazyLock::new(|| {
        Regex::new(r"(?i)\bhospital\s+course\b|\bdischarge\s+(?:summary|diagnos[ie]s|medications?|date|disposition|condition)\b|\bdate\s+of\s+(?:discharge|admission)\b|\badmi(?:ssion|t)\s+date\b|\bdischarged\s+(?:to|home|on)\b").ok()
    });
    view.lines().any(|(_, _, text)| is(&STAY, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::page;
    use crate::labels::Labelled;
    use crate::sheet::Sheet;

    fn class(text: &str) -> Option<DocumentClass> {
        let page = page(1, text);
        let pages = [Labelled::of(Sheet::of(&page))];
        shape(&DocView { pages: &pages }).map(|(class, ..)| class)
    }

    #[test]
    fn covers_and_cards_are_told_by_their_build() {
        for (text, wanted) in [
            (
                "VALLEY SLEEP\nTO: Apria Intake     FROM: Kim, front desk\nFAX: 518-555-0100     PAGES: 7\nRE: office visit notes and sleep study\nCOMMENTS: new set up",
                Some(DocumentClass::CoverSheet),
            ),
            (
                "Fax\nTo: DME intake\nFax number: 518-555-0100\nFrom: Valley Sleep\nDate: 03/04/2026\nSubject: progress note",
                Some(DocumentClass::CoverSheet),
            ),
            (
                "DME ORDER\nTo: Apria   Fax: 518-555-0100\nFrom: Valley Sleep   Pages: 1\nDate: 03/04/2026\nE0601 CPAP",
                None,
            ),
            (
                "BLUE PLAN PPO\nMember: JANE DOE\nID: XYZ123456789   Group 00123\nOffice visit $20  ER $150\nRxBIN 610014",
                Some(DocumentClass::InsuranceCard),
            ),
            ("Registration\nMember ID: XYZ123   Group: 0012\nCopay $20\nEmergency contact: John Doe", None),
            ("Dear Dr. Roe,\nTo: x From: y Pages: 2 Fax: 3", None),
        ] {
            assert_eq!(class(text), wanted, "{text}");
        }
    }
}
