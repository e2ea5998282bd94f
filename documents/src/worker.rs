//! A worker process's life: answer frames from standard input on standard output until the input ends.

use crate::frame::{Frame, read_frame, write_pieces};
use crate::pieces::Pieces;
use crate::protocol::{WorkerError, WorkerReply};
use crate::read::ReadSettings;
use crate::session::Session;
use std::io::{self, BufWriter, Read, Write};
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;

/// Deeply nested documents are walked recursively in places; 128 MB of stack is reserved, not used.
const STACK_BYTES: usize = 128 * 1024 * 1024;

/// The last wall of a worker's cage, built once language data is in memory.
pub type Seal = Box<dyn FnOnce() -> io::Result<()> + Send>;

/// Answers every frame of `reader` on `writer` until `reader` ends. A frame that cannot be parsed gets an
/// error reply; a pipe that does not carry frames ends the loop with an error.
pub fn serve(mut reader: impl Read, mut writer: impl Write, tessdata: Option<PathBuf>) -> io::Result<()> {
    let mut session = Session::new(tessdata);
    while let Some(frame) = read_frame(&mut reader)? {
        answer(&mut session, frame, &mut writer)?;
    }
    Ok(())
}

fn answer(session: &mut Session, frame: Frame, writer: &mut impl Write) -> io::Result<()> {
    let (reply, blobs): (_, Vec<Pieces>) = match frame.parse() {
        Ok(request) => session.answer(request, frame.blobs),
        Err(error) => {
            // Position only: the parser's message can quote the header.
            let cause = format!("its header cannot be parsed at column {}", error.column());
            (WorkerReply::Failed { error: WorkerError::BadRequest { cause } }, Vec::new())
        }
    };
    write_pieces(writer, &serde_json::to_vec(&reply)?, blobs)
}

/// Where frames come from; none when there will be no more.
pub type Frames = Box<dyn FnMut() -> io::Result<Option<Frame>> + Send>;

/// The whole of `epic-connector worker`: answers frames on standard output. With a `seal`, language data is loaded
/// first, and no file is looked at before the seal is on.
///
/// The end of the input means that the service is gone, however it went: the process then ends at once,
/// also in the middle of a page, so that a killed service leaves no worker behind. Panics are not printed,
/// their messages can quote documents.
///
/// # Errors
/// The pipe does not carry frames, or the seal does not hold.
pub fn run(tessdata: Option<PathBuf>, seal: Option<Seal>, mut input: Frames) -> io::Result<()> {
    std::panic::set_hook(Box::new(|_| {}));
    let (frames, waiting) = mpsc::sync_channel(1);
    thread::Builder::new().name("input".to_owned()).spawn(move || {
        loop {
            let sent = match input() {
                Ok(Some(frame)) => frames.send(frame).is_ok(),
                Ok(None) => std::process::exit(0),
                Err(_) => false,
            };
            if !sent {
                std::process::exit(1);
            }
        }
    })?;
    let work = move || -> io::Result<()> {
        let mut session = Session::new(tessdata);
        if let Some(seal) = seal {
            // Without language data only text layers can be read; the page that needs it will say so.
            let _ = session.warm(&ReadSettings::default().language);
            seal()?;
        }
        let mut output = BufWriter::new(io::stdout());
        while let Ok(frame) = waiting.recv() {
            answer(&mut session, frame, &mut output)?;
        }
        Ok(())
    };
    let worker = thread::Builder::new().name("work".to_owned()).stack_size(STACK_BYTES).spawn(work)?;
    worker.join().unwrap_or_else(|_| Err(io::Error::other("the worker's loop failed")))
}
