//! The exact resemblance of every pair, counted without the code under test.

use std::collections::{BTreeMap, HashMap, HashSet};

/// Pairs of texts with the share of their runs of three words that they have in common, from `least` on.
pub(crate) fn pairs(texts: &[String], least: f64) -> BTreeMap<(u32, u32), f64> {
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut sets: Vec<HashSet<u32>> = Vec::with_capacity(texts.len());
    for text in texts {
        let lower = text.to_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        let mut set = HashSet::new();
        for run in words.windows(3.min(words.len().max(1))) {
            let next = numbers.len() as u32;
            set.insert(*numbers.entry(run.join(" ")).or_insert(next));
        }
        sets.push(set);
    }
    let mut holders: Vec<Vec<u32>> = vec![Vec::new(); numbers.len()];
    let mut found = BTreeMap::new();
    for (own, set) in (0_u32..).zip(&sets) {
        let mut shared: HashMap<u32, u32> = HashMap::new();
        for shingle in set {
            for other in &holders[*shingle as usize] {
                *shared.entry(*other).or_default() += 1;
            }
        }
        for (other, shared) in shared {
            let union = set.len() + sets[other as usize].len() - shared as usize;
            let resemblance = f64::from(shared) / union as f64;
            if resemblance >= least {
                found.insert((other, own), resemblance);
            }
        }
        for shingle in set {
            holders[*shingle as usize].push(own);
        }
    }
    found
}
