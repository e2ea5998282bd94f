//! The last word on glyphs that only the drawn page can judge: is there contrast where the glyph should be?
//! Drawn once, coarsely, and only for pages that have such glyphs.

use super::{UnseenWhy, Verdict};
use crate::picture::{Colour, draw};
use crate::read::Glyph;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Rect;

/// Enough to see eight-point print, a tenth of the cost of a page drawn for recognition.
const DPI: f32 = 96.0;
/// Difference in one channel, of 255, from which there is something to see.
const CONTRAST_MIN: u8 = 36;
/// A box of which less than this share is free of other glyphs tells nothing.
const FREE_SHARE_MIN: f64 = 0.3;

/// Settles what is likely or doubtful by drawing the page. May panic on hostile pages: call it shielded.
pub(crate) fn confirm(page: &Page<'_>, glyphs: &[(Glyph, Verdict)]) -> Vec<Verdict> {
    let picture = Picture::of(page, glyphs);
    let looks: Vec<Option<bool>> = glyphs
        .iter()
        .map(|(glyph, verdict)| match verdict {
            Verdict::Doubtful | Verdict::Likely(_) => picture.shows(glyph),
            Verdict::Seen | Verdict::Hidden(_) => None,
        })
        .collect();
    let mut settled = Vec::with_capacity(glyphs.len());
    let mut start = 0;
    for run in glyphs.chunk_by(|a, b| a.1 == b.1 && same_line(&a.0, &b.0)) {
        let looks = &looks[start..start + run.len()];
        start += run.len();
        settled.extend(std::iter::repeat_n(settle(run[0].1, looks), run.len()));
    }
    settled
}

/// A line is seen or not as a whole: single letters may touch a rule or lie on a stain.
fn settle(verdict: Verdict, looks: &[Option<bool>]) -> Verdict {
    let seen = looks.iter().filter(|look| **look == Some(true)).count();
    let unseen = looks.iter().filter(|look| **look == Some(false)).count();
    match verdict {
        Verdict::Doubtful if unseen > seen => Verdict::Hidden(UnseenWhy::NearBackground),
        Verdict::Doubtful => Verdict::Seen,
        Verdict::Likely(_) if seen > unseen => Verdict::Seen,
        Verdict::Likely(why) => Verdict::Hidden(why),
        settled @ (Verdict::Seen | Verdict::Hidden(_)) => settled,
    }
}

fn same_line(a: &Glyph, b: &Glyph) -> bool {
    (a.origin.y - b.origin.y).abs() < 0.5 * a.size.max(b.size)
}

struct Picture {
    width: usize,
    height: usize,
    /// Pixels a point.
    scale: f64,
    pixels: Colour,
    /// Pixels under glyphs that are certainly seen: their contrast is not ours.
    taken: Vec<bool>,
}

impl Picture {
    fn of(page: &Page<'_>, glyphs: &[(Glyph, Verdict)]) -> Self {
        let drawn = draw(page, DPI);
        let (width, height) = (drawn.width as usize, drawn.height as usize);
        let scale = f64::from(drawn.width) / f64::from(drawn.width_pt.max(1.0));
        let mut picture =
            Self { width, height, scale, pixels: drawn.pixels, taken: vec![false; width * height] };
        for (glyph, _) in glyphs.iter().filter(|(_, verdict)| *verdict == Verdict::Seen) {
            let (columns, rows) = picture.area(glyph, 0.05);
            for row in rows {
                picture.taken[row * width + columns.start..row * width + columns.end].fill(true);
            }
        }
        picture
    }

    /// Whether there is something to see at a glyph; none if others cover the place.
    fn shows(&self, glyph: &Glyph) -> Option<bool> {
        let (columns, rows) = self.area(glyph, 0.0);
        let (mut low, mut high, mut free) = ([255u8; 3], [0u8; 3], 0usize);
        let all = columns.len() * rows.len();
        for row in rows {
            for column in columns.clone() {
                let at = row * self.width + column;
                if self.taken[at] {
                    continue;
                }
                free += 1;
                for (channel, value) in self.pixel(at).into_iter().enumerate() {
                    low[channel] = low[channel].min(value);
                    high[channel] = high[channel].max(value);
                }
            }
        }
        let contrast = low.iter().zip(high).any(|(low, high)| high.saturating_sub(*low) >= CONTRAST_MIN);
        (all > 0 && free as f64 >= FREE_SHARE_MIN * all as f64).then_some(contrast)
    }

    fn pixel(&self, at: usize) -> [u8; 3] {
        match &self.pixels {
            Colour::Grey(data) => [data.get(at).copied().unwrap_or(255); 3],
            Colour::Rgb(data) => {
                data.get(3 * at..3 * at + 3).map_or([255; 3], |pixel| [pixel[0], pixel[1], pixel[2]])
            }
        }
    }

    /// The pixels of a glyph's box, with a margin in ems.
    fn area(&self, glyph: &Glyph, margin: f64) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
        let along = glyph.end - glyph.origin;
        let length = along.hypot().max(1e-6);
        let up = hayro::kurbo::Vec2::new(along.y / length, -along.x / length) * glyph.size;
        let (top, foot) = (0.72 * up, -0.05 * up);
        let rect = Rect::from_points(glyph.origin + foot, glyph.end + top)
            .union(Rect::from_points(glyph.origin + top, glyph.end + foot))
            .inflate(margin * glyph.size, margin * glyph.size);
        let span = |from: f64, to: f64, side: usize| {
            // Casting saturates; an empty box still has the pixel it lies on.
            let from = ((from * self.scale).floor() as usize).min(side);
            from..((to * self.scale).ceil() as usize).clamp(from, side)
        };
        (span(rect.x0, rect.x1, self.width), span(rect.y0, rect.y1, self.height))
    }
}
