//! Whether text can be language at all. A text layer may have a character for every glyph and all of them wrong: fonts
//! that were cut down carry maps of other fonts, and what recognised a page that lay on its side left letters one by one.

/// Below this share of words with a vowel the characters are wrong. English prose has 0.97, forms full of abbreviations
/// 0.75; a shifted encoding about 0.4.
const VOWEL_SHARE_MIN: f32 = 0.5;
/// Words needed before their vowels say anything.
const VOWEL_WORDS_MIN: usize = 20;
/// Below this share of common pairs letters stand in no language's order. Of 5,700 passages of 500 characters of medical
/// reports the least had 0.73 and the middle one 0.87; of 2,000 reports whose letters were exchanged for others the most
/// had 0.50, the middle one 0.22.
const COMMON_SHARE_MIN: f32 = 0.6;
/// Pairs needed before they say anything.
const PAIRS_MIN: usize = 60;
/// From this share of words of one letter on the letters have come apart.
const LONE_SHARE_MAX: f32 = 0.6;
/// Words needed for that.
const LONE_WORDS_MIN: usize = 40;

/// Pairs of letters that English, Spanish and medical words are made of, the most frequent first.
#[rustfmt::skip]
const COMMON: [&[u8; 2]; 153] = [
    b"th", b"he", b"in", b"er", b"an", b"re", b"nd", b"on", b"en", b"at", b"ou", b"ed", b"ha", b"to", b"or", b"it", b"is",
    b"hi", b"es", b"ng", b"of", b"al", b"de", b"se", b"le", b"as", b"ar", b"st", b"te", b"me", b"ve", b"ra", b"ro", b"ic",
    b"ne", b"ri", b"li", b"ti", b"io", b"nt", b"ea", b"el", b"co", b"ma", b"ca", b"di", b"si", b"om", b"ur", b"ta", b"tr",
    b"et", b"ce", b"la", b"us", b"ec", b"il", b"ll", b"ho", b"no", b"pe", b"ss", b"ge", b"ie", b"em", b"ac", b"wi", b"ut",
    b"be", b"so", b"un", b"ol", b"ee", b"mo", b"wa", b"ai", b"pr", b"sh", b"nc", b"rs", b"ly", b"ct", b"id", b"ot", b"po",
    b"ul", b"lo", b"fo", b"pa", b"ch", b"im", b"am", b"ad", b"ns", b"wh", b"su", b"ke", b"ig", b"tu", b"vi", b"ev", b"pl",
    b"sp", b"ex", b"ow", b"ay", b"ap", b"op", b"do", b"go", b"ab", b"ag", b"av", b"bl", b"ci", b"da", b"du", b"ep", b"fe",
    b"fi", b"ga", b"gr", b"gh", b"ht", b"ia", b"if", b"ir", b"iv", b"ki", b"mi", b"mp", b"na", b"ni", b"oc", b"od", b"oo",
    b"os", b"pi", b"qu", b"rd", b"rm", b"rt", b"rv", b"sa", b"sc", b"sl", b"um", b"up", b"va", b"ye", b"yp", b"hy", b"pn",
];

/// Whether this may be language. Little text always may: a page with a name and a number is no less a page. Judged in
/// Latin letters only; other scripts have other vowels and pairs.
pub(super) fn is_plausible(text: &str) -> bool {
    let words = || text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    // By themselves: the letter of a code such as `E0601` does not count.
    let spoken = text.split_whitespace().filter(|word| word.contains(char::is_alphabetic));
    let (all, lone) = spoken.fold((0usize, 0usize), |(all, lone), word| {
        (all + 1, lone + usize::from(word.chars().nth(1).is_none()))
    });
    if all >= LONE_WORDS_MIN && lone as f32 > LONE_SHARE_MAX * all as f32 {
        return false;
    }
    let latin = || words().filter(|word| word.len() >= 3 && word.is_ascii()).map(str::as_bytes);
    let (all, voiced) = latin().fold((0usize, 0usize), |(all, voiced), word| {
        let has_vowel = word.iter().any(|letter| b"aeiouy".contains(&letter.to_ascii_lowercase()));
        (all + 1, voiced + usize::from(has_vowel))
    });
    if all >= VOWEL_WORDS_MIN && (voiced as f32) < VOWEL_SHARE_MIN * all as f32 {
        return false;
    }
    let table = common();
    let pairs = latin().flat_map(|word| word.windows(2));
    let (all, known) = pairs.fold((0usize, 0usize), |(all, known), pair| {
        let found = place(pair).and_then(|place| table.get(place)).copied().unwrap_or(false);
        (all + 1, known + usize::from(found))
    });
    all < PAIRS_MIN || known as f32 >= COMMON_SHARE_MIN * all as f32
}

