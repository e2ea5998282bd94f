//! The words of a page with their places, from its text layer where that can be trusted, else recognised
//! from its picture.
//!
//! What a person sees is what is read: text that is not drawn (scanners' own hidden layers, planted text)
//! never counts as the page's text.

mod clean;
mod ink;
mod layer;
mod mixed;
mod page_image;
mod plausible;
mod posture;
mod probe;
mod recognise;
mod repeats;
mod rows;
mod sample;
mod second_look;
mod strip;
mod upright;
mod words;

use crate::open::{OpenDocument, OpenError};
use crate::shield::{Panicked, shielded};
use crate::unseen::{Seen, UnseenGlyph, UnseenText, hidden_glyphs, unseen_on_page};
use hayro::hayro_syntax::page::Page;
use probe::{Probe, Source};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;

pub use probe::TextLayer;
pub(crate) use probe::rotation as rotation_of;
pub use recognise::{engine_version, load_engine, tessdata_folder};

pub(crate) use layer::arranged;
use page_image::PageImage;
pub(crate) use probe::Glyph;
pub(crate) use recognise::fitted_slope;
use recognise::{Recognised, Recogniser};

/// How pages are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadSettings {
    /// Tesseract's language data, as `eng` or `eng+spa`.
    pub language: String,
    /// Resolution for pages that have to be drawn, in dots per inch. Scans are read at their own.
    pub dpi: f32,
    /// Whether a page with a good text layer is recognised from its picture all the same.
    pub ignore_text_layer: bool,
}

impl Default for ReadSettings {
    fn default() -> Self {
        Self { language: "eng".to_owned(), dpi: 300.0, ignore_text_layer: false }
    }
}

/// How a page's words were obtained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReadMethod {
    /// The PDF's own text.
    TextLayer,
    /// Recognised from the page's picture.
    Ocr,
    /// Nothing is on the page.
    Blank,
}

/// One word. `Debug` does not show it.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Word {
    /// As printed.
    pub text: String,
    /// Left, top, right, bottom in points from the top left of the page as shown.
    pub bbox: [f32; 4],
    /// 0 to 1; 1 for a text layer.
    pub confidence: f32,
    /// Index of its line in the page's text, from 0.
    pub line: u32,
    /// Counts runs of lines with no gap between them, from 0.
    pub block: u32,
}

/// One page's words. `Debug` shows counts only.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PageText {
    /// Page of the document, from 1.
    pub page: u32,
    /// Width as shown, in points.
    pub width_pt: f32,
    /// Height as shown, in points.
    pub height_pt: f32,
    /// Quarter turns the page dictionary asks for, in degrees clockwise. Boxes are in the turned page.
    pub rotation: u16,
    /// How the words were obtained.
    pub method: ReadMethod,
    /// In reading order: by line, then from left to right.
    pub words: Vec<Word>,
    /// The same as lines; gaps wider than a space are two spaces.
    pub text: String,
    /// Mean over the words, 0 to 1; 0 when there are none.
    pub mean_confidence: f32,
    /// Text of the page that a person does not see. It is in neither `words` nor `text`.
    #[serde(default)]
    pub unseen: Vec<UnseenText>,
    /// Degrees clockwise in which the recognised text lies on the page as shown: 0, 90, 180 or 270.
    #[serde(default)]
    pub turned: u16,
    /// Degrees clockwise by which the recognised text lies askew, where more than half a degree.
    #[serde(default)]
    pub deskewed: f32,
}

/// What is on a page, found without recognising anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageProbe {
    /// Page of the document, from 1.
    pub page: u32,
    /// Width as shown, in points.
    pub width_pt: f32,
    /// Height as shown, in points.
    pub height_pt: f32,
    /// State of its text layer.
    pub text_layer: TextLayer,
    /// Share of the page covered by its images, 0 to 1.
    pub image_coverage: f32,
    /// Whether one image is all there is, so that it can be read without drawing.
    pub is_scan: bool,
    /// How `read_page` will read it; a page that needs recognition may still turn out blank.
    pub method: ReadMethod,
}

