//! Control words that say how text looks and where paragraphs stand.

use super::super::super::sheet::{Family, Style};
use super::super::{Align, Shape};
use super::Reader;

const TWIPS_PER_POINT: f32 = 20.0;
/// Tab stops of one paragraph.
const TABS_MAX: usize = 64;
/// Type sizes are believed within these bounds, in points.
const SIZE_PT: (f32, f32) = (1.0, 144.0);
/// Indents and spaces are believed up to this, in points.
const DISTANCE_PT: f32 = 700.0;

impl Reader {
    /// Applies a word; unknown ones say nothing.
    pub(super) fn format(&mut self, name: &str, value: Option<i32>) {
        // A toggle without a number switches on, with zero it switches off.
        let on = value != Some(0);
        let points = (value.unwrap_or(0) as f32 / TWIPS_PER_POINT).clamp(-DISTANCE_PT, DISTANCE_PT);
        let group = &mut self.group;
        match name {
            "b" => group.style.bold = on,
            "i" => group.style.italic = on,
            "ul" | "uld" | "uldb" | "ulw" | "ulth" | "uldash" | "ulwave" => group.style.underline = on,
            "ulnone" => group.style.underline = false,
            "strike" | "striked" => group.style.strike = on,
            "super" => group.style.rise = if on { group.style.size * 0.33 } else { 0.0 },
            "sub" => group.style.rise = if on { group.style.size * -0.15 } else { 0.0 },
            "nosupersub" => group.style.rise = 0.0,
            "fs" => group.style.size = (value.unwrap_or(24) as f32 / 2.0).clamp(SIZE_PT.0, SIZE_PT.1),
            "f" => group.font = value.unwrap_or(0),
            "cf" => group.colour = usize::try_from(value.unwrap_or(0)).unwrap_or(0),
            "v" => group.hidden = on,
            "deleted" => group.deleted = on,
            "caps" => group.capitals = on,
            "plain" => {
                group.style = Style::plain(Family::Sans, 12.0);
                (group.hidden, group.deleted, group.capitals, group.colour) = (false, false, false, 0);
            }
            "pard" => {
                group.shape = Shape::default();
                group.in_table = false;
            }
            "ql" | "qj" => group.shape.align = Align::Left,
            "qc" => group.shape.align = Align::Centre,
            "qr" => group.shape.align = Align::Right,
            "li" | "lin" => group.shape.left = points,
            "ri" | "rin" => group.shape.right = points,
            "fi" => group.shape.first = points,
            "sb" => group.shape.before = points.max(0.0),
            "sa" => group.shape.after = points.max(0.0),
            "tx" if group.shape.tabs.len() < TABS_MAX => group.shape.tabs.push(points),
            "highlight" | "chcbpat" | "cbpat" | "clcbpat" | "shading" | "clshdng" | "chshdng"
                if value > Some(0) =>
            {
                self.shaded = true;
            }
            _ => {}
        }
    }
}
