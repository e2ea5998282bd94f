//! Puts words into lines as a person reads a form: what stands at one height is one line, from left to
//! right, so that a label and its value stay together however far apart they are and whichever column or
//! box they were found in.

use super::Word;

/// Two segments share a row if their middles differ by less than this share of the smaller height.
const SAME_ROW: f32 = 0.6;
/// Segments that overlap by more than this share of the shorter one lie above each other, not beside.
const OVERLAP_MAX: f32 = 0.3;
/// A gap wider than this many heights is wider than a space. Capitals are about 0.7 em high.
const WIDE_GAP: f32 = 1.5;
/// Rows further apart than this many times the usual distance begin a new block.
const BLOCK_GAP: f32 = 1.6;
/// Heights are taken as at least this share of the page's usual one: a dash is not a line of its own.
const HEIGHT_FLOOR: f32 = 0.6;
/// How many rows back a segment may still join: rows arrive sorted by their middles.
const ROWS_LOOKED_BACK: usize = 4;

/// A word and its place.
#[derive(Clone)]
pub(super) struct Piece {
    pub(super) text: String,
    /// Left, top, right, bottom in points.
    pub(super) bbox: [f32; 4],
    /// 0 to 1.
    pub(super) confidence: f32,
}

/// Words that certainly share a line.
pub(super) struct Segment {
    /// From left to right.
    pub(super) pieces: Vec<Piece>,
    /// Height of the middle of its capitals on the page, after the page's slope is taken out.
    pub(super) centre: f32,
    /// Height of its capitals, roughly.
    pub(super) height: f32,
}

impl Segment {
    /// A recognised line on a page whose lines fall by `slope`.
    pub(super) fn of_line(pieces: Vec<Piece>, slope: f32) -> Self {
        let middle = |piece: &Piece| {
            let [x0, y0, x1, y1] = piece.bbox;
            (y0 + y1) / 2.0 - slope * (x0 + x1) / 2.0
        };
        let centre = median(pieces.iter().map(middle));
        let height = median(pieces.iter().map(|piece| piece.bbox[3] - piece.bbox[1]));
        Self { pieces, centre, height }
    }

    fn left(&self) -> f32 {
        self.pieces.iter().map(|piece| piece.bbox[0]).fold(f32::INFINITY, f32::min)
    }

    fn right(&self) -> f32 {
        self.pieces.iter().map(|piece| piece.bbox[2]).fold(f32::NEG_INFINITY, f32::max)
    }
}

struct Row {
    segments: Vec<Segment>,
    centre: f32,
    height: f32,
}

impl Row {
    fn takes(&self, segment: &Segment) -> bool {
        let near = (segment.centre - self.centre).abs() < SAME_ROW * segment.height.min(self.height);
        near && !self.segments.iter().any(|other| {
            let shared = segment.right().min(other.right()) - segment.left().max(other.left());
            let shorter = (segment.right() - segment.left()).min(other.right() - other.left());
            shared > OVERLAP_MAX * shorter
        })
    }

    fn add(&mut self, segment: Segment) {
        let before = self.segments.iter().map(|other| other.pieces.len()).sum::<usize>() as f32;
        let new = segment.pieces.len() as f32;
        self.centre = (self.centre * before + segment.centre * new) / (before + new);
        self.height = (self.height * before + segment.height * new) / (before + new);
        self.segments.push(segment);
    }
}

