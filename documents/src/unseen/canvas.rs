//! What is painted on a page, as far as glyphs are concerned: what lies under each of them, what over it,
//! and where nothing is drawn. Filled while the page is walked, asked when it is complete.

use super::UnseenWhy;
use hayro::hayro_interpret::{BlendMode, DrawMode, DrawProps, Image, ImageDrawProps, Paint};
use hayro::kurbo::{Affine, BezPath, Point, Rect, Shape};

/// Glyphs with a lower em are not read by anybody. The smallest print on forms has 4 points.
const TINY_PT: f64 = 2.0;
/// Below this opacity there is no ink to speak of.
const OPACITY_MIN: f32 = 0.05;
/// From this opacity on what lies under is gone.
const OPAQUE_FROM: f32 = 0.98;
/// Contrast (WCAG 2.2, relative luminance) under which a text cannot be read: #f0f0f0 on white has 1.14.
const CONTRAST_MIN: f32 = 1.15;
/// Colours that differ by more than this in one channel can be told apart even at the same lightness.
const CHANNEL_GAP: f32 = 0.25;
/// Lines from this width on are used as bars to write on.
const BAR_PT: f64 = 3.0;
/// Shapes with more elements are taken as their boxes, with a doubt.
const OUTLINE_ELEMENTS_MAX: usize = 64;
/// A page is looked up by cells; what is painted in one is little.
const COLUMNS: usize = 24;
const ROWS: usize = 32;
/// Entries in all cells together; beyond it (a map, a drawing) every glyph is doubtful.
const ENTRIES_MAX: usize = 300_000;
/// How far a glyph may lie outside what is drawn and still show, in points.
const EDGE_PT: f64 = 1.0;

/// What can be said of a glyph when it is drawn.
#[derive(Clone, Copy)]
pub(crate) struct Standing {
    /// How much had been painted before it.
    at: usize,
    /// Its colour, red, green, blue from 0 to 1; none for a pattern or under a mask.
    colour: Option<[f32; 3]>,
    /// Why it is certainly not seen.
    hidden: Option<UnseenWhy>,
}

/// What can be said of a glyph when the page is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Seen,
    /// Only the drawn page tells.
    Doubtful,
    /// By all that was painted it is not seen; the drawn page may know better.
    Likely(UnseenWhy),
    Hidden(UnseenWhy),
}

/// Where a glyph's ink is expected: its middle, and points near its corners.
pub(crate) struct Spot {
    pub(crate) middle: Point,
    pub(crate) corners: [Point; 4],
}

/// The painted page.
pub(crate) struct Canvas {
    bounds: Rect,
    paints: Vec<Painted>,
    /// For each cell, row by row, what was painted on it, oldest first.
    cells: Vec<Vec<u32>>,
    entries: usize,
    clips: Vec<Clip>,
    /// Opacity of the groups that are open, each times the ones around it.
    groups: Vec<f32>,
}

struct Painted {
    rect: Rect,
    /// None for a rectangle.
    outline: Option<BezPath>,
    ground: Ground,
}

#[derive(Clone, Copy)]
enum Ground {
    Plain([f32; 3]),
    /// A picture without holes.
    Picture,
    /// Something that may let through what lies under it.
    Unknown,
}

struct Clip {
    rect: Rect,
    outline: Option<BezPath>,
}

impl Canvas {
    pub(crate) fn new(bounds: Rect) -> Self {
        let cells = vec![Vec::new(); COLUMNS * ROWS];
        Self { bounds, paints: Vec::new(), cells, entries: 0, clips: Vec::new(), groups: Vec::new() }
    }

    pub(crate) fn path(&mut self, path: &BezPath, props: &DrawProps<'_>, mode: &DrawMode) {
        match self.ground(props, mode) {
            Some(ground) if matches!(mode, DrawMode::Stroke(_)) => {
                let bar = bar_width(props.transform, mode);
                if bar >= BAR_PT {
                    let rect = props.transform.transform_rect_bbox(path.control_box());
                    self.paint(rect.inflate(bar / 2.0, bar / 2.0), None, ground);
                }
            }
            Some(ground) if path.elements().len() <= OUTLINE_ELEMENTS_MAX => {
                let outline = props.transform * path.clone();
                self.paint(outline.control_box(), Some(outline), ground);
            }
            Some(_) => {
                let rect = props.transform.transform_rect_bbox(path.control_box());
                self.paint(rect, None, Ground::Unknown);
            }
            None => {}
        }
    }

    pub(crate) fn rect(&mut self, rect: &Rect, props: &DrawProps<'_>, mode: &DrawMode) {
        if matches!(mode, DrawMode::Stroke(_)) {
            return self.path(&rect.to_path(0.1), props, mode);
        }
        let Some(ground) = self.ground(props, mode) else { return };
        let [a, b, c, d, _, _] = props.transform.as_coeffs();
        let straight = (b == 0.0 && c == 0.0) || (a == 0.0 && d == 0.0);
        let outline = (!straight).then(|| props.transform * rect.to_path(0.1));
        self.paint(props.transform.transform_rect_bbox(*rect), outline, ground);
    }

