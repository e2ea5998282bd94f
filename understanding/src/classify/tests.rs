//! Papers as many systems print them: each must get its class, clean and as a bad line leaves it.

use super::classify;
use crate::find::DocView;
use crate::fixtures::{page, scanned};
use crate::labels::Labelled;
use crate::sheet::Sheet;
use domain::parser::DocumentClass;

/// Papers parted by `=== name`; with a class of their own where the file holds several.
const EXAMPLES: [(Option<DocumentClass>, &str); 7] = [
    (Some(DocumentClass::Lab), include_str!("examples/lab.txt")),
    (Some(DocumentClass::RawStudyData), include_str!("examples/raw.txt")),
    (Some(DocumentClass::CoverSheet), include_str!("examples/cover.txt")),
    (Some(DocumentClass::InsuranceCard), include_str!("examples/card.txt")),
    (Some(DocumentClass::Facesheet), include_str!("examples/facesheet.txt")),
    (Some(DocumentClass::Titration), include_str!("examples/titration.txt")),
    (None, include_str!("examples/others.txt")),
];

fn examples() -> Vec<(DocumentClass, String, String)> {
    let mut all = Vec::new();
    for (class, file) in EXAMPLES {
        for paper in file.split("=== ").filter(|paper| !paper.trim().is_empty()) {
            let (name, text) = paper.split_once('\n').expect("a name and a text");
            let own = || {
                let word = name.split(' ').next().expect("a class");
                serde_json::from_value(serde_json::Value::from(word)).expect("a class")
            };
            all.push((class.unwrap_or_else(own), name.to_owned(), text.to_owned()));
        }
    }
    all
}

/// The text with errors of recognition: one letter in fifty is taken for one that looks alike, or lost.
fn damaged(text: &str, seed: u64) -> String {
    const ONE_IN: u64 = 50;
    #[rustfmt::skip]
    const ALIKE: [(char, char); 24] = [
        ('o', '0'), ('O', '0'), ('0', 'O'), ('l', '1'), ('1', 'l'), ('i', 'l'), ('I', 'l'), ('e', 'c'), ('c', 'e'), ('a', 'o'),
        ('S', '5'), ('5', 'S'), ('B', '8'), ('8', 'B'), ('h', 'b'), ('n', 'u'), ('u', 'n'), ('t', 'f'), ('f', 't'), ('g', 'q'),
        ('E', 'F'), ('R', 'P'), (':', '.'), ('y', 'v'),
    ];
    let mut state = seed;
    text.chars()
        .map(|c| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let hit = (state >> 33).is_multiple_of(ONE_IN);
            let other = ALIKE.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to);
            if hit { other } else { c }
        })
        .collect()
}

fn told(text: &str, scan: bool) -> (DocumentClass, Vec<String>) {
    let page = if scan { scanned(1, text) } else { page(1, text) };
    let pages = [Labelled::of(Sheet::of(&page))];
    let found = classify(&DocView { pages: &pages }, "");
    (found.class, found.decided_by)
}

#[test]
fn papers_of_many_systems_get_their_class() {
    let wrong: Vec<String> = examples()
        .iter()
        .filter_map(|(class, name, text)| {
            let (given, why) = told(text, false);
            (given != *class).then(|| format!("{class:?} {name}: {given:?} by {why:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn misread_letters_seldom_change_a_class() {
    const SEEDS: std::ops::Range<u64> = 1..6;
    const WRONG_MAX: usize = 4;
    let (mut wrong, mut all) = (Vec::new(), 0);
    for (class, name, text) in examples() {
        for seed in SEEDS {
            all += 1;
            let (given, _) = told(&damaged(&text, seed), true);
            if given != class {
                wrong.push(format!("{class:?} {name} ({seed}): {given:?}"));
            }
        }
    }
    assert!(100 * wrong.len() <= WRONG_MAX * all, "{} of {all} wrong\n{}", wrong.len(), wrong.join("\n"));
}