/// Why a page could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum ReadError {
    /// The document or page cannot be opened.
    #[error(transparent)]
    Open {
        /// Why.
        #[from]
        cause: OpenError,
    },
    /// Tesseract's data is not where it is looked for.
    #[error(
        "no language data {language}.traineddata found; install tesseract-ocr-{language} or set TESSDATA_PREFIX"
    )]
    NoLanguageData {
        /// Asked for.
        language: String,
    },
    /// Tesseract failed, or is not there.
    #[error("a page cannot be recognised: {cause}")]
    Engine {
        /// What it said, and the way out.
        cause: String,
    },
    /// The page stops the parser.
    #[error("page {page} cannot be read: its content stops the parser; look at the original file")]
    Stopped {
        /// The page, from 1.
        page: u32,
    },
}

/// Says of every page what is on it and how it will be read. Costs 0.1 to 7 ms a page.
pub fn inspect(document: &OpenDocument) -> Result<Vec<PageProbe>, ReadError> {
    (1..=document.page_count()).map(|page| inspect_page(document, page)).collect()
}

fn inspect_page(document: &OpenDocument, number: u32) -> Result<PageProbe, ReadError> {
    let page = document.page(number)?;
    let (width_pt, height_pt) = page.render_dimensions();
    let probe = shielded(|| Probe::of(page)).map_err(|_| ReadError::Stopped { page: number })?;
    Ok(PageProbe {
        page: number,
        width_pt,
        height_pt,
        text_layer: probe.text_layer(),
        image_coverage: probe.image_coverage(),
        is_scan: probe.scan().is_some(),
        method: match probe.source() {
            // A picture in it that turns out to hold no text leaves it at that.
            Source::TextLayer if mixed::pictures(&probe).is_empty() => ReadMethod::TextLayer,
            Source::TextLayer | Source::Scan(_) | Source::Drawn => ReadMethod::Ocr,
            Source::Nothing => ReadMethod::Blank,
        },
    })
}

/// Reads pages; keeps the recognition engine warm between them.
#[derive(Default)]
pub struct PageReader {
    tessdata: Option<PathBuf>,
    recogniser: Option<Recogniser>,
}

impl PageReader {
    /// A reader that looks for language data in `tessdata`, or where Tesseract is usually installed.
    pub fn new(tessdata: Option<PathBuf>) -> Self {
        Self { tessdata, recogniser: None }
    }

    /// Starts the engine for a language, so that the first page does not wait for it.
    pub fn warm(&mut self, language: &str) -> Result<(), ReadError> {
        self.recogniser(language).map(|_| ())
    }

    /// Reads one page, from 1.
    pub fn read_page(
        &mut self,
        document: &OpenDocument,
        number: u32,
        settings: &ReadSettings,
    ) -> Result<PageText, ReadError> {
        let page = document.page(number)?;
        let stopped = |_| ReadError::Stopped { page: number };
        let (width_pt, height_pt) = page.render_dimensions();
        let frame = PageText {
            page: number,
            width_pt,
            height_pt,
            rotation: probe::rotation(page),
            method: ReadMethod::Blank,
            words: Vec::new(),
            text: String::new(),
            mean_confidence: 0.0,
            unseen: Vec::new(),
            turned: 0,
            deskewed: 0.0,
        };
        let probe = shielded(|| Probe::of(page)).map_err(stopped)?;
        let unseen = unseen_glyphs(document, number, &probe).map_err(stopped)?;
        let source = match probe.source() {
            Source::TextLayer if settings.ignore_text_layer => Source::Drawn,
            source => source,
        };
        let image = match source {
            Source::Nothing => return Ok(noted(frame, &unseen, None)),
            Source::TextLayer => {
                if let Some((words, text)) = self.print_and_pictures(page, &probe, settings)? {
                    return Ok(noted(finished(frame, ReadMethod::Ocr, words, text), &unseen, None));
                }
                let (words, text) = layer::arranged(probe.glyphs(), width_pt, height_pt);
                return Ok(noted(finished(frame, ReadMethod::TextLayer, words, text), &unseen, None));
            }
            Source::Scan(scan) => shielded(|| page_image::of_scan(page, &scan)).map_err(stopped)?,
            Source::Drawn => None,
        };
        let image = match image {
            Some(image) => image,
            None => shielded(|| page_image::drawn(page, settings.dpi)).map_err(stopped)?,
        };
        let Recognised { words, text, turned, deskewed } =
            self.recogniser(&settings.language)?.recognise(&image)?;
        if words.is_empty() {
            return Ok(noted(frame, &unseen, Some(&image)));
        }
        let frame = PageText { turned, deskewed, ..frame };
        Ok(noted(finished(frame, ReadMethod::Ocr, words, text), &unseen, Some(&image)))
    }

