//! Functions that Tesseract takes from other libraries, and that this program gives it instead: a program's own functions
//! go before those of libraries that it loads. They do the same with less.
//!
//! - **One thread is no team.** Around every small matrix of its network, Tesseract asks OpenMP for a team of threads. A
//!   worker is given one thread, and OpenMP still makes and wakes a team of one: two system calls a matrix, each through
//!   the cage's filters, a twentieth of a page's time. Here the work is simply done.
//! - **A line's picture need not be small.** Each line is put into a PNG, and taken out again by the next step in the same
//!   process, another twentieth. Here it is put into a PNM, which Tesseract reads as well.
//!
//! The linker must be told to let libraries see them (the program's `build.rs`); where it is not, as in tests, Tesseract
//! has the usual ones and the words are the same.

#![expect(unsafe_code, reason = "called by and calling what speaks C")]

use crate::library;
use std::cell::Cell;
use std::ffi::{c_int, c_uint, c_void};

/// Leptonica's numbers of formats (imageio.h).
const IFF_PNG: c_int = 3;
const IFF_PNM: c_int = 11;

type Region = unsafe extern "C" fn(*mut c_void);

thread_local! {
    /// The last section that was begun, and how many there are.
    static SECTIONS: Cell<(c_uint, c_uint)> = const { Cell::new((0, 0)) };
}

/// The addresses, so that the functions are there although nothing of ours calls them.
pub(crate) fn keep() {
    std::hint::black_box((
        GOMP_parallel as *const (),
        GOMP_parallel_sections as *const (),
        GOMP_sections_next as *const (),
        GOMP_sections_end_nowait as *const (),
        pixWriteMem as *const (),
    ));
}

/// A region for a team: done by its first and only thread.
// SAFETY: the name is OpenMP's, the declaration its own.
#[unsafe(no_mangle)]
unsafe extern "C" fn GOMP_parallel(region: Region, data: *mut c_void, _threads: c_uint, _flags: c_uint) {
    // SAFETY: the caller gives a function and what it takes.
    unsafe { region(data) }
}

/// A region of so many sections, which asks for each by `GOMP_sections_next`.
// SAFETY: the name is OpenMP's, the declaration its own.
#[unsafe(no_mangle)]
unsafe extern "C" fn GOMP_parallel_sections(
    region: Region,
    data: *mut c_void,
    _threads: c_uint,
    count: c_uint,
    _flags: c_uint,
) {
    let outer = SECTIONS.replace((0, count));
    // SAFETY: the caller gives a function and what it takes.
    unsafe { region(data) }
    SECTIONS.set(outer);
}

/// The next section's number from 1; 0 when there is none left.
// SAFETY: the name is OpenMP's, the declaration its own.
#[unsafe(no_mangle)]
extern "C" fn GOMP_sections_next() -> c_uint {
    let (last, count) = SECTIONS.get();
    if last >= count {
        return 0;
    }
    SECTIONS.set((last + 1, count));
    last + 1
}

/// There is nobody to wait for.
// SAFETY: the name is OpenMP's, the declaration its own.
#[unsafe(no_mangle)]
extern "C" fn GOMP_sections_end_nowait() {}

/// A picture in memory, as PNM where PNG was asked for.
// SAFETY: the name is Leptonica's, the declaration its own.
#[unsafe(no_mangle)]
unsafe extern "C" fn pixWriteMem(
    data: *mut *mut u8,
    size: *mut usize,
    picture: *mut c_void,
    format: c_int,
) -> c_int {
    let format = if format == IFF_PNG { IFF_PNM } else { format };
    match library() {
        // SAFETY: the caller's own arguments, to the function that it meant.
        Ok(functions) => unsafe { (functions.write_picture)(data, size, picture, format) },
        // Whoever calls has been loaded by us; 1 is Leptonica's failure.
        Err(_) => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{GOMP_parallel, GOMP_parallel_sections, GOMP_sections_end_nowait, GOMP_sections_next};
    use std::ffi::c_void;

    /// Notes the sections in the order in which they come.
    unsafe extern "C" fn note(data: *mut c_void) {
        // SAFETY: `data` is the test's list, which outlives the call.
        let seen = unsafe { &mut *data.cast::<Vec<u32>>() };
        loop {
            let section = GOMP_sections_next();
            if section == 0 {
                break;
            }
            seen.push(section);
        }
        GOMP_sections_end_nowait();
    }

    #[test]
    fn every_section_is_done_once_and_none_outside() {
        let mut seen: Vec<u32> = Vec::new();
        let data = (&raw mut seen).cast();
        // SAFETY: `note` takes the list that it is given.
        unsafe {
            GOMP_parallel_sections(note, data, 4, 3, 0);
            GOMP_parallel(note, data, 4, 0);
        }
        assert_eq!(seen, [1, 2, 3]);
    }
}
