//! One pass over a page's text that gives keyed hashes: of words, of runs of letters, of numbers.
//!
//! Letters that recognition confuses are folded together (0/o, 1/i/l, 5/s, 8/b, rn/m), so that the same page read twice
//! gives mostly the same hashes. Numbers are kept apart from words: a number counts as the same where every digit is,
//! or, between scans, where only digits differ that recognition takes for each other. The hash is SipHash under a key of
//! the installation: no hash can be tried out by somebody who does not have it.

use domain::parser::Shingles;
use domain::ports::Sealer;
use siphasher::sip::SipHasher13;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters of a run. Five letters are common to two texts by accident, so many that follow each other are not.
const RUN: usize = 5;
/// A sample of this many runs tells a resemblance to some 2 in 100.
const LETTERS_MAX: usize = 512;
/// Odd multipliers of a well-mixing hash (from SplitMix64).
const MIX: [u64; 2] = [0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb];

/// Hashes texts for one installation.
pub struct DocumentKey {
    keys: (u64, u64),
    /// A number for each letter; made of the key.
    letters: Box<[u64; 256]>,
    /// The same times [`MIX`] to the power of [`RUN`]: what leaves a run that rolls on.
    leaving: Box<[u64; 256]>,
}

impl DocumentKey {
    /// The installation's. Making it takes some microseconds; make it once for many documents.
    pub fn of(sealer: &dyn Sealer) -> Self {
        let hash = sealer.keyed_hash("document-shingles", b"");
        let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        Self::new(number(&hash[..8]), number(&hash[8..16]))
    }

    /// For comparing within one run of the program; its hashes are never stored.
    pub(crate) fn passing() -> Self {
        Self::new(0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344)
    }

    fn new(one: u64, two: u64) -> Self {
        let (mut letters, mut leaving) = (Box::new([0; 256]), Box::new([0; 256]));
        let power = (0..RUN).fold(1_u64, |power, _| power.wrapping_mul(MIX[0]));
        for (index, (letter, left)) in letters.iter_mut().zip(leaving.iter_mut()).enumerate() {
            *letter = SipHasher13::new_with_keys(one, two).hash(&index.to_le_bytes());
            *left = power.wrapping_mul(*letter);
        }
        Self { keys: (one, two), letters, leaving }
    }

    /// Hash of some bytes for one purpose.
    pub(super) fn hash(&self, purpose: u8, bytes: &[u8]) -> u64 {
        SipHasher13::new_with_keys(self.keys.0 ^ u64::from(purpose), self.keys.1).hash(bytes)
    }

    /// Hash of a sequence of hashes. Their lowest bits do not count: whether a word has a digit can be misread.
    fn chain(&self, start: u64, hashes: &[u64]) -> u64 {
        let mixed = hashes.iter().fold(self.keys.0 ^ start, |state, hash| {
            (state.rotate_left(23) ^ (hash | 1)).wrapping_mul(MIX[0]).rotate_left(31).wrapping_mul(MIX[1])
        });
        finished(mixed ^ self.keys.1)
    }

    /// The hash of a value: exact above 32 bits of what recognition cannot confuse.
    pub(super) fn value(&self, text: &str) -> u64 {
        let plain: Vec<u8> =
            text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase()).collect();
        self.coded(text.to_lowercase().as_bytes(), &plain)
    }

    fn coded(&self, exact: &[u8], plain: &[u8]) -> u64 {
        let coarse: Vec<u8> = plain.iter().map(|byte| CONFUSED[usize::from(*byte)]).collect();
        let exact = self.hash(b'v', exact) & !u64::from(u32::MAX);
        exact | self.hash(b'c', &coarse) >> 32
    }
}

const fn finished(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(MIX[0]);
    (hash ^ (hash >> 27)).wrapping_mul(MIX[1]) ^ (hash >> 31)
}

/// A byte as it is compared; 0 for what is no part of a word.
static FOLDED: [u8; 256] = folded_bytes();

const fn folded_bytes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let letter = (byte as u8).to_ascii_lowercase();
        table[byte] = match letter {
            b'0' => b'o',
            b'1' | b'i' | b'|' => b'l',
            b'5' => b's',
            b'8' => b'b',
            b'a'..=b'z' | b'2'..=b'9' | 0x80.. => letter,
            _ => 0,
        };
        byte += 1;
    }
    table
}

