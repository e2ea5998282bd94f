//! What a report or note says of a trial of CPAP: that it was tried, that it was ineffective, and that mask and pressure
//! were worked on. Said of the patient, not of a plan, a supposition or a relative; `never tried` is a statement too.

use super::flow::Flow;
use crate::find::DocView;
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::sync::LazyLock;

type Pattern = LazyLock<Option<Regex>>;

/// How many sentences after one on CPAP still speak of it, if they name no other device.
const REACH: usize = 2;

static CPAP: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:a?-?c\s?-?pap|auto-?pap|apap|continuous\s+(?:positive\s+)?airway\s+pressure|e\s?0601|pap)\b").ok()
});
static BILEVEL: Pattern =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:bi-?\s?pap|bi-?\s?level|vpap|e0470|e0471|asv)\b").ok());
/// It did not do what it should.
static FAILED: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:ineffective|in-effective|inadequate(?:ly)?|insufficient(?:ly)?|unsuccessful(?:ly)?|suboptimal(?:ly)?|sub-optimal)\b",
        r"|\bfail(?:ed|s|ure|ing)\b|\b(?:not|n't)\s+(?:\w+\s+){0,2}(?:effective|successful|adequate(?:ly)?|controll?(?:ed)?|correct(?:ed)?|eliminat(?:e|ed)|resolv(?:e|ed)|respond(?:ed)?|improve[ds]?|suppress(?:ed)?|normali[sz]ed?|tolerat(?:e|ed)|achieved?|abolish(?:ed)?)\b",
        r"|\b(?:unable|inability|could\s+not|cannot|couldn't|did\s+not|didn't)\s+(?:to\s+)?(?:be\s+)?(?:adequately\s+|fully\s+|effectively\s+)?(?:tolerat|control|correct|eliminat|achiev|suppress|abolish|resolv|normali[sz])\w*",
        r"|\b(?:without|no|little|minimal|lack\s+of)\s+(?:\w+\s+)?(?:benefit|improvement|relief|response|success|effect|resolution)\b",
        r"|\b(?:persist(?:ed|s|ent|ence|ing)?|continu(?:ed|ing)|remain(?:ed|s|ing)?|residual|refractory|uncontrolled|ongoing)\b[^.;]{0,60}\b(?:events?|apn\w+|hypopn\w+|obstruct\w+|ahi|snoring|desaturat\w+|hypoxemia|elevated|high|symptom\w*|sleepiness)\b",
        r"|\b(?:events?|apn\w+|hypopn\w+|ahi|desaturations?|symptoms)\b[^.;]{0,40}\b(?:persist(?:ed|s)?|continued|remain(?:ed|s)?|uncontrolled)\b",
        r"|\bin?toleran(?:t|ce)\b|\bdiscontinued\s+(?:due|because|after|for)\b|\bdoes\s+not\s+work\b|\bdid\s+not\s+work\b|\bnot\s+working\b",
    ))
    .ok()
});
/// It did.
static WORKED: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:effective(?:ly)?|successful(?:ly)?|well\s+controlled|eliminated|abolished|resolved|controlled|optimal\s+control|adequate\s+control|good\s+(?:response|control|benefit)|benefit(?:s|ed|ing)?\s+from|tolerat(?:es|ed|ing)\s+(?:\w+\s+)?well|doing\s+well)\b").ok()
});
/// It was given at all.
static TRIED: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:tri(?:ed|al(?:ed|led)?)|used|uses|using|initiated|started|began|begun|applied|titrat(?:ed|ion\s+(?:was|began|started))|attempted|placed\s+on|treated\s+with|underwent|wore|wears|worn|compliant|adherent|adherence)\b",
        r"|\bon\s+(?:auto-?\s?)?(?:c-?pap|apap)\b|\b(?:c-?pap|apap)\b[^.;]{0,30}\b\d{1,2}\s*(?:-\s*\d{1,2}\s*)?cm",
        r"|\b\d{1,2}\s*cm\b",
    ))
    .ok()
});
/// It was never given.
static NEVER: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:never|not\s+(?:yet|previously|ever))\s+(?:been\s+)?(?:tri(?:ed|aled|alled)|used|started|been\s+on|had|worn|attempted|on|prescribed)\b",
        r"|\b(?:has|have|had|was|is|were)\s*(?:not|n't)\s+(?:yet\s+|previously\s+|ever\s+)?(?:been\s+)?(?:tri(?:ed|aled|alled)|used|started|attempted|prescribed)\b",
        r"|\bdid\s+not\s+(?:try|use|attempt)\b|\b(?:c-?pap|pap|treatment)[\s-]*na[iï]ve\b|\bno\s+(?:prior|previous|history\s+of|past)\s+(?:\w+\s+){0,3}(?:c-?pap|pap|trial|use)\b",
        r"|\bwithout\s+(?:a\s+)?(?:prior\s+|previous\s+)?(?:trial|trying|use)\b|\bno\s+(?:c-?pap\s+)?trial\b|\b(?:declin(?:es|ed)|refus(?:es|ed))\s+(?:a\s+)?(?:trial|c-?pap|pap|to\s+try)\b",
    ))
    .ok()
});
/// A plan, a supposition, general advice, or somebody else.
static NOT_SAID: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:if|unless|may|might|could\s+be|should|would|will|can|to\s+be|whether|risk\s+of|in\s+case|in\s+the\s+event|consider(?:ed|ing)?|recommend\w*|plan(?:s|ned)?|schedul\w+|candidate|alternatives?|discuss(?:ed|ing)?|option|educat\w+|order(?:ed|ing)?\s+(?:a\s+)?c-?pap|prescrib\w+|insurance|medicare|required)\b",
        r"|\b(?:mother|father|brother|sister|husband|wife|spouse|son|daughter|parent|partner)(?:'s)?\b[^.;]{0,24}\b(?:c-?pap|pap)\b",
    ))
    .ok()
});
/// `CPAP did not fail`, `no CPAP failure`, `not ineffective`.
static NOT_FAILED: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:no|not|never|without|denies|n't|nor)\s+(?:\w+\s+){0,3}(?:failed|fail|failure|ineffective|inadequate|insufficient|intoleran(?:t|ce)|residual|persistent)\b|\bno\s+(?:residual|persistent|remaining|further)\b").ok()
});
/// Mask and pressure were worked on.
static WORK: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\bmasks?\b|\binterfaces?\b|\b(?:re-?)?fit(?:ted|ting)?\b|\bleaks?\b|\bpressures?\b|\bcm\s*(?:of\s+)?(?:h2o|water)\b",
        r"|\btitrat(?:ed|ion)\b|\bhumidif\w+",
    ))
    .ok()
});

