//! One entry of a chart's document lists.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// The chart's tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// SnapShot, holding the facesheet.
    Snapshot,
    /// Orders.
    Orders,
    /// Clinical notes.
    Notes,
    /// Scanned and attached documents.
    Media,
    /// Visit summaries.
    Encounters,
}

impl Section {
    /// The name in the portal's address, if it is one.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "snapshot" => Section::Snapshot,
            "orders" => Section::Orders,
            "notes" => Section::Notes,
            "media" => Section::Media,
            "encounters" => Section::Encounters,
            _ => return None,
        })
    }
}

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentClass {
    /// Demographics and coverage.
    Facesheet,
    /// Standard written order for equipment.
    Order,
    /// Visit note about sleep.
    OfficeNote,
    /// Diagnostic sleep study.
    SleepStudy,
    /// Report of a night on which a pressure was sought.
    Titration,
    /// After-visit or encounter summary.
    EncounterSummary,
    /// Laboratory result.
    Lab,
    /// Imaging report.
    Imaging,
    /// A note about something else.
    OtherNote,
    /// An order for something else (laboratory, medication).
    OtherOrder,
    /// Consent or other paper form.
    Form,
}

/// How a document is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Born-digital PDF.
    Pdf,
    /// Image-only PDF.
    Scan,
    /// HTML page.
    Html,
    /// Multi-page TIFF: CCITT group 4 when black and white, LZW when grey.
    Tiff,
    /// One grey page as JPEG.
    Jpeg,
}

impl Format {
    /// The true content type.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Format::Pdf | Format::Scan => "application/pdf",
            Format::Html => "text/html; charset=utf-8",
            Format::Tiff => "image/tiff",
            Format::Jpeg => "image/jpeg",
        }
    }
}

/// Since when something is in the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Appears {
    /// It has been there all along.
    AtStart,
    /// Only once the chart of this message has been read and then left alone for some seconds (the fault plan's
    /// `late_after_secs`).
    AfterChartRead {
        /// The message's number, unique over all hospitals of a run.
        message: usize,
    },
}

/// Which facts of the chart the document tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Facesheet,
    /// The order with this index in the chart.
    Order(usize),
    Visit,
    FollowUp,
    Study,
    Titration,
    /// Lung function or blood gases.
    Breathing,
    EncounterSummary,
    Lab,
    Imaging,
    OtherNote,
    OtherOrder,
    Consent,
    /// A note under 42 CFR Part 2.
    SubstanceUse,
}

/// One row of a list, and what is behind it.
#[derive(Clone)]
pub(crate) struct DocumentEntry {
    pub(crate) id: String,
    pub(crate) section: Section,
    pub(crate) class: DocumentClass,
    pub(crate) content: Content,
    pub(crate) title: String,
    /// Epic's own type name.
    pub(crate) kind: &'static str,
    pub(crate) service_date: Option<Date>,
    pub(crate) author: String,
    pub(crate) status: &'static str,
    pub(crate) edited: Option<DateTime>,
    /// When it was printed, if not with the rest of the chart.
    pub(crate) printed: Option<Date>,
    pub(crate) format: Format,
    pub(crate) layout: u8,
    /// Belongs in the packet of the chart's order.
    pub(crate) in_plan: bool,
    /// Pages as served; an HTML note counts as one.
    pub(crate) pages: usize,
    /// Files the pages are served in, one after the other; 1 is the whole document in one file.
    pub(crate) parts: u8,
    /// Since when it is listed and served.
    pub(crate) appears: Appears,
}
