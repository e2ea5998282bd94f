//! Sheets of text: words set in the standard fonts every reader of PDF has, line by line, page by page.
//! Knows positions and glyphs only; what is a paragraph or a table is the callers' business.

mod fonts;
mod metrics;

use super::pages::Pages;
use super::terms::{ConvertError, ConvertLimits, ConvertNote};
use lopdf::{Dictionary, Object, Stream, dictionary};
use std::fmt::Write;

pub(super) use fonts::{Family, Fonts, Style};

/// Letter, in points.
pub(super) const LETTER_PT: (f32, f32) = (612.0, 792.0);

/// Pages of text under construction. Distances are in points from the top left of the page.
pub(super) struct Sheets<'a> {
    pages: &'a mut Pages,
    limits: ConvertLimits,
    size: (f32, f32),
    fonts: Fonts,
    content: String,
    images: Vec<(String, Object)>,
    /// Pages in work, all with one resource dictionary written at the end.
    done: Vec<DonePage>,
    /// Whether anything is on the current page.
    touched: bool,
}

struct DonePage {
    content: String,
    images: Vec<(String, Object)>,
    size: (f32, f32),
}

impl<'a> Sheets<'a> {
    pub(super) fn new(pages: &'a mut Pages, limits: &ConvertLimits, size: (f32, f32)) -> Self {
        Self {
            pages,
            limits: *limits,
            size,
            fonts: Fonts::default(),
            content: String::new(),
            images: Vec::new(),
            done: Vec::new(),
            touched: false,
        }
    }

    /// Width of the text as it will be set.
    pub(super) fn width(&mut self, text: &str, style: &Style) -> f32 {
        text.chars().map(|c| self.fonts.width(c, style)).sum()
    }

    /// Sets a piece of text with its baseline `y` below the top; gives its width.
    pub(super) fn text(&mut self, x: f32, y: f32, text: &str, style: &Style) -> f32 {
        let width = self.width(text, style);
        let baseline = self.size.1 - y + style.rise;
        let mut at = x;
        for (font, codes) in self.fonts.runs(text, style) {
            // Writing to a string does not fail.
            let _ = write!(self.content, "BT /{font} {} Tf {at:.2} {baseline:.2} Td <", style.size);
            for code in &codes.codes {
                let _ = write!(self.content, "{code:02X}");
            }
            self.content.push_str("> Tj ET\n");
            at += codes.width;
        }
        for (wanted, above) in [(style.underline, -0.12), (style.strike, 0.28)] {
            if wanted && width > 0.0 {
                let y = y - above * style.size;
                self.line((x, y), (x + width, y), style.size / 18.0);
            }
        }
        self.touched |= !text.trim().is_empty();
        width
    }

    /// Draws a straight line.
    pub(super) fn line(&mut self, from: (f32, f32), to: (f32, f32), width: f32) {
        let height = self.size.1;
        let _ = writeln!(
            self.content,
            "{width:.2} w {:.2} {:.2} m {:.2} {:.2} l S",
            from.0,
            height - from.1,
            to.0,
            height - to.1
        );
        self.touched = true;
    }

    /// Draws a picture with its top left corner there.
    pub(super) fn picture(&mut self, image: Stream, (x, y): (f32, f32), (width, height): (f32, f32)) {
        let name = format!("Im{}", self.images.len());
        let _ = writeln!(
            self.content,
            "q {width:.2} 0 0 {height:.2} {x:.2} {:.2} cm /{name} Do Q",
            self.size.1 - y - height
        );
        let image = self.pages.add_object(image);
        self.images.push((name, image.into()));
        self.touched = true;
    }

    /// Whether the current page has nothing on it yet.
    pub(super) fn is_blank(&self) -> bool {
        !self.touched
    }

    /// Ends the page; the next one has the same size.
    ///
    /// # Errors
    /// There are more pages than allowed.
    pub(super) fn next_page(&mut self) -> Result<(), ConvertError> {
        let content = std::mem::take(&mut self.content);
        let images = std::mem::take(&mut self.images);
        self.done.push(DonePage { content, images, size: self.size });
        self.touched = false;
        let pages = u32::try_from(self.done.len()).unwrap_or(u32::MAX);
        let max = self.limits.pages;
        if pages > max { Err(ConvertError::TooManyPages { pages, max }) } else { Ok(()) }
    }

    /// Gives all pages to the document. A file without anything to show gives none.
    ///
    /// # Errors
    /// There are more pages than allowed.
    pub(super) fn finish(mut self) -> Result<(), ConvertError> {
        if self.touched {
            self.next_page()?;
        }
        while self.done.last().is_some_and(|page| page.content.is_empty()) {
            self.done.pop();
        }
        if self.fonts.substituted > 0 {
            self.pages.note(ConvertNote::CharactersSubstituted { count: self.fonts.substituted });
        }
        let mut fonts = Dictionary::new();
        for (name, mut font, to_unicode) in self.fonts.dictionaries() {
            if let Some(map) = to_unicode {
                let mut map = Stream::new(Dictionary::new(), map.into_bytes());
                // Left as it is when compression does not pay.
                let _ = map.compress();
                font.set("ToUnicode", self.pages.add_object(map));
            }
            fonts.set(name, self.pages.add_object(font));
        }
        let fonts = self.pages.add_object(fonts);
        for page in self.done {
            let mut resources = dictionary! { "Font" => fonts };
            if !page.images.is_empty() {
                let images: Dictionary =
                    page.images.into_iter().map(|(name, id)| (name.into_bytes(), id)).collect();
                resources.set("XObject", images);
            }
            self.pages.add_page(page.content.into_bytes(), resources, page.size);
        }
        Ok(())
    }
}
