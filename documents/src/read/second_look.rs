//! The second look: words with digits that the engine was not sure of are recognised again, enlarged and
//! with their neighbours only.
//!
//! On scans of 200 dpi a number or code comes out wrong about once in 400, with a confidence that looks
//! fine (11.7 as 17 at 0.84). A wrong identifier that looks right does more harm than a missing one, so
//! readings that differ are believed only where one is clearly better.

use super::page_image::PageImage;
use super::rows::Piece;
use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};

/// Words are looked at again below this confidence. The misread ones had up to 0.91; of the right ones
/// with digits a tenth is below it.
const SURE: f32 = 0.915;
/// Words with a digit that stand in the sentence, not in the record: nothing hangs on them, and looks take
/// the O of H2O for a nought.
const OF_NO_CONSEQUENCE: [&str; 6] = ["h2o", "h20", "o2", "co2", "spo2", "icd-10"];
/// Of two readings that differ, one is clearly better if it is surer by this much.
const CLEARLY: f32 = 0.05;
/// What a reading is worth at most when the further looks speak against it.
const DOUBTED: f32 = 0.5;
/// At most this many words of a page are looked at again: a page of the usual kind has 5 to 20, a bad one
/// could otherwise cost several times its first recognition (a look costs about a thirtieth of it).
const LOOKS_MAX: usize = 60;
/// Neighbours shown on each side. Alone, codes come out worse than on the whole page: the engine reads a
/// line's rhythm (A7034 alone was A/034 at 0.66, with its neighbours A7034 at 0.90).
const NEIGHBOURS: usize = 1;
/// Paper shown above and below, as a share of the word's height.
const MARGIN: f32 = 0.25;
/// Paper shown where a line begins or ends, as a share of the word's height: a dropped character's room.
const REACH: f32 = 1.5;
/// White put around it, in pixels.
const FRAME: u32 = 12;
/// Characters that may differ for two readings to be of the same word: 17 and 11.7 differ by two.
const DIFFERENT_MAX: usize = 2;

/// How a word is shown: how much larger, and smoothed by what.
#[derive(Clone, Copy)]
pub(super) struct Look {
    enlarged: f32,
    filter: FilterType,
}

/// The looks taken, the next only if the one before spoke against the first reading. They differ in
/// sharpness, so that one and the same speckle does not mislead both.
pub(super) const LOOKS: [Look; 2] = [
    Look { enlarged: 2.0, filter: FilterType::Gaussian },
    Look { enlarged: 1.5, filter: FilterType::CatmullRom },
];

/// A word as read.
#[derive(Clone, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub(super) struct Reading {
    pub(super) text: String,
    /// 0 to 1.
    pub(super) confidence: f32,
}

impl Reading {
    pub(super) fn of(piece: &Piece) -> Self {
        Self { text: piece.text.clone(), confidence: piece.confidence }
    }
}

/// Decides between the first reading and the further looks, in the order taken.
pub(super) fn choose(first: Reading, looks: &[Reading]) -> Reading {
    let Some(second) = looks.first() else { return first };
    if borne_out(&first, looks) {
        return first;
    }
    let third = looks.get(1);
    let united = third.is_some_and(|third| same(&second.text, &third.text));
    let surest = looks.iter().map(|look| look.confidence).fold(0.0, f32::max);
    let better = if united { surest > first.confidence } else { surest >= first.confidence + CLEARLY };
    if better && (united || third.is_none()) && plausible(&first.text, &second.text) {
        return Reading { text: second.text.clone(), confidence: surest };
    }
    let surest_of = |backing: bool| {
        let looks = looks.iter().filter(|look| same(&look.text, &first.text) == backing);
        looks.map(|look| look.confidence).fold(0.0, f32::max)
    };
    if !united && surest_of(true).max(first.confidence) >= surest_of(false) + CLEARLY {
        return first;
    }
    Reading { confidence: first.confidence.min(DOUBTED), ..first }
}

/// Whether the look taken first says the same: no further one is needed.
pub(super) fn borne_out(first: &Reading, looks: &[Reading]) -> bool {
    looks.first().is_some_and(|second| same(&first.text, &second.text))
}

/// Whether `look` can be what `first` should have been: as many characters or more, and nearly the same.
fn plausible(first: &str, look: &str) -> bool {
    let (first, look) = (core(first), core(look));
    has_digit(&look) && look.chars().count() >= first.chars().count() && {
        let different = distance(&first, &look);
        different <= DIFFERENT_MAX && different < look.chars().count()
    }
}

