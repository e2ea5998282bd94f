//! The words of sleep reports as small ideas (`apnea`, `index`, `lowest`, `time`), so that a label is understood by what
//! it is made of and not by how one laboratory spells it. What ideas together mean stands in `meaning.rs`.

use super::spellings::{SHORT, WORDS};
use crate::text::{Phrases, Token, tokens};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// One idea.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Idea {
    Ahi,
    Rei,
    Pahi,
    Rdi,
    Odi,
    Apnea,
    Hypopnea,
    Obstructive,
    Central,
    Mixed,
    Rera,
    Index,
    Count,
    Events,
    Respiratory,
    Desaturation,
    Saturation,
    Oxygen,
    Mean,
    Low,
    Nadir,
    High,
    Baseline,
    Time,
    Below,
    Sleep,
    Total,
    Recording,
    Monitoring,
    Bed,
    Efficiency,
    Supine,
    Rem,
    Nrem,
    OffSupine,
    Therapy,
    /// The pressure that was settled on.
    Final,
    Pressure,
    Diagnostic,
    Four,
    Three,
    /// A saturation of 88 % as a limit.
    At88,
    /// Another limit.
    AtOther,
    Percent,
    Minutes,
    Hours,
    Longest,
    /// Told of another night.
    Prior,
    /// A goal, a limit, a normal value.
    Goal,
    /// Days or nights, a device's use, its lack, and four hours of it or less.
    Days,
    Used,
    NotUsed,
    FourHours,
    LessHours,
    /// Something else that is measured in sleep: arousals, limbs, snoring, stages, heart, carbon dioxide.
    Foreign,
}

/// A set of ideas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ideas(u64);

impl Ideas {
    pub(super) fn with(self, idea: Idea) -> Self {
        Self(self.0 | 1 << idea as u64)
    }

