//! Archives: their files one by one, archives inside archives included, within limits that a bomb meets
//! early. Names of files are looked at for what systems put beside them, and never leave: a name can be a
//! patient's.

use super::broken;
use super::terms::{ConvertError, ConvertLimits};
use crate::kind::{self, FileKind};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// Members up to this size may have any ratio: a white page packs a thousandfold, and 16 MB hurt no one.
const RATIO_COUNTS_FROM: u64 = 16 * 1024 * 1024;

/// One file of an archive, or the file itself where there is no archive.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its place: the number in the archive from 1, after that of the archive it is in; empty for a file
    /// that is no archive.
    pub path: Vec<u32>,
    /// What it is, by its content.
    pub kind: FileKind,
    /// The bytes. Over the wire they travel beside the header.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// Why it could not be unpacked, with no bytes then; the others are there all the same.
    pub fault: Option<ConvertError>,
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("path", &self.path)
            .field("kind", &self.kind)
            .field("bytes", &self.bytes.len())
            .field("fault", &self.fault)
            .finish()
    }
}

/// The files of an archive in its order; anything else is one member.
///
/// A member that is damaged or packed with a password is listed with its fault. May panic on hostile
/// files, as all parsers here: call it in a worker.
///
/// # Errors
/// The archive is broken, nested too deep, or passes a limit of count, size or ratio.
pub fn into_members(bytes: &[u8], limits: &ConvertLimits) -> Result<Vec<Member>, ConvertError> {
    let kind = kind::sniff(bytes);
    if kind != FileKind::Zip {
        return Ok(vec![Member { path: Vec::new(), kind, bytes: bytes.to_vec(), fault: None }]);
    }
    let mut unpacker = Unpacker { limits: *limits, members: Vec::new(), unpacked: 0 };
    unpacker.unpack(bytes, &mut Vec::new())?;
    if unpacker.members.is_empty() { Err(ConvertError::Empty) } else { Ok(unpacker.members) }
}

struct Unpacker {
    limits: ConvertLimits,
    members: Vec<Member>,
    /// Bytes so far, those of inner archives included.
    unpacked: u64,
}

impl Unpacker {
    fn unpack(&mut self, bytes: &[u8], path: &mut Vec<u32>) -> Result<(), ConvertError> {
        let max = self.limits.archive_depth;
        if path.len() >= max as usize {
            return Err(ConvertError::TooDeep { max });
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes))
            .map_err(|_| broken("the archive's table of contents cannot be read"))?;
        if archive.len() > self.limits.members as usize {
            return Err(ConvertError::TooManyMembers { max: self.limits.members });
        }
        for (index, number) in (0..archive.len()).zip(1_u32..) {
            path.push(number);
            let unpacked = self.member(&mut archive, index).and_then(|bytes| match bytes {
                Some(bytes) if kind::sniff(&bytes) == FileKind::Zip => {
                    self.unpack(&bytes, path).map(|()| None)
                }
                bytes => Ok(bytes),
            });
            match unpacked {
                Ok(None) => {}
                Ok(Some(bytes)) => {
                    let kind = kind::sniff(&bytes);
                    self.keep(Member { path: path.clone(), kind, bytes, fault: None })?;
                }
                // One bad file does not cost the others; a limit does.
                Err(
                    fault @ (ConvertError::Broken { .. }
                    | ConvertError::Encrypted
                    | ConvertError::Unsupported { .. }),
                ) => {
                    let kind = FileKind::Unknown;
                    self.keep(Member { path: path.clone(), kind, bytes: Vec::new(), fault: Some(fault) })?;
                }
                Err(error) => return Err(error),
            }
            path.pop();
        }
        Ok(())
    }

    fn keep(&mut self, member: Member) -> Result<(), ConvertError> {
        let max = self.limits.members;
        if self.members.len() >= max as usize {
            return Err(ConvertError::TooManyMembers { max });
        }
        self.members.push(member);
        Ok(())
    }

    /// One member's bytes; none for folders and what systems leave behind.
    fn member(
        &mut self,
        archive: &mut ZipArchive<Cursor<&[u8]>>,
        index: usize,
    ) -> Result<Option<Vec<u8>>, ConvertError> {
        let mut file = archive.by_index(index).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
                ConvertError::Encrypted
            }
            ZipError::UnsupportedArchive(_) => super::unsupported("a file packed by a method of its own"),
            _ => broken("a file of the archive cannot be found in it"),
        })?;
        if file.is_dir() || left_by_systems(file.name_raw()) {
            return Ok(None);
        }
        // What the table of contents says is a claim; the reading stops at the limits whatever it says.
        let packed = file.compressed_size().max(1);
        let allowed = RATIO_COUNTS_FROM.max(packed.saturating_mul(self.limits.unpacked_ratio));
        let allowed = allowed.min(self.limits.unpacked_bytes.saturating_sub(self.unpacked));
        let mut bytes = Vec::new();
        let read = (&mut file).take(allowed.saturating_add(1)).read_to_end(&mut bytes);
        self.unpacked = self.unpacked.saturating_add(bytes.len() as u64);
        if bytes.len() as u64 > allowed {
            return Err(ConvertError::TooLarge { max: self.limits.unpacked_bytes });
        }
        read.map_err(|_| broken("a file of the archive is damaged"))?;
        Ok(Some(bytes))
    }
}

/// Files that macOS and Windows put into archives by themselves.
fn left_by_systems(name: &[u8]) -> bool {
    let last = name.rsplit(|byte| matches!(byte, b'/' | b'\\')).next().unwrap_or_default();
    name.starts_with(b"__MACOSX/")
        || last.starts_with(b"._")
        || matches!(last, b".DS_Store" | b"Thumbs.db" | b"desktop.ini")
}
