//! The label of a number: which words before it belong to it, which behind it, and what is said of the night, the place
//! or the rule around it.

use super::atoms::{Atom, Unit};
use super::meaning::Meaning;
use super::words::{Idea, Ideas, Tagged};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

type Pattern = LazyLock<Option<Regex>>;

/// The words of a number.
#[derive(Clone, Debug, Default)]
pub(super) struct Label {
    /// What its last words say, then with the words before them, and so on.
    pub(super) options: Vec<Ideas>,
    /// Places, rules and units that stand in brackets or ahead.
    pub(super) qualifiers: Ideas,
    /// Units in brackets.
    pub(super) units: Ideas,
    /// A place was named in the same sentence, but not clearly of this number.
    pub(super) doubtful: bool,
    pub(super) start: usize,
    pub(super) end: usize,
}

const PLACES: [Idea; 4] = [Idea::Supine, Idea::Rem, Idea::Nrem, Idea::OffSupine];
/// What brackets and remarks may add to a label.
const REMARKS: [Idea; 14] = [
    Idea::Final,
    Idea::Supine,
    Idea::Rem,
    Idea::Nrem,
    Idea::OffSupine,
    Idea::Four,
    Idea::Three,
    Idea::Index,
    Idea::Minutes,
    Idea::Hours,
    Idea::Percent,
    Idea::Therapy,
    Idea::Prior,
    Idea::Central,
];
const EVENTS: [Idea; 6] =
    [Idea::Apnea, Idea::Hypopnea, Idea::Obstructive, Idea::Central, Idea::Mixed, Idea::Rera];

/// What parts one phrase from the next.
static BREAK: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)[,;:]|\b(?:with|and|while|but|which|that|there|were|was|is|are|had|has|have|showed|shows|showing|revealed|revealing|demonstrated|noted|found|recorded|observed|resulting|for|giving|yielding|patient|of\s+which)\b").ok()
});
static FOR: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(?:(?:used|included|counted|scored)\s+)?(?:for|in|toward)\s+(?:the\s+)?$").ok()
});
static ASIDE: Pattern =
    LazyLock::new(|| Regex::new(r"(?i)[,(]\s*(?:incl(?:uding|\.)?\b[^,;:()]*|[^,;:()]*\bincluded\b)").ok());
static LEADS: Pattern =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:in|during|while|when|on|for|at)\s+(?:the\s+)?(?:\w+\s+)?$").ok());

/// The label before a number: the phrases of a gap, the last one first; in a table only the nearest cell that says
/// anything.
pub(super) fn before(
    text: &str,
    tags: &[Tagged],
    gap: &Range<usize>,
    cells: &[Range<usize>],
) -> Option<Label> {
    let within = of_gap(text, tags, gap, cells);
    let (inside, outside): (Vec<&Tagged>, Vec<&Tagged>) =
        within.iter().copied().partition(|tag| in_brackets(text, gap, tag.at.start));
    let (core, remarks) = if outside.is_empty() { (inside, Vec::new()) } else { (outside, inside) };
    let (first, last) = (core.first()?, core.last()?);
    let all = |tags: &[&Tagged]| tags.iter().fold(Ideas::default(), |all, tag| all.and(tag.ideas));
    let mut label = Label {
        qualifiers: all(&remarks).only(&REMARKS),
        start: first.at.start,
        end: within.iter().map(|tag| tag.at.end).max().unwrap_or(last.at.end),
        ..Label::default()
    };
    label.units = all(&within).only(&[Idea::Hours, Idea::Minutes, Idea::Percent]);
    // `Oxygen desaturations (ODI)`: the abbreviation names it.
    const NAMES: [Idea; 5] = [Idea::Ahi, Idea::Rei, Idea::Pahi, Idea::Rdi, Idea::Odi];
    let abbreviated = all(&remarks).only(&NAMES);
    if !abbreviated.is_empty() && !all(&core).any(&NAMES) {
        const KEPT: [Idea; 13] = [
            Idea::Events,
            Idea::Supine,
            Idea::Rem,
            Idea::Nrem,
            Idea::OffSupine,
            Idea::Therapy,
            Idea::Final,
            Idea::Four,
            Idea::Three,
            Idea::Count,
            Idea::Total,
            Idea::Index,
            Idea::Prior,
        ];
        label.options.push(abbreviated.and(all(&core).only(&KEPT)));
        return Some(label);
    }
    let phrases = phrases(text, &core);
    let mut so_far = Ideas::default();
    for phrase in phrases.iter().rev() {
        so_far = so_far.and(all(phrase));
        label.options.push(so_far);
    }
    // `Total events used for AHI: 137` counts.
    if let [.., counted, index] = &phrases[..]
        && all(index).any(&NAMES)
        && all(counted).any(&[Idea::Events, Idea::Count])
        && let (Some(end), Some(start)) = (counted.last(), index.first())
        && FOR.as_ref().is_some_and(|regex| {
            text.get(end.at.end..start.at.start).is_some_and(|between| regex.is_match(between))
        })
    {
        label.qualifiers = label.qualifiers.with(Idea::Events);
    }
    let remarked = so_far.and(all(&remarks));
    if remarked != so_far {
        label.options.push(remarked);
    }
    label.told_earlier(text, &phrases, gap, cells.is_empty());
    Some(label)
}

