//! Numbers in the order of the words before them: `AHI supine / non-supine: 40.2 / 8.1`, `mean and lowest saturation were
//! 93 % and 79 %`, `SpO2 (mean/nadir) 93/79`.

use crate::extract::study::atoms::{Atom, Unit};
use crate::extract::study::words::{Idea, Ideas, Read, Tagged};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

type Pattern = LazyLock<Option<Regex>>;

/// Words that stand for each other in such a list.
const CLASSES: [&[Idea]; 6] = [
    &[Idea::Supine, Idea::Rem, Idea::Nrem, Idea::OffSupine, Idea::Total],
    &[Idea::Mean, Idea::Low, Idea::High, Idea::Baseline],
    &[Idea::Obstructive, Idea::Central, Idea::Mixed, Idea::Hypopnea],
    &[Idea::Four, Idea::Three],
    &[Idea::Ahi, Idea::Rei, Idea::Pahi, Idea::Rdi, Idea::Odi],
    &[Idea::Recording, Idea::Bed, Idea::Sleep, Idea::Monitoring, Idea::Efficiency],
];

static GROUP: Pattern = LazyLock::new(|| {
    const UNIT: &str = r"(?:\s*(?:%|percent\b|(?:events?\s*)?/\s*h(?:r|our)?\b|(?:events\s+)?per\s+hour\b|min(?:ute)?s?\b))?";
    const LIST: &str =
        r"(?i)\d{1,4}(?:\.\d{1,2})?UNIT(?:\s*(?:/|,\s*and\b|,|\band\b|&)\s*\d{1,4}(?:\.\d{1,2})?UNIT){1,3}";
    Regex::new(&LIST.replace("UNIT", UNIT)).ok()
});
static NUMBER: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)(?P<v>\d{1,4}(?:\.\d{1,2})?)\s*(?P<u>%|percent\b|(?:events?\s*)?/\s*h(?:r|our)?\b|(?:events\s+)?per\s+hour\b|min(?:ute)?s?\b)?").ok()
});

/// A number whose word stands at its own place in a list of words.
pub(super) struct Paired {
    pub(super) atom: Atom,
    pub(super) ideas: Ideas,
    /// Where the list's label begins.
    pub(super) label: usize,
}

/// Every number of such lists.
pub(super) fn pairs(text: &str, read: &Read, cells: &[Range<usize>]) -> Vec<Paired> {
    let mut found = Vec::new();
    let mut from = 0;
    for group in GROUP.iter().flat_map(|regex| regex.find_iter(text)) {
        let at = group.range();
        let named = read.not_values.iter().any(|part| part.start < at.end && at.start < part.end);
        let glued = text[..at.start]
            .ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '$' | '#'))
            || text[at.end..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | ':' | '-'));
        if named || glued {
            continue;
        }
        let numbers = numbers(text, &at);
        let gap: Vec<&Tagged> =
            read.tags.iter().filter(|tag| from <= tag.at.start && tag.at.end <= at.start).collect();
        let listed = listed(text, &gap, numbers.len(), cells).filter(|(_, _, end)| {
            // No other number stands between.
            !(text[*end..at.start].char_indices()).any(|(byte, c)| {
                let in_word = text[..end + byte].ends_with(char::is_alphabetic);
                c.is_ascii_digit()
                    && !in_word
                    && !read.not_values.iter().any(|part| part.contains(&(end + byte)))
            })
        });
        // `40.2 / 8.1 / 0.0` of which nobody says which is which.
        let unknown = numbers.len() >= 3 && text[at.clone()].matches('/').count() >= numbers.len() - 1;
        if listed.is_none() && unknown {
            let unread =
                |atom: Atom| Paired { label: atom.at.start, atom, ideas: Ideas::of(&[Idea::Foreign]) };
            found.extend(numbers.into_iter().map(unread));
        } else if let Some((first, each, _)) = listed {
            from = at.end;
            for (atom, ideas) in numbers.into_iter().zip(each) {
                found.push(Paired { atom, ideas, label: first });
            }
        }
    }
    found
}