/// Whether two readings say the same; speckle at the ends and the case of letters say nothing.
fn same(one: &str, other: &str) -> bool {
    core(one) == core(other)
}

/// The text without what speckle and rules add, and with one kind of dash. A dash before a letter is no
/// sign.
fn core(text: &str) -> String {
    let text = text
        .trim_matches(|c: char| !c.is_alphanumeric() && !"-–—.%+<>°\"".contains(c))
        .trim_end_matches(['.', '-', '–', '—'])
        .replace(['–', '—'], "-")
        .to_lowercase();
    match text.strip_prefix('-') {
        Some(rest) if rest.starts_with(char::is_alphabetic) => rest.to_owned(),
        _ => text,
    }
}

/// Characters put in, left out or replaced.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut costs: Vec<usize> = (0..=other.len()).collect();
    for (row, left) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut costs[0], row + 1);
        for (place, right) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(left != *right);
            diagonal = costs[place + 1];
            costs[place + 1] = replaced.min(diagonal + 1).min(costs[place] + 1);
        }
    }
    costs.last().copied().unwrap_or(0)
}

/// Which words to look at again, as line and place in it: those that would be believed first.
pub(super) fn doubtful(lines: &[Vec<Piece>]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (row, line) in lines.iter().enumerate() {
        for (place, piece) in line.iter().enumerate() {
            let matters = || !OF_NO_CONSEQUENCE.contains(&core(&piece.text).as_str());
            if piece.confidence < SURE && has_digit(&piece.text) && matters() {
                found.push((row, place));
            }
        }
    }
    found.sort_by_key(|(row, place)| lines[*row][*place].confidence <= DOUBTED);
    found.truncate(LOOKS_MAX);
    found
}

/// Doubtful words of a line that are shown together, because each stands among the other's neighbours.
pub(super) struct Group {
    pub(super) row: usize,
    /// Places of the first and the last.
    pub(super) first: usize,
    pub(super) last: usize,
    /// Which of the doubtful words they are.
    pub(super) doubtful: Vec<usize>,
}

/// Puts the doubtful words that are still open (indices into `places`, which are line and place in it) into groups:
/// what is shown once is recognised once.
pub(super) fn groups(open: &[usize], places: &[(usize, usize)]) -> Vec<Group> {
    let mut sorted = open.to_vec();
    sorted.sort_by_key(|at| places[*at]);
    let mut groups: Vec<Group> = Vec::new();
    for at in sorted {
        let (row, place) = places[at];
        match groups.last_mut() {
            Some(group) if group.row == row && place - group.last <= 2 * NEIGHBOURS => {
                group.last = place;
                group.doubtful.push(at);
            }
            _ => groups.push(Group { row, first: place, last: place, doubtful: vec![at] }),
        }
    }
    groups
}

/// The part of the page to show for the words from `first` to `last`: themselves, their neighbours and the paper around.
pub(super) fn surroundings(line: &[Piece], first: usize, last: usize) -> [f32; 4] {
    let own = &line[first..=last];
    let least = |side: usize| own.iter().map(|piece| piece.bbox[side]).fold(f32::INFINITY, f32::min);
    let most = |side: usize| own.iter().map(|piece| piece.bbox[side]).fold(f32::NEG_INFINITY, f32::max);
    let (x0, y0, x1, y1) = (least(0), least(1), most(2), most(3));
    let height = own.iter().map(|piece| piece.bbox[3] - piece.bbox[1]).fold(0.0, f32::max);
    let shown = &line[first.saturating_sub(NEIGHBOURS)..line.len().min(last + NEIGHBOURS + 1)];
    let left = shown.iter().map(|piece| piece.bbox[0]).fold(x0, f32::min);
    let right = shown.iter().map(|piece| piece.bbox[2]).fold(x1, f32::max);
    // A neighbour's place is room enough.
    let room = |edge: f32, own: f32| if edge == own { REACH * height } else { MARGIN * height };
    [left - room(left, x0), y0 - MARGIN * height, right + room(right, x1), y1 + MARGIN * height]
}

