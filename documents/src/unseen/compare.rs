//! Unseen words against seen ones. A scanner's invisible words say what the picture says, a shadow says what
//! stands before it, a whited-out line may have been typed again: what is also seen at its place is no
//! finding. What is left was written for somebody else than the person who looks.

use super::UnseenWhy;
use crate::read::Word;

/// Two readings of one word agree from this share of equal letters on: engines differ in a letter or two.
const SAME_READ_FROM: f32 = 0.5;
/// What is written in the file has no such excuse.
const SAME_WRITTEN_FROM: f32 = 0.95;
/// From this share of contradicted words on an invisible layer is not the page's.
const CONTRADICTED_MAX: f32 = 0.35;
/// Contradicted words needed before their share says anything.
const CONTRADICTED_MIN: usize = 4;
/// Words over ink that was not recognised (a logo, a signature, a stamp) are tolerated up to this many.
const OVER_INK_MAX: usize = 6;
/// A layer that agrees this often, in at least this many words, is good enough to be taken at its numbers.
const GOOD_SHARE: f32 = 0.9;
const GOOD_WORDS: usize = 20;
/// Recognised numbers below this confidence contradict nobody.
const SURE_FROM: f32 = 0.85;
/// Letters compared of one word; longer ones are rules of dashes.
const LETTERS_MAX: usize = 48;

/// What can be seen on a page.
pub(crate) struct Seen<'a> {
    /// Its words.
    pub(crate) words: &'a [Word],
    /// Whether they were recognised, with the slips that come with it.
    pub(crate) recognised: bool,
    /// Whether there is ink in a box; none where nothing was drawn to look at.
    pub(crate) ink: Option<&'a dyn Fn([f32; 4]) -> bool>,
}

enum Standing {
    /// The same is seen there, or next to it.
    Agrees,
    /// Something else is seen there; a clear number where another one is unseen.
    Contradicted { number: bool },
    /// Nothing was read there, but there is ink.
    OverInk,
    /// There is nothing.
    OverNothing,
    /// No letter or digit.
    Mark,
}

impl Seen<'_> {
    /// The words that are not accounted for by what is seen, in their order. Unless it is `sure` that they
    /// are not seen, ink at their place is taken to be theirs.
    pub(super) fn unaccounted(&self, why: UnseenWhy, sure: bool, words: Vec<Word>) -> Vec<Word> {
        let standings: Vec<Standing> = words.iter().map(|word| self.standing(word)).collect();
        let count = |wanted: fn(&Standing) -> bool| standings.iter().filter(|it| wanted(it)).count();
        let agreeing = count(|it| matches!(it, Standing::Agrees));
        let contradicted = count(|it| matches!(it, Standing::Contradicted { .. }));
        let over_ink = count(|it| matches!(it, Standing::OverInk));
        let compared = (agreeing + contradicted).max(1) as f32;
        let good = agreeing >= GOOD_WORDS && agreeing as f32 >= GOOD_SHARE * compared;
        // Only layers are allowed to be misreadings of the picture; white or tiny text has no such excuse.
        let layer = self.recognised && matches!(why, UnseenWhy::Invisible | UnseenWhy::Covered);
        let foreign = contradicted >= CONTRADICTED_MIN && contradicted as f32 > CONTRADICTED_MAX * compared;
        let too_much = over_ink > OVER_INK_MAX.max(agreeing / 4);
        let kept = |standing: &Standing| match standing {
            Standing::Agrees => false,
            // Marks go where the words around them go.
            Standing::Mark => sure && !layer,
            Standing::OverNothing => true,
            Standing::Contradicted { .. } | Standing::OverInk if !sure => false,
            Standing::Contradicted { number } => !layer || foreign || (good && *number),
            Standing::OverInk => !layer || foreign || too_much,
        };
        words
            .into_iter()
            .zip(&standings)
            .filter(|(_, standing)| kept(standing))
            .map(|(word, _)| word)
            .collect()
    }

    fn standing(&self, word: &Word) -> Standing {
        let letters = plain(&word.text);
        if letters.is_empty() {
            return Standing::Mark;
        }
        let [x0, y0, x1, y1] = word.bbox;
        let (height, width) = ((y1 - y0).max(1.0), (x1 - x0).max(1.0));
        // A little around it: boxes of two engines differ, and shadows are offset.
        let around = [x0 - 0.4 * height, y0 - 0.4 * height, x1 + 0.4 * height, y1 + 0.4 * height];
        let near: Vec<&Word> = self.words.iter().filter(|seen| overlap(seen.bbox, around)).collect();
        let same_from = if self.recognised { SAME_READ_FROM } else { SAME_WRITTEN_FROM };
        let alike = |seen: &[char]| similar(&letters, seen) >= same_from;
        if near.iter().any(|seen| alike(&plain(&seen.text)))
            || alike(&joined(&near))
            || part_of(&letters, &near)
        {
            return Standing::Agrees;
        }
        // At its very place something else: more than a touch of the neighbours.
        let there = near.iter().filter(|seen| {
            let shared_x = x1.min(seen.bbox[2]) - x0.max(seen.bbox[0]);
            let shared_y = y1.min(seen.bbox[3]) - y0.max(seen.bbox[1]);
            shared_x > 0.4 * width.min(seen.bbox[2] - seen.bbox[0]) && shared_y > 0.3 * height
        });
        let there: Vec<&&Word> = there.collect();
        if there.is_empty() {
            let ink = self.ink.is_some_and(|ink| ink(word.bbox));
            return if ink { Standing::OverInk } else { Standing::OverNothing };
        }
        let is_number = |letters: &[char]| letters.len() >= 2 && letters.iter().all(char::is_ascii_digit);
        let number = is_number(&letters)
            && there.iter().all(|seen| seen.confidence >= SURE_FROM && is_number(&plain(&seen.text)));
        Standing::Contradicted { number }
    }
}