    pub(super) fn without(self, ideas: &[Idea]) -> Self {
        ideas.iter().fold(self, |set, idea| Self(set.0 & !(1 << *idea as u64)))
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn only(self, ideas: &[Idea]) -> Self {
        Self(ideas.iter().fold(0, |set, idea| set | self.0 & (1 << *idea as u64)))
    }

    pub(super) fn has(self, idea: Idea) -> bool {
        self.0 & (1 << idea as u64) != 0
    }

    pub(super) fn any(self, ideas: &[Idea]) -> bool {
        ideas.iter().any(|idea| self.has(*idea))
    }

    pub(super) fn all(self, ideas: &[Idea]) -> bool {
        ideas.iter().all(|idea| self.has(*idea))
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn of(ideas: &[Idea]) -> Self {
        ideas.iter().fold(Self::default(), |set, idea| set.with(*idea))
    }
}

use Idea::*;

static SPELLED: LazyLock<(Vec<Ideas>, Phrases)> = LazyLock::new(|| {
    let each =
        || WORDS.iter().flat_map(|(ideas, spellings)| spellings.split('|').map(move |one| (*ideas, one)));
    (each().map(|(ideas, _)| Ideas::of(ideas)).collect(), Phrases::new(each().map(|(_, one)| one)))
});

/// `min`, as it is folded.
const MIN: &str = "mln";

/// Ideas and where they stand.
pub(super) struct Tagged {
    pub(super) ideas: Ideas,
    pub(super) at: Range<usize>,
}

static PER_HOUR: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:\b(?:events?|episodes?|number|no\.?|times|#)\s*)?",
        r"(?:/\s*h(?:ou)?r?s?\b\.?|\b(?:per|an|each)\s+h(?:ou)?r\b|\bx\s*/\s*h\b)",
        r"(?:\s*(?:of\s+)?(?:the\s+)?(?:(?:total|monitored|valid|analy[sz]ed|recorded|evaluated)\s+)?(?:sleep(?:\s+time)?|tst|trt|analysis(?:\s+time)?|index\s+time|valid\s+time|recording(?:\s+time)?|monitoring(?:\s+time)?|monitored\s+time|recorded\s+time|study\s+time|evaluation(?:\s+(?:time|period))?)\b)?",
    ))
    .ok()
});
/// `min` is a unit in brackets, and before a limit.
static UNIT_MINUTES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)[(\[]\s*(?:in\s+)?(?:min|mins|m|minutes)\.?\s*[)\]]").ok());
/// Remarks on how hypopneas were scored.
static RULE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:\b(?:hypopn\w+\s+)?(?:scored|using|at|with|by|via|based\s+on|according\s+to|per|under|a|the|≥|>=|>)\s+){0,4}",
        r"(?:[≥>]=?\s*)?\b(?P<r>[34]|three|four)\s*(?:%|percent|per\s+cent|pct)",
        r"(?:\s*(?:-|/|,|\+|or|and|&|with|of|in)?\s*\b(?:o2|oxygen|desat\w*|spo2|sat\w*|drops?|arousals?|arous|criteri\w+|rules?|definitions?|scoring|based|threshold|method|scored|hyp\w*(?:\s+(?:rule|definition|criteri\w+))?|aasm|cms|medicare|recommended|acceptable|alternative|alternate)\b)*",
    ))
    .ok()
});
/// The rules by the names of who wrote them.
static NAMED_FOUR: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:cms|medicare|1\s?b|acceptable|alternat(?:e|ive)|aasm\s*2007|aasm\s+4)\b(?:\s+(?:criteri\w+|rules?|definitions?|scoring|hypopn\w+))*").ok()
});
static NAMED_THREE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:1\s?a|aasm\s+recommended|recommended\s+(?:hypopn\w+\s+)?(?:criteri\w+|rules?|definition|scoring)|aasm\s+2012|aasm\s+3|chicago)\b(?:\s+(?:criteri\w+|rules?|definitions?|scoring|hypopn\w+))*").ok()
});
/// Limits of saturation: `<= 88 %`, `below 90`, `88 % or below`.
static LIMIT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:(?P<s><=?|≤|=<|\bat\s+or\s+(?:below|under|less\s+than)|\bequal\s+to\s+or\s+(?:below|less\s+than)|\b(?:less|lower)\s+than(?:\s+or\s+equal\s+(?:to)?)?|\bbelow|\bunder|\bbeneath|\bof|\bat)",
        r"\s*(?:or\s+(?:equal\s+to|at)\s+)?(?:(?:an?\s+)?(?:spo2|sao2|saturation|oxygen\s+saturation)\s+(?:of\s+)?)?)?",
        r"\b(?P<n>[6-9]\d)\s*(?:%|percent)?(?P<t>\s*(?:-\s*)?(?:or|and|&)\s+(?:below|less|lower|under)\b)?",
    ))
    .ok()
});

/// Four hours of use, or less.
static FOUR_HOURS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:(?:>\s?=|≥|=>|>|\bat\s+least|\bgreater\s+than(?:\s+or\s+equal\s+to)?|\bmore\s+than|\bover|\bminimum(?:\s+of)?|\bexceeding|\b(?:usage|used|days|nights)(?:\s+of)?)",
        r"\s*(?:4|four)(?:\.0)?\s*\+?\s*-?\s*(?:h|hr|hrs|hours?)\b(?:\s*(?:or\s+more))?|\b(?:4|four)\s*-?\s*(?:h|hr|hrs|hours?)\s*(?:or\s+(?:more|greater|longer)|\+|and\s+above)|\b4\s?\+\s*(?:h|hr|hrs|hours?)\b)(?:\s*(?:per|/|a|each)\s*(?:day|night))?",
    ))
    .ok()
});
static LESS_HOURS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:<\s?=?|\bless\s+than|\bunder|\bbelow|\bfewer\s+than)\s*(?:[1-9]|four)(?:\.0)?\s*(?:h|hr|hrs|hours?)\b").ok()
});

/// A text's ideas in their order, and the numbers in it that are part of a label: `4 %`, `88 %`.
pub(super) struct Read {
    pub(super) tags: Vec<Tagged>,
    pub(super) not_values: Vec<Range<usize>>,
}

