//! The verbs' arguments; their comments are the program's help.

use crate::settings::parse_duration;
use crate::verbs;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::time::Duration;

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
    /// Which hospital: a (old style), b (new style), or both at once
    #[arg(long, value_enum, default_value_t = HospitalChoice::B)]
    pub hospital: HospitalChoice,
    /// How many patients each hospital has
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub patients: u64,
    /// Decides everything that is generated
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Added to every request to the portal
    #[arg(long, default_value = "50ms", value_name = "DURATION", value_parser = parse_latency)]
    pub latency: Duration,
    /// What goes wrong: a TOML file, or "all" for every fault at once
    #[arg(long, value_name = "all|FILE")]
    pub faults: Option<PathBuf>,
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
    /// PDF, TIFF, JPEG, PNG, BMP, HTML, RTF, plain text, or a ZIP of such; several make one packet
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Answer as JSON (`schema read`)
    #[arg(long)]
    pub json: bool,
    /// Write the searchable packet to this file
    #[arg(long, value_name = "OUT")]
    pub pdf: Option<PathBuf>,
    /// Write the packet as a fax to this file, TIFF or PDF by its ending (.tif, .pdf), and name the pages that will not
    /// be readable
    #[arg(long, value_name = "OUT")]
    pub fax: Option<PathBuf>,
}

/// Which synthetic hospital runs.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum HospitalChoice {
    /// St. Clement's, old style.
    A,
    /// Riverside, new style.
    B,
    /// One beside the other.
    Both,
}

/// Arguments of `simulate`.
#[derive(Clone, Debug, Args)]
pub struct SimulateArgs {
    /// Which hospital: a (old style), b (new style), or both in one process
    #[arg(long, value_enum, default_value_t = HospitalChoice::B)]
    pub hospital: HospitalChoice,
    /// Port on 127.0.0.1, the second hospital takes the next; 0 takes any free ones
    #[arg(long, default_value_t = 9000)]
    pub port: u16,
    /// How many patients each hospital has
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub patients: u64,
    /// Added to every request
    #[arg(long, default_value = "50ms", value_name = "DURATION", value_parser = parse_latency)]
    pub latency: Duration,
    /// Decides everything that is generated
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// What goes wrong: a TOML file, or "all" for every fault at once
    #[arg(long, value_name = "all|FILE")]
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
    /// Logins, locks, orders, permission, terms, questions of the mail system, and what to do about them
    Status {
        /// Answer as JSON (`schema portal-status`)
        #[arg(long)]
        json: bool,
    },
    /// Begin nothing new at a portal: what is under way is finished, the session is kept alive
    Pause(HoldArgs),
    /// As pause; then the session is given up
    Drain(HoldArgs),
    /// The kill switch: no further request, sessions dropped, their cookies forgotten
    Stop(HoldArgs),
    /// End a pause, a drain or a stop
    Resume(WhichPortals),
    /// Look at a portal as the service would: name each page of its login and shell, show which signals matched and how
    /// surely, time each step. Opens no message and no chart, downloads nothing
    Probe(ProbeArgs),
    /// Save the pages of its login and shell, masked, as what the drift canary compares with
    Record(ProbeArgs),
    /// Hold its shell against the recording, as the canary does every night
    Drift(ProbeArgs),
    /// Say that a mail's question, shown by `portal status`, was dealt with
    Dismiss {
        /// The mail's id
        id: String,
    },
}

/// Arguments of `portal probe`, `record` and `drift`.
#[derive(Clone, Debug, Args)]
pub struct ProbeArgs {
    /// The portal
    pub name: String,
    /// Answer as JSON (`schema portal-probe`)
    #[arg(long)]
    pub json: bool,
}

/// One portal, or all of them.
#[derive(Clone, Debug, Args)]
pub struct WhichPortals {
    /// The portal
    #[arg(required_unless_present = "all")]
    pub name: Option<String>,
    /// Every configured portal
    #[arg(long, conflicts_with = "name")]
    pub all: bool,
}

/// Arguments of `portal pause`, `drain` and `stop`.
#[derive(Clone, Debug, Args)]
pub struct HoldArgs {
    /// Which portals
    /// Which portals
    #[command(flatten)]
    pub which: WhichPortals,
    /// Why, in a few words and without naming a patient; it stands in the audit log
    #[arg(long, value_name = "TEXT")]
    pub why: String,
}

/// `keys …`
#[derive(Clone, Debug, Subcommand)]
pub enum KeysCommand {
    /// Which keys there are, how old, and what wraps them; shows no key
    List {
        /// Answer as JSON (`schema keys-list`)
        #[arg(long)]
        json: bool,
    },
    /// Make a new sealing key; older ones still open what they sealed
    Rotate {
        /// Also seal every request and its orders anew under it
        #[arg(long)]
        reseal: bool,
    },
    /// Wrap the keys by another key
    Rewrap {
        /// The new wrapping key: file:PATH, made if it is not there, or kms:KEY, an id, ARN or alias
        #[arg(long, value_name = "ADDRESS")]
        to: String,
    },
    /// Make a new index key and write the search index anew; can be repeated when it was cut short
    Reindex,
}

/// Arguments of `migrate`.
#[derive(Clone, Debug, Args)]
pub struct MigrateArgs {
    /// Only say what would be done
    #[arg(long)]
    pub dry_run: bool,
    /// The database's format to go to, also back; the newest unless given
    #[arg(long, value_name = "FORMAT")]
    pub to: Option<u32>,
    /// Answer as JSON (`schema migrate`)
    #[arg(long)]
    pub json: bool,
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

fn parse_latency(text: &str) -> Result<Duration, String> {
    if matches!(text, "0" | "0ms" | "0s") { Ok(Duration::ZERO) } else { parse_duration(text) }
}
