//! Files that lie in memory, mapped so that every process that has one sees the same bytes and none a copy. The only
//! place where memory is mapped by hand.

#![expect(unsafe_code, reason = "no safe call maps memory; what makes it sound is said at each place")]

use bytes::Bytes;
use rustix::fd::{AsFd, BorrowedFd};
use rustix::io;
use rustix::mm::{MapFlags, ProtFlags, mmap, mmap_anonymous, munmap};
use std::ptr::{self, NonNull};
use std::slice;

/// Offsets of mappings are whole pages of this size, or of a larger one that it divides.
pub(crate) const PAGE_BYTES: usize = 64 * 1024;

/// Bytes of sealed files, one after the other in memory.
struct Mapping {
    start: NonNull<u8>,
    length: usize,
}

// SAFETY: the memory is only ever read, by whatever thread, and belongs to the mapping until it is dropped.
unsafe impl Send for Mapping {}
// SAFETY: as above.
unsafe impl Sync for Mapping {}

impl AsRef<[u8]> for Mapping {
    fn as_ref(&self) -> &[u8] {
        // SAFETY: `length` bytes from `start` are mapped for reading while `self` lives. Nobody changes them: the
        // files are sealed against writing and shrinking by whoever made them, before anybody else has them.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.length) }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the whole of what was mapped, once. It fails only for addresses that are no mapping.
        let _ = unsafe { munmap(self.start.as_ptr().cast(), self.length) };
    }
}

/// The bytes of a sealed file, the first `length` of them.
///
/// # Errors
/// The system gives no room for it.
pub(crate) fn of_file(file: impl AsFd, length: usize) -> io::Result<Bytes> {
    if length == 0 {
        return Ok(Bytes::new());
    }
    // SAFETY: an address of the system's choice; nothing that exists is changed.
    let start = unsafe { mmap(ptr::null_mut(), length, ProtFlags::READ, MapFlags::SHARED, file.as_fd(), 0)? };
    owned(start.cast(), length)
}

/// The first `joint` bytes of one sealed file, a multiple of [`PAGE_BYTES`], and behind them the first
/// `second_length` of another.
///
/// # Errors
/// The system gives no room for it.
pub(crate) fn of_two_files(
    first: BorrowedFd<'_>,
    joint: usize,
    second: BorrowedFd<'_>,
    second_length: usize,
) -> io::Result<Bytes> {
    if joint == 0 || second_length == 0 || !joint.is_multiple_of(PAGE_BYTES) {
        return Err(io::Errno::INVAL);
    }
    let length = joint + second_length;
    // SAFETY: room at an address of the system's choice; nothing that exists is changed. It is owned at once, so
    // that it is given back if one of the next two steps fails.
    let room = unsafe { mmap_anonymous(ptr::null_mut(), length, ProtFlags::empty(), MapFlags::PRIVATE)? };
    let start: *mut u8 = room.cast();
    let room = owned(start, length)?;
    let flags = MapFlags::SHARED | MapFlags::FIXED;
    // SAFETY: both replace parts of the room made above, which nobody reads before it is handed out below. The
    // first part ends at a page's border, where the second begins.
    unsafe {
        mmap(start.cast(), joint, ProtFlags::READ, flags, first, 0)?;
        mmap(start.add(joint).cast(), second_length, ProtFlags::READ, flags, second, 0)?;
    }
    Ok(room)
}

fn owned(start: *mut u8, length: usize) -> io::Result<Bytes> {
    let start = NonNull::new(start).ok_or(io::Errno::NOMEM)?;
    Ok(Bytes::from_owner(Mapping { start, length }))
}
