//! A worker's error stream. What libraries write there can quote documents, so it is thrown away; only the
//! fixed sentences by which a runtime says why it gives up are looked for, and none of it is kept.

use crate::error::Death;
use rustix::fd::OwnedFd;
use rustix::io;
use rustix::pipe::{PipeFlags, pipe_with};

/// How runtimes say why they abort: Rust's allocator, C++'s, and Rust's guard page.
const SENTENCES: [(&[u8], Death); 3] = [
    (b"memory allocation of ", Death::Memory),
    (b"std::bad_alloc", Death::Memory),
    (b"has overflowed its stack", Death::Stack),
];
/// What a pipe holds.
const PIPE_BYTES: usize = 64 * 1024;

/// Our end of the stream.
pub(crate) struct LastWords {
    pipe: OwnedFd,
}

impl LastWords {
    /// Both ends; neither ever waits. A worker that says more than a pipe holds loses the rest, not its time.
    pub(crate) fn pipe() -> io::Result<(Self, OwnedFd)> {
        let (ours, theirs) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
        Ok((Self { pipe: ours }, theirs))
    }

    /// Throws away what has been said so far, so that the last words find room.
    pub(crate) fn forget(&self) {
        self.heard();
    }

    /// Why the worker gave up, if it said so.
    pub(crate) fn cause(&self) -> Option<Death> {
        let heard = self.heard();
        let says = |sentence: &[u8]| heard.windows(sentence.len()).any(|part| part == sentence);
        SENTENCES.iter().find(|(sentence, _)| says(sentence)).map(|(_, death)| *death)
    }

    fn heard(&self) -> Vec<u8> {
        let mut heard = Vec::new();
        let mut part = [0; 4096];
        while heard.len() < PIPE_BYTES {
            match io::read(&self.pipe, &mut part) {
                Ok(0) | Err(_) => break,
                Ok(count) => heard.extend_from_slice(&part[..count]),
            }
        }
        heard
    }
}

#[cfg(test)]
mod tests {
    use super::{Death, LastWords};
    use rustix::io;

    #[test]
    fn only_the_known_sentences_are_heard() {
        let (ours, theirs) = LastWords::pipe().unwrap();
        io::write(&theirs, b"Jane Doe: std::bad_alloc").unwrap();
        ours.forget();
        assert_eq!(ours.cause(), None);
        io::write(&theirs, b"terminate called after throwing 'std::bad_alloc'\n").unwrap();
        assert_eq!(ours.cause(), Some(Death::Memory));
        // A full pipe loses words; nobody waits.
        while io::write(&theirs, &[b'x'; 4096]).is_ok() {}
        assert_eq!(ours.cause(), None);
    }
}