/// That part of the picture as `look` wants it; `None` if it lies outside.
pub(super) fn shown(image: &PageImage, area: [f32; 4], look: Look) -> Option<PageImage> {
    let (width, height) = image.pixels.dimensions();
    let [left, top, right, bottom] = area.map(f64::from);
    let column = |x: f64| ((x - image.origin.0) / image.scale.0).clamp(0.0, f64::from(width));
    let row = |y: f64| ((y - image.origin.1) / image.scale.1).clamp(0.0, f64::from(height));
    let (x0, x1) = (column(left).floor() as u32, column(right).ceil() as u32);
    let (y0, y1) = (row(top).floor() as u32, row(bottom).ceil() as u32);
    if x1 <= x0 || y1 <= y0 {
        return None;
    }
    let part = imageops::crop_imm(&image.pixels, x0, y0, x1 - x0, y1 - y0).to_image();
    let side = |pixels: u32| (pixels as f32 * look.enlarged).round() as u32;
    let (wide, high) = (side(part.width()), side(part.height()));
    let part = imageops::resize(&part, wide, high, look.filter);
    let mut pixels = GrayImage::from_pixel(wide + 2 * FRAME, high + 2 * FRAME, Luma([255]));
    imageops::replace(&mut pixels, &part, i64::from(FRAME), i64::from(FRAME));
    let enlarged = f64::from(look.enlarged);
    let scale = (image.scale.0 / enlarged, image.scale.1 / enlarged);
    let corner = |origin: f64, pixel: u32, before: f64, after: f64| {
        origin + f64::from(pixel) * before - f64::from(FRAME) * after
    };
    let origin = (
        corner(image.origin.0, x0, image.scale.0, scale.0),
        corner(image.origin.1, y0, image.scale.1, scale.1),
    );
    Some(PageImage { pixels, origin, scale })
}

/// What a look says stands where the word stood; `None` if it says nothing about it.
pub(super) fn reading(line: &[Piece], place: usize, seen: &[Vec<Piece>]) -> Option<Reading> {
    let [x0, _, x1, _] = line[place].bbox;
    let middle = |piece: &Piece| (piece.bbox[0] + piece.bbox[2]) / 2.0;
    let swallows = |piece: &Piece| {
        let neighbours = line.iter().enumerate().filter(|(other, _)| *other != place);
        let mut middles = neighbours.map(|(_, other)| middle(other));
        middles.any(|middle| piece.bbox[0] < middle && middle < piece.bbox[2])
    };
    let there = seen.iter().flatten().filter(|piece| {
        let shared = piece.bbox[2].min(x1) - piece.bbox[0].max(x0);
        shared > 0.5 * (piece.bbox[2] - piece.bbox[0]).min(x1 - x0)
            && piece.text.chars().any(char::is_alphanumeric)
    });
    let (mut text, mut confidence) = (String::new(), 1.0f32);
    for piece in there {
        // A neighbour grown onto it says nothing against it: 91 and % as 91% beside the % already read.
        if swallows(piece) {
            return None;
        }
        text.push_str(&piece.text);
        confidence = confidence.min(piece.confidence);
    }
    (!text.is_empty()).then_some(Reading { text, confidence })
}