/// The tags of a gap that may be part of its label; in a table those of the nearest cell that says anything.
fn of_gap<'t>(text: &str, tags: &'t [Tagged], gap: &Range<usize>, cells: &[Range<usize>]) -> Vec<&'t Tagged> {
    let mut within: Vec<&'t Tagged> =
        tags.iter().filter(|tag| gap.start <= tag.at.start && tag.at.end <= gap.end).collect();
    let cell = |byte: usize| cells.iter().position(|cell| byte < cell.end);
    // `AHI left at this pressure, supine REM sleep included`: no place of the number.
    if let Some(aside) = ASIDE.as_ref().and_then(|regex| regex.find(&text[gap.clone()])) {
        let aside = gap.start + aside.start()..gap.start + aside.end();
        within.retain(|tag| tag.at.end <= aside.start || aside.end <= tag.at.start);
    }
    if let Some(last) = within.last() {
        let nearest = cell(last.at.start);
        within.retain(|tag| cell(tag.at.start) == nearest);
    }
    // `The lowest saturation recorded was 79 %.`
    let recorded = |tag: &&Tagged| text[tag.at.clone()].eq_ignore_ascii_case("recorded");
    let about_time = [Idea::Total, Idea::Recording, Idea::Time, Idea::Monitoring, Idea::Sleep];
    if within.last().is_some_and(recorded)
        && within.iter().rev().skip(1).any(|tag| !tag.ideas.is_empty() && !tag.ideas.any(&about_time))
    {
        within.pop();
    }
    // `Efficiency, TST/TRT`: how it is calculated.
    let ratio = within
        .windows(2)
        .any(|pair| text.get(pair[0].at.end..pair[1].at.start).is_some_and(|between| between.trim() == "/"));
    if ratio && within.iter().any(|tag| tag.ideas.has(Idea::Efficiency)) {
        within.retain(|tag| tag.ideas.has(Idea::Efficiency) || !tag.ideas.any(&about_time));
    }
    within
}

impl Label {
    /// What earlier phrases say of place and night.
    fn told_earlier(&mut self, text: &str, phrases: &[Vec<&Tagged>], gap: &Range<usize>, in_prose: bool) {
        for phrase in phrases.iter().rev().skip(1) {
            let ideas = phrase.iter().fold(Ideas::default(), |all, tag| all.and(tag.ideas));
            if ideas.has(Idea::Prior) {
                self.qualifiers = self.qualifiers.with(Idea::Prior);
            }
            if ideas.any(&PLACES) && self.options[0].without(&PLACES) == self.options[0] && in_prose {
                let leads = phrase.first().is_some_and(|tag| {
                    LEADS.as_ref().is_some_and(|regex| regex.is_match(&text[gap.start..tag.at.start]))
                });
                if leads {
                    self.qualifiers = self.qualifiers.and(ideas.only(&PLACES));
                } else {
                    self.doubtful = true;
                }
            }
        }
    }
}

/// Whether a byte stands in a bracket that opens and closes inside the gap.
fn in_brackets(text: &str, gap: &Range<usize>, byte: usize) -> bool {
    let open = text[gap.start..byte].rfind(['(', '[']).map(|open| gap.start + open);
    let Some(open) = open else { return false };
    !text[open..byte].contains([')', ']']) && text[byte..gap.end].contains([')', ']'])
}

/// Runs of tags without a break between them.
fn phrases<'t>(text: &str, tags: &[&'t Tagged]) -> Vec<Vec<&'t Tagged>> {
    let mut phrases: Vec<Vec<&Tagged>> = Vec::new();
    for tag in tags {
        let parted = phrases.last().and_then(|phrase| phrase.last()).is_none_or(|before| {
            let between = text.get(before.at.end..tag.at.start).unwrap_or_default();
            let of_events =
                before.ideas.any(&EVENTS) && tag.ideas.any(&EVENTS) && !tag.ideas.has(Idea::Index);
            let listed = of_events && !between.contains([';', ':']);
            let opens = between.contains('(') && !between.contains(')');
            (BREAK.as_ref().is_some_and(|regex| regex.is_match(between)) && !listed) || opens
        });
        match phrases.last_mut() {
            Some(phrase) if !parted => phrase.push(tag),
            _ => phrases.push(vec![tag]),
        }
    }
    phrases
}

