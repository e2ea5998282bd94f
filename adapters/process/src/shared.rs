//! Large files, kept where workers can see them: in files in memory that nobody can change any more. A worker is
//! handed the file, not its bytes, so that a packet is in memory once, however many processes look at it.

use crate::mapping::{self, PAGE_BYTES};
use bytes::Bytes;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Smaller files go through the pipe: that costs less than a file of their own.
pub(crate) const SHARED_FROM: usize = 1024 * 1024;

/// A file in memory while it is written.
pub(crate) struct Draft {
    file: File,
    length: usize,
}

/// A file in memory that cannot be changed any more.
pub(crate) struct Sealed {
    file: OwnedFd,
    length: usize,
}

/// Bytes that were handed out, by where they lie, and their files. A file is let go with its bytes.
#[derive(Clone, Default)]
pub(crate) struct SharedFiles {
    known: Arc<Mutex<Vec<Known>>>,
}

struct Known {
    start: usize,
    length: usize,
    file: Weak<Sealed>,
}

/// The owner of bytes that are handed out.
struct Handed {
    bytes: Bytes,
    _file: Arc<Sealed>,
}

impl AsRef<[u8]> for Handed {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Draft {
    pub(crate) fn new() -> io::Result<Self> {
        let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
        // Some systems insist that such files are never run; kernels before 6.3 do not know the wish.
        let file = memfd_create("packet", flags | MemfdFlags::NOEXEC_SEAL)
            .or_else(|_| memfd_create("packet", flags))?;
        Ok(Self { file: file.into(), length: 0 })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.length += bytes.len();
        self.file.write_all(bytes)
    }

    fn seal(self) -> io::Result<Sealed> {
        let seals = SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE | SealFlags::SEAL;
        fcntl_add_seals(&self.file, seals)?;
        Ok(Sealed { file: self.file.into(), length: self.length })
    }
}

impl Sealed {
    /// A file of these bytes.
    pub(crate) fn of(bytes: &[u8]) -> io::Result<Self> {
        Self::of_all([bytes])
    }

    /// A file of all these bytes, one after the other.
    pub(crate) fn of_all<B: AsRef<[u8]>>(parts: impl IntoIterator<Item = B>) -> io::Result<Self> {
        let mut draft = Draft::new()?;
        parts.into_iter().try_for_each(|part| draft.write(part.as_ref()))?;
        draft.seal()
    }

    pub(crate) fn length(&self) -> usize {
        self.length
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl SharedFiles {
    /// The bytes of a file that is written, whose file is found again by them.
    pub(crate) fn hand_out(&self, draft: Draft) -> io::Result<Bytes> {
        let file = Arc::new(draft.seal()?);
        let bytes = mapping::of_file(file.fd(), file.length)?;
        let (start, length) = (bytes.as_ptr() as usize, bytes.len());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|known| known.file.strong_count() > 0);
        known.push(Known { start, length, file: Arc::downgrade(&file) });
        Ok(Bytes::from_owner(Handed { bytes, _file: file }))
    }

    /// The same bytes in a file, if they are many. Where the system has no room for it, as they are.
    pub(crate) fn share(&self, bytes: Bytes) -> Bytes {
        if bytes.len() < SHARED_FROM || self.file_of(&bytes).is_some() {
            return bytes;
        }
        let shared = Draft::new().and_then(|mut draft| {
            draft.write(&bytes)?;
            self.hand_out(draft)
        });
        shared.unwrap_or(bytes)
    }

    /// The file of bytes that were handed out; none for others, and parts of them.
    pub(crate) fn file_of(&self, bytes: &Bytes) -> Option<Arc<Sealed>> {
        let (start, length) = (bytes.as_ptr() as usize, bytes.len());
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.iter().filter(|known| known.start == start && known.length == length);
        found.filter_map(|known| known.file.upgrade()).next()
    }

    /// One file's bytes and what follows them. The first are not copied, if they were handed out from here.
    pub(crate) fn joined(&self, bytes: &Bytes, update: &[u8]) -> io::Result<Bytes> {
        let Some(file) = self.file_of(bytes) else {
            return Ok([bytes, update].concat().into());
        };
        let joint = bytes.len() / PAGE_BYTES * PAGE_BYTES;
        let rest = Sealed::of(&[&bytes[joint..], update].concat())?;
        Ok(mapping::of_two_files(file.fd(), joint, rest.fd(), rest.length)?)
    }
}

impl fmt::Debug for SharedFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("SharedFiles").field("known", &known.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Draft, SHARED_FROM, SharedFiles};
    use bytes::Bytes;
    use std::io::Write;
    use std::sync::Arc;

    fn large(length: usize) -> Bytes {
        (0..length).map(|at| (at % 251) as u8).collect::<Vec<_>>().into()
    }

    #[test]
    fn large_bytes_are_in_a_file_as_long_as_anybody_has_them() {
        let files = SharedFiles::default();
        let small = large(SHARED_FROM - 1);
        assert_eq!(files.share(small.clone()).as_ptr(), small.as_ptr());
        let given = large(SHARED_FROM + 5);
        assert!(files.file_of(&given).is_none());
        let shared = files.share(given.clone());
        assert_eq!(shared, given);
        let file = files.file_of(&shared.clone()).unwrap();
        // A part is another file's bytes, or nobody's.
        assert!(files.file_of(&shared.slice(1..)).is_none());
        assert_eq!(files.share(shared.clone()).as_ptr(), shared.as_ptr());
        let weak = Arc::downgrade(&file);
        drop(file);
        drop(shared.slice(9..10));
        assert!(weak.upgrade().is_some());
        drop(shared);
        assert!(weak.upgrade().is_none());
    }

    #[test]
    fn nobody_can_change_a_file_that_was_handed_out() {
        let files = SharedFiles::default();
        let mut draft = Draft::new().unwrap();
        draft.write(&large(SHARED_FROM)).unwrap();
        let mut file = draft.file.try_clone().unwrap();
        let bytes = files.hand_out(draft).unwrap();
        assert!(file.write_all(b"x").is_err());
        assert!(file.set_len(0).is_err());
        assert_eq!(bytes, large(SHARED_FROM));
    }

    #[test]
    fn what_follows_is_joined_without_a_copy_and_outlives_both() {
        let files = SharedFiles::default();
        for length in [SHARED_FROM, SHARED_FROM + 1, SHARED_FROM + 70_000, 12] {
            let first = files.share(large(length));
            let joined = files.joined(&first, b"what follows").unwrap();
            let expected = [&first, b"what follows".as_slice()].concat();
            drop(first);
            assert_eq!(joined, expected);
        }
    }
}