    pub(crate) fn image(&mut self, image: &Image<'_, '_>, rect: Rect, props: &ImageDrawProps<'_>) {
        let plain = props.soft_mask.is_none() && props.blend_mode == BlendMode::Normal;
        let whole = match image {
            Image::Stencil(_) => false,
            Image::Raster(raster) => {
                let about = raster.stream().dict();
                !["SMask", "Mask", "SMaskInData"].iter().any(|key| about.contains_key(key))
            }
        };
        let opaque = plain && whole && self.opacity() >= OPAQUE_FROM && is_straight(props.transform);
        self.paint(rect, None, if opaque { Ground::Picture } else { Ground::Unknown });
    }

    pub(crate) fn push_clip(&mut self, path: &BezPath) {
        let simple = path.elements().len() <= OUTLINE_ELEMENTS_MAX;
        self.clips.push(Clip { rect: path.bounding_box(), outline: simple.then(|| path.clone()) });
    }

    pub(crate) fn push_clip_rect(&mut self, rect: Rect) {
        self.clips.push(Clip { rect, outline: None });
    }

    pub(crate) fn pop_clip(&mut self) {
        self.clips.pop();
    }

    pub(crate) fn push_group(&mut self, opacity: f32) {
        self.groups.push(self.opacity() * opacity);
    }

    pub(crate) fn pop_group(&mut self) {
        self.groups.pop();
    }

    /// What all glyphs of a run have in common. `painted_by_itself` for fonts whose glyphs bring colours.
    pub(crate) fn stand(&self, props: &DrawProps<'_>, mode: &DrawMode, painted_by_itself: bool) -> Standing {
        let mut standing = Standing { at: self.paints.len(), colour: None, hidden: None };
        if matches!(mode, DrawMode::Invisible) {
            standing.hidden = Some(UnseenWhy::Invisible);
            return standing;
        }
        if let Paint::Color(colour) = &props.paint {
            let [red, green, blue, alpha] = colour.to_rgba().components();
            if alpha * self.opacity() < OPACITY_MIN {
                standing.hidden = Some(UnseenWhy::Transparent);
            }
            let plain = props.soft_mask.is_none() && props.blend_mode == BlendMode::Normal;
            let known = plain && !painted_by_itself;
            standing.colour = known.then(|| {
                let alpha = (alpha * self.opacity()).clamp(0.0, 1.0);
                // Half transparent ink is half as dark.
                [red, green, blue].map(|part| part * alpha + (1.0 - alpha))
            });
        }
        standing
    }

    /// The same for one glyph of the run: `em` is its size across and up, in points.
    pub(crate) fn place(&self, run: Standing, spot: &Spot, em: (f64, f64)) -> Standing {
        let near = self.bounds.inflate(EDGE_PT, EDGE_PT);
        let hidden = if run.hidden.is_some() {
            run.hidden
        } else if em.0 < TINY_PT || em.1 < TINY_PT {
            Some(UnseenWhy::Tiny)
        } else if !spot.points().any(|point| near.contains(point)) {
            Some(UnseenWhy::OffPage)
        } else if self.clips.iter().any(|clip| !clip.shows(spot)) {
            Some(UnseenWhy::Clipped)
        } else {
            None
        };
        Standing { hidden, ..run }
    }

    /// Whether a glyph is seen, now that all is painted.
    pub(crate) fn verdict(&self, standing: Standing, spot: &Spot) -> Verdict {
        if let Some(why) = standing.hidden {
            return Verdict::Hidden(why);
        }
        if self.entries >= ENTRIES_MAX {
            return Verdict::Doubtful;
        }
        let mut doubtful = false;
        let mut ground = Ground::Plain([1.0; 3]);
        for index in self.cell(spot.middle).iter().rev().map(|index| *index as usize) {
            let Some(painted) = self.paints.get(index).filter(|painted| painted.holds(spot.middle)) else {
                continue;
            };
            if index < standing.at {
                ground = painted.ground;
                break;
            }
            match painted.ground {
                Ground::Unknown => doubtful = true,
                _ if spot.corners.iter().all(|corner| painted.holds(*corner)) => {
                    return Verdict::Likely(UnseenWhy::Covered);
                }
                _ => {}
            }
        }
        match (standing.colour, ground) {
            (Some(ink), Ground::Plain(ground)) if same_to_the_eye(ink, ground) => {
                Verdict::Likely(UnseenWhy::NearBackground)
            }
            (Some(_), Ground::Plain(_)) if !doubtful => Verdict::Seen,
            // Glyphs that bring their own colours stand on paper as a rule.
            (None, Ground::Plain(_)) if !doubtful => Verdict::Seen,
            _ => Verdict::Doubtful,
        }
    }

    fn opacity(&self) -> f32 {
        self.groups.last().copied().unwrap_or(1.0)
    }

