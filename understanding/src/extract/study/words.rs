//! The words of sleep reports as small ideas (`apnea`, `index`, `lowest`, `time`), so that a label is understood by what
//! it is made of and not by how one laboratory spells it. What ideas together mean stands in `meaning.rs`.

mod remarks;

use super::spellings::{LENGTH, SHORT, VALID, WORDS};
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
    /// `Duration`, `length`: a time that lasts, not one of day.
    Lasting,
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
    let each = WORDS
        .iter()
        .flat_map(|(ideas, spellings)| spellings.split('|').map(|one| (Ideas::of(ideas), one.to_owned())));
    let valid =
        VALID.split('|').flat_map(|valid| LENGTH.split('|').map(move |length| format!("{valid} {length}")));
    let lasting = VALID
        .split('|')
        .filter(|valid| valid.ends_with("monitoring"))
        .map(|valid| format!("{valid} duration"));
    let monitored = valid.chain(lasting).map(|one| (Ideas::of(&[Monitoring, Time]), one));
    let (ideas, spellings): (Vec<Ideas>, Vec<String>) = each.chain(monitored).unzip();
    (ideas, Phrases::new(spellings.iter().map(String::as_str)))
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
    remarks::hours_of_use(text, &mut masked, &mut tags, &mut not_values);
    remarks::named_rules(&masked.clone(), &mut masked, &mut tags, &mut not_values);
    for found in matches(&PER_HOUR, &masked.clone()) {
        // `A/H` is no rate.
        if masked[..found.start].to_lowercase().split(|c: char| !c.is_alphanumeric()).next_back() == Some("a")
        {
            continue;
        }
        tags.push(Tagged { ideas: Ideas::of(&[Index]), at: found.clone() });
        blank(&mut masked, &found);
    }
    remarks::limits(&mut masked, &mut tags, &mut not_values);
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
        // `# 7` is a number of something, `Total #   7` a count.
        let behind_digit = masked[at + 1..].trim_start().starts_with(|c: char| c.is_ascii_digit());
        let before = masked[..at].trim().to_lowercase();
        let counts = ["", "total", "all", "events", "apneas", "hypopneas", "apnea", "hypopnea"]
            .contains(&before.as_str());
        if !behind_digit || counts && !masked[at + 1..].starts_with(|c: char| c.is_ascii_digit()) {
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
                tags.push(Tagged { ideas: in_its_place(ideas[index], &words[next], &masked), at });
                next = last + 1;
            }
            None => next += 1,
        }
    }
    short(&masked, &mut tags);
    abbreviated(&masked, &mut tags);
    tags.sort_by_key(|tag| tag.at.start);
    Read { tags, not_values }
}

/// All ideas of a text.
pub(super) fn ideas_of(text: &str) -> Ideas {
    read(text).tags.iter().fold(Ideas::default(), |all, tag| all.and(tag.ideas))
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

/// `OA: 70, CA: 4, MA: 2, H: 61`: abbreviations of kinds mean them where several of them stand before numbers.
fn abbreviated(text: &str, tags: &mut Vec<Tagged>) {
    static LISTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"\b(?P<k>OA|CA|MA|OSA|CSA|MSA|HYP|Hyp|H|A)s?\b(?:\s*(?:\(#\)|#))?\s*(?:(?:[:=]|\.{2,}|were|was)?\s*\d|/|$|\()").ok()
    });
    let found: Vec<(Range<usize>, &[Idea])> = LISTED
        .iter()
        .flat_map(|regex| regex.captures_iter(text))
        .filter_map(|found| {
            let kind = found.name("k")?;
            let name = kind.as_str().to_uppercase();
            let (_, ideas) = SHORT.iter().find(|(short, _)| *short == name)?;
            Some((kind.range(), *ideas))
        })
        .collect();
    let kinds = [Obstructive, Central, Mixed].into_iter();
    if kinds.filter(|kind| found.iter().any(|(_, ideas)| ideas.contains(kind))).count() < 2 {
        return;
    }
    for (at, ideas) in found {
        if tags.iter().all(|tag| tag.at.end <= at.start || at.end <= tag.at.start) {
            tags.push(Tagged { ideas: Ideas::of(ideas), at });
        }
    }
}

/// What a word means where it stands: behind a number `min` is its unit, and `Duration - hr` says in which unit.
fn in_its_place(ideas: Ideas, word: &Token, text: &str) -> Ideas {
    let before = text[..word.start].trim_end();
    let spelled = &text[word.start..word.end];
    match () {
        () if ideas == Ideas::of(&[Low]) && word.folded == MIN && follows_number(text, word.start) => {
            Ideas::of(&[Minutes])
        }
        () if spelled.eq_ignore_ascii_case("hr") && before.ends_with(['-', '–', '(', '[']) => {
            Ideas::of(&[Hours])
        }
        () => ideas,
    }
}

/// Whether the word before is a number, as in `34 min`; `SpO2 min` is a minimum.
fn follows_number(text: &str, at: usize) -> bool {
    let is_short = !text[at..].to_lowercase().starts_with("mini");
    // `11.7   Min. desat (%)`: a capital begins the next label.
    let begins = text[at..].starts_with("Min")
        && text[at + 3..].trim_start_matches(['.', ' ']).starts_with(char::is_alphabetic);
    is_short
        && !begins
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
