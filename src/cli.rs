//! The command line: verbs, their arguments, and the one place where a verb's end becomes an exit code.

use crate::error::{Exit, Failure};
use crate::settings::{Mistakes, Secrets, Settings, Variables, parse_duration};
use crate::{output, panics, verbs};
use clap::{Args, Parser, Subcommand};
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
    /// Look after portal accounts
    #[command(subcommand)]
    Portal(PortalCommand),
    /// Take in one raw mail (RFC 5322) that may carry a login code
    Mail(MailArgs),
    /// Print a published JSON Schema
    Schema(SchemaArgs),
    /// Work on documents over standard input and output (started by the program itself)
    #[command(hide = true)]
    Worker,
}

/// Arguments of `run`.
#[derive(Clone, Debug, Args)]
pub struct RunArgs {
    /// End by itself once nothing has been left to do for this long
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub until_idle: Option<Duration>,
}

/// Arguments of `demo`.
#[derive(Clone, Debug, Args)]
pub struct DemoArgs {
    /// How many patients the hospital has
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub patients: u64,
    /// Decides everything that is generated
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Added to every request to the portal
    #[arg(long, default_value = "50ms", value_name = "DURATION", value_parser = parse_latency)]
    pub latency: Duration,
    /// Where packets, truth and logs go; emptied first
    #[arg(long, default_value = "demo-out", value_name = "DIR")]
    pub out: PathBuf,
    /// Write the result as JSON to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

/// Arguments of `read`.
#[derive(Clone, Debug, Args)]
pub struct ReadArgs {
    /// PDFs or pictures; several make one packet
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Answer as JSON (`schema read`)
    #[arg(long)]
    pub json: bool,
    /// Write the searchable packet to this file
    #[arg(long, value_name = "OUT")]
    pub pdf: Option<PathBuf>,
}

/// Arguments of `simulate`.
#[derive(Clone, Debug, Args)]
pub struct SimulateArgs {
    /// Port on 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = 9000)]
    pub port: u16,
    /// How many patients the hospital has
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub patients: u64,
    /// Added to every request
    #[arg(long, default_value = "50ms", value_name = "DURATION", value_parser = parse_latency)]
    pub latency: Duration,
    /// Decides everything that is generated
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// What goes wrong (TOML)
    #[arg(long, value_name = "FILE")]
    pub faults: Option<PathBuf>,
    /// Where connector.toml, truth.json and the mails go
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Arguments of `check`.
#[derive(Clone, Debug, Args)]
pub struct CheckArgs {
    /// Try every back end, portal and program as well
    #[arg(long)]
    pub connect: bool,
    /// Answer as JSON (`schema check`)
    #[arg(long)]
    pub json: bool,
}

/// `orders …`
#[derive(Clone, Debug, Subcommand)]
pub enum OrdersCommand {
    /// Every request with its stage, outcome or waiting reason; shows no patient
    List {
        /// Answer as JSON (`schema orders-list`)
        #[arg(long)]
        json: bool,
    },
    /// Everything known of one request or order, the patient included
    Show {
        /// The request's or order's id
        id: String,
        /// Answer as JSON (`schema orders-show`)
        #[arg(long)]
        json: bool,
    },
    /// Send a parked request on, or read a waiting one's chart anew because something has come in late
    Retry {
        /// The request's or order's id
        id: String,
    },
    /// Write a request's packet to a file, to look at; it shows the patient
    Export {
        /// The request's or order's id
        id: String,
        /// The file
        #[arg(long, value_name = "OUT")]
        pdf: PathBuf,
    },
}

/// `portal …`
#[derive(Clone, Debug, Subcommand)]
pub enum PortalCommand {
    /// Hand over a login code for a portal with mfa = "person"
    Code {
        /// The portal
        name: String,
        /// The code, as shown
        code: String,
    },
    /// Say that a locked account is fine again
    Unlock {
        /// The portal
        name: String,
    },
    /// Logins, locks and what to do about them
    Status {
        /// Answer as JSON (`schema portal-status`)
        #[arg(long)]
        json: bool,
    },
}

/// Arguments of `mail`.
#[derive(Clone, Debug, Args)]
pub struct MailArgs {
    /// The raw mail; its file name is its id
    pub file: PathBuf,
}

/// Arguments of `schema`.
#[derive(Clone, Debug, Args)]
pub struct SchemaArgs {
    /// Which answer's schema
    #[arg(value_parser = verbs::schema::NAMES)]
    pub name: String,
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

fn parse_latency(text: &str) -> Result<Duration, String> {
    if matches!(text, "0" | "0ms" | "0s") { Ok(Duration::ZERO) } else { parse_duration(text) }
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if matches!(cli.command, Command::Worker) {
        return verbs::worker::run();
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
        Command::Portal(command) => verbs::portal::run(&context, command).await,
        Command::Mail(args) => verbs::mail::run(&context, args).await,
        Command::Schema(args) => verbs::schema::run(&args),
        Command::Worker => Ok(Exit::Done),
    }
}