    /// What a fill or stroke leaves; none if nothing.
    fn ground(&self, props: &DrawProps<'_>, mode: &DrawMode) -> Option<Ground> {
        if matches!(mode, DrawMode::Invisible) {
            return None;
        }
        let Paint::Color(colour) = &props.paint else { return Some(Ground::Unknown) };
        let [red, green, blue, alpha] = colour.to_rgba().components();
        let alpha = alpha * self.opacity();
        if alpha < OPACITY_MIN {
            return None;
        }
        let plain = props.soft_mask.is_none() && props.blend_mode == BlendMode::Normal;
        let sure = plain && alpha >= OPAQUE_FROM && !matches!(mode, DrawMode::Stroke(_));
        Some(if sure { Ground::Plain([red, green, blue]) } else { Ground::Unknown })
    }

    fn paint(&mut self, rect: Rect, outline: Option<BezPath>, ground: Ground) {
        let mut shown = rect.intersect(self.bounds);
        for clip in &self.clips {
            shown = shown.intersect(clip.rect);
        }
        // Nothing smaller hides a letter or carries one.
        if shown.width() < 1.0 || shown.height() < 1.0 || self.entries >= ENTRIES_MAX {
            return;
        }
        let Ok(index) = u32::try_from(self.paints.len()) else { return };
        let ragged = self.clips.iter().any(|clip| clip.outline.is_some());
        let ground = if ragged { Ground::Unknown } else { ground };
        self.paints.push(Painted { rect: shown, outline, ground });
        let (left, top) = self.cell_of(Point::new(shown.x0, shown.y0));
        let (right, bottom) = self.cell_of(Point::new(shown.x1, shown.y1));
        for row in top..=bottom {
            for column in left..=right {
                self.cells[row * COLUMNS + column].push(index);
                self.entries += 1;
            }
        }
    }

    fn cell(&self, point: Point) -> &[u32] {
        let (column, row) = self.cell_of(point);
        &self.cells[row * COLUMNS + column]
    }

    fn cell_of(&self, point: Point) -> (usize, usize) {
        let part = |at: f64, from: f64, length: f64, parts: usize| {
            // Casting saturates, also what is not a number.
            (((at - from) / length.max(1.0) * parts as f64) as usize).min(parts - 1)
        };
        (
            part(point.x, self.bounds.x0, self.bounds.width(), COLUMNS),
            part(point.y, self.bounds.y0, self.bounds.height(), ROWS),
        )
    }
}

impl Standing {
    pub(crate) const fn is_hidden(&self) -> bool {
        self.hidden.is_some()
    }
}

impl Painted {
    fn holds(&self, point: Point) -> bool {
        self.rect.contains(point) && self.outline.as_ref().is_none_or(|outline| outline.contains(point))
    }
}

impl Clip {
    /// Whether anything of a glyph can be seen through it.
    fn shows(&self, spot: &Spot) -> bool {
        let near = self.rect.inflate(EDGE_PT, EDGE_PT);
        let mut inside = spot.points().filter(|point| near.contains(*point));
        match &self.outline {
            // Close to the edge is inside: clips are often drawn tightly around their text.
            Some(outline) if outline.elements().len() > 6 => inside.any(|point| outline.contains(point)),
            _ => inside.next().is_some(),
        }
    }
}

impl Spot {
    /// Of a glyph from `origin` to `end` on its baseline, with an em of `size`.
    pub(crate) fn of(origin: Point, end: Point, size: f64) -> Self {
        let along = end - origin;
        let length = along.hypot();
        let direction = if length > 1e-6 { along / length } else { hayro::kurbo::Vec2::new(1.0, 0.0) };
        let up = hayro::kurbo::Vec2::new(direction.y, -direction.x);
        let at = |along_share: f64, up_share: f64| origin + along * along_share + up * (up_share * size);
        Self { middle: at(0.5, 0.3), corners: [at(0.15, 0.1), at(0.85, 0.1), at(0.15, 0.5), at(0.85, 0.5)] }
    }

    fn points(&self) -> impl Iterator<Item = Point> {
        std::iter::once(self.middle).chain(self.corners)
    }
}

fn is_straight(transform: Affine) -> bool {
    let [a, b, c, d, _, _] = transform.as_coeffs();
    b.abs().max(c.abs()) < 0.01 * a.abs().min(d.abs()) || a.abs().max(d.abs()) < 0.01 * b.abs().min(c.abs())
}

fn bar_width(transform: Affine, mode: &DrawMode) -> f64 {
    match mode {
        DrawMode::Stroke(stroke) => f64::from(stroke.line_width) * transform.determinant().abs().sqrt(),
        _ => 0.0,
    }
}

fn same_to_the_eye(ink: [f32; 3], ground: [f32; 3]) -> bool {
    let gap = ink.iter().zip(ground).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    let (a, b) = (lightness(ink), lightness(ground));
    gap <= CHANNEL_GAP && (a.max(b) + 0.05) / (a.min(b) + 0.05) < CONTRAST_MIN
}

/// Relative luminance (WCAG 2.2).
fn lightness(colour: [f32; 3]) -> f32 {
    let linear = |part: f32| {
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}
