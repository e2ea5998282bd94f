//! A worker's end of the line it is asked on: a socket, because only those carry files. What comes through a plain pipe
//! is read as well, for calls by hand.

use crate::mapping;
use bytes::Bytes;
use documents::frame::read_frame_beside;
use documents::worker::Frames;
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};
use rustix::stdio::stdin;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, IoSliceMut, Read};
use std::mem::MaybeUninit;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Files that have come and were not asked for yet: one at a time, as each stops the reading of what it came with.
#[derive(Clone, Default)]
struct Come {
    files: Arc<Mutex<VecDeque<OwnedFd>>>,
}

/// Standard input.
struct Line {
    come: Come,
    is_pipe: bool,
}

/// Frames from standard input.
pub(crate) fn frames() -> Frames {
    let come = Come::default();
    let mut line = BufReader::new(Line { come: come.clone(), is_pipe: false });
    Box::new(move || read_frame_beside(&mut line, &mut |length| come.next(length)))
}

impl Come {
    fn locked(&self) -> MutexGuard<'_, VecDeque<OwnedFd>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bytes of the next file.
    fn next(&self, length: u32) -> io::Result<Bytes> {
        let wrong = |what: &str| io::Error::new(ErrorKind::InvalidData, what.to_owned());
        let file = self.locked().pop_front().ok_or_else(|| wrong("a file was announced and did not come"))?;
        let file = File::from(file);
        if file.metadata()?.len() != u64::from(length) {
            return Err(wrong("a file is not as long as was announced"));
        }
        let length = usize::try_from(length).map_err(|_| wrong("a file is too long for this machine"))?;
        // Closed at the end of this: mapped files need no descriptor, of which a worker has few.
        Ok(mapping::of_file(&file, length)?)
    }
}

impl Read for Line {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_pipe {
            return Ok(rustix::io::read(stdin(), buffer)?);
        }
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(4))];
        let mut beside = RecvAncillaryBuffer::new(&mut space);
        let mut parts = [IoSliceMut::new(&mut *buffer)];
        match recvmsg(stdin(), &mut parts, &mut beside, RecvFlags::CMSG_CLOEXEC) {
            Ok(received) => {
                for message in beside.drain() {
                    if let RecvAncillaryMessage::ScmRights(files) = message {
                        self.come.locked().extend(files);
                    }
                }
                Ok(received.bytes)
            }
            Err(Errno::NOTSOCK) => {
                self.is_pipe = true;
                self.read(buffer)
            }
            Err(error) => Err(error.into()),
        }
    }
}
