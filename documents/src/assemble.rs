//! One PDF out of a request's fragments, with bookmarks, page labels, a manifest and the map from its pages
//! back to the fragments. The same fragments give the same bytes, on every run and machine: no date but the
//! caller's, no random ids, objects numbered in the order in which the pages reach them.

mod blanks;
mod catalog;
mod fragment;
mod layers;
mod manifest;
mod merge;
mod prefix;
mod repeats;
mod request;
mod signs;
mod some_pages;

use crate::file_form::file_of;
use crate::kind;
use crate::open::OpenDocument;
use crate::pieces::Pieces;
use crate::repair::FileState;
use lopdf::{Document, ObjectId, SaveOptions};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

pub use fragment::FragmentFault;
pub use manifest::{MANIFEST_NAME, Manifest, ManifestDocument, ManifestFile, ManifestLeftOut, ManifestPage};
pub use request::{
    AssembleError, AssembleLimits, AssembleRequest, Assembled, FaultyFragment, FragmentInput, FragmentReport,
    PacketDate, PageSource,
};

/// Pages that are drawn to see whether they are blank; more of them in one packet are not looked at.
const DRAWN_PAGES_MAX: usize = 200;

/// Puts the fragments together in the order given.
///
/// A damaged fragment is mended where that is possible, and its state says so. Fails when a limit is
/// passed, and when fragments cannot be used: any of them, or all of them if faulty ones are left out.
pub fn assemble(request: AssembleRequest) -> Result<Assembled, AssembleError> {
    let (mut assembled, file) = put_together(request)?;
    assembled.pdf = file.into_vec();
    Ok(assembled)
}

/// The same with the PDF in pieces, for those who write it somewhere and need no copy of it.
pub fn put_together(request: AssembleRequest) -> Result<(Assembled, Pieces), AssembleError> {
    let AssembleRequest { title, date, fragments, limits, leave_out_faulty } = request;
    if fragments.is_empty() {
        return Err(AssembleError::NoFragments);
    }
    let bytes = fragments.iter().map(|fragment| fragment.bytes.len() as u64).sum();
    if bytes > limits.bytes_per_packet {
        return Err(AssembleError::TooManyBytes { bytes, max: limits.bytes_per_packet });
    }
    let mut joined = Joined::new(limits);
    for fragment in fragments {
        joined.add(fragment)?;
    }
    let Joined { packet, mut assembled, entries, files, .. } = joined;
    if !assembled.left_out.is_empty() && (!leave_out_faulty || assembled.pages.is_empty()) {
        return Err(AssembleError::Faulty { faulty: assembled.left_out });
    }
    let (mut document, pages) = packet.finish();
    mark(&mut assembled.pages, &document, &pages);
    let parts = (&*assembled.pages, &*assembled.fragments, &*assembled.left_out);
    let manifest = manifest::manifest(&title, date, &files, parts);
    let file_id = file_id(&manifest);
    let about = catalog::About { title: &title, date, file_id, manifest: &manifest };
    catalog::describe(&mut document, &pages, &entries, &about);
    Ok((assembled, written(document)?))
}

/// The packet as it grows, and what is known of its parts.
struct Joined {
    limits: AssembleLimits,
    packet: merge::Packet,
    assembled: Assembled,
    entries: Vec<catalog::Entry>,
    files: Vec<(String, ManifestFile)>,
}

impl Joined {
    fn new(limits: AssembleLimits) -> Self {
        let assembled =
            Assembled { pdf: Vec::new(), pages: Vec::new(), fragments: Vec::new(), left_out: Vec::new() };
        Self { limits, packet: merge::Packet::new(), assembled, entries: Vec::new(), files: Vec::new() }
    }

