//! Finding a code in a mail's words.
//!
//! A code is a whole word of six capital letters and digits that stands near `code`, `verification` or
//! `passcode`. Years, zip codes and phone parts have other lengths or stand behind words that name them; a
//! word of letters only is believed only where the sentence hands it over (`code is QWKMHX`).

/// Length of a code. Source: the sister product's six digits; hospitals also mail six capitals and digits.
pub const CODE_CHARS: usize = 6;

/// How far from its cue a code may stand, in words.
const CUE_WORDS_MAX: usize = 10;

/// In `QWKMHX is your one-time verification code`, the words between `is` and the cue, and the cue.
const NAMED_AFTER_WORDS_MAX: usize = 4;

const CUES: [&str; 6] = ["code", "codes", "passcode", "passcodes", "verification", "verify"];

/// Words that make the `code` behind them another kind of code.
const OTHER_CODES: [&str; 12] = [
    "zip",
    "postal",
    "area",
    "country",
    "source",
    "error",
    "status",
    "promo",
    "diagnosis",
    "billing",
    "dress",
    "bar",
];

/// Words after which a number is no login code.
const OTHER_NUMBERS: [&str; 20] = [
    "zip",
    "phone",
    "tel",
    "telephone",
    "fax",
    "call",
    "ext",
    "extension",
    "suite",
    "box",
    "ref",
    "reference",
    "case",
    "ticket",
    "account",
    "mrn",
    "order",
    "since",
    "copyright",
    "id",
];

/// Words that may stand between a cue and a code it hands over.
const HANDING_WORDS: [&str; 5] = ["is", "are", "was", "your", "this"];

/// Every different code a text offers, sorted.
pub fn candidates(text: &str) -> Vec<String> {
    let words = words(text);
    let mut found: Vec<String> = (0..words.len())
        .filter(|&index| shaped(&words[index]) && offered(&words, index))
        .map(|index| words[index].bare.clone())
        .collect();
    found.sort();
    found.dedup();
    found
}

struct Word {
    /// Without the marks around it.
    bare: String,
    /// `bare` in lower case.
    lower: String,
    /// Ends a sentence.
    last: bool,
}

fn words(text: &str) -> Vec<Word> {
    let visible: String = text
        .chars()
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{34f}'))
        .map(|c| if matches!(c, '—' | '|' | '•') { ' ' } else { c })
        .collect();
    visible
        .split_whitespace()
        .filter_map(|raw| {
            let bare = raw.trim_matches(|c: char| ".,:;!?\"'()[]<>*“”‘’".contains(c)).to_owned();
            let last = raw.ends_with(['.', '!', '?']);
            (!bare.is_empty()).then(|| Word { lower: bare.to_lowercase(), bare, last })
        })
        .collect()
}

fn shaped(word: &Word) -> bool {
    word.bare.len() == CODE_CHARS && word.bare.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

fn offered(words: &[Word], index: usize) -> bool {
    if words[index].bare.bytes().all(|b| b.is_ascii_uppercase()) {
        return handed_over(words, index);
    }
    let named_otherwise = index > 0
        && (OTHER_NUMBERS.contains(&words[index - 1].lower.as_str()) || other_code_before(words, index));
    !named_otherwise && near_a_cue(words, index)
}

/// `zip code 122084`, `error code A1B2C3`.
fn other_code_before(words: &[Word], index: usize) -> bool {
    index >= 2 && is_cue(&words[index - 1]) && OTHER_CODES.contains(&words[index - 2].lower.as_str())
}

fn is_cue(word: &Word) -> bool {
    CUES.contains(&word.lower.as_str())
}

fn near_a_cue(words: &[Word], index: usize) -> bool {
    let from = index.saturating_sub(CUE_WORDS_MAX);
    let to = (index + CUE_WORDS_MAX).min(words.len() - 1);
    (from..=to).any(|near| {
        let other = near > 0 && OTHER_CODES.contains(&words[near - 1].lower.as_str());
        near != index && is_cue(&words[near]) && !other
    })
}

/// `code is QWKMHX`, `code: QWKMHX`, `QWKMHX is your code`, where the words around are not shouted too: then it
/// is just a word.
fn handed_over(words: &[Word], index: usize) -> bool {
    let mut before = words[..index].iter().rev();
    let mut cue = before.next();
    while cue.is_some_and(|word| HANDING_WORDS.contains(&word.lower.as_str()) && !word.last) {
        cue = before.next();
    }
    let other = before.next().is_some_and(|word| OTHER_CODES.contains(&word.lower.as_str()));
    let named_before = cue.is_some_and(|word| is_cue(word) && !word.last && !shouted(word)) && !other;
    let named_after = words.get(index + 1).is_some_and(|word| word.bare == "is")
        && words[index + 2..].iter().take(NAMED_AFTER_WORDS_MAX).any(|word| is_cue(word) && !shouted(word));
    named_before || named_after
}

fn shouted(word: &Word) -> bool {
    word.bare.chars().any(char::is_alphabetic) && word.bare == word.bare.to_uppercase()
}
