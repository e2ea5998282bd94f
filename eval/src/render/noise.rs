//! A seeded model of what recognition gets wrong on a poor fax, at 1 to 3 % of the letters: look-alikes, pairs read as
//! one, lost points and commas, words run together or torn apart. Boxes stay where they were.

use domain::ocr_pool::{PageText, ReadMethod, Word};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Letters that are taken for one another, and how often in a hundred of their errors.
const ALIKE: [(char, &[char]); 24] = [
    ('0', &['O', 'o']),
    ('O', &['0', 'Q']),
    ('1', &['l', 'I']),
    ('l', &['1', 'I', '|']),
    ('I', &['l', '1', '|']),
    ('5', &['S']),
    ('S', &['5', '$']),
    ('8', &['B']),
    ('B', &['8']),
    ('2', &['Z']),
    ('Z', &['2']),
    ('6', &['G', 'b']),
    ('G', &['6', 'C']),
    ('9', &['g']),
    ('g', &['q', '9']),
    ('e', &['c', 'o']),
    ('c', &['e', 'o']),
    ('a', &['o', 'e']),
    ('n', &['r', 'h']),
    ('h', &['b', 'n']),
    ('t', &['f', 'l']),
    ('i', &['l', 'j', '1']),
    ('u', &['v', 'n']),
    ('D', &['O', '0']),
];
const PAIRS: [(&str, &str); 6] =
    [("rn", "m"), ("m", "rn"), ("cl", "d"), ("vv", "w"), ("li", "h"), ("fi", "h")];

/// Pages as a poor recognition would have read them; the same seed gives the same errors.
pub(crate) fn noisy(pages: &[PageText], seed: u64) -> Vec<PageText> {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let rate = dice.random_range(0.01..0.03);
    pages.iter().map(|page| page_of(page, &mut dice, rate)).collect()
}

fn page_of(page: &PageText, dice: &mut ChaCha8Rng, rate: f64) -> PageText {
    let mut words: Vec<Word> = Vec::with_capacity(page.words.len());
    for word in &page.words {
        let text = word_of(&word.text, dice, rate);
        let confidence =
            if text == word.text { dice.random_range(0.86..0.97) } else { dice.random_range(0.35..0.9) };
        // A torn word's halves share its box by their lengths.
        if text.chars().count() > 5 && dice.random_bool(rate / 2.0) {
            let at = text.chars().count() / 2;
            let head: String = text.chars().take(at).collect();
            let tail: String = text.chars().skip(at).collect();
            let [left, top, right, bottom] = word.bbox;
            let cut = left + (right - left) * at as f32 / text.chars().count() as f32;
            words.push(Word {
                text: head,
                bbox: [left, top, cut - 0.5, bottom],
                confidence,
                line: word.line,
            });
            words.push(Word {
                text: tail,
                bbox: [cut + 0.5, top, right, bottom],
                confidence,
                line: word.line,
            });
        } else if let Some(last) =
            words.last_mut().filter(|last| near(last, word) && dice.random_bool(rate / 2.0))
        {
            last.text.push_str(&text);
            last.bbox[2] = word.bbox[2];
        } else if !text.is_empty() {
            words.push(Word { text, bbox: word.bbox, confidence, line: word.line });
        }
    }
    let text = lines(&words);
    let mean_confidence = words.iter().map(|word| word.confidence).sum::<f32>() / words.len().max(1) as f32;
    PageText { method: ReadMethod::Ocr, words, text, mean_confidence, ..page.clone() }
}

fn near(last: &Word, next: &Word) -> bool {
    last.line == next.line && (next.bbox[0] - last.bbox[2]) < (next.bbox[3] - next.bbox[1]) * 0.5
}

fn word_of(word: &str, dice: &mut ChaCha8Rng, rate: f64) -> String {
    let mut out = String::new();
    for c in word.chars() {
        if !dice.random_bool(rate) {
            out.push(c);
            continue;
        }
        match c {
            '.' | ',' | ':' | '-' | '\'' | '/' if dice.random_bool(0.5) => {}
            '.' => out.push(','),
            ',' => out.push('.'),
            ':' => out.push(';'),
            c => match ALIKE.iter().find(|(of, _)| *of == c) {
                Some((_, alike)) => out.push(alike[dice.random_range(0..alike.len())]),
                None if dice.random_bool(0.1) => {}
                None => out.push(c),
            },
        }
    }
    for (from, to) in PAIRS {
        if out.contains(from) && dice.random_bool(rate) {
            out = out.replacen(from, to, 1);
        }
    }
    out
}

/// Words as lines; gaps wider than a space are two spaces, as the reader writes them.
fn lines(words: &[Word]) -> String {
    let mut text = String::new();
    let mut last: Option<&Word> = None;
    for word in words {
        match last {
            Some(before) if before.line != word.line => text.push('\n'),
            Some(before) if word.bbox[0] - before.bbox[2] > (word.bbox[3] - word.bbox[1]) => {
                text.push_str("  ")
            }
            Some(_) => text.push(' '),
            None => {}
        }
        text.push_str(&word.text);
        last = Some(word);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_letters_in_a_hundred_are_changed_and_always_the_same() {
        let text = "Respiratory disturbance index 24.5 events per hour of sleep 0123456789 ".repeat(40);
        let read = |seed| {
            let mut dice = ChaCha8Rng::seed_from_u64(seed);
            text.split(' ').map(|word| word_of(word, &mut dice, 0.02)).collect::<Vec<_>>().join(" ")
        };
        let same = text.chars().zip(read(3).chars()).filter(|(a, b)| a == b).count();
        assert!(same < text.chars().count() && read(3) == read(3) && read(3) != read(4));
    }
}
