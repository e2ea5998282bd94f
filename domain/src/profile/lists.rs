//! Where the shell's lists, charts and documents are found: paths with `{placeholders}`, JSON pointers and
//! viewer selectors.

use crate::patient_scraper::Section;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The In Basket's folders as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FolderList {
    /// The list's path.
    pub path: String,
    /// Pointer to the array.
    pub rows: String,
    /// In a row: the folder's id.
    pub id: String,
    /// In a row: the folder's name.
    pub name: String,
}

/// A folder's messages as JSON, paged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageList {
    /// The list's path, with `{folder}` and `{page}`.
    pub path: String,
    /// Pointer to the array.
    pub rows: String,
    /// Pointer to the page's number.
    pub page: String,
    /// Pointer to the number of pages.
    pub page_count: String,
    /// In a row: the message's id.
    pub message_id: String,
    /// In a row: the subject.
    pub subject: String,
    /// In a row: the kind of chart routing.
    pub chart_type: String,
    /// In a row: the sender.
    pub from: String,
    /// In a row: when it arrived.
    pub received: String,
    /// In a row: the hidden key by which the chart is opened.
    pub chart_ref: String,
    /// In a row: the patient.
    pub patient: IdentityPointers,
}

/// A patient in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityPointers {
    /// Pointer to the name.
    pub name: String,
    /// Pointer to the MRN.
    pub mrn: String,
    /// Pointer to the date of birth.
    pub dob: String,
}

/// One message as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageDetail {
    /// The message's path, with `{message}`.
    pub path: String,
    /// Pointer to its free text.
    pub body: String,
    /// The patient it is about.
    pub patient: IdentityPointers,
}

/// Setting a message Done: a POST without a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageDone {
    /// The path, with `{message}`.
    pub path: String,
}

/// Opening a chart: a POST of a JSON object with the chart's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartOpening {
    /// The path.
    pub path: String,
    /// The name under which the key is sent.
    pub key: String,
    /// The banner of the opened chart.
    pub banner: IdentityPointers,
}

/// A chart section's list as JSON, paged, under a banner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionList {
    /// The list's path, with `{section}` and `{page}`.
    pub path: String,
    /// The portal's name of each section it has; one that is not named is absent.
    pub names: BTreeMap<Section, String>,
    /// Pointer to the array.
    pub rows: String,
    /// Pointer to the page's number.
    pub page: String,
    /// Pointer to the number of pages.
    pub page_count: String,
    /// The banner the list stands under.
    pub banner: IdentityPointers,
    /// In a row: the document's id.
    pub id: String,
    /// In a row: the title.
    pub title: String,
    /// In a row: Epic's document type.
    pub epic_type: String,
    /// In a row: the date of service; may be null.
    pub service_date: String,
    /// In a row: the author; may be null.
    pub author: String,
    /// In a row: such as `Signed`; may be null.
    pub status: String,
    /// In a row: when it was last changed; may be null.
    pub edited: String,
}

/// One document: the viewer with its header, and the content it links to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentPages {
    /// The viewer's path, with `{document}`.
    pub viewer_path: String,
    /// In the viewer: the patient's name.
    pub header_name: String,
    /// In the viewer: the MRN.
    pub header_mrn: String,
    /// In the viewer: the date of birth.
    pub header_dob: String,
    /// In the viewer: the element that links to the content, where there is one.
    pub link_selector: String,
    /// Its attribute.
    pub link_attribute: String,
    /// The content's path, with `{document}`, where the viewer has no link.
    pub content_path: String,
}