    /// The words of a page with print and pictures of text; none where print is all.
    fn print_and_pictures(
        &mut self,
        page: &Page<'_>,
        probe: &Probe,
        settings: &ReadSettings,
    ) -> Result<Option<(Vec<Word>, String)>, ReadError> {
        let pictures = mixed::pictures(probe);
        if pictures.is_empty() {
            return Ok(None);
        }
        let recogniser = self.recogniser(&settings.language)?;
        mixed::read(page, probe, &pictures, settings.dpi, |image| recogniser.recognise(image))
    }

    fn recogniser(&mut self, language: &str) -> Result<&mut Recogniser, ReadError> {
        if self.recogniser.as_ref().is_some_and(|kept| kept.language() != language) {
            self.recogniser = None;
        }
        match &mut self.recogniser {
            Some(kept) => Ok(kept),
            empty => Ok(empty.insert(Recogniser::new(self.tessdata.as_deref(), language)?)),
        }
    }
}

/// Every word a page writes, seen or not, in no order to rely on. May panic on hostile pages: call it shielded.
pub(crate) fn texts_on<'a>(page: &'a Page<'a>) -> Vec<Word> {
    let (width_pt, height_pt) = page.render_dimensions();
    layer::arranged(&Probe::glyphs_of(page), width_pt, height_pt).0
}

/// All that a page writes and a person does not see, switched-off layers included.
fn unseen_glyphs<'a>(
    document: &OpenDocument,
    number: u32,
    probe: &'a Probe,
) -> Result<Vec<Cow<'a, UnseenGlyph>>, Panicked> {
    let layers = shielded(|| {
        let drawn = || probe.glyphs().iter().chain(probe.unseen().iter().map(|unseen| &unseen.glyph));
        let all = document.page_with_all_layers(number).map(Probe::glyphs_of);
        all.map_or_else(Vec::new, |all| hidden_glyphs(all, drawn()))
    })?;
    Ok(probe.unseen().iter().map(Cow::Borrowed).chain(layers.into_iter().map(Cow::Owned)).collect())
}

/// The page with what nobody sees on it, held against what is seen.
fn noted(page: PageText, unseen: &[Cow<'_, UnseenGlyph>], image: Option<&PageImage>) -> PageText {
    if unseen.is_empty() {
        return page;
    }
    let ink = |bbox| image.is_some_and(|image| image.has_ink(bbox));
    let seen = Seen { words: &page.words, recognised: image.is_some(), ink: Some(&ink) };
    let found = unseen_on_page(unseen, (page.width_pt, page.height_pt), &seen);
    PageText { unseen: found, ..page }
}

fn finished(frame: PageText, method: ReadMethod, words: Vec<Word>, text: String) -> PageText {
    let sum: f32 = words.iter().map(|word| word.confidence).sum();
    let mean_confidence = if words.is_empty() { 0.0 } else { sum / words.len() as f32 };
    PageText { method, words, text, mean_confidence, ..frame }
}

impl fmt::Debug for PageReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageReader").field("warm", &self.recogniser.is_some()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Word").field("chars", &self.text.chars().count()).finish_non_exhaustive()
    }
}

impl fmt::Debug for PageText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageText")
            .field("page", &self.page)
            .field("method", &self.method)
            .field("words", &self.words.len())
            .finish_non_exhaustive()
    }
}
