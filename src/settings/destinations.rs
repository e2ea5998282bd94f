//! `[destinations.NAME]`: where finished orders are handed over.

use super::portals::checked_name;
use super::section::Section;
use domain::ids::DestinationName;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// One destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DestinationSettings {
    /// What it is.
    pub kind: DestinationKind,
    /// Whether an order counts as delivered only with this destination's receipt.
    pub required: bool,
}

/// Kinds of destinations of this release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DestinationKind {
    /// A folder that gets packet, order and receipt as files.
    Folder {
        /// Where.
        path: PathBuf,
    },
}

/// Reads every destination; one with a mistake is left out, and the mistake is noted.
pub(super) fn read(section: Section<'_>) -> BTreeMap<DestinationName, DestinationSettings> {
    let mut destinations = BTreeMap::new();
    for (name, mut section) in section.named_sections() {
        if let Err(what) = checked_name(&name) {
            section.note("", what);
        }
        section.choice("kind", &[("folder", ())]);
        let base = section.base().to_owned();
        let path = section.required("path", |text| {
            if text.is_empty() { Err("is empty".to_owned()) } else { Ok(base.join(text)) }
        });
        let required = section.flag("required").unwrap_or(true);
        section.finish();
        if let Some(path) = path {
            let kind = DestinationKind::Folder { path };
            destinations.insert(DestinationName::new(name), DestinationSettings { kind, required });
        }
    }
    destinations
}