    fn add(&mut self, fragment: FragmentInput) -> Result<(), AssembleError> {
        let FragmentInput { id, bookmark, section, facts, given_up, bytes } = fragment;
        let (kind, size, sha256) = (kind::sniff(&bytes), bytes.len() as u64, hexadecimal(&bytes));
        let about = (bookmark.clone(), section.clone());
        let file = ManifestFile { bookmark: about.0, section: about.1, facts, kind, bytes: size, sha256 };
        self.files.push((id.clone(), file));
        let limits = &self.limits;
        let opened = match given_up {
            Some(cause) => Err(FragmentFault::GivenUp { cause }),
            None => fragment::open(bytes, limits.pages_per_fragment, limits.bytes_per_packet),
        };
        let opened = match opened {
            Ok(opened) => opened,
            Err(fault) => {
                self.assembled.left_out.push(FaultyFragment { fragment_id: id, fault });
                return Ok(());
            }
        };
        let first_page = self.packet.page_count();
        let own: u32 = opened.parts.iter().map(fragment::OpenedFragment::page_count).sum();
        let pages = first_page + own;
        if pages > self.limits.pages_per_packet {
            return Err(AssembleError::TooManyPages { pages, max: self.limits.pages_per_packet });
        }
        let lost =
            opened.parts.iter().flat_map(|part| part.lost.iter().copied()).chain(std::iter::repeat(None));
        self.assembled.pages.extend((first_page..pages).zip(lost).map(|(page, lost)| PageSource {
            packet_page: page + 1,
            fragment_id: id.clone(),
            fragment_page: page - first_page + 1,
            blank: false,
            repeats: None,
            lost,
        }));
        self.assembled.fragments.push(report(id, &opened));
        for part in opened.parts {
            self.packet.append(part);
        }
        self.entries.push(catalog::Entry { bookmark, section, first_page });
        Ok(())
    }
}

/// What became of a fragment; of an archive the gravest state of its files.
fn report(fragment_id: String, opened: &fragment::Opened) -> FragmentReport {
    let parts = || opened.parts.iter();
    let gravity = |state: &FileState| match state {
        FileState::Whole => 0,
        FileState::Repaired { .. } => 1,
        FileState::Rasterised { .. } => 2,
        FileState::Quarantined { .. } => 3,
    };
    FragmentReport {
        fragment_id,
        state: parts()
            .map(|part| &part.state)
            .max_by_key(|state| gravity(state))
            .cloned()
            .unwrap_or(FileState::Whole),
        missing_pages: parts().flat_map(|part| part.missing.iter().copied()).collect(),
        signatures: parts().map(|part| part.signs.signatures).sum(),
        attachments: parts().map(|part| part.signs.attachments).sum(),
        unseen: parts().flat_map(|part| part.signs.unseen.iter().copied()).collect(),
        converted: parts().flat_map(|part| part.converted.iter().copied()).collect(),
        xfa_placeholder: parts().any(|part| part.xfa_placeholder),
        unusable_members: opened.unusable.clone(),
    }
}

/// Marks blank pages and repeats.
fn mark(sources: &mut [PageSource], document: &Document, pages: &[ObjectId]) {
    let (mut blank, mut unclear) = blanks::by_content(document, pages);
    unclear.truncate(DRAWN_PAGES_MAX);
    let drawn: Vec<ObjectId> = unclear.iter().filter_map(|index| pages.get(*index).copied()).collect();
    if !drawn.is_empty()
        && let Ok(file) = written(some_pages::of(document, &drawn))
        && let Ok(drawable) = OpenDocument::open(file.into_vec())
    {
        for (number, index) in (1..).zip(unclear) {
            if let Some(blank) = blank.get_mut(index) {
                *blank = blanks::by_drawing(&drawable, number);
            }
        }
    }
    let repeats = repeats::repeats(document, pages);
    for ((source, blank), repeats) in sources.iter_mut().zip(blank).zip(repeats) {
        source.blank = blank;
        // Every blank page is like every other; that says nothing.
        source.repeats = repeats.filter(|_| !blank).and_then(|index| u32::try_from(index + 1).ok());
    }
}

fn written(document: Document) -> Result<Pieces, AssembleError> {
    file_of(document).map_err(|error| AssembleError::Unwritable { cause: error.kind().to_string() })
}

/// How packets are written: object streams, because a thousand small objects are what a packet is made of.
pub(crate) fn save_options() -> SaveOptions {
    SaveOptions::builder().use_object_streams(true).use_xref_streams(true).compression_level(6).build()
}

/// The file identifier (ISO 32000-1, 14.4) from what went in, where other writers use the time. The manifest
/// names all of it: the files by their content, in order.
fn file_id(manifest: &Manifest) -> [u8; 16] {
    let digest = Sha256::digest(serde_json::to_vec(manifest).unwrap_or_default());
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    id
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
