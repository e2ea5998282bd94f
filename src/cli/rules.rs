//! The arguments of `rules`; their comments are the program's help.

use clap::{Args, Subcommand};
use jiff::civil::Date;

/// `rules …`
#[derive(Clone, Debug, Subcommand)]
pub enum RulesCommand {
    /// Run the examples that stand beside the rules
    Test {
        /// Answer as JSON (`schema rules-test`)
        #[arg(long)]
        json: bool,
    },
    /// The payers' rules: what holds when, for what, on which evidence, from which source
    List(RulesListArgs),
    /// Which past orders would come out otherwise under another day's rules; changes nothing, shows no patient
    Replay(RulesReplayArgs),
}

/// Arguments of `rules list`; several narrow each other down.
#[derive(Clone, Debug, Args)]
pub struct RulesListArgs {
    /// Only rules that hold on this day, such as 2026-11-20
    #[arg(long, value_name = "DATE")]
    pub on: Option<Date>,
    /// Only of this payer, by the name of its file
    #[arg(long, value_name = "NAME")]
    pub payer: Option<String>,
    /// Answer as JSON (`schema rules-list`)
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `rules replay`.
#[derive(Clone, Debug, Args)]
pub struct RulesReplayArgs {
    /// Orders whose message arrived on this day or later
    #[arg(long, value_name = "DATE")]
    pub since: Date,
    /// The day whose rules they are judged by
    #[arg(long, value_name = "DATE")]
    pub as_of: Date,
    /// Answer as JSON (`schema rules-replay`)
    #[arg(long)]
    pub json: bool,
}
