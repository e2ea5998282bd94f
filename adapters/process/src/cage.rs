//! The cage that a worker locks itself into before it reads its first byte from outside: whoever takes over
//! a parser through a hostile file can compute, and nothing else.
//!
//! - **Files**: Landlock leaves the language data and fonts to be read, and nothing to be written. Where the
//!   kernel has no Landlock, language data is loaded first and then no file can be opened any more.
//! - **System calls**: seccomp lets through what computing needs. Asking for the network, another program,
//!   another process or a change to the file system ends the worker at once, with a signal of its own.
//! - **Dumps**: none, and no other process of the user can look into the worker.
//! - **Orphans**: the worker ends with the service.
//!
//! Limits on memory and CPU are set from outside (see `command`), because they differ from call to call.

mod files;
mod state;
mod system_calls;

pub use state::{CageState, Wall, WallKind};

use crate::incoming;
use documents::worker::Seal;
use rustix::process::{DumpableBehavior, Signal, set_dumpable_behavior, set_parent_process_death_signal};
use std::io;
use std::path::PathBuf;

/// Set for a worker that will recognise: no code can be loaded inside the cage, so its engine comes in with it.
pub(crate) const RECOGNISES: (&str, &str) = ("WORKER_RECOGNISES", "1");

/// What a caged worker needs from the outside.
#[derive(Clone, Debug)]
pub struct CageRules {
    /// Folders that may be read, with all below them. What does not exist is left out.
    pub readable: Vec<PathBuf>,
    /// Whether to use Landlock where there is one; turned off to try the cage of older kernels.
    pub landlock: bool,
}

impl CageRules {
    /// Language data where it is given or usually lies, and the machine's fonts.
    pub fn for_documents(tessdata: Option<PathBuf>) -> Self {
        let found = documents::read::tessdata_folder(tessdata.as_deref(), "eng");
        let fonts = Some(PathBuf::from("/usr/share/fonts"));
        let readable = [tessdata, found, fonts].into_iter().flatten().filter(|folder| folder.is_dir());
        Self { readable: readable.collect(), landlock: true }
    }
}

/// A cage that has been entered.
pub struct Cage {
    state: CageState,
    /// What remains to be done once language data is in memory.
    seal: Option<Seal>,
}

/// Locks the calling process in, for good. Must be called before any other thread is started: walls stand
/// around the calling thread and those that it starts.
///
/// A wall that this kernel cannot build is left out and named in [`CageState::missing`].
pub fn enter(rules: &CageRules) -> Cage {
    if std::env::var_os(RECOGNISES.0).is_some() {
        documents::read::load_engine();
    }
    let mut walls = vec![undumpable(), bound_to_parent()];
    let files = if rules.landlock { files::lock(&rules.readable) } else { files::not_there() };
    let landlocked = files.stands;
    let calls = system_calls::filter();
    // Without Landlock the filter is what keeps from files, as soon as language data is loaded.
    let seal: Option<Seal> =
        (!landlocked && calls.stands).then(|| Box::new(system_calls::forbid_open) as Seal);
    walls.push(if seal.is_some() { files::kept_by_filter(&files) } else { files });
    walls.push(calls);
    Cage { state: CageState { walls }, seal }
}

impl Cage {
    /// What stands and what does not.
    pub fn state(&self) -> &CageState {
        &self.state
    }

    /// Serves documents inside until the input ends, see `documents::worker::run`.
    ///
    /// # Errors
    /// The pipe does not carry frames, or the last wall could not be built.
    pub fn serve(self, tessdata: Option<PathBuf>) -> io::Result<()> {
        documents::worker::run(tessdata, self.seal, incoming::frames())
    }

    /// The state as a line of JSON for who started us; walls that can be tried without harm are tried.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn tell(mut self, output: &mut impl io::Write) -> io::Result<()> {
        if let Some(seal) = self.seal.take() {
            seal()?;
        }
        files::try_out(&mut self.state);
        serde_json::to_writer(&mut *output, &self.state)?;
        output.write_all(b"\n")
    }
}

fn undumpable() -> Wall {
    let done = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    Wall::of(WallKind::Dumps, "not dumpable, no core files", done)
}

fn bound_to_parent() -> Wall {
    let done = set_parent_process_death_signal(Some(Signal::KILL));
    Wall::of(WallKind::Orphans, "ends with its service", done)
}