/// A letter of a number as the digit it stands for; others as they are.
static DIGITS: [u8; 256] = digits(false);
/// Digits that recognition takes for each other on poor scans fall together.
static CONFUSED: [u8; 256] = digits(true);

const fn digits(confused: bool) -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let letter = (byte as u8).to_ascii_lowercase();
        let digit = match letter {
            b'o' => b'0',
            b'l' | b'i' | b'|' => b'1',
            b's' => b'5',
            b'b' => b'8',
            letter => letter,
        };
        table[byte] = match digit {
            b'3' | b'5' | b'6' | b'8' | b'9' if confused => b'0',
            b'7' if confused => b'1',
            digit => digit,
        };
        byte += 1;
    }
    table
}

/// What a text gives, page by page.
pub(super) struct Digest<'k> {
    key: &'k DocumentKey,
    /// Hashes of the words; the lowest bit tells that a word has a digit.
    words: Vec<u64>,
    /// Hash of each page, and how many words it has.
    pub(super) pages: Vec<(u64, usize)>,
    /// One of 2^n runs of letters is sampled.
    pub(super) letters_scale: u8,
    limit: u32,
    run: [u8; RUN],
    rolled: u64,
    rolled_letters: usize,
    letters: Vec<u32>,
    pub(super) numbers: Vec<u64>,
    word: Vec<u8>,
    number: Vec<u8>,
}

impl<'k> Digest<'k> {
    /// For a text of about so many bytes.
    pub(super) fn new(key: &'k DocumentKey, bytes: usize) -> Self {
        let scale = (bytes / LETTERS_MAX).max(1).ilog2().min(16) as u8;
        Self {
            key,
            words: Vec::with_capacity(bytes / 5),
            pages: Vec::new(),
            letters_scale: scale,
            limit: u32::MAX >> scale,
            run: [0; RUN],
            rolled: 0,
            rolled_letters: 0,
            letters: Vec::with_capacity(2 * LETTERS_MAX),
            numbers: Vec::new(),
            word: Vec::with_capacity(32),
            number: Vec::with_capacity(16),
        }
    }

    /// Reads one page.
    pub(super) fn page(&mut self, text: &str) {
        let plain: Cow<'_, str> = if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(plain(text)) };
        let bytes = plain.as_bytes();
        let first_word = self.words.len();
        let (mut at, mut number_end) = (0, usize::MAX);
        while at < bytes.len() {
            if FOLDED[usize::from(bytes[at])] == 0 {
                at += 1;
                continue;
            }
            let start = at;
            let mut digits = 0;
            self.word.clear();
            while at < bytes.len() && FOLDED[usize::from(bytes[at])] != 0 {
                let letter = FOLDED[usize::from(bytes[at])];
                digits += usize::from(bytes[at].is_ascii_digit());
                match self.word.last_mut() {
                    Some(last) if letter == b'n' && *last == b'r' => *last = b'm',
                    _ => self.word.push(letter),
                }
                at += 1;
            }
            let raw = &bytes[start..at];
            // The rules of a table are no words.
            if raw.iter().all(|byte| *byte == b'|') {
                continue;
            }
            self.take_word(digits > 0);
            if 2 * digits >= raw.len() {
                let joined = number_end < start && start - number_end == 1;
                match bytes[start - usize::from(joined)] {
                    joint @ (b'.' | b',' | b':' | b'/' | b'-') if joined => self.number.push(joint),
                    _ => self.end_number(),
                }
                self.number.extend(raw.iter().map(|byte| DIGITS[usize::from(*byte)]));
                number_end = at;
            }
        }
        self.end_number();
        let words = &self.words[first_word..];
        self.pages.push((self.key.chain(1, words), words.len()));
    }

    fn take_word(&mut self, has_digit: bool) {
        let hash = self.key.hash(b'w', &self.word);
        self.words.push(hash & !1 | u64::from(has_digit));
        for &letter in &self.word {
            let slot = self.rolled_letters % RUN;
            let left =
                if self.rolled_letters < RUN { 0 } else { self.key.leaving[usize::from(self.run[slot])] };
            self.run[slot] = letter;
            self.rolled = self
                .rolled
                .wrapping_mul(MIX[0])
                .wrapping_add(self.key.letters[usize::from(letter)])
                .wrapping_sub(left);
            self.rolled_letters += 1;
            let mixed = (finished(self.rolled) >> 32) as u32;
            if mixed <= self.limit && self.rolled_letters >= RUN {
                self.letters.push(mixed);
            }
        }
    }

