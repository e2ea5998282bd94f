//! What the demo ends with: the table for people, the JSON for machines.

use super::compare::{Compared, same_line};
use super::fields::FieldVerdict;
use crate::output;
use comfy_table::{Cell, Color, Table};
use domain::ids::RequestId;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The demo's result; its JSON keys are a promise.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    /// How many messages ended how.
    pub outcomes: BTreeMap<String, usize>,
    /// Held against the simulator's truth.
    pub truth: TruthReport,
    /// The same by story.
    pub stories: BTreeMap<String, StoryCounts>,
    /// Values the simulator planted, over all messages.
    pub fields: FieldCounts,
    /// Pages of all packets.
    pub pages: usize,
    /// Pages in packets that were served for another patient's chart.
    pub foreign_pages: usize,
    /// Logins that reached the portal's home page.
    pub logins: u64,
    /// Requests to the portal.
    pub portal_requests: u64,
    /// From start to the last hand-over, in seconds.
    pub seconds: f64,
    /// Where the packets lie.
    pub handover: PathBuf,
    /// A request that waits for something its prescriber can supply, if there is one.
    pub to_ask_for: Option<RequestId>,
}

/// Agreement with the truth.
#[derive(Clone, Debug, Serialize)]
pub(super) struct TruthReport {
    /// Messages that ended as they should.
    pub agree: usize,
    /// The others.
    pub disagree: Vec<Compared>,
}

/// How the messages of one story fared.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct StoryCounts {
    /// Messages.
    pub messages: usize,
    /// Those that ended as they should.
    pub agree: usize,
    /// How many ended how.
    pub outcomes: BTreeMap<String, usize>,
}

/// How planted values fared.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct FieldCounts {
    /// Read as planted.
    pub right: usize,
    /// Read as something else.
    pub wrong: usize,
    /// Not read.
    pub missing: usize,
}

/// Adds up how planted values fared.
pub(super) fn fields(compared: &[Compared]) -> FieldCounts {
    let mut counts = FieldCounts::default();
    for verdict in compared.iter().flat_map(|one| one.fields.values()) {
        match verdict {
            FieldVerdict::Right => counts.right += 1,
            FieldVerdict::Wrong { .. } => counts.wrong += 1,
            FieldVerdict::Missing => counts.missing += 1,
        }
    }
    counts
}

/// Counts how messages ended: by the first word of what became of them.
pub(super) fn outcomes(compared: &[Compared]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for one in compared {
        *counts.entry(outcome(one).to_owned()).or_default() += 1;
    }
    counts
}

/// The first word of what became of a message.
fn outcome(one: &Compared) -> &str {
    one.got.first().and_then(|line| line.split(' ').next()).unwrap_or("none")
}

/// The first request that waits for one document: a rule's reason and no other.
pub(super) fn to_ask_for(compared: &[Compared]) -> Option<RequestId> {
    const ASKED: [&str; 4] = ["PAP-1b:", "PAP-2:insufficient", "SIG-1:", "PAP-9:"];
    let asks = |one: &&Compared| one.got.iter().any(|line| ASKED.iter().any(|code| line.contains(code)));
    compared.iter().find(asks)?.request.clone()
}

/// Adds up by story.
pub(super) fn stories(compared: &[Compared]) -> BTreeMap<String, StoryCounts> {
    let mut stories: BTreeMap<String, StoryCounts> = BTreeMap::new();
    for one in compared {
        let counts = stories.entry(one.story.clone()).or_default();
        counts.messages += 1;
        counts.agree += usize::from(one.agrees());
        *counts.outcomes.entry(outcome(one).to_owned()).or_default() += 1;
    }
    stories
}

/// The table by story: a row a story.
pub(super) fn story_table(stories: &BTreeMap<String, StoryCounts>) -> Table {
    let mut table = output::table(&["story", "messages", "agree", "became"]);
    for (story, counts) in stories {
        let color = if counts.agree == counts.messages { Color::Green } else { Color::Red };
        let became: Vec<String> =
            counts.outcomes.iter().map(|(outcome, count)| format!("{outcome} {count}")).collect();
        table.add_row([
            Cell::new(story),
            Cell::new(counts.messages),
            Cell::new(counts.agree).fg(color),
            Cell::new(became.join(", ")),
        ]);
    }
    table
}

/// The table: a row a message.
pub(super) fn table(compared: &[Compared]) -> Table {
    let mut table = output::table(&["message", "portal", "request", "story", "items", "became", "truth"]);
    for one in compared {
        let truth = if one.agrees() {
            Cell::new("agrees").fg(Color::Green)
        } else {
            Cell::new(format!("expected {}", difference(one).join("; "))).fg(Color::Red)
        };
        let request = one.request.as_ref().map_or("-", |request| request.as_str());
        table.add_row([
            Cell::new(one.message),
            Cell::new(&one.portal),
            Cell::new(request.get(..8).unwrap_or(request)),
            Cell::new(&one.story),
            Cell::new(one.items.join(" ")),
            Cell::new(one.got.first().map_or("-", String::as_str)),
            truth,
        ]);
    }
    table
}

/// The expected lines that are missing, and the pages that should not be there.
fn difference(one: &Compared) -> Vec<String> {
    let among = |line: &str, lines: &[String]| lines.iter().any(|other| same_line(line, other));
    let mut lines: Vec<String> = one.expected.iter().filter(|line| !among(line, &one.got)).cloned().collect();
    let meant = |line: &str| one.expected.iter().any(|expected| same_line(expected, line));
    lines.extend(one.got.iter().filter(|line| !meant(line)).map(|line| format!("not {line}")));
    let hand_overs = |lines: &[String]| lines.iter().filter(|line| *line == "delivered").count();
    if lines.is_empty() && hand_overs(&one.expected) != hand_overs(&one.got) {
        lines.push(format!("{} hand-overs, not {}", hand_overs(&one.expected), hand_overs(&one.got)));
    }
    if !one.foreign_pages.is_empty() {
        lines.push(format!("no page of another patient, but pages {:?} are", one.foreign_pages));
    }
    lines
}
