//! Characters that are drawn twice at one place. Bold type is often made by drawing twice with a tiny offset,
//! and filled and stroked text arrives as two runs.

use super::probe::Glyph;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hasher, RandomState};

/// Every character of a page is asked for at nine places: it was a quarter of what a page of text cost with
/// the usual hash.
pub(super) struct Drawn {
    places: HashSet<(u32, i64, i64), Mixing>,
    /// Numbers of texts that are not one character, from beyond the characters.
    texts: HashMap<String, u32>,
}

impl Default for Drawn {
    fn default() -> Self {
        // Another seed for every page, so that no page can be made to collide.
        let mixing = Mixing(RandomState::new().hash_one(0));
        Self { places: HashSet::with_hasher(mixing), texts: HashMap::new() }
    }
}

impl Drawn {
    /// Whether the same text was drawn here before; from now on it was.
    pub(super) fn repeats(&mut self, glyph: &Glyph, text: &str) -> bool {
        let mut characters = text.chars();
        let number = match (characters.next(), characters.next()) {
            (Some(c), None) => u32::from(c),
            _ => self.number_of(text),
        };
        // A grid of a tenth of an em; the neighbours catch an offset across a grid line.
        let step = (glyph.size * 0.1).max(0.01);
        let (x, y) = ((glyph.origin.x / step).round() as i64, (glyph.origin.y / step).round() as i64);
        let is_drawn = |dx, dy| self.places.contains(&(number, x.saturating_add(dx), y.saturating_add(dy)));
        let near = (-1..=1).any(|dx| (-1..=1).any(|dy| is_drawn(dx, dy)));
        self.places.insert((number, x, y));
        near
    }

    fn number_of(&mut self, text: &str) -> u32 {
        if let Some(number) = self.texts.get(text) {
            return *number;
        }
        let number =
            (u32::from(char::MAX) + 1).saturating_add(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.texts.insert(text.to_owned(), number);
        number
    }
}

/// Multiplies and turns, from a seed.
#[derive(Clone)]
struct Mixing(u64);

impl BuildHasher for Mixing {
    type Hasher = Mixer;

    fn build_hasher(&self) -> Mixer {
        Mixer(self.0)
    }
}

struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number.cast_unsigned());
    }

    fn write_u64(&mut self, number: u64) {
        // The golden ratio's digits, which spread neighbours.
        self.0 = (self.0.rotate_left(23) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

#[cfg(test)]
mod tests {
    use super::Drawn;
    use crate::read::probe::Glyph;
    use hayro::kurbo::Point;

    fn at(x: f64, y: f64) -> Glyph {
        let (origin, end) = (Point::new(x, y), Point::new(x + 5.0, y));
        Glyph { text: None, origin, end, size: 10.0, after_space: false }
    }

    #[test]
    fn only_the_same_text_at_the_same_place_repeats() {
        let mut drawn = Drawn::default();
        assert!(!drawn.repeats(&at(100.0, 50.0), "a"));
        assert!(drawn.repeats(&at(100.6, 49.5), "a"));
        assert!(!drawn.repeats(&at(100.0, 50.0), "b"));
        assert!(!drawn.repeats(&at(105.0, 50.0), "a"));
        assert!(!drawn.repeats(&at(100.0, 50.0), "tt") && drawn.repeats(&at(100.0, 50.0), "tt"));
        assert!(!drawn.repeats(&at(f64::INFINITY, 0.0), "a"));
    }
}
