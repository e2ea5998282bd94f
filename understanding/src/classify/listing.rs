//! Listings of a recording: events or epochs row by row with their time, a technician's log, strings of stages, tables
//! of channels. They are known by their rows, whatever the laboratory calls them.

use crate::find::DocView;
use crate::sheet::Line;
use crate::text::{Phrases, words_of};
use regex::Regex;
use std::sync::LazyLock;

type Pattern = LazyLock<Option<Regex>>;

/// A time of day; recognition takes colons for points and semicolons.
static CLOCK: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[\s(|,T\x22;])(?:[\dOlI]{1,2}[:;][\dOlISB]{2}(?:[:;.][\dOlISB]{2}(?:[.,]\d{1,3})?)?|[\dOl]{1,2}[:;.][\dOlSB]{2}[:;.][\dOlSB]{2})(?:\s?[ap]\.?m\.?)?(?:$|[\s,)|\-;\x22Z+])").ok()
});
/// A string of stages, one letter an epoch.
static STAGES: Pattern = LazyLock::new(|| Regex::new(r"(?:^|\s)(?:[WR0-4N?M]{8,}|(?:[WR1-4N] ){8,})").ok());
/// A channel of a recording with its sampling or filters.
static CHANNEL: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^\W*(?:\d{1,2}\W+)?(?:[FCOTP][3478zZ12]\s?-\s?[AM][12]|E[12]\s?-\s?[AM][12]|[LR]?(?:EOG|OC)\b|EEG|EOG|chin|EMG|l(?:eft)?\s*leg|r(?:ight)?\s*leg|leg|airflow|flow|thermist\w+|nasal|cannula|",
        r"ptaf|thora\w*|chest|abd\w*|effort|snore|microphone|ecg|ekg|spo2|sao2|pleth|pulse|position|cpap|etco2|tcco2)\b.*\b\d+(?:\.\d+)?\s?(?:hz|uv|mv|s/s|sps)\b"
    ))
    .ok()
});

/// What stands in the rows of a recording.
#[rustfmt::skip]
static KINDS: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        [
            "apnea", "apnoea", "hypopnea", "hypopnoea", "arousal", "rera", "desaturation", "desat", "snore", "snoring", "plm", "limb movement",
            "leg movement", "lm", "oa", "ca", "ma", "oh", "obs", "obstructive", "central", "mixed", "n1", "n2", "n3", "wake", "rem", "stage",
            "supine", "prone", "lights", "biocals", "calibration", "calibrations", "eyes", "epoch", "bathroom", "electrode", "bradycardia", "tachycardia",
            "respiratory event", "movement", "asleep", "hook", "cpap", "spindle", "awake", "sensors", "position", "bed", "hyp", "flow limitation", "unsure", "artifact", "signal",
        ]
        .into_iter(),
    )
});
/// Headings of a recording's columns.
const COLUMNS: [&str; 58] = [
    "epoch",
    "ep",
    "epochs",
    "clock",
    "clk",
    "time",
    "stage",
    "stg",
    "st",
    "spo2",
    "sao2",
    "hr",
    "pulse",
    "pos",
    "position",
    "event",
    "evt",
    "events",
    "type",
    "duration",
    "dur",
    "note",
    "comment",
    "ar",
    "arousal",
    "start",
    "remark",
    "end",
    "length",
    "sec",
    "s",
    "desat",
    "nadir",
    "body",
    "min",
    "class",
    "no",
    "bpm",
    "rate",
    "elapsed",
    "remarks",
    "comments",
    "entry",
    "observation",
    "sat",
    "offset",
    "hour",
    "oa",
    "ca",
    "ma",
    "hyp",
    "odi",
    "mean",
    "low",
    "value",
    "ok",
    "label",
    "channel",
];

/// What a page of a recording counts, and why.
pub(super) struct Listing {
    pub(super) weight: f32,
    pub(super) why: &'static str,
}

/// How a paper lists a recording, if it does.
pub(super) fn listing(view: &DocView<'_>) -> Option<Listing> {
    const ROWS_MIN: usize = 6;
    const STRINGS_MIN: usize = 4;
    const CHANNELS_MIN: usize = 4;
    const SURE: f32 = 9.0;
    let is = |pattern: &Pattern, text: &str| pattern.as_ref().is_some_and(|regex| regex.is_match(text));
    let (mut clocks, mut told, mut numbers, mut strings, mut channels) = (0, 0, 0, 0, 0);
    let (mut headed, mut oximetry) = (false, false);
    for (_, line) in view.pages.iter().flat_map(|page| page.sheet.spoken()) {
        headed |= is_head(&line.text);
        oximetry |= is_oximetry(&line.text);
        strings += usize::from(is(&STAGES, &line.text));
        channels += usize::from(is(&CHANNEL, &line.text));
        let kind = (0..line.tokens.len()).any(|at| !KINDS.starting(&line.tokens[at..]).is_empty());
        if !is(&CLOCK, first_part(&line.text)) {
            numbers += usize::from(is_epoch(line, kind));
            continue;
        }
        clocks += 1;
        told += usize::from(kind);
    }
    let rows = clocks >= ROWS_MIN && (headed || 3 * told >= clocks || oximetry);
    let why = if rows {
        "rows of a recording"
    } else if headed && numbers >= ROWS_MIN {
        "rows of epochs"
    } else if strings >= STRINGS_MIN {
        "stages epoch by epoch"
    } else if channels >= CHANNELS_MIN {
        "channels of a recording"
    } else {
        return None;
    };
    Some(Listing { weight: SURE, why })
}

/// The start of a line, where the row's time stands.
fn first_part(text: &str) -> &str {
    const WORDS: usize = 4;
    let end = text.match_indices(' ').nth(WORDS - 1).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// Whether a line heads columns of a recording.
fn is_head(text: &str) -> bool {
    const COLUMNS_MIN: usize = 3;
    let words = words_of(text);
    let known = words.iter().filter(|word| COLUMNS.contains(&word.as_str())).count();
    known >= COLUMNS_MIN && known * 3 >= words.len() * 2
}

/// Whether a short line heads columns of saturation and pulse.
fn is_oximetry(text: &str) -> bool {
    const MOST: usize = 8;
    let words = words_of(text);
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    words.len() <= MOST
        && has(&["spo2", "sao2", "sat", "saturation", "o2"])
        && has(&["pulse", "hr", "pr", "bpm", "rate"])
}

/// Whether a row begins with a number and tells a stage or an event: an epoch without its time.
fn is_epoch(line: &Line, kind: bool) -> bool {
    const STAGES: [&str; 12] = ["W", "N1", "N2", "N3", "R", "REM", "Wake", "WK", "S1", "S2", "S3", "N"];
    const MOST: usize = 12;
    let mut words = line.text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    let number =
        words.next().is_some_and(|word| word.trim_start_matches('#').chars().all(|c| c.is_ascii_digit()));
    let rest: Vec<&str> = words.collect();
    number && rest.len() < MOST && (kind || rest.iter().any(|word| STAGES.contains(word)))
}