/// Reads a stretch of text. `full` cells are read with abbreviations.
pub(super) fn read(text: &str) -> Read {
    let mut tags = Vec::new();
    let mut not_values = Vec::new();
    let mut masked = text.to_owned();
    hours_of_use(text, &mut masked, &mut tags, &mut not_values);
    named_rules(&masked.clone(), &mut masked, &mut tags, &mut not_values);
    for found in matches(&PER_HOUR, &masked.clone()) {
        tags.push(Tagged { ideas: Ideas::of(&[Index]), at: found.clone() });
        blank(&mut masked, &found);
    }
    limits(&mut masked, &mut tags, &mut not_values);
    for (at, _) in masked.match_indices('%') {
        if !masked[..at].trim_end().ends_with(|c: char| c.is_ascii_digit()) {
            tags.push(Tagged { ideas: Ideas::of(&[Percent]), at: at..at + 1 });
        }
    }
    for found in matches(&UNIT_MINUTES, &masked.clone()) {
        tags.push(Tagged { ideas: Ideas::of(&[Minutes]), at: found.clone() });
        blank(&mut masked, &found);
    }
    for (at, _) in masked.match_indices('#') {
        if !masked[at + 1..].trim_start().starts_with(|c: char| c.is_ascii_digit()) {
            tags.push(Tagged { ideas: Ideas::of(&[Count]), at: at..at + 1 });
        }
    }
    let mut words = tokens(&masked);
    for word in &mut words {
        // `10` is no misread `lo`.
        if masked[word.start..word.end].chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',')) {
            word.folded.clear();
        }
    }
    let (ideas, phrases) = &*SPELLED;
    let mut next = 0;
    while next < words.len() {
        let best = phrases
            .starting(&words[next..])
            .into_iter()
            .filter(|(index, exact)| {
                let run = &words[next..next + phrases.length(*index)];
                holds_together(&masked, run) && (*exact || run.iter().any(|word| word.folded.len() > 6))
            })
            .max_by_key(|(index, exact)| (phrases.length(*index), *exact, std::cmp::Reverse(*index)));
        match best {
            Some((index, _)) => {
                let last = next + phrases.length(index) - 1;
                let at = words[next].start..words[last].end;
                // Behind a number `min` is its unit.
                let unit = ideas[index] == Ideas::of(&[Low])
                    && words[next].folded == MIN
                    && follows_number(&masked, at.start);
                tags.push(Tagged { ideas: if unit { Ideas::of(&[Minutes]) } else { ideas[index] }, at });
                next = last + 1;
            }
            None => next += 1,
        }
    }
    short(&masked, &mut tags);
    tags.sort_by_key(|tag| tag.at.start);
    Read { tags, not_values }
}

/// All ideas of a text.
pub(super) fn ideas_of(text: &str) -> Ideas {
    read(text).tags.iter().fold(Ideas::default(), |all, tag| all.and(tag.ideas))
}

fn hours_of_use(text: &str, masked: &mut String, tags: &mut Vec<Tagged>, not_values: &mut Vec<Range<usize>>) {
    for (pattern, idea) in [(&LESS_HOURS, LessHours), (&FOUR_HOURS, FourHours)] {
        for found in matches(pattern, text) {
            tags.push(Tagged { ideas: Ideas::of(&[idea]), at: found.clone() });
            not_values.push(found.clone());
            // `used 4 hours or more` is use too.
            let from = found.start
                + text[found.clone()].find(|c: char| c.is_ascii_digit() || c == 'f' || c == 'F').unwrap_or(0);
            blank(masked, &(from..found.end));
        }
    }
}