/// The common pairs by their places.
fn common() -> [bool; 26 * 26] {
    let mut table = [false; 26 * 26];
    for place in COMMON.iter().filter_map(|pair| place(pair.as_slice())) {
        table[place] = true;
    }
    table
}

fn place(pair: &[u8]) -> Option<usize> {
    let [first, second] = *pair else { return None };
    let letter = |byte: u8| usize::from(byte.to_ascii_lowercase().wrapping_sub(b'a'));
    let (first, second) = (letter(first), letter(second));
    (first < 26 && second < 26).then_some(first * 26 + second)
}

#[cfg(test)]
mod tests {
    use super::is_plausible;

    const NOTE: &str = "The patient is a 61 year old woman who snores loudly and wakes up gasping. Her husband has seen \
         pauses in breathing. Epworth sleepiness scale 14. She denies chest pain. Plan: home sleep apnea test, then \
         follow up with results. Hypertension, well controlled on lisinopril.";
    const FORM: &str = "PT NAME: DOE, JANE A   DOB: 04/17/1961   MRN: E4410\nDX: OSA G47.33   HCPCS: E0601, A7034, A7037\n\
         CPAP 11 CMH2O W/ HTD HUMID.  LON: 99 MO.  NPI 1093817465\nSIG: ________  MD  DT: 11/02/2026";
    const SPANISH: &str = "El paciente refiere ronquidos intensos y somnolencia durante el dia. Se solicita estudio de \
         sueno en el domicilio y control con los resultados en cuatro semanas. No presenta dolor de pecho.";

    /// Every letter exchanged for the one as far from the alphabet's other end, so that vowels are as frequent.
    fn exchanged(text: &str) -> String {
        let other = |c: char| match c {
            'a'..='z' => char::from(b'a' + b'z' - c as u8),
            'A'..='Z' => char::from(b'A' + b'Z' - c as u8),
            c => c,
        };
        text.chars().map(other).collect()
    }

    #[test]
    fn notes_forms_and_few_words_may_be_language() {
        let codes = "E0601 A7034 A7035 G47.33 I10 E66.9 s3p2w10 ".repeat(10);
        for text in [NOTE, FORM, SPANISH, &codes, "Doe, Jane\nMRN E4410", "", "12 34 56 / 78"] {
            assert!(is_plausible(text), "{text}");
        }
    }

    #[test]
    fn exchanged_and_scattered_letters_may_not() {
        let moved: String = NOTE
            .chars()
            .map(|c| match c {
                'a'..='z' => char::from(b'a' + (c as u8 - b'a' + 1) % 26),
                c => c,
            })
            .collect();
        // Vowels stay vowels, consonants move: the hardest to tell.
        let consonants: String = NOTE
            .chars()
            .map(|c| "bcdfghjklmnpqrstvwxz".find(c).map_or(c, |at| char::from(b"xzqwvjkhgbfcdlmprnts"[at])))
            .collect();
        let soup: String = NOTE.chars().filter(|c| c.is_alphabetic()).flat_map(|c| [c, '\n']).collect();
        for text in [exchanged(NOTE), moved, consonants, soup] {
            assert!(!is_plausible(&text), "{text}");
        }
    }
}