/// A place that leads a sentence: `In REM sleep, the AHI was 40 and the RDI 44`.
pub(super) fn lead(text: &str, tags: &[Tagged], first_value: usize) -> Ideas {
    tags.iter()
        .filter(|tag| tag.at.end <= first_value && tag.ideas.any(&PLACES))
        .filter(|tag| {
            tag.at.start < 24 && LEADS.as_ref().is_some_and(|regex| regex.is_match(&text[..tag.at.start]))
        })
        .fold(Ideas::default(), |all, tag| all.and(tag.ideas.only(&PLACES)))
}

/// What follows a label: `:`, `=` or leaders, perhaps behind a bracket.
static LABELS: Pattern =
    LazyLock::new(|| Regex::new(r"^[)\]\s*.]*(?:\([^()]{0,30}\)[\s*.]*)?[:=]|^\s*\.\.").ok());

static ADJECTIVES: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)^[\s\-]*(?:(?:of\s+the|of\s+these|were|was|of|the|additional|scored|discrete|further|were\s+spent|spent|valid|usable|technically|full|a|an|in)\s+){0,4}$").ok()
});

/// The label behind a number, as in `112 obstructive apneas`, `34 minutes below 88 %`, `372 minutes of sleep`; and where
/// it ends.
pub(super) fn behind(
    text: &str,
    tags: &[Tagged],
    from: usize,
    next: usize,
    cells: &[Range<usize>],
) -> Option<(Ideas, usize)> {
    let own = cells.iter().find(|cell| from <= cell.end).map_or(next, |cell| cell.end);
    let next = next.min(own).max(from);
    let stop = text[from..next].find([',', ';', ':', '(', ')', '|']).map_or(next, |stop| from + stop);
    let stop = text[from..stop].find(". ").map_or(stop, |end| from + end);
    let within: Vec<&Tagged> = tags.iter().filter(|tag| from <= tag.at.start && tag.at.end <= stop).collect();
    let first = within.first()?;
    let between = &text[from..first.at.start];
    let limit = within.iter().find(|tag| tag.ideas.any(&[Idea::At88, Idea::AtOther]));
    // What a colon follows is the next number's label.
    let labels_next = |end: usize| LABELS.as_ref().is_some_and(|regex| regex.is_match(&text[end..]));
    if let Some(limit) = limit.filter(|limit| !labels_next(limit.at.end)) {
        let ideas = within.iter().filter(|tag| tag.at.start <= limit.at.start);
        return Some((ideas.fold(Ideas::default(), |all, tag| all.and(tag.ideas)), limit.at.end));
    }
    if !ADJECTIVES.as_ref().is_some_and(|regex| regex.is_match(between)) {
        return None;
    }
    let phrase = phrases(text, &within).into_iter().next()?;
    // `71 obstructive apneas and 4 central`: what follows the conjunction is the next number's.
    let end = phrase.last()?.at.end;
    let counted = cells.is_empty() && phrase.last().is_some_and(|tag| tag.ideas.has(Idea::Events));
    if labels_next(end) && !counted {
        return None;
    }
    Some((phrase.iter().fold(Ideas::default(), |all, tag| all.and(tag.ideas)), end))
}

/// `278 min were valid`, `of which 421 minutes were suitable for analysis`.
pub(super) fn is_usable_time(after: &str, atom: &Atom) -> bool {
    static USABLE: Pattern = LazyLock::new(|| {
        Regex::new(r"(?i)^\s*(?:min\w*\.?|h(?:ou)?rs?\.?|h\b)?\s*(?:of\s+(?:it|this|that|them)\s+)?(?:(?:were|was|are|is|could\s+be)\s+)?(?:considered\s+|judged\s+|found\s+|technically\s+)*(?:valid\b|usable\b|useable\b|suitable\b|adequate\b|acceptable\b|interpretable\b|analy[sz](?:ed|able)\b|evaluable\b|evaluated\b|scora?e?ble\b|free\s+of\s+arti?e?facts?\b|artifact[\s-]free\b|of\s+(?:usable|valid|good|adequate|analy[sz]able|interpretable|artifact[\s-]free)\b)").ok()
    });
    matches!(atom.unit, Unit::Minutes | Unit::Clock)
        && USABLE.as_ref().is_some_and(|regex| regex.is_match(after))
}