/// The numbers of a group; a unit at its end is that of all.
fn numbers(text: &str, at: &Range<usize>) -> Vec<Atom> {
    let mut atoms: Vec<Atom> = Vec::new();
    for captures in NUMBER.iter().flat_map(|regex| regex.captures_iter(&text[at.clone()])) {
        let (Some(whole), Some(value)) = (captures.get(0), captures.name("v")) else { continue };
        let Ok(number) = value.as_str().parse::<f64>() else { continue };
        let unit =
            captures.name("u").map_or(Unit::None, |unit| match unit.as_str().to_lowercase().as_str() {
                "%" | "percent" => Unit::Percent,
                unit if unit.starts_with("min") => Unit::Minutes,
                _ => Unit::PerHour,
            });
        atoms.push(Atom {
            value: number,
            unit,
            whole: !value.as_str().contains('.'),
            counted: false,
            at: at.start + value.start()..at.start + value.end(),
            end: at.start + whole.end(),
        });
    }
    let last = atoms.last().map_or(Unit::None, |atom| atom.unit);
    for atom in atoms.iter_mut().filter(|atom| atom.unit == Unit::None) {
        atom.unit = last;
    }
    atoms
}

/// What each of so many numbers is called, if the words before them are such a list; where its label begins, and
/// where the list ends.
fn listed(
    text: &str,
    gap: &[&Tagged],
    count: usize,
    cells: &[Range<usize>],
) -> Option<(usize, Vec<Ideas>, usize)> {
    let runs = (0..=gap.len().checked_sub(count)?).rev().map(|start| start..start + count);
    let (run, class) =
        runs.filter_map(|run| class_of(text, &gap[run.clone()]).map(|class| (run, class))).next()?;
    let cell = |byte: usize| cells.iter().position(|cell| byte < cell.end);
    let own = cell(gap[run.start].at.start);
    let shared = gap.iter().enumerate().filter(|(index, _)| !run.contains(index)).map(|(_, tag)| *tag);
    let shared: Vec<&Tagged> =
        shared.filter(|tag| cell(tag.at.start) == own && tag.ideas.only(class).is_empty()).collect();
    let around = shared.iter().fold(Ideas::default(), |all, tag| all.and(tag.ideas));
    let start = shared.iter().map(|tag| tag.at.start).chain([gap[run.start].at.start]).min()?;
    let end = gap[run.end - 1].at.end;
    Some((start, gap[run].iter().map(|tag| tag.ideas.and(around)).collect(), end))
}

/// The class of words that are all different, with `/`, `and` or a comma between them.
fn class_of(text: &str, run: &[&Tagged]) -> Option<&'static [Idea]> {
    let parted = run.windows(2).all(|pair| text.get(pair[0].at.end..pair[1].at.start).is_some_and(parts));
    let different = |class: &&[Idea]| {
        let own: Vec<Ideas> = run.iter().map(|tag| tag.ideas.only(class)).collect();
        // Sides and prone are one idea.
        let aside = Ideas::of(&[Idea::OffSupine]);
        let again = |at: usize| own[at] != aside && own[..at].contains(&own[at]);
        own.iter().enumerate().all(|(at, ideas)| !ideas.is_empty() && !again(at))
    };
    CLASSES.into_iter().find(|class| parted && different(class))
}

/// Whether a text between two words parts them as items of a list.
fn parts(between: &str) -> bool {
    static PARTING: Pattern = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:\s+(?:position|sleep|stage|sat(?:uration)?s?|spo2|ahi|time))?\s*(?:/|,\s*and\b|,|\band\b|&|\bvs\.?|\bversus\b)\s*(?:the\s+|total\s+|in\s+)?$").ok()
    });
    PARTING.as_ref().is_some_and(|regex| regex.is_match(between))
}
