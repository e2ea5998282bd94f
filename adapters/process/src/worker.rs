//! One living worker: a child, its pipes, and what it has open.

use crate::command::{Effort, Limits, Skill, WorkerCommand, pid_of};
use crate::error::{Death, PoolError};
use crate::last_words::LastWords;
use crate::pipe::{read_frame, write_frame};
use crate::shared::SharedFiles;
use bytes::Bytes;
use documents::protocol::{DocumentKey, WorkerReply, WorkerRequest};
use rustix::pipe::fcntl_setpipe_size;
use rustix::process::{Signal, kill_process_group};
use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::os::unix::process::ExitStatusExt;
use std::time::Duration;
use tokio::io::{BufReader, BufWriter};
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStdout};
use tokio::time::timeout;

/// How long a child whose pipe has closed may take to be gone; after that it is killed.
const LAST_BREATH: Duration = Duration::from_secs(1);
/// What its answers' pipe holds: the most that systems give to everybody.
const PIPE_BYTES: usize = 1024 * 1024;
/// Documents a worker is taken to keep; it says so itself when it has forgotten one.
const DOCUMENTS_KEPT: usize = 4;

pub(crate) struct Worker {
    child: Child,
    input: BufWriter<UnixStream>,
    output: BufReader<ChildStdout>,
    open: VecDeque<DocumentKey>,
    last_words: LastWords,
    limits: Limits,
    files: SharedFiles,
    skill: Skill,
}

impl Worker {
    pub(crate) fn start(command: &WorkerCommand, skill: Skill) -> Result<Self, PoolError> {
        let (mut child, input, last_words) = command.spawn(skill)?;
        let output = child.stdout.take().ok_or_else(|| command.not_started("it has no pipe"))?;
        // A larger pipe is emptied in fewer turns; where the system gives none, the usual one does.
        let _ = fcntl_setpipe_size(&output, PIPE_BYTES);
        let (input, output) = (BufWriter::new(input), BufReader::new(output));
        let (open, files, limits) = (VecDeque::new(), command.files.clone(), command.limits);
        Ok(Self { child, input, output, open, last_words, limits, files, skill })
    }

    /// Whether the child is still there; one killed while idle is no call's fault.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// What it can do.
    pub(crate) fn skill(&self) -> Skill {
        self.skill
    }

    pub(crate) fn has_open(&self, document: &DocumentKey) -> bool {
        self.open.contains(document)
    }

    pub(crate) fn note_open(&mut self, document: DocumentKey) {
        self.open.retain(|kept| *kept != document);
        self.open.push_front(document);
        self.open.truncate(DOCUMENTS_KEPT);
    }

    pub(crate) fn note_closed(&mut self, document: &DocumentKey) {
        self.open.retain(|kept| kept != document);
    }

    /// Asks and waits for the answer. After any error but `Refused` the worker must be dropped.
    pub(crate) async fn call(
        &mut self,
        request: &WorkerRequest,
        blobs: &[Bytes],
        effort: Effort,
        deadline: Duration,
    ) -> Result<(WorkerReply, Vec<Bytes>), PoolError> {
        self.last_words.forget();
        if let Some(pid) = pid_of(&self.child) {
            self.limits.grant(pid, effort).map_err(|error| PoolError::NotStarted {
                program: "that is idle".to_owned(),
                cause: format!("its limits cannot be set: {error}"),
            })?;
        }
        let header = serde_json::to_vec(request).map_err(|error| garbled(&error))?;
        let exchange = async {
            // A worker that dies while it is being written to is asked how it died below.
            write_frame(&mut self.input, &header, blobs, &self.files).await?;
            read_frame(&mut self.output, &self.files).await
        };
        match timeout(deadline, exchange).await {
            Ok(Ok(frame)) => match frame.parse() {
                Ok(WorkerReply::Failed { error }) => Err(error.into()),
                Ok(reply) => Ok((reply, frame.blobs)),
                Err(error) => {
                    self.kill();
                    // Category only: the text could quote the answer.
                    Err(PoolError::Garbled { cause: format!("{:?} error in its header", error.classify()) })
                }
            },
            Ok(Err(error)) => Err(self.died(&error).await),
            Err(_) => {
                self.kill();
                Err(PoolError::Deadline { after: deadline })
            }
        }
    }

    /// What became of a child whose pipe failed.
    async fn died(&mut self, error: &io::Error) -> PoolError {
        if !matches!(
            error.kind(),
            ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe | ErrorKind::ConnectionReset
        ) {
            self.kill();
            return PoolError::Garbled { cause: error.to_string() };
        }
        match timeout(LAST_BREATH, self.child.wait()).await {
            Ok(Ok(status)) => PoolError::Crashed {
                death: Death::of(status.signal(), status.code(), self.last_words.cause()),
            },
            _ => {
                self.kill();
                PoolError::Crashed { death: Death::Unknown }
            }
        }
    }

    /// Kills the worker and whatever it may have started.
    fn kill(&mut self) {
        if let Some(pid) = pid_of(&self.child) {
            // Gone already is as good.
            let _ = kill_process_group(pid, Signal::KILL);
        }
        let _ = self.child.start_kill();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill();
    }
}

fn garbled(error: &serde_json::Error) -> PoolError {
    PoolError::Garbled { cause: format!("{:?} error in the request", error.classify()) }
}
