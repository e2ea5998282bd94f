//! The command line: verbs, their arguments, and the one place where a verb's end becomes an exit code.

mod arguments;
mod audit;
mod evidence;
mod orders;
mod rules;

pub use arguments::{
    CheckArgs, DemoArgs, HoldArgs, HospitalChoice, KeysCommand, MailArgs, MigrateArgs, PortalCommand,
    ProbeArgs, ReadArgs, RunArgs, SchemaArgs, SimulateArgs, WhichPortals,
};
pub use audit::{AuditCommand, AuditListArgs};
pub use evidence::{EvidenceCommand, EvidenceListArgs};
pub use orders::{NotDuplicateArgs, OrdersCommand, OrdersExportArgs, OrdersLetterArgs, OrdersListArgs};
pub use rules::{RulesCommand, RulesListArgs, RulesReplayArgs};

use crate::error::{Exit, Failure};
use crate::settings::{Mistakes, Secrets, Settings, Variables};
use crate::{output, panics, verbs};
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// What is still in hand after a verb has ended gets this long.
const RUNTIME_GRACE: Duration = Duration::from_secs(2);

/// Takes DME orders out of hospitals' Epic portals, unattended: from the In Basket to the hand-over.
#[derive(Debug, Parser)]
#[command(
    name = "epic-connector",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 done but something waits for a person."
)]
pub struct Cli {
    /// Configuration file; the environment (EPIC_CONNECTOR__SECTION__KEY) overrides it
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a synthetic hospital and the whole service against it, and compare the result with the truth
    Demo(DemoArgs),
    /// Run the service
    Run(RunArgs),
    /// Read PDFs and pictures as one packet: documents, fields with page and quote, findings, outcome
    Read(ReadArgs),
    /// Run a synthetic hospital until Ctrl-C
    Simulate(SimulateArgs),
    /// Check the configuration, and with --connect every back end
    Check(CheckArgs),
    /// Look at requests and orders, also beside a running service
    #[command(subcommand)]
    Orders(OrdersCommand),
    /// Look at the payers' rules, try them, and see what another day's would have said of past orders
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Look after portal accounts
    #[command(subcommand)]
    Portal(PortalCommand),
    /// Look after the installation's keys
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Bring database, queues and bucket to the form this release needs
    Migrate(MigrateArgs),
    /// Take in one raw mail (RFC 5322) that may carry a login code or ask for a confirmation
    Mail(MailArgs),
    /// Look at the log of who saw and did what, and check that nobody has changed it
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Look at pages that were not what they should have been
    #[command(subcommand)]
    Evidence(EvidenceCommand),
    /// Print a published JSON Schema
    Schema(SchemaArgs),
    /// Work on documents over standard input and output (started by the program itself)
    #[command(hide = true)]
    Worker {
        /// Say what keeps the worker in, and end
        #[arg(long)]
        tell_cage: bool,
    },
}

/// What every verb is given.
#[derive(Clone, Debug)]
pub struct Context {
    /// `--config`
    pub config: Option<PathBuf>,
    /// The process's environment.
    pub variables: Variables,
}

impl Context {
    /// The settings without secrets, for verbs that only look at data.
    ///
    /// # Errors
    /// Every mistake of the configuration.
    pub fn settings(&self) -> Result<Settings, Failure> {
        Settings::load(self.config.as_deref(), &self.variables).map_err(configuration_failure)
    }

    /// The settings of a running service.
    ///
    /// # Errors
    /// Every mistake of the configuration, missing secrets included.
    pub fn service_settings(&self) -> Result<(Settings, Secrets), Failure> {
        Settings::load_with_secrets(self.config.as_deref(), &self.variables).map_err(configuration_failure)
    }
}

fn configuration_failure(mistakes: Mistakes) -> Failure {
    let thing = match mistakes.0.len() {
        1 => "the configuration has a mistake".to_owned(),
        count => format!("the configuration has {count} mistakes"),
    };
    Failure::usage(thing, mistakes, "mend what is named; docs/configuration.md explains every key")
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Command::Worker { tell_cage } = cli.command {
        return verbs::worker::run(tell_cage);
    }
    panics::install_hook();
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let context = Context { config: cli.config, variables };
    let ended = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => {
            let ended = runtime.block_on(dispatch(context, cli.command));
            runtime.shutdown_timeout(RUNTIME_GRACE);
            ended
        }
        Err(error) => Err(Failure::failed("the runtime", error, "allow the process more threads")),
    };
    match ended {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output::note(&failure.to_string());
            failure.exit.into()
        }
    }
}

async fn dispatch(context: Context, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Demo(args) => verbs::demo::run(&context, args).await,
        Command::Run(args) => verbs::run::run(&context, args).await,
        Command::Read(args) => verbs::read::run(&context, args).await,
        Command::Simulate(args) => verbs::simulate::run(args).await,
        Command::Check(args) => verbs::check::run(&context, args).await,
        Command::Orders(command) => verbs::orders::run(&context, command).await,
        Command::Rules(command) => verbs::rules::run(&context, command).await,
        Command::Portal(command) => verbs::portal::run(&context, command).await,
        Command::Keys(command) => verbs::keys::run(&context, command).await,
        Command::Migrate(args) => verbs::migrate::run(&context, args).await,
        Command::Mail(args) => verbs::mail::run(&context, args).await,
        Command::Audit(command) => verbs::audit::run(&context, command).await,
        Command::Evidence(command) => verbs::evidence::run(&context, command).await,
        Command::Schema(args) => verbs::schema::run(&args),
        Command::Worker { .. } => Ok(Exit::Done),
    }
}