    fn end_number(&mut self) {
        if !self.number.is_empty() {
            let plain: Vec<u8> = self.number.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
            self.numbers.push(self.key.coded(&self.number, &plain));
            self.number.clear();
        }
    }

    /// How many words there are.
    pub(super) fn words(&self) -> usize {
        self.words.len()
    }

    /// Names the text: the same words in the same order.
    pub(super) fn text_hash(&self) -> String {
        if self.words.is_empty() {
            return String::new();
        }
        format!("{:016x}{:016x}", self.key.chain(2, &self.words), self.key.chain(3, &self.words))
    }

    /// How many letters there are.
    pub(super) const fn letters_count(&self) -> usize {
        self.rolled_letters
    }

    /// Hashes of the runs of `size` words, sorted; the lowest bit tells that a word of it has a digit.
    pub(super) fn shingles(&self, size: usize) -> Shingles {
        let size = size.clamp(1, self.words.len().max(1));
        let shingle = |run: &[u64]| {
            let digit = run.iter().fold(0, |digit, word| digit | (word & 1));
            (self.key.chain(4, run) >> 32) as u32 & !1 | digit as u32
        };
        sorted(self.words.windows(size).map(shingle).collect())
    }

    /// The sample of runs of letters.
    pub(super) fn letters(&mut self) -> Shingles {
        sorted(std::mem::take(&mut self.letters))
    }
}

/// Sorted here, where this crate's optimisation counts.
fn sorted(mut hashes: Vec<u32>) -> Shingles {
    hashes.sort_unstable();
    hashes.dedup();
    Shingles::of_sorted(hashes)
}

/// Lower case, marks dropped, compatibility forms unified, punctuation as spaces.
fn plain(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_ascii() || c.is_alphanumeric() { c } else { ' ' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest<'k>(key: &'k DocumentKey, text: &str) -> Digest<'k> {
        let mut digest = Digest::new(key, text.len());
        digest.page(text);
        digest
    }

    #[test]
    fn what_recognition_confuses_is_one_text_and_another_number_is_another() {
        let key = DocumentKey::passing();
        let hash = |text: &str| digest(&key, text).text_hash();
        assert_eq!(hash("Patient: intern, A.H.I. 10 events"), hash("PATlENT  lntem A.H.l lO events."));
        assert_eq!(hash("Séance “first”"), hash("seance first"));
        assert_ne!(hash("AHI 22"), hash("AHI 23"));
        assert_eq!(hash("| name | value |"), hash("name value"));
        assert_eq!(hash(" - "), "");
    }

    #[test]
    fn numbers_are_whole_and_confusable_digits_fall_together_only_below() {
        let key = DocumentKey::passing();
        let numbers = |text: &str| digest(&key, text).numbers;
        assert_eq!(numbers("AHI 22.4, 11/03/2026 at 8:30").len(), 3);
        let (a, b, c) = (numbers("22.4")[0], numbers("22.4 "), numbers("2Z.4"));
        assert_eq!((vec![a], c.len()), (b, 1), "one letter may be a misread digit");
        let (three, eight, seven) = (numbers("83.0")[0], numbers("80.0")[0], numbers("87.0")[0]);
        assert_ne!(three >> 32, eight >> 32);
        assert_eq!(three as u32, eight as u32, "3 and 0 are confused on poor scans");
        assert_ne!(three as u32, seven as u32);
        assert_eq!(numbers("22.4")[0] as u32, numbers("224")[0] as u32, "so is a lost dot");
    }

    #[test]
    fn letters_are_sampled_by_the_same_rule_at_every_scale() {
        let key = DocumentKey::passing();
        let text = "the quick brown fox jumps over a lazy dog while nobody looks ".repeat(3);
        let all = digest(&key, &text).letters();
        let mut few = Digest::new(&key, 4 * LETTERS_MAX);
        few.page(&text);
        let few = few.letters();
        let (few, every) = (few.as_slice(), all.as_slice());
        assert!(few.len() < every.len() && !few.is_empty());
        assert!(few.iter().all(|run| every.contains(run)));
        let spaced = digest(&key, &text.replace("fox", "f ox")).letters();
        assert_eq!(spaced, all, "spaces do not count");
    }
}
