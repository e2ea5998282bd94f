//! The arguments of `evidence`; their comments are the program's help.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `evidence …`
#[derive(Clone, Debug, Subcommand)]
pub enum EvidenceCommand {
    /// Pages that were not what they should have been, the newest first; shows no patient
    List(EvidenceListArgs),
    /// Write one page to files, to look at; it may show a patient
    Show {
        /// The page's id, from the list
        id: String,
        /// The folder its source and screenshot are written to
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

/// Arguments of `evidence list`.
#[derive(Clone, Debug, Args)]
pub struct EvidenceListArgs {
    /// Only of this portal
    #[arg(long, value_name = "NAME")]
    pub portal: Option<String>,
    /// Answer as JSON (`schema evidence-list`)
    #[arg(long)]
    pub json: bool,
}
