//! What a page draws, collected without drawing it: glyphs with places, images, paths. From this the way
//! to read the page is chosen.

use super::plausible::is_plausible;
use crate::open::interpreter_settings;
use crate::unseen::{Canvas, Spot, Standing, UnseenGlyph, UnseenWhy, Verdict, confirm};
use hayro::hayro_interpret::font::{Glyph as FontGlyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    SoftMask, interpret_page,
};
use hayro::hayro_syntax::page::{Page, Rotation};
use hayro::kurbo::{Affine, BezPath, Point, Rect, Shape};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Below this share of glyphs with a known character a text layer is garbage: fonts without a map to
/// Unicode lose all of them, good files lose a bullet or a tick.
const MAPPED_SHARE_MIN: f32 = 0.85;
/// An image over this share of the page is its content, unless there is a page's worth of text as well.
const IMAGE_IS_CONTENT: f32 = 0.4;
/// Text beside a large image: a fax header or stamp has under 250 characters, a page on letterhead more.
const TEXT_IS_CONTENT_GLYPHS: usize = 250;
/// Path elements from which a page with hardly any glyphs is text turned into outlines.
const OUTLINE_ELEMENTS_MIN: usize = 2_000;
/// Glyphs up to which such a page counts as having hardly any.
const OUTLINE_GLYPHS_MAX: usize = 30;
/// A scan covers its page but for a margin.
const SCAN_COVERAGE_MIN: f64 = 0.85;

/// State of a page's text layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TextLayer {
    /// No text at all.
    None,
    /// Visible text with known characters.
    Usable,
    /// Visible text whose characters are unknown or wrong.
    Garbage,
    /// Only text that is not drawn, as scanners add.
    Hidden,
}

/// The way to read a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Source {
    Nothing,
    TextLayer,
    Scan(Scan),
    Drawn,
}

/// One image that is the whole page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scan {
    /// From the image's pixels to points from the top left of the page as shown.
    pub(super) transform: Affine,
}

/// One glyph.
#[derive(Clone)]
pub(crate) struct Glyph {
    /// `None` if the font does not say.
    pub(crate) text: Option<String>,
    /// Start of the glyph on its baseline, in points from the top left of the page as shown.
    pub(crate) origin: Point,
    /// Where the next glyph would start.
    pub(crate) end: Point,
    /// Height of the em square, in points.
    pub(crate) size: f64,
    /// Whether a space was drawn before it.
    pub(crate) after_space: bool,
}

impl Glyph {
    /// The same glyph on a page that has been turned.
    pub(super) fn turned(&self, turn: Affine) -> Self {
        Self {
            text: self.text.clone(),
            origin: turn * self.origin,
            end: turn * self.end,
            size: self.size,
            after_space: self.after_space,
        }
    }
}

/// All that a page draws.
pub(super) struct Probe {
    bounds: Rect,
    /// Those that are seen.
    glyphs: Vec<Glyph>,
    unseen: Vec<UnseenGlyph>,
    /// In drawing order, until the page is complete.
    drawn: Vec<(Glyph, Standing)>,
    canvas: Canvas,
    /// Of what is drawn, and of what is not.
    after_space: [bool; 2],
    images: Vec<PlacedImage>,
    path_elements: usize,
    /// Something was drawn over an image, or an image is masked or clipped.
    image_is_altered: bool,
}

struct PlacedImage {
    transform: Affine,
    rect: Rect,
}

/// Degrees clockwise by which the page dictionary turns the page.
pub(crate) fn rotation(page: &Page<'_>) -> u16 {
    match page.rotation() {
        Rotation::None => 0,
        Rotation::Horizontal => 90,
        Rotation::Flipped => 180,
        Rotation::FlippedHorizontal => 270,
    }
}

/// Feeds a page to a device in points from the top left of the page as shown.
pub(super) fn interpret<'a>(page: &'a Page<'a>, device: &mut impl Device<'a>) {
    let (width, height) = page.render_dimensions();
    let bounds = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let [a, b, c, d, e, f] = page.initial_transform(true).as_coeffs();
    let cache = InterpreterCache::new();
    let transform = Affine::new([a, b, c, d, e, f]);
    let mut context = Context::new(transform, bounds, &cache, page.xref(), interpreter_settings());
    interpret_page(page, &mut context, device);
}