fn overlap(a: [f32; 4], b: [f32; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

/// Letters and digits only, in lower case.
fn plain(text: &str) -> Vec<char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(LETTERS_MAX).collect()
}

/// Neighbours in one: engines disagree where a word ends.
fn joined(words: &[&Word]) -> Vec<char> {
    words.iter().flat_map(|word| plain(&word.text)).take(LETTERS_MAX).collect()
}

/// Whether a longer seen word holds it, or it holds all that is seen there.
fn part_of(letters: &[char], near: &[&Word]) -> bool {
    let holds = |long: &[char], short: &[char]| {
        short.len() >= 2 && long.windows(short.len()).any(|window| window == short)
    };
    near.iter().any(|seen| {
        let seen = plain(&seen.text);
        holds(&seen, letters) || (seen.len() * 2 >= letters.len() && holds(letters, &seen))
    })
}

/// 1 for the same, 0 for nothing in common, by Levenshtein's distance.
fn similar(a: &[char], b: &[char]) -> f32 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let longer = a.len().max(b.len());
    if a.len().abs_diff(b.len()) * 2 > longer {
        return 0.0;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    1.0 - row[b.len()] as f32 / longer as f32
}

#[cfg(test)]
mod tests {
    use super::{Seen, similar};
    use crate::read::Word;
    use crate::unseen::UnseenWhy;

    fn word(text: &str, left: f32, top: f32) -> Word {
        let bbox = [left, top, left + 6.0 * text.len() as f32, top + 10.0];
        Word { text: text.to_owned(), bbox, confidence: 0.95, line: 0, block: 0 }
    }

    fn page() -> Vec<Word> {
        let text = "the patient was seen in the sleep clinic for an evaluation of loud snoring and pauses \
                    in breathing AHI 12 events an hour at baseline study";
        text.split(' ')
            .enumerate()
            .map(|(index, text)| word(text, 90.0 * (index % 6) as f32, 20.0 * (index / 6) as f32))
            .collect()
    }

    fn left(why: UnseenWhy, hidden: Vec<Word>, ink: bool) -> Vec<String> {
        let seen = page();
        let left =
            Seen { words: &seen, recognised: true, ink: Some(&|_| ink) }.unaccounted(why, true, hidden);
        left.into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn a_layer_that_reads_a_little_differently_is_honest() {
        let mut layer = page();
        layer[3].text = "sccn".to_owned();
        layer[7].text = "clinlc,".to_owned();
        layer[10].text = "%$".to_owned();
        layer.push(word("LOGO", 500.0, 700.0));
        assert!(left(UnseenWhy::Invisible, layer, true).is_empty());
    }

    #[test]
    fn one_word_over_blank_paper_is_found_in_an_honest_layer() {
        let mut layer = page();
        layer.push(word("approve", 300.0, 700.0));
        assert_eq!(left(UnseenWhy::Invisible, layer, false), ["approve"]);
    }

    #[test]
    fn another_number_than_the_one_seen_is_found() {
        let mut layer = page();
        let at = layer.iter().position(|word| word.text == "12").unwrap();
        layer[at].text = "45".to_owned();
        assert_eq!(left(UnseenWhy::Invisible, layer, true), ["45"]);
    }

    #[test]
    fn a_layer_of_another_page_is_found() {
        let mut layer = page();
        for word in &mut layer {
            word.text = word.text.chars().rev().map(|c| if c == 'z' { 'q' } else { 'z' }).collect();
        }
        assert!(left(UnseenWhy::Invisible, layer, true).len() > 15);
    }

    #[test]
    fn a_shadow_is_not_found_but_other_white_words_are() {
        let mut shadow = page();
        for word in &mut shadow {
            word.bbox[0] += 1.0;
            word.bbox[1] += 1.0;
        }
        shadow.push(word("forged", 0.0, 0.0));
        assert_eq!(left(UnseenWhy::NearBackground, shadow, true), ["forged"]);
    }

    #[test]
    fn likeness_is_between_nothing_and_one() {
        let of = |a: &str, b: &str| similar(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!((of("sleep", "sleep"), of("sleep", "slccp"), of("12", "45")), (1.0, 0.6, 0.0));
    }
}
