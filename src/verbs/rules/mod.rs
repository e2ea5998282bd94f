//! `rules test|list|replay`: the payers' rules as data, the examples that stand beside them, and what another day's
//! rules would have said of past orders.

mod list;
mod replay;
mod test;

pub use list::RulesList;
pub use replay::RulesReplay;
pub use test::RulesTest;

use crate::cli::{Context, RulesCommand};
use crate::error::{Exit, VerbResult};
use crate::telemetry;
use crate::wiring;

/// Runs the verb.
///
/// # Errors
/// A rule file has a mistake, or an example does not come out; for `replay`, there is no store or it cannot be read.
pub async fn run(context: &Context, command: RulesCommand) -> VerbResult {
    telemetry::init_quiet();
    let settings = context.settings()?;
    let knowledge = wiring::knowledge(&settings)?;
    match command {
        RulesCommand::Test { json } => test::run(&knowledge, json)?,
        RulesCommand::List(args) => list::run(&knowledge, &args)?,
        RulesCommand::Replay(args) => replay::run(context, &settings, &knowledge, &args).await?,
    }
    Ok(Exit::Done)
}
