//! What can go wrong when the synthetic hospital starts.

use std::path::PathBuf;

/// Why the simulator could not start; every text names the way out.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// The fonts the documents are set in are not installed.
    #[error(
        "cannot draw documents: the Liberation fonts are in none of {looked_in}\n\
         install the Debian package fonts-liberation"
    )]
    FontsMissing {
        /// Folders that were tried.
        looked_in: String,
    },
    /// A font file is there but cannot be used.
    #[error("cannot read font {path}: {cause}\nreinstall the Debian package fonts-liberation")]
    FontBroken {
        /// The file.
        path: PathBuf,
        /// What the parser said.
        cause: String,
    },
    /// A file or folder below the output folder could not be written.
    #[error("cannot write {path}: {cause}\ngive --out a folder that can be written")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The port is taken or forbidden.
    #[error("cannot listen on 127.0.0.1:{port}: {cause}\nchoose another port, or 0 for any free one")]
    Listen {
        /// The port asked for.
        port: u16,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The fault plan contradicts itself.
    #[error("fault plan: {cause}")]
    FaultPlan {
        /// Which key, why, and what would do.
        cause: String,
    },
    /// Text could not be written as TOML or JSON.
    #[error("cannot write {what} as text: {cause}\nthis is a defect of the simulator, please report it")]
    Serialise {
        /// What was to be written.
        what: &'static str,
        /// What the serialiser said.
        cause: String,
    },
}
