//! The arguments of `audit`; their comments are the program's help.

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use domain::audit::{AuditAction, AuditHead};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// `audit …`
#[derive(Clone, Debug, Subcommand)]
pub enum AuditCommand {
    /// Check that no record was changed, removed or added, and print the head to write down elsewhere
    Verify {
        /// A head that was written down before, from here or from the service's log; a log cut off since then is found
        #[arg(long, value_name = "SEQ:HASH")]
        head: Option<AuditHead>,
        /// Answer as JSON (`schema audit-verify`)
        #[arg(long)]
        json: bool,
    },
    /// Who did what, when, with whose chart, why, and how it ended; shows no patient
    List(AuditListArgs),
}

/// Arguments of `audit list`; several narrow each other down.
#[derive(Clone, Debug, Args)]
pub struct AuditListArgs {
    /// Only of patients found by this name or its first letters, MRN or date of birth, and searches for it; `-` reads
    /// it from standard input, so that it stands in no history. This search is written into the audit log as well
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub patient: Option<String>,
    /// Only of this request, or of this order's request
    #[arg(long, value_name = "ID")]
    pub request: Option<String>,
    /// Only of this kind
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(AuditAction::ALL.map(AuditAction::name)))]
    pub action: Option<String>,
    /// Only from then on: 2026-11-20 (UTC) or 2026-11-20T08:00:00Z
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub since: Option<Timestamp>,
    /// At most so many, the latest
    #[arg(long, value_name = "COUNT", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
    /// Answer as JSON (`schema audit-list`)
    #[arg(long)]
    pub json: bool,
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    let midnight = |date: Date| date.to_zoned(TimeZone::UTC).ok().map(|midnight| midnight.timestamp());
    text.parse()
        .ok()
        .or_else(|| text.parse().ok().and_then(midnight))
        .ok_or_else(|| "a time is written 2026-11-20 or 2026-11-20T08:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::parse_time;

    #[test]
    fn a_day_begins_at_midnight_and_a_moment_is_itself() {
        let moment = "2026-11-20T08:00:00Z";
        assert_eq!(parse_time(moment).map(|at| at.to_string()).as_deref(), Ok(moment));
        assert_eq!(parse_time("2026-11-20").map(|at| at.to_string()).as_deref(), Ok("2026-11-20T00:00:00Z"));
        assert!(parse_time("yesterday").is_err());
    }
}
