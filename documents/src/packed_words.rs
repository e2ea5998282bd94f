//! A page's words as bytes for the pipe. As JSON they are most of what a page of text costs the service, which reads
//! them with every digit of their places.
//!
//! ```text
//! for each word: f32 left · top · right · bottom · confidence · u32 line · block · text's length · text     little endian
//! ```

use crate::read::Word;

/// Bytes of a word beside its text.
const FRAME_BYTES: usize = 32;

/// Packs words, in their order.
pub fn pack(words: &[Word]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(words.iter().map(|word| FRAME_BYTES + word.text.len()).sum());
    for word in words {
        for number in word.bbox.iter().chain([&word.confidence]) {
            bytes.extend(number.to_le_bytes());
        }
        for number in [word.line, word.block, u32::try_from(word.text.len()).unwrap_or(0)] {
            bytes.extend(number.to_le_bytes());
        }
        // No word has four gigabytes; one that had would go without its text.
        if u32::try_from(word.text.len()).is_ok() {
            bytes.extend(word.text.as_bytes());
        }
    }
    bytes
}

/// Unpacks words; nothing where the bytes are none.
pub fn unpack(mut bytes: &[u8]) -> Option<Vec<Word>> {
    let mut words = Vec::with_capacity(bytes.len() / (FRAME_BYTES + 8));
    while !bytes.is_empty() {
        let mut numbers = [[0; 4]; FRAME_BYTES / 4];
        for number in &mut numbers {
            (*number, bytes) = bytes.split_first_chunk().map(|(number, rest)| (*number, rest))?;
        }
        let [left, top, right, bottom, confidence, line, block, length] = numbers;
        let (text, rest) = bytes.split_at_checked(usize::try_from(u32::from_le_bytes(length)).ok()?)?;
        bytes = rest;
        words.push(Word {
            text: std::str::from_utf8(text).ok()?.to_owned(),
            bbox: [left, top, right, bottom].map(f32::from_le_bytes),
            confidence: f32::from_le_bytes(confidence),
            line: u32::from_le_bytes(line),
            block: u32::from_le_bytes(block),
        });
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::{pack, unpack};
    use crate::read::Word;

    #[test]
    fn words_survive_the_pipe_and_damage_is_noticed() {
        let word = |text: &str, line| Word {
            text: text.to_owned(),
            bbox: [72.1, 0.0, 1e-7, f32::MAX],
            confidence: 0.987_654_3,
            line,
            block: 3,
        };
        let words = vec![word("Größe", 1), word("", u32::MAX), word("x", 0)];
        let bytes = pack(&words);
        assert!(unpack(&bytes) == Some(words));
        assert!(unpack(&[]) == Some(Vec::new()));
        assert!((1..bytes.len()).filter(|end| unpack(&bytes[..*end]).is_some()).count() == 2);
    }
}
