//! Texts with planted near-duplicates: invented ones by seed, and those of files.

use rand::seq::IndexedRandom;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::error::Error;
use std::path::Path;

/// One in so many texts is a copy of an earlier one.
const COPY_IN: usize = 10;
/// Words of a text.
const WORDS: std::ops::Range<usize> = 250..600;
const VOCABULARY: usize = 4_000;

/// Texts of invented words, of which every tenth copies an earlier one with some words changed, lost or added: anything
/// from an exact copy to one that shares three quarters of its runs of words.
pub(crate) fn generated(count: usize, seed: u64) -> Vec<String> {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let vocabulary = vocabulary(&mut dice);
    let mut texts: Vec<Vec<String>> = Vec::with_capacity(count);
    for index in 0..count {
        let text = if index > 0 && index % COPY_IN == 0 {
            let rate = dice.random_range(0.0..0.05);
            let earlier = texts[dice.random_range(0..index)].clone();
            edited(&mut dice, earlier, &vocabulary, rate)
        } else {
            let length = dice.random_range(WORDS);
            (0..length).map(|_| word(&mut dice, &vocabulary)).collect()
        };
        texts.push(text);
    }
    texts.into_iter().map(|words| words.join(" ")).collect()
}

fn vocabulary(dice: &mut impl Rng) -> Vec<String> {
    const SYLLABLES: [&str; 24] = [
        "ba", "cor", "den", "el", "fi", "gra", "hy", "in", "jo", "ka", "lum", "me", "nor", "op", "pe", "qui",
        "ra", "sten", "to", "ul", "ve", "wa", "xi", "zo",
    ];
    let syllable = |dice: &mut _| SYLLABLES.choose(dice).copied().unwrap_or_default();
    let spoken = |dice: &mut _, count: usize| (0..count).map(|_| syllable(dice)).collect::<String>();
    (0..VOCABULARY)
        .map(|_| {
            let count = dice.random_range(1..5);
            spoken(dice, count)
        })
        .collect()
}

/// A few words are frequent, most are rare; one in twelve is a number.
fn word(dice: &mut impl Rng, vocabulary: &[String]) -> String {
    if dice.random_range(0..12) == 0 {
        return format!("{}", dice.random_range(1..2_000));
    }
    let even: f64 = dice.random_range(0.0..1.0);
    vocabulary[((vocabulary.len() as f64).powf(even) as usize).min(vocabulary.len() - 1)].clone()
}

fn edited(dice: &mut impl Rng, words: Vec<String>, vocabulary: &[String], rate: f64) -> Vec<String> {
    let mut edited = Vec::with_capacity(words.len());
    for old in words {
        if dice.random_bool(1.0 - rate) {
            edited.push(old);
            continue;
        }
        match dice.random_range(0..3) {
            0 => {}
            1 => edited.push(word(dice, vocabulary)),
            _ => edited.extend([old, word(dice, vocabulary)]),
        }
    }
    edited
}

/// Texts by the name of their file.
type Files = Vec<(String, Vec<String>)>;

/// The texts of each `.train` file of a folder, by name; a text stands on a line, behind its id.
///
/// # Errors
/// The folder or a file cannot be read.
pub(crate) fn files(folder: Option<&Path>) -> Result<Files, Box<dyn Error>> {
    let Some(folder) = folder else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "train") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let file = std::fs::read_to_string(&path)?;
            let text = |line: &str| line.split_once(' ').map(|(_, text)| text.to_owned());
            found.push((name, file.lines().filter_map(text).collect()));
        }
    }
    found.sort();
    Ok(found)
}

/// A text as a poor scan of it is read: so many letters in a hundred are taken for others, lost, or run together.
pub(crate) fn misread(text: &str, share: f64, dice: &mut impl Rng) -> String {
    const TAKEN_FOR: [(char, &str); 22] = [
        ('o', "0"),
        ('0', "O"),
        ('l', "1"),
        ('1', "l"),
        ('i', "l"),
        ('s', "5"),
        ('5', "S"),
        ('b', "6"),
        ('8', "B"),
        ('e', "c"),
        ('c', "e"),
        ('m', "rn"),
        ('n', "ri"),
        ('h', "b"),
        ('a', "o"),
        ('t', "f"),
        ('u', "v"),
        ('3', "8"),
        ('6', "5"),
        ('7', "1"),
        ('9', "g"),
        ('g', "q"),
    ];
    let mut read = String::with_capacity(text.len());
    for letter in text.chars() {
        if dice.random_bool(1.0 - share) {
            read.push(letter);
            continue;
        }
        match TAKEN_FOR.iter().find(|(from, _)| *from == letter.to_ascii_lowercase()) {
            Some((_, taken)) if dice.random_bool(0.7) => read.push_str(taken),
            _ if letter == ' ' => {}
            _ if dice.random_bool(0.5) => read.extend([letter, ' ']),
            _ => {}
        }
    }
    read
}
