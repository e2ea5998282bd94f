//! What reading a page gives: words with boxes, and the packet once every page has been read.

use crate::ids::{BlobRef, PacketId};
use crate::redacted::Redacted;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

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
    /// The page could not be read; a person looks at it.
    Unreadable,
}

/// One word of a page.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Word {
    /// As printed.
    pub text: String,
    /// Left, top, right, bottom in points from the page's top left.
    pub bbox: [f32; 4],
    /// 0 to 1.
    pub confidence: f32,
    /// Counts the page's lines, from 0.
    pub line: u32,
}

/// Why a person does not see a text that a file carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// For people: "text …".
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

/// Text of a page that a person does not see. Kept apart from the page's words: nothing is understood from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnseenText {
    /// Why it is not seen.
    pub why: UnseenWhy,
    /// How many words it has.
    pub words: u32,
    /// What it says, the first 4,000 characters.
    pub text: Redacted<String>,
}

/// The mark that such text leaves in the packet's manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnseenMark {
    /// Page of the packet, from 1.
    pub page: u32,
    /// Why the text is not seen.
    pub why: UnseenWhy,
    /// How many words it has.
    pub words: u32,
}

/// One page's words. `Debug` shows counts only.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PageText {
    /// Page of the packet, from 1.
    pub page: u32,
    /// Degrees clockwise in which its content lay on the page of the packet as it was put together: 0, 90, 180 or 270.
    /// The searchable packet shows the page upright; width, height and boxes are those of the upright page.
    #[serde(default)]
    pub turned: u16,
    /// Width in points.
    pub width_pt: f32,
    /// Height in points.
    pub height_pt: f32,
    /// How the words were obtained.
    pub method: ReadMethod,
    /// In reading order.
    pub words: Vec<Word>,
    /// The same in lines; wide gaps are two or more spaces.
    pub text: String,
    /// Mean confidence, 0 to 1.
    pub mean_confidence: f32,
    /// What the page carries and nobody sees; neither in `words` nor in `text`.
    #[serde(default)]
    pub unseen: Vec<UnseenText>,
    /// Why nobody could read it; never its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread_because: Option<String>,
}

impl PageText {
    /// A page nobody could read: kept without words, so that no page is ever lost.
    pub fn unreadable(page: u32, because: impl Into<String>) -> Self {
        Self {
            page,
            turned: 0,
            width_pt: 0.0,
            height_pt: 0.0,
            method: ReadMethod::Unreadable,
            words: Vec::new(),
            text: String::new(),
            mean_confidence: 0.0,
            unseen: Vec::new(),
            unread_because: Some(because.into()),
        }
    }

    /// The page's entry among those nobody could read, if it is one.
    pub fn unread(&self) -> Option<UnreadPage> {
        let because = || self.unread_because.clone().unwrap_or_else(|| "nobody noted why".to_owned());
        (self.method == ReadMethod::Unreadable).then(|| UnreadPage { page: self.page, because: because() })
    }

    /// The marks of what nobody sees on the page.
    pub fn unseen_marks(&self) -> impl Iterator<Item = UnseenMark> {
        self.unseen.iter().map(|text| UnseenMark { page: self.page, why: text.why, words: text.words })
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

/// A page nobody could read, for the person who looks at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnreadPage {
    /// Page of the packet, from 1.
    pub page: u32,
    /// What stopped the reading; never the page's text.
    pub because: String,
}

/// A packet whose every page has been read. The pages' words lie in `epic_pages`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecognizedPacket {
    /// The packet.
    pub id: PacketId,
    /// The searchable PDF: the assembled one with invisible words over recognised pages.
    pub searchable_pdf: BlobRef,
    /// Why words could not be laid over the pages: `searchable_pdf` then is the packet as it was put together.
    #[serde(default)]
    pub not_searchable: Option<String>,
    /// Pages in all.
    pub pages: u32,
    /// Pages that were recognised from a picture.
    pub recognized: u32,
    /// Pages nobody could read.
    pub unreadable: Vec<u32>,
    /// Text that the pages carry and nobody sees. It was not read; a person may want to know who planted it.
    #[serde(default)]
    pub unseen: Vec<UnseenMark>,
    /// Why the pages in `unreadable` could not be read.
    #[serde(default)]
    pub unread: Vec<UnreadPage>,
}

/// The pages of a packet that still have to be read.
pub fn missing_pages(page_count: u32, have: &[u32]) -> Vec<u32> {
    (1..=page_count).filter(|page| !have.contains(page)).collect()
}
