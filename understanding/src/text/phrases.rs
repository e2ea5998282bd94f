//! Many phrases looked for at once: by their first word, exactly or with one misread letter.

use super::{Token, alike, fold};
use std::collections::{BTreeMap, HashMap};

/// Shorter words must be equal, so a look-up by hash finds them all.
const FUZZY_FROM: usize = 6;

/// Phrases by their first folded word.
pub(crate) struct Phrases {
    phrases: Vec<Vec<String>>,
    exact: HashMap<String, Vec<usize>>,
    /// Long first words by their length.
    long: BTreeMap<usize, Vec<(String, Vec<usize>)>>,
}

impl Phrases {
    /// Indexes phrases; their words are parted by single spaces.
    pub(crate) fn new<'a>(phrases: impl Iterator<Item = &'a str>) -> Self {
        let phrases: Vec<Vec<String>> = phrases.map(|phrase| phrase.split(' ').map(fold).collect()).collect();
        let mut exact: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, words) in phrases.iter().enumerate() {
            exact.entry(words.first().cloned().unwrap_or_default()).or_default().push(index);
        }
        let mut long: BTreeMap<usize, Vec<(String, Vec<usize>)>> = BTreeMap::new();
        for (word, indices) in exact.iter().filter(|(word, _)| word.len() >= FUZZY_FROM) {
            long.entry(word.len()).or_default().push((word.clone(), indices.clone()));
        }
        Self { phrases, exact, long }
    }

    /// Every phrase that stands in `tokens` from the first one on: its index, and whether no letter differs.
    pub(crate) fn starting(&self, tokens: &[Token]) -> Vec<(usize, bool)> {
        let Some(first) = tokens.first() else { return Vec::new() };
        let mut found: Vec<usize> = self.exact.get(&first.folded).into_iter().flatten().copied().collect();
        let length = first.folded.len();
        if length >= FUZZY_FROM {
            for (word, indices) in self.long.range(length - 1..=length + 1).flat_map(|(_, words)| words) {
                if *word != first.folded && alike(word, &first.folded) {
                    found.extend(indices);
                }
            }
        }
        let judge = |index: usize| {
            let words = &self.phrases[index];
            let pairs = || words.iter().zip(tokens).map(|(word, token)| (word, &token.folded));
            let stands =
                tokens.len() >= words.len() && pairs().skip(1).all(|(word, token)| alike(word, token));
            stands.then(|| (index, pairs().all(|(word, token)| word == token)))
        };
        found.into_iter().filter_map(judge).collect()
    }

    /// How many words a phrase has.
    pub(crate) fn length(&self, index: usize) -> usize {
        self.phrases[index].len()
    }

    /// Every phrase that stands anywhere in `tokens`.
    pub(crate) fn within(&self, tokens: &[Token]) -> Vec<usize> {
        let mut found: Vec<usize> = (0..tokens.len())
            .flat_map(|start| self.starting(&tokens[start..]))
            .map(|(index, _)| index)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}