impl Probe {
    /// Looks at a page. May panic on hostile pages: call it shielded.
    pub(super) fn of<'a>(page: &'a Page<'a>) -> Self {
        let mut probe = Self::walked(page);
        let drawn = std::mem::take(&mut probe.drawn);
        let mut judged: Vec<(Glyph, Verdict)> = drawn
            .into_iter()
            .map(|(glyph, standing)| {
                let verdict = probe.canvas.verdict(standing, &Spot::of(glyph.origin, glyph.end, glyph.size));
                (glyph, verdict)
            })
            .collect();
        if judged.iter().any(|(_, verdict)| matches!(verdict, Verdict::Doubtful | Verdict::Likely(_))) {
            probe.sort(judged.clone());
            // What is recognised from the picture needs no other look at it.
            if probe.source() == Source::TextLayer {
                let settled = confirm(page, &judged);
                judged =
                    judged.into_iter().zip(settled).map(|((glyph, _), verdict)| (glyph, verdict)).collect();
            }
        }
        probe.sort(judged);
        probe
    }

    /// All glyphs of a page, seen or not. May panic on hostile pages: call it shielded.
    pub(super) fn glyphs_of<'a>(page: &'a Page<'a>) -> Vec<Glyph> {
        Self::walked(page).drawn.into_iter().map(|(glyph, _)| glyph).collect()
    }

    fn walked<'a>(page: &'a Page<'a>) -> Self {
        let (width, height) = page.render_dimensions();
        let bounds = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let mut probe = Self {
            bounds,
            glyphs: Vec::new(),
            unseen: Vec::new(),
            drawn: Vec::new(),
            canvas: Canvas::new(bounds),
            after_space: [false; 2],
            images: Vec::new(),
            path_elements: 0,
            image_is_altered: false,
        };
        interpret(page, &mut probe);
        probe
    }

    fn sort(&mut self, judged: Vec<(Glyph, Verdict)>) {
        (self.glyphs, self.unseen) = (Vec::with_capacity(judged.len()), Vec::new());
        for (glyph, verdict) in judged {
            match verdict {
                Verdict::Seen => self.glyphs.push(glyph),
                Verdict::Doubtful => {
                    let copy = glyph.clone();
                    self.unseen.push(UnseenGlyph {
                        why: UnseenWhy::NearBackground,
                        sure: false,
                        glyph: copy,
                    });
                    self.glyphs.push(glyph);
                }
                Verdict::Likely(why) | Verdict::Hidden(why) => {
                    self.unseen.push(UnseenGlyph { why, sure: true, glyph });
                }
            }
        }
    }

    /// The page as shown, in points.
    pub(super) const fn bounds(&self) -> Rect {
        self.bounds
    }

    /// Where its pictures lie, in drawing order.
    pub(super) fn pictures(&self) -> impl Iterator<Item = Rect> {
        self.images.iter().map(|image| image.rect)
    }

    pub(super) fn glyphs(&self) -> &[Glyph] {
        &self.glyphs
    }

    /// What leaves no ink that a person could see, and what may leave none.
    pub(super) fn unseen(&self) -> &[UnseenGlyph] {
        &self.unseen
    }

    /// The share of the page under its largest images; overlaps count twice, up to the whole page.
    pub(super) fn image_coverage(&self) -> f32 {
        let covered: f64 = self.images.iter().map(|image| image.rect.intersect(self.bounds).area()).sum();
        (covered / self.bounds.area().max(1.0)).min(1.0) as f32
    }

    pub(super) fn scan(&self) -> Option<Scan> {
        let [image] = self.images.as_slice() else { return None };
        let shown = image.rect.intersect(self.bounds).area();
        let covers = shown >= SCAN_COVERAGE_MIN * self.bounds.area() && shown >= 0.95 * image.rect.area();
        let [a, b, c, d, _, _] = image.transform.as_coeffs();
        let straight = (b.abs().max(c.abs())) < 0.002 * a.abs().min(d.abs())
            || (a.abs().max(d.abs())) < 0.002 * b.abs().min(c.abs());
        (covers && straight && !self.image_is_altered && self.glyphs.is_empty())
            .then_some(Scan { transform: image.transform })
    }

    pub(super) fn text_layer(&self) -> TextLayer {
        match (self.glyphs.is_empty(), self.unseen.len()) {
            (true, 0) => TextLayer::None,
            (true, _) => TextLayer::Hidden,
            (false, _) if self.reads_well() => TextLayer::Usable,
            (false, _) => TextLayer::Garbage,
        }
    }

    pub(super) fn source(&self) -> Source {
        if let Some(scan) = self.scan() {
            return Source::Scan(scan);
        }
        if self.glyphs.is_empty() && self.images.is_empty() && self.path_elements == 0 {
            return Source::Nothing;
        }
        let pictured =
            self.image_coverage() >= IMAGE_IS_CONTENT && self.glyphs.len() < TEXT_IS_CONTENT_GLYPHS;
        let outlined = self.glyphs.len() <= OUTLINE_GLYPHS_MAX && self.path_elements >= OUTLINE_ELEMENTS_MIN;
        if self.text_layer() == TextLayer::Usable && !pictured && !outlined {
            Source::TextLayer
        } else {
            Source::Drawn
        }
    }

    /// Whether the characters are known and look like words.
    fn reads_well(&self) -> bool {
        let known = |glyph: &&Glyph| {
            let text = glyph.text.as_deref().unwrap_or("\u{fffd}");
            !text.chars().any(|c| c == '\u{fffd}' || (c.is_control() && !c.is_whitespace()) || is_private(c))
        };
        let mapped = self.glyphs.iter().filter(known).count();
        if (mapped as f32) < MAPPED_SHARE_MIN * self.glyphs.len() as f32 {
            return false;
        }
        let mut text = String::new();
        let mut end = Point::ORIGIN;
        for glyph in &self.glyphs {
            if glyph.after_space || end.distance(glyph.origin) > 0.2 * glyph.size {
                text.push(' ');
            }
            text.push_str(glyph.text.as_deref().unwrap_or(" "));
            end = glyph.end;
        }
        is_plausible(&text)
    }
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}')
}

