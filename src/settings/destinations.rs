//! `[destinations.NAME]`: where finished orders are handed over.

use super::address::{BlobAddress, FaxQueueAddress};
use super::mistake::hint;
use super::portals::checked_name;
use super::section::Section;
use domain::fax::FaxFormat;
use domain::ids::DestinationName;
use domain::ports::FaxWanted;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The kinds' names in the configuration.
const KINDS: [&str; 2] = ["folder", "fax_pipeline"];

/// The longest name a calling station can tell; T.30's limit.
const CALLER_ID_CHARS_MAX: usize = 20;

/// The longest telephone number, and room for the signs in it.
const NUMBER_CHARS_MAX: usize = 20;

/// How large a scan may become, in megabytes, and what it may be where nothing is said: what most fax servers take.
const SCAN_MEGABYTES: std::ops::RangeInclusive<u32> = 1..=1_000;
const SCAN_MEGABYTES_DEFAULT: u32 = 10;

/// One destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DestinationSettings {
    /// What it is.
    pub kind: DestinationKind,
}

/// Kinds of destinations of this release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DestinationKind {
    /// A folder that gets packet, order and receipt as files.
    Folder {
        /// Where.
        path: PathBuf,
    },
    /// A fax pipeline that gets the packet as a file and an envelope as a message, as from one of its lines.
    FaxPipeline(FaxSettings),
}

/// What a fax pipeline needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaxSettings {
    /// Where its files go.
    pub files: BlobAddress,
    /// Where its messages go.
    pub queue: FaxQueueAddress,
    /// The number that would have been called.
    pub called_number: String,
    /// The number of the caller.
    pub caller_number: Option<String>,
    /// What the calling station calls itself; the portal's name where none is given.
    pub caller_id: Option<String>,
    /// The account the bucket must belong to, 12 digits.
    pub bucket_owner: Option<String>,
    /// The KMS key that encrypts the files in the bucket; none: S3's own.
    pub kms_key: Option<String>,
    /// What the packet is scanned into before it is handed over; none: it goes as it is.
    pub scan: Option<FaxWanted>,
}

/// Reads every destination; one with a mistake is left out, and the mistake is noted.
pub(super) fn read(section: Section<'_>) -> BTreeMap<DestinationName, DestinationSettings> {
    let mut destinations = BTreeMap::new();
    for (name, mut section) in section.named_sections() {
        if let Err(what) = checked_name(&name) {
            section.note("", what);
        }
        let Some(kind) = kind_of(&mut section) else { continue };
        let base = section.base().to_owned();
        let kind = match kind {
            "fax_pipeline" => read_fax(&mut section, &base).map(DestinationKind::FaxPipeline),
            _ => read_folder(&mut section, &base),
        };
        section.finish();
        if let Some(kind) = kind {
            destinations.insert(DestinationName::new(name), DestinationSettings { kind });
        }
    }
    destinations
}

/// The kind, by default a folder; none when it is misspelt: what else the section should hold is not known then.
fn kind_of(section: &mut Section<'_>) -> Option<&'static str> {
    let written = section.has("kind");
    let kind = section.parsed("kind", |text| {
        let known = KINDS.iter().find(|kind| **kind == text).copied();
        known.ok_or_else(|| format!("there is no such kind; {}", hint(text, KINDS)))
    });
    if written { kind } else { Some(KINDS[0]) }
}

fn read_folder(section: &mut Section<'_>, base: &Path) -> Option<DestinationKind> {
    let path = section.required("path", |text| {
        if text.is_empty() { Err("is empty".to_owned()) } else { Ok(base.join(text)) }
    });
    path.map(|path| DestinationKind::Folder { path })
}

fn read_fax(section: &mut Section<'_>, base: &Path) -> Option<FaxSettings> {
    let files = section.required("files", |text| BlobAddress::parse(text, base));
    let queue = section.required("queue", |text| FaxQueueAddress::parse(text, base));
    let called_number = section.required("called_number", number);
    let caller_number = section.parsed("caller_number", number);
    let caller_id = section.parsed("caller_id", |text| {
        let printable = text.chars().all(|c| c == ' ' || c.is_ascii_graphic());
        if printable && !text.trim().is_empty() && text.len() <= CALLER_ID_CHARS_MAX {
            return Ok(text.to_owned());
        }
        Err(format!("expected up to {CALLER_ID_CHARS_MAX} plain characters, as a fax machine shows them"))
    });
    let (bucket_owner, kms_key) = (
        section.parsed("bucket_owner", super::servers::account),
        section.parsed("kms_key", super::servers::word),
    );
    let scan = read_scan(section);
    if matches!(files, Some(BlobAddress::Folder(_))) {
        for (key, given) in [("bucket_owner", &bucket_owner), ("kms_key", &kms_key)] {
            if given.is_some() {
                section.note(key, "goes with files = \"s3://…\" only");
            }
        }
    }
    let (files, queue, called_number) = (files?, queue?, called_number?);
    Some(FaxSettings { files, queue, called_number, caller_number, caller_id, bucket_owner, kms_key, scan })
}

/// What the pages are scanned into, and how large the file may become.
fn read_scan(section: &mut Section<'_>) -> Option<FaxWanted> {
    let kinds = [("no", None), ("tiff", Some(FaxFormat::Tiff)), ("pdf", Some(FaxFormat::Pdf))];
    let format = section.choice("scan", &kinds).flatten();
    let has_limit = section.has("scan_megabytes_max");
    let megabytes = section.count("scan_megabytes_max", SCAN_MEGABYTES).unwrap_or(SCAN_MEGABYTES_DEFAULT);
    if has_limit && format.is_none() {
        section.note("scan_megabytes_max", "goes with scan = \"tiff\" or \"pdf\" only");
    }
    format.map(|format| FaxWanted { format, bytes_max: u64::from(megabytes) * 1024 * 1024 })
}

/// A telephone number as people write it.
pub(super) fn number(text: &str) -> Result<String, String> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let sign = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '.');
    if digits >= 3 && text.len() <= NUMBER_CHARS_MAX && text.chars().all(sign) {
        return Ok(text.to_owned());
    }
    Err("expected a telephone number such as \"+15185550100\"".to_owned())
}