fn named_rules(text: &str, masked: &mut String, tags: &mut Vec<Tagged>, not_values: &mut Vec<Range<usize>>) {
    if let Some(regex) = RULE.as_ref() {
        for found in regex.captures_iter(text) {
            let (Some(whole), Some(rule)) = (found.get(0), found.name("r")) else { continue };
            // `24 %` ends in a 4; `0.4 %` and `1.3 %` are measured.
            let glued =
                text[..rule.start()].ends_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
            if glued {
                continue;
            }
            let idea =
                if matches!(rule.as_str().to_lowercase().as_str(), "4" | "four") { Four } else { Three };
            tags.push(Tagged { ideas: Ideas::of(&[idea]), at: whole.range() });
            not_values.push(whole.range());
            // A hypopnea named in a remark is none that was counted, unless it leads the label.
            let before = text[..whole.start()].trim_end();
            let keeps = whole.as_str().trim_start().to_lowercase().starts_with("hypopn")
                && !before.ends_with(|c: char| c.is_alphabetic() || matches!(c, ',' | '('));
            let from = if keeps { rule.start() } else { whole.start() };
            blank(masked, &(from..whole.end()));
        }
    }
    for (pattern, idea) in [(&NAMED_FOUR, Four), (&NAMED_THREE, Three)] {
        for found in matches(pattern, &masked.clone()) {
            tags.push(Tagged { ideas: Ideas::of(&[idea]), at: found.clone() });
            not_values.push(found.clone());
            blank(masked, &found);
        }
    }
}

fn limits(masked: &mut String, tags: &mut Vec<Tagged>, not_values: &mut Vec<Range<usize>>) {
    let Some(regex) = LIMIT.as_ref() else { return };
    let copy = masked.clone();
    for found in regex.captures_iter(&copy) {
        let (Some(whole), Some(number)) = (found.get(0), found.name("n")) else { continue };
        let sign = found.name("s").map_or("", |sign| sign.as_str()).to_lowercase();
        let before_sign = !sign.is_empty() && !matches!(sign.as_str(), "of" | "at");
        let after = copy[number.end()..].chars().next();
        let decimal = after.is_some_and(|c| matches!(c, '.' | ':' | '/') || c.is_ascii_digit())
            && copy[number.end() + 1..].starts_with(|c: char| c.is_ascii_digit());
        let glued = copy[..number.start()]
            .ends_with(|c: char| matches!(c, '.' | ',' | '/' | ':') || c.is_alphanumeric());
        if !(before_sign || found.name("t").is_some()) || decimal || glued {
            continue;
        }
        // `below 88` and `at or below 88` are the limit of the rule; so is `below 89`.
        let strict =
            matches!(sign.as_str(), "<" | "below" | "under" | "beneath" | "less than" | "lower than");
        let limit = match number.as_str() {
            "88" => At88,
            "89" if strict => At88,
            _ => AtOther,
        };
        tags.push(Tagged { ideas: Ideas::of(&[Below, limit]), at: whole.range() });
        not_values.push(whole.range());
        blank(masked, &whole.range());
    }
}

fn short(text: &str, tags: &mut Vec<Tagged>) {
    let bare = text.trim_matches(|c: char| !(c.is_alphanumeric() || c == '#'));
    let name: String = bare.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '#').collect();
    let Some((_, ideas)) = SHORT.iter().find(|(short, _)| name == *short) else { return };
    let start = text.find(bare).unwrap_or(0);
    if tags.is_empty() {
        tags.push(Tagged { ideas: Ideas::of(ideas), at: start..start + bare.len() });
    }
}

/// Whether the word before is a number, as in `34 min`; `SpO2 min` is a minimum.
fn follows_number(text: &str, at: usize) -> bool {
    let is_short = !text[at..].to_lowercase().starts_with("mini");
    is_short
        && text[..at]
            .split_whitespace()
            .next_back()
            .is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()))
}

/// The words of one spelling have little between them.
fn holds_together(text: &str, run: &[Token]) -> bool {
    run.windows(2).all(|pair| {
        let between = &text[pair[0].end..pair[1].start];
        between.len() <= 4 && !between.contains([':', ';', ',', '|', '='])
    })
}

fn matches(pattern: &LazyLock<Option<Regex>>, text: &str) -> Vec<Range<usize>> {
    pattern
        .as_ref()
        .map(|regex| regex.find_iter(text).map(|found| found.range()).collect())
        .unwrap_or_default()
}

/// Blanks a stretch, so that later readers see nothing there; places stay.
fn blank(text: &mut String, at: &Range<usize>) {
    text.replace_range(at.clone(), &" ".repeat(at.len()));
}
