//! What a fax pipeline is told of an order: the envelope its fax line would have written, with the portal as the
//! source. It names a file and holds no patient data: what the pipeline needs to know of the patient is in the file.

mod pipeline;
#[cfg(test)]
mod tests;

pub use pipeline::FaxPipeline;

use crate::ids::{OrderId, PortalName, Revision};
use crate::ports::{PortError, PortResult};
use crate::router::{Delivery, DeliveryKey};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The envelope's format. Raised when a field changes its meaning; new fields do not raise it.
pub const FAX_ENVELOPE_VERSION: u16 = 1;

/// Characters of the content's hash in a file's name: 48 bits tell the few contents of one fax apart.
const NAME_HASH_CHARS: usize = 12;

/// Where a fax came from; the pipeline's other sources are its fax lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaxSource {
    /// A hospital's portal.
    Portal,
}

/// What kind of file the pipeline is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaxFormat {
    /// A PDF: searchable, unless it was scanned again for the fax.
    Pdf,
    /// A TIFF of class F, Group 4.
    Tiff,
}

/// How finely the pages were scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaxResolution {
    /// As the hospital's documents have it: no page was scanned again for the hand-over.
    Original,
    /// 204 by 196 dots an inch, black and white, as a fax machine in fine mode.
    Fine,
}

/// One page of a fax that its receiver will not be able to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnreadableFaxPage {
    /// From 1.
    pub page: u32,
    /// Why; no document text.
    pub why: String,
}

/// The file of a hand-over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaxFile {
    /// Where it lies: a path, or `s3://BUCKET/KEY`.
    pub place: String,
    /// What kind of file it is.
    pub format: FaxFormat,
    /// How finely its pages were scanned.
    pub resolution: FaxResolution,
    /// Its size.
    pub bytes: u64,
    /// SHA-256, in hex.
    pub sha256: String,
    /// Pages that will not be readable.
    pub unreadable: Vec<UnreadableFaxPage>,
}

/// One message to the fax pipeline. At least once: whoever reads it goes by `fax_id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FaxEnvelope {
    /// The format of this envelope.
    pub version: u16,
    /// The same for every repeat of one hand-over, and another for another order, revision or destination.
    pub fax_id: String,
    /// Where it came from.
    pub source: FaxSource,
    /// The portal's name in the configuration.
    pub portal: PortalName,
    /// The order, as `orders show` names it.
    pub order: OrderId,
    /// The order's revision.
    pub revision: Revision,
    /// The number that would have been called.
    pub called_number: String,
    /// The number of the caller, where one is configured.
    pub caller_number: Option<String>,
    /// What the calling station would have called itself (CSID).
    pub caller_id: String,
    /// Pages of the file.
    pub pages: u32,
    /// When the message arrived in the hospital's In Basket, in UTC.
    pub received_utc: Timestamp,
    /// The same by the hospital's clocks.
    pub received_local: DateTime,
    /// The hospital's IANA time zone.
    pub time_zone: String,
    /// Seconds from the first sight of the message to this hand-over.
    pub duration_seconds: u64,
    /// How finely the pages were scanned.
    pub resolution: FaxResolution,
    /// Whether a document that belongs to the order is missing from the file: refused, late or unreadable.
    pub partial: bool,
    /// What kind of file it is.
    pub format: FaxFormat,
    /// Where the file lies: a path, or `s3://BUCKET/KEY`.
    pub file: String,
    /// The file's size.
    pub bytes: u64,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// Pages that black and white at this resolution will not show readably; none where no page was scanned again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreadable_pages: Vec<UnreadableFaxPage>,
}

/// What a destination is told about the line it stands for, and the zones of the portals behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct FaxLine {
    /// The number that would have been called.
    pub called_number: String,
    /// The caller's number.
    pub caller_number: Option<String>,
    /// The calling station's name; the portal's where none is set.
    pub caller_id: Option<String>,
    /// Each portal's IANA zone, from its profile.
    pub zones: BTreeMap<PortalName, String>,
}

/// The id of one hand-over.
pub fn fax_id(key: &DeliveryKey) -> String {
    key.name()
}

/// SHA-256 in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

/// A file's name: the fax's id and the beginning of the content's hash, so that no content ever takes another's place.
pub fn file_name(fax_id: &str, sha256: &str, format: FaxFormat) -> String {
    let kind = match format {
        FaxFormat::Pdf => "pdf",
        FaxFormat::Tiff => "tif",
    };
    format!("{fax_id}-{}.{kind}", sha256.get(..NAME_HASH_CHARS).unwrap_or(sha256))
}

impl FaxLine {
    /// The envelope of a delivery with its file.
    ///
    /// # Errors
    /// `Permanent` when the portal's zone is not known, or has no such time.
    pub fn envelope(&self, delivery: &Delivery, file: FaxFile, now: Timestamp) -> PortResult<FaxEnvelope> {
        let Delivery { key, facts, .. } = delivery;
        let received = self.received(&facts.portal, facts.received)?;
        let waited = now.duration_since(facts.first_seen).as_secs();
        Ok(FaxEnvelope {
            version: FAX_ENVELOPE_VERSION,
            fax_id: fax_id(key),
            source: FaxSource::Portal,
            portal: facts.portal.clone(),
            order: key.order.clone(),
            revision: key.revision,
            called_number: self.called_number.clone(),
            caller_number: self.caller_number.clone(),
            caller_id: self.caller_id.clone().unwrap_or_else(|| facts.portal.to_string()),
            pages: facts.pages,
            received_utc: received.timestamp(),
            received_local: facts.received,
            time_zone: self.zones.get(&facts.portal).cloned().unwrap_or_default(),
            duration_seconds: u64::try_from(waited).unwrap_or(0),
            resolution: file.resolution,
            partial: facts.partial,
            format: file.format,
            file: file.place,
            bytes: file.bytes,
            sha256: file.sha256,
            unreadable_pages: file.unreadable,
        })
    }

    /// A portal's local time as a moment. An hour that the autumn has twice is taken as its first.
    fn received(&self, portal: &PortalName, local: DateTime) -> PortResult<Zoned> {
        let thing = || format!("portal {portal}");
        let unknown =
            "its time zone is not known any more; add it to the configuration again and retry the order";
        let zone = self.zones.get(portal).ok_or_else(|| PortError::permanent(thing(), unknown))?;
        let zone = TimeZone::get(zone).map_err(|error| PortError::permanent(thing(), error))?;
        local.to_zoned(zone).map_err(|error| PortError::permanent(thing(), error))
    }
}