static AFTER: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)^[\s,\-]*(?:(?P<place>\(|\b(?:in|on|during|while|when|at|for|under)\b)|\b(?:with|using|by|via|per|from)\b)").ok()
});

/// `40.2 supine and 8.1 lateral`: a place right behind its number.
fn direct_place(text: &str, tags: &[Tagged], from: usize, next: usize) -> Option<Ideas> {
    let first = tags.iter().find(|tag| from <= tag.at.start && tag.at.end <= next)?;
    let after = text[first.at.end..next].trim_start();
    let ends = after.is_empty() && next == text.len()
        || after.starts_with([',', ';', ')', '.'])
        || ["and ", "but "].iter().any(|word| after.starts_with(word));
    let direct = text[from..first.at.start].trim().is_empty() && first.ideas.any(&PLACES);
    (direct && ends).then(|| first.ideas.only(&PLACES))
}

/// What stands behind a number and its unit and qualifies it: `31.2 /h in the supine position`, `22 (4 %)`.
pub(super) fn qualifiers(text: &str, tags: &[Tagged], from: usize, next: usize, in_table: bool) -> Ideas {
    let rest = &text[from..next];
    let stop = rest.find([';', '.']).unwrap_or(rest.len());
    let close = rest.find(')').filter(|_| rest.trim_start().starts_with('(')).unwrap_or(rest.len());
    let comma = rest.char_indices().find(|(at, c)| *c == ',' && *at > 1).map_or(rest.len(), |(at, _)| at);
    let stop = from + stop.min(close).min(comma);
    if !in_table && let Some(place) = direct_place(text, tags, from, next) {
        return place;
    }
    // `22.1 (supine 40.2`: the bracket leads the next number.
    let leads_next = rest.trim_start().starts_with('(') && !rest.contains(')') && next < text.len();
    let Some(after) = AFTER.as_ref().and_then(|regex| regex.captures(rest)) else { return Ideas::default() };
    let within: Vec<&Tagged> = tags.iter().filter(|tag| from <= tag.at.start && tag.at.end <= stop).collect();
    let all = within.iter().fold(Ideas::default(), |all, tag| all.and(tag.ideas));
    let things = [Idea::Ahi, Idea::Rei, Idea::Rdi, Idea::Pahi, Idea::Odi, Idea::Saturation, Idea::Time];
    // Behind a comma it leads the next number.
    let leads_next = leads_next || rest.trim_start().starts_with(',') && next < text.len();
    if all.any(&things) || leads_next || in_table && !rest.trim_start().starts_with('(') {
        return Ideas::default();
    }
    let told = all.only(&[
        Idea::Supine,
        Idea::Rem,
        Idea::Nrem,
        Idea::OffSupine,
        Idea::Therapy,
        Idea::Three,
        Idea::Four,
        Idea::Prior,
        Idea::Baseline,
        Idea::Final,
    ]);
    // `with supine REM sleep observed` says what was seen, not where it was measured.
    if after.name("place").is_some() { told } else { told.without(&PLACES) }
}

static FILLING: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:is|was|were|are|of|on|at|equals?|equal|to|approximately|approx|about|around|the|an?|score|total|value|values|measured|calculated|be|today|found|noted|recorded|observed|determined|estimated|only|overall|as|low|reached|came|out|showed|shows|revealed|demonstrated|during|this|study|night|entire|whole|for|in|patient|averaged|averaging|totaled|totalled|per|hour|events?|obtained|been|has|had|have|being|thus|by|scored|with|it|which|stood|remained|dropped|fell|falling|dropping|down|far|attained|achieved|seen|documented|reported|by|test|recording|and|slept|spent|level|levels)$").ok()
});

/// Whether little stands between a label and its number; a unit that fits allows more.
pub(super) fn is_near(between: &str, atom: &Atom, told: Meaning) -> bool {
    let fits = match told {
        Meaning::Measure("nadir_spo2" | "mean_spo2" | "efficiency") => atom.unit == Unit::Percent,
        Meaning::Measure("tst" | "trt" | "tib" | "monitoring" | "minutes_at_88") => {
            matches!(atom.unit, Unit::Minutes | Unit::Clock)
        }
        Meaning::Measure(_) => atom.unit == Unit::PerHour,
        Meaning::Open | Meaning::Other => false,
    };
    let unknown = between
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !FILLING.as_ref().is_some_and(|regex| regex.is_match(word)))
        .count();
    let limit = if fits { 3 } else { 1 };
    unknown <= limit && between.len() <= 90
}
