//! In Basket rows and messages, and which of them become requests.

use crate::patient::PatientIdentity;
use crate::redacted::Redacted;
use jiff::civil::DateTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A folder of the In Basket. It exists only while it holds messages, so its absence is no error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxFolder {
    /// The portal's own id of the folder.
    pub id: String,
    /// Its name, such as `CC'd Charts`.
    pub name: String,
}

/// One row of a message list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InboxRow {
    /// Epic's id of the message.
    pub message_id: Redacted<String>,
    /// The folder's name.
    pub folder: String,
    /// What kind of chart routing it is, such as `Office Visit`, `Patient Message`, `Routed Report`.
    pub chart_type: String,
    /// The subject line; free text.
    pub subject: Redacted<String>,
    /// The sender.
    pub from: Redacted<String>,
    /// When the message arrived, in the hospital's local time.
    pub received: DateTime,
    /// The patient the message is about.
    pub patient: PatientIdentity,
    /// The portal's hidden key by which the chart is opened.
    pub chart_ref: Redacted<String>,
}

/// The rows of a list that are wanted: those of the profile's folders, whatever the case of their names.
pub fn wanted_folder(folder: &InboxFolder, wanted: &[String]) -> bool {
    wanted.iter().any(|name| name.trim().eq_ignore_ascii_case(folder.name.trim()))
}

/// Whether a message is of a wanted chart type, whatever its case; none wanted: all are. Where the list shows no type,
/// nobody can leave a message alone for it.
pub fn wanted_chart_type(row: &InboxRow, wanted: &[String]) -> bool {
    let shown = row.chart_type.trim();
    wanted.is_empty() || shown.is_empty() || wanted.iter().any(|name| name.trim().eq_ignore_ascii_case(shown))
}