fn has_digit(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{DOUBTED, LOOKS_MAX, Piece, Reading, choose, doubtful, groups, reading};

    fn read(text: &str, confidence: f32) -> Reading {
        Reading { text: text.to_owned(), confidence }
    }

    fn piece(text: &str, x0: f32, x1: f32, confidence: f32) -> Piece {
        Piece { text: text.to_owned(), bbox: [x0, 100.0, x1, 108.0], confidence }
    }

    #[test]
    fn readings_are_chosen_by_this_table() {
        type Seen = (&'static str, f32);
        let table: [(Seen, &[Seen], Seen); 19] = [
            // Nothing seen, or the same seen: the first stays as it is.
            (("11.7", 0.84), &[], ("11.7", 0.84)),
            (("11.7", 0.84), &[("11.7", 0.4)], ("11.7", 0.84)),
            (("SpO2", 0.79), &[("|Spo2,", 0.9)], ("SpO2", 0.79)),
            (("A7035", 0.91), &[("—A7035", 0.9)], ("A7035", 0.91)),
            // A dash before a digit may be a sign.
            (("5", 0.8), &[("-5", 0.8)], ("5", DOUBTED)),
            // Two looks agree and are surer: theirs.
            (("17", 0.84), &[("11.7", 0.96), ("11.7", 0.91)], ("11.7", 0.96)),
            (("A1034", 0.86), &[("A7034", 0.90), ("A7034", 0.89)], ("A7034", 0.90)),
            (("5760302", 0.8), &[("E5760302", 0.7), ("E5760302", 0.9)], ("E5760302", 0.9)),
            // One look only: it has to be clearly surer.
            (("17", 0.84), &[("11.7", 0.96)], ("11.7", 0.96)),
            (("17", 0.84), &[("11.7", 0.86)], ("17", DOUBTED)),
            // Two looks agree, less sure or not plausible: doubt.
            (("A7034", 0.9), &[("A1034", 0.8), ("A1034", 0.7)], ("A7034", DOUBTED)),
            (("A7034", 0.8), &[("A034", 0.9), ("A034", 0.9)], ("A7034", DOUBTED)),
            (("E2583825", 0.8), &[("E9987825", 0.9), ("E9987825", 0.9)], ("E2583825", DOUBTED)),
            // Looks differ, the surer one does not bear the first out: doubt.
            (("601/001", 0.86), &[("001/001", 0.92), ("601/001", 0.8)], ("601/001", DOUBTED)),
            (("601/001", 0.86), &[("001/001", 0.92), ("861/001", 0.9)], ("601/001", DOUBTED)),
            // Looks differ, the one against is clearly less sure than the first or its backer: it stays.
            (("E5381348", 0.81), &[("F5381348", 0.77), ("E5381348", 0.87)], ("E5381348", 0.81)),
            (("A7035", 0.91), &[("A/035", 0.3), ("A7035", 0.9)], ("A7035", 0.91)),
            (("A7035", 0.91), &[("A/035", 0.3), ("A1035", 0.2)], ("A7035", 0.91)),
            // What is already doubted is not raised.
            (("20", 0.3), &[("2", 0.7), ("5", 0.2)], ("20", 0.3)),
        ];
        for ((text, confidence), looks, (wanted, worth)) in table {
            let looks: Vec<Reading> = looks.iter().map(|(text, sure)| read(text, *sure)).collect();
            assert_eq!(choose(read(text, confidence), &looks), read(wanted, worth), "{text} {looks:?}");
        }
    }

    #[test]
    fn only_unsure_words_with_digits_are_looked_at_the_believed_ones_first() {
        let mut line = vec![piece("11.7", 0.0, 9.0, 0.3), piece("REI", 0.0, 9.0, 0.3)];
        line.extend([piece("15.0", 0.0, 9.0, 0.95), piece("A7034", 0.0, 9.0, 0.86)]);
        line.push(piece("(H2O)", 0.0, 9.0, 0.3));
        assert_eq!(doubtful(&[Vec::new(), line]), [(1, 3), (1, 0)]);
        let many = vec![piece("1", 0.0, 9.0, 0.6); LOOKS_MAX + 5];
        assert_eq!(doubtful(&[many]).len(), LOOKS_MAX);
    }

    #[test]
    fn neighbours_are_shown_together() {
        let places = [(4, 9), (2, 1), (2, 3), (2, 6), (4, 8), (2, 7)];
        let told: Vec<(usize, usize, usize, Vec<usize>)> = groups(&[0, 1, 2, 3, 4], &places)
            .into_iter()
            .map(|group| (group.row, group.first, group.last, group.doubtful))
            .collect();
        assert_eq!(told, [(2, 1, 3, vec![1, 2]), (2, 6, 6, vec![3]), (4, 8, 9, vec![4, 0])]);
    }

    #[test]
    fn a_look_is_read_where_the_word_stood() {
        let seen = [vec![piece("(4%)", 0.0, 20.0, 0.9), piece("11.7", 24.0, 40.0, 0.95)]];
        let line = [piece("(4%)", 0.0, 20.0, 0.9), piece("17", 25.0, 40.0, 0.8)];
        assert_eq!(reading(&line, 1, &seen), Some(read("11.7", 0.95)));
        let mut parts = vec![piece("M/", 24.0, 30.0, 0.8), piece("|", 31.0, 32.0, 0.9)];
        parts.push(piece("70", 33.0, 40.0, 0.9));
        assert_eq!(reading(&line, 1, &[parts]), Some(read("M/70", 0.8)));
        let grown = [vec![piece("(4%)11.7", 0.0, 40.0, 0.9)]];
        assert_eq!(reading(&line, 1, &grown), None);
        assert_eq!(reading(&[piece("17", 60.0, 80.0, 0.8)], 0, &seen), None);
    }
}