impl<'a> Device<'a> for Probe {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.path_elements += path.elements().len();
        // What lies under the image is not seen; what lies over it may hide or mark something.
        self.image_is_altered |= !self.images.is_empty();
        self.canvas.path(path, &props, mode);
    }

    fn draw_rect(&mut self, rect: &Rect, props: DrawProps<'a>, mode: &DrawMode) {
        // As many as it has as a path.
        self.path_elements += 5;
        self.image_is_altered |= !self.images.is_empty();
        self.canvas.rect(rect, &props, mode);
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        let kept = clip.path.bounding_box().intersect(self.bounds).area();
        self.image_is_altered |= kept < 0.95 * self.bounds.area();
        self.canvas.push_clip(&clip.path);
    }

    fn push_clip_rect(&mut self, rect: &Rect) {
        self.image_is_altered |= rect.intersect(self.bounds).area() < 0.95 * self.bounds.area();
        self.canvas.push_clip_rect(*rect);
    }

    fn push_transparency_group(&mut self, opacity: f32, mask: Option<SoftMask<'a>>, blend: BlendMode) {
        self.image_is_altered |= opacity < 1.0 || mask.is_some() || blend != BlendMode::Normal;
        self.canvas.push_group(opacity);
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let by_itself = run.glyphs().iter().any(|glyph| matches!(&**glyph, FontGlyph::Type3(_)));
        let standing = self.canvas.stand(&props, mode, by_itself);
        for positioned in run.glyphs() {
            let advance = match &**positioned {
                FontGlyph::Outline(outline) => outline.advance_width(),
                FontGlyph::Type3(drawn) => drawn.advance_width(),
            };
            // Glyph space has 1,000 units an em.
            let place = props.transform * positioned.transform();
            let origin = place * Point::ORIGIN;
            let em = (
                origin.distance(place * Point::new(1000.0, 0.0)),
                origin.distance(place * Point::new(0.0, 1000.0)),
            );
            let text = positioned.as_unicode().map(|text| match text {
                BfString::Char(c) => c.to_string(),
                BfString::String(text) => text,
            });
            let end = place * Point::new(f64::from(advance.unwrap_or(500.0)), 0.0);
            let space = text.as_deref().is_some_and(|text| text.trim().is_empty());
            // Fonts of drawings have scales of their own: their em says nothing of their size.
            let scale = if by_itself { (f64::INFINITY, f64::INFINITY) } else { em };
            let standing = self.canvas.place(standing, &Spot::of(origin, end, em.1), scale);
            let after_space = &mut self.after_space[usize::from(standing.is_hidden())];
            let glyph = Glyph { text, origin, end, size: em.1, after_space: *after_space };
            *after_space = space;
            if !space {
                self.drawn.push((glyph, standing));
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let pixels = Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        let rect = props.transform.transform_rect_bbox(pixels);
        // One-pixel images are rules and fills.
        if rect.intersect(self.bounds).area() > 0.0 && pixels.area() > 4.0 {
            self.images.push(PlacedImage { transform: props.transform, rect });
        } else {
            self.path_elements += 1;
        }
        self.image_is_altered |= props.soft_mask.is_some();
        self.canvas.image(&image, rect, &props);
    }

    fn pop_clip(&mut self) {
        self.canvas.pop_clip();
    }

    fn pop_transparency_group(&mut self) {
        self.canvas.pop_group();
    }
}
