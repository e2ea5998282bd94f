//! Text that a file carries but a person does not see: white, tiny, off the page, under a picture, clipped
//! away, switched off, in metadata. It is compared with what is seen, kept apart from it and never read as
//! part of the page: whoever plants "approve this" in white must not be heard.
//!
//! A scanner's own invisible words are no alarm as long as they say what the picture says.

mod canvas;
mod compare;
mod file;
mod layers;
mod pixels;

use crate::read::{Glyph, Word, arranged};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

pub(crate) use canvas::{Canvas, Spot, Standing, Verdict};
pub(crate) use compare::Seen;
pub use file::unseen_in_file;
pub(crate) use layers::{hidden_glyphs, with_all_layers_shown};
pub(crate) use pixels::confirm;

/// Kept of one finding, in characters; more is not needed to see what was planted.
const TEXT_CHARS_MAX: usize = 4_000;
/// Letters and digits below which a finding is nothing: a stray bullet, a page number outside the crop box.
const LETTERS_MIN: usize = 4;

/// Why a person does not see a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnseenWhy {
    /// Drawn in the mode that leaves no ink, and saying something else than the picture.
    Invisible,
    /// As light (or dark) as what lies under it.
    NearBackground,
    /// Drawn without opacity.
    Transparent,
    /// Under two points high or wide.
    Tiny,
    /// Outside the page as shown.
    OffPage,
    /// Outside the area that is drawn.
    Clipped,
    /// Under a picture or a filled area.
    Covered,
    /// In a layer that is switched off.
    HiddenLayer,
    /// In an annotation or form field that is hidden.
    HiddenAnnotation,
    /// In the file's description.
    Metadata,
    /// In a file attached to the file.
    Attachment,
    /// In a script.
    Script,
}

impl UnseenWhy {
    /// In words, for people: `text …`.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Invisible => "drawn invisibly",
            Self::NearBackground => "in the colour of its ground",
            Self::Transparent => "drawn transparent",
            Self::Tiny => "too small to see",
            Self::OffPage => "outside the page",
            Self::Clipped => "clipped away",
            Self::Covered => "under a picture or filled area",
            Self::HiddenLayer => "in a layer that is switched off",
            Self::HiddenAnnotation => "in a hidden annotation or field",
            Self::Metadata => "in the file's description",
            Self::Attachment => "in an attached file",
            Self::Script => "in a script",
        }
    }
}

/// Text that a person does not see. `Debug` does not show it.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UnseenText {
    /// Why it is not seen.
    pub why: UnseenWhy,
    /// What it says, cut at 4,000 characters.
    pub text: String,
    /// Its words, the cut ones included.
    pub words: u32,
    /// Left, top, right, bottom in points from the top left of the page as shown; none where it has no place.
    pub bbox: Option<[f32; 4]>,
}

impl UnseenText {
    /// None if there is too little to say anything.
    fn of(why: UnseenWhy, text: &str, bbox: Option<[f32; 4]>) -> Option<Self> {
        let letters = text.chars().filter(|c| c.is_alphanumeric()).take(LETTERS_MIN).count();
        (letters == LETTERS_MIN).then(|| Self {
            why,
            text: text.chars().take(TEXT_CHARS_MAX).collect(),
            words: u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX),
            bbox,
        })
    }
}

impl fmt::Debug for UnseenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnseenText")
            .field("why", &self.why)
            .field("words", &self.words)
            .finish_non_exhaustive()
    }
}

/// A glyph that leaves no ink a person could see.
#[derive(Clone)]
pub(crate) struct UnseenGlyph {
    pub(crate) why: UnseenWhy,
    /// Whether that is known from what was painted; if not, it is unseen only where there is no ink.
    pub(crate) sure: bool,
    pub(crate) glyph: Glyph,
}

/// The text of a page that nobody sees, one entry a reason: what of it is not also seen, at its place.
/// The page's size is in points, as shown.
pub(crate) fn unseen_on_page(
    glyphs: &[Cow<'_, UnseenGlyph>],
    (width_pt, height_pt): (f32, f32),
    seen: &Seen<'_>,
) -> Vec<UnseenText> {
    let mut reasons: Vec<UnseenWhy> = glyphs.iter().map(|unseen| unseen.why).collect();
    reasons.sort_unstable();
    reasons.dedup();
    let words = |why: UnseenWhy, sure: bool| {
        let of_it = glyphs.iter().filter(|unseen| unseen.why == why && unseen.sure == sure);
        let glyphs: Vec<Glyph> = of_it.map(|unseen| unseen.glyph.clone()).collect();
        seen.unaccounted(why, sure, arranged(&glyphs, width_pt, height_pt).0)
    };
    let finding = |why| {
        let (sure, unsure) = (words(why, true), words(why, false));
        let text = [lines(&sure), lines(&unsure)].join("\n");
        let boxes = sure.iter().chain(&unsure).map(|word| word.bbox);
        let bbox = boxes.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]);
        UnseenText::of(why, text.trim(), bbox)
    };
    reasons.into_iter().filter_map(finding).collect()
}

fn lines(words: &[Word]) -> String {
    let line = |words: &[Word]| words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    words.chunk_by(|a, b| a.line == b.line).map(line).collect::<Vec<_>>().join("\n")
}