fn is(pattern: &Pattern, text: &str) -> bool {
    pattern.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// `cpap.tried`, `cpap.ineffective`, `cpap.optimised`: the first statement of each, yes and no apart.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for (page, labelled) in view.pages.iter().enumerate() {
        let flow = Flow::of(labelled);
        let mut since_cpap: Option<usize> = None;
        for range in flow.sentences() {
            let sentence = &flow.text[range.clone()];
            let (names_it, names_other) = (is(&CPAP, sentence), is(&BILEVEL, sentence));
            since_cpap = match (names_it, names_other) {
                (true, _) => Some(0),
                (false, true) => None,
                (false, false) => since_cpap.map(|since| since + 1).filter(|since| *since <= REACH),
            };
            if since_cpap.is_none() || is(&NOT_SAID, sentence) {
                continue;
            }
            let told = told(sentence, names_it, names_other, since_cpap == Some(0));
            for (name, value) in told {
                let place = flow.place(view, page, &range, 0.88);
                let field = place.and_then(|place| view.field(name, FieldValue::Flag(value), None, &place));
                let new = |field: &Field| {
                    !fields.iter().any(|other| other.name == field.name && other.value == field.value)
                };
                fields.extend(field.filter(new));
            }
        }
    }
    fields
}

/// What one sentence within reach of CPAP says.
fn told(sentence: &str, names_it: bool, names_other: bool, here: bool) -> Vec<(&'static str, bool)> {
    let mut told = Vec::new();
    if names_it && is(&NEVER, sentence) {
        told.push(("cpap.tried", false));
        return told;
    }
    // Where both devices are named, what failed is told before the other one comes in.
    let about = if names_other { before_other(sentence) } else { sentence };
    let failed = is(&FAILED, about) && !is(&NOT_FAILED, about);
    if failed && (here || !is(&WORKED, about)) {
        told.push(("cpap.ineffective", true));
        told.push(("cpap.tried", true));
    } else if names_it && !names_other && is(&WORKED, about) && !is(&FAILED, about) {
        told.push(("cpap.ineffective", false));
        told.push(("cpap.tried", true));
    } else if names_it && is(&TRIED, about) {
        told.push(("cpap.tried", true));
    }
    if is(&WORK, about) && !told.is_empty() || (!names_other && is(&WORK, sentence)) {
        told.push(("cpap.optimised", true));
    }
    told
}

