//! A set page: text runs, rules and shaded boxes at fixed places on US Letter paper.
//!
//! Origin is the top left corner, y grows downwards, all lengths are in points (1/72 inch). Text
//! sits on its baseline.

use super::fonts::Face;

/// Width of US Letter paper in points.
pub(crate) const PAGE_WIDTH_PT: f32 = 612.0;
/// Height of US Letter paper in points.
pub(crate) const PAGE_HEIGHT_PT: f32 = 792.0;

/// One thing drawn on a page.
#[derive(Clone)]
pub(crate) enum Mark {
    /// A run of text on one baseline.
    Text { x: f32, y: f32, pt: f32, face: Face, text: String },
    /// A straight black line.
    Rule { x1: f32, y1: f32, x2: f32, y2: f32, width: f32 },
    /// A filled box; `grey` runs from 0 (black) to 1 (white).
    Fill { x: f32, y: f32, width: f32, height: f32, grey: f32 },
}

/// The marks of one page, in drawing order.
#[derive(Clone, Default)]
pub(crate) struct Page {
    pub(crate) marks: Vec<Mark>,
}
