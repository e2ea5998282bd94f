//! The arguments of `orders`; their comments are the program's help.

use crate::settings::parse_duration;
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::time::Duration;

/// Where requests can stand, as `Request::standing` and the metrics name it.
const STANDINGS: [&str; 15] = [
    "scrape",
    "reassembly",
    "ocr",
    "parse",
    "route",
    "done",
    "needs_person",
    "parked",
    "parsed",
    "delivered",
    "duplicate",
    "not_dme",
    "rejected",
    "cancelled",
    "superseded",
];

/// A link's longest life: it gives the packet to whoever has it.
const LINK_MAX: Duration = Duration::from_hours(12);

/// `orders …`
#[derive(Clone, Debug, Subcommand)]
pub enum OrdersCommand {
    /// Requests with their stage, outcome or waiting reason, the latest first; shows no patient
    List(OrdersListArgs),
    /// An order in plain words, what is missing or contradicted, and who supplies it; it shows the patient
    Summary {
        /// The request's or order's id
        id: String,
        /// Answer as JSON (`schema orders-summary`)
        #[arg(long)]
        json: bool,
    },
    /// The letter that asks the prescriber for what an order waits for; it shows the patient
    Letter(OrdersLetterArgs),
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
        /// Read the chart for this as well: an item family, or a plan of collection.toml such as `default`
        #[arg(long, value_name = "NAME")]
        plan: Option<String>,
    },
    /// Say that an order or a document is not the one it was held to repeat: the order goes on as one of its own
    NotDuplicate(NotDuplicateArgs),
    /// Write a request's packet to a file, or print a link to it, to look at; it shows the patient
    Export(OrdersExportArgs),
}

/// Arguments of `orders list`; several narrow each other down.
#[derive(Clone, Debug, Args)]
pub struct OrdersListArgs {
    /// Only of patients found by this name or its first letters, MRN or date of birth; `-` reads it from standard
    /// input, so that it stands in no history. The search is written into the audit log
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub search: Option<String>,
    /// Only of this portal
    #[arg(long, value_name = "NAME")]
    pub portal: Option<String>,
    /// Only those that stand there
    #[arg(long, value_name = "WORD", value_parser = PossibleValuesParser::new(STANDINGS))]
    pub standing: Option<String>,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub limit: u32,
    /// Go on behind this request, the last of the page before
    #[arg(long, value_name = "ID")]
    pub after: Option<String>,
    /// Answer as JSON (`schema orders-list`)
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `orders not-duplicate`.
#[derive(Clone, Debug, Args)]
pub struct NotDuplicateArgs {
    /// The order's id; with --document the request's
    pub id: String,
    /// Not the order, but this document of the request's packet, as `orders show` names it
    #[arg(long, value_name = "DOCUMENT")]
    pub document: Option<String>,
}

/// Arguments of `orders letter`.
#[derive(Clone, Debug, Args)]
pub struct OrdersLetterArgs {
    /// The request's or order's id
    pub id: String,
    /// The file of a PDF
    #[arg(long, value_name = "OUT", required_unless_present = "text", conflicts_with = "text")]
    pub pdf: Option<PathBuf>,
    /// The file of a text; `-` writes it to standard output
    #[arg(long, value_name = "OUT", allow_hyphen_values = true)]
    pub text: Option<PathBuf>,
}

/// Arguments of `orders export`.
#[derive(Clone, Debug, Args)]
pub struct OrdersExportArgs {
    /// The request's or order's id
    pub id: String,
    /// The file
    #[arg(long, value_name = "OUT", required_unless_present = "link", conflicts_with = "link")]
    pub pdf: Option<PathBuf>,
    /// Print a link that gives the packet to whoever has it, where the files lie in a bucket
    #[arg(long)]
    pub link: bool,
    /// How long the link is good for, at most 12h
    #[arg(long, value_name = "DURATION", default_value = "15m", conflicts_with = "pdf", value_parser = parse_link_life)]
    pub valid_for: Duration,
}

fn parse_link_life(text: &str) -> Result<Duration, String> {
    let life = parse_duration(text)?;
    if life > LINK_MAX { Err("a link is good for 12h at most".to_owned()) } else { Ok(life) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::OrderId;
    use domain::parser::Outcome;
    use domain::work::Stage;

    #[test]
    fn every_outcome_and_stage_is_a_standing_to_ask_for() {
        let duplicate = Outcome::Duplicate { of: OrderId::new("r.1") };
        let outcomes = [
            Outcome::Delivered,
            duplicate,
            Outcome::NotDme,
            Outcome::Rejected,
            Outcome::Cancelled,
            Outcome::Superseded { by: OrderId::new("r.2") },
        ];
        let words = Stage::ALL.iter().map(|stage| stage.name()).chain(["needs_person", "parked", "parsed"]);
        assert!(words.chain(outcomes.iter().map(Outcome::name)).eq(STANDINGS));
    }

    #[test]
    fn a_link_does_not_live_long() {
        assert_eq!(parse_link_life("15m"), Ok(Duration::from_mins(15)));
        assert!(parse_link_life("12h").is_ok() && parse_link_life("13h").is_err());
        assert!(parse_link_life("soon").is_err());
    }
}