/// Arranges segments into lines: the words in reading order and the text. Word `w` stands on line
/// `w.line` of the text.
pub(super) fn arrange(mut segments: Vec<Segment>, slope: f32) -> (Vec<Word>, String) {
    segments.retain(|segment| !segment.pieces.is_empty());
    let usual = median(segments.iter().map(|segment| segment.height));
    for segment in &mut segments {
        segment.height = segment.height.max(HEIGHT_FLOOR * usual);
    }
    segments.sort_by(|a, b| a.centre.total_cmp(&b.centre).then(a.left().total_cmp(&b.left())));
    let rows = rows(segments);
    let pitch = median(rows.windows(2).map(|pair| pair[1].centre - pair[0].centre));

    let mut words = Vec::new();
    let mut text = String::new();
    let mut block = 0;
    let mut last_centre = None;
    for (line, row) in (0u32..).zip(rows) {
        if last_centre.is_some_and(|last| row.centre - last > BLOCK_GAP * pitch.max(row.height)) {
            block += 1;
        }
        last_centre = Some(row.centre);
        if line > 0 {
            text.push('\n');
        }
        let height = row.height;
        let mut pieces: Vec<Piece> = row.segments.into_iter().flat_map(|segment| segment.pieces).collect();
        // Sorted along the line, not along the page's edge.
        pieces.sort_by(|a, b| along(a, slope).total_cmp(&along(b, slope)));
        let mut end: Option<f32> = None;
        for piece in pieces {
            if let Some(end) = end {
                text.push_str(if piece.bbox[0] - end > WIDE_GAP * height { "  " } else { " " });
            }
            end = Some(end.unwrap_or(f32::NEG_INFINITY).max(piece.bbox[2]));
            text.push_str(&piece.text);
            words.push(Word {
                text: piece.text,
                bbox: piece.bbox,
                confidence: piece.confidence,
                line,
                block,
            });
        }
    }
    (words, text)
}

fn along(piece: &Piece, slope: f32) -> f32 {
    piece.bbox[0] + slope * piece.bbox[1]
}

/// Groups segments, which are sorted by their middles, into rows from top to bottom.
fn rows(segments: Vec<Segment>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for segment in segments {
        let from = rows.len().saturating_sub(ROWS_LOOKED_BACK);
        let nearest = rows[from..]
            .iter_mut()
            .filter(|row| row.takes(&segment))
            .min_by(|a, b| (a.centre - segment.centre).abs().total_cmp(&(b.centre - segment.centre).abs()));
        match nearest {
            Some(row) => row.add(segment),
            None => {
                rows.push(Row { centre: segment.centre, height: segment.height, segments: vec![segment] })
            }
        }
    }
    rows.sort_by(|a, b| a.centre.total_cmp(&b.centre));
    rows
}

/// The middle value; 0 without values.
fn median(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::{Piece, Segment, arrange};

    fn line(words: &[(&str, f32, f32, f32)]) -> Segment {
        let pieces = words.iter().map(|(text, x0, x1, baseline)| Piece {
            text: (*text).to_owned(),
            bbox: [*x0, baseline - 7.0, *x1, *baseline],
            confidence: 0.9,
        });
        Segment::of_line(pieces.collect(), 0.0)
    }

    #[test]
    fn a_label_and_its_far_value_share_a_line() {
        let segments = vec![
            line(&[("Patient:", 72.0, 110.0, 100.0)]),
            line(&[("DOB:", 72.0, 95.0, 114.0)]),
            line(&[("Doe,", 250.0, 270.0, 100.6), ("Jane", 273.0, 295.0, 100.4)]),
            line(&[("1/2/1960", 250.0, 290.0, 113.5)]),
        ];
        let (words, text) = arrange(segments, 0.0);
        assert_eq!(text, "Patient:  Doe, Jane\nDOB:  1/2/1960");
        let lines: Vec<&str> = text.lines().collect();
        for word in words {
            assert!(lines[word.line as usize].contains(&word.text));
        }
    }

    #[test]
    fn lines_set_close_together_stay_apart() {
        let segments = vec![line(&[("upper", 72.0, 110.0, 100.0)]), line(&[("lower", 72.0, 110.0, 109.0)])];
        assert_eq!(arrange(segments, 0.0).1, "upper\nlower");
    }

    #[test]
    fn a_gap_starts_a_block() {
        let at = |text, y| line(&[(text, 72.0, 110.0, y)]);
        let segments = vec![at("a", 100.0), at("b", 112.0), at("c", 124.0), at("d", 160.0)];
        let (words, _) = arrange(segments, 0.0);
        assert_eq!(words.iter().map(|word| word.block).collect::<Vec<_>>(), [0, 0, 0, 1]);
    }
}