/// The part of a sentence before it goes over to another device, unless that device stands first.
fn before_other(sentence: &str) -> &str {
    let at = |pattern: &Pattern| {
        pattern.as_ref().and_then(|regex| regex.find(sentence)).map(|found| found.start())
    };
    match (at(&CPAP), at(&BILEVEL)) {
        (Some(own), Some(other)) if own < other => &sentence[..other],
        (Some(own), Some(_)) => &sentence[own..],
        _ => sentence,
    }
}

#[cfg(test)]
mod tests {
    use crate::find::DocView;
    use crate::fixtures::page;
    use crate::labels::Labelled;
    use crate::sheet::Sheet;
    use domain::parser::FieldValue;

    fn says(text: &str, name: &str) -> Option<bool> {
        let page = page(1, text);
        let pages = [Labelled::of(Sheet::of(&page))];
        let fields = super::fields(&DocView { pages: &pages });
        let found = fields
            .iter()
            .filter(|field| field.name == name)
            .map(|field| field.value == FieldValue::Flag(true));
        found.max()
    }

    #[test]
    fn a_sentence_that_begins_a_line_is_quoted_from_that_line() {
        let text = "Results were reviewed with the\npatient today.\nA trial of CPAP failed.\nShe returns in spring.\n";
        assert_eq!((says(text, "cpap.tried"), says(text, "cpap.ineffective")), (Some(true), Some(true)));
    }

    #[test]
    fn a_failed_trial_is_told_from_a_plan_a_success_and_none() {
        for (text, tried, ineffective) in [
            (
                "CPAP was tried at 5 to 16 cm H2O and was ineffective despite mask refitting.",
                Some(true),
                Some(true),
            ),
            (
                "She has failed CPAP therapy despite several masks and pressure changes.",
                Some(true),
                Some(true),
            ),
            (
                "CPAP was titrated from 5 to 18 cm H2O. Despite a full face mask, obstructive events persisted.",
                Some(true),
                Some(true),
            ),
            (
                "Patient was unable to tolerate CPAP at any pressure with three interfaces.",
                Some(true),
                Some(true),
            ),
            ("Respiratory events were not controlled on CPAP up to 19 cm water.", Some(true), Some(true)),
            ("CPAP trial unsuccessful; switched to bilevel.", Some(true), Some(true)),
            ("Residual AHI remained elevated on CPAP at 15 cm.", Some(true), Some(true)),
            ("E0601 tried and proven ineffective.", Some(true), Some(true)),
            ("CPAP did not adequately correct his apneas, so bilevel was started.", Some(true), Some(true)),
            ("The patient has never tried CPAP.", Some(false), None),
            ("CPAP has not been tried.", Some(false), None),
            ("No prior PAP use. CPAP naive.", Some(false), None),
            ("He declined a CPAP trial.", Some(false), None),
            ("If CPAP is ineffective, consider bilevel.", None, None),
            ("Recommend CPAP titration study.", None, None),
            ("CPAP was effective at 9 cm H2O.", Some(true), Some(false)),
            ("She uses CPAP nightly.", Some(true), None),
            ("Her husband failed CPAP years ago.", None, None),
            ("BiPAP was ineffective.", None, None),
            ("Bilevel 12/8 eliminated all events.", None, None),
            ("CPAP may fail in patients with hypoventilation.", None, None),
            ("Obstructive sleep apnea persists untreated.", None, None),
        ] {
            assert_eq!(says(text, "cpap.tried"), tried, "tried: {text}");
            assert_eq!(says(text, "cpap.ineffective"), ineffective, "ineffective: {text}");
        }
    }

    #[test]
    fn work_on_mask_and_pressure_is_a_statement_of_its_own() {
        for (text, wanted) in [
            ("CPAP failed. Mask fit was corrected and pressure raised twice.", Some(true)),
            ("CPAP was ineffective.", None),
            ("CPAP ineffective despite adequate interface fit.", Some(true)),
        ] {
            assert_eq!(says(text, "cpap.optimised"), wanted, "{text}");
        }
    }
}
