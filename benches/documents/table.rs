//! What the races print: the machine, medians with their spread and scores, and whether the aims are met.

use crate::peers::Peers;
use crate::race::{Aim, Heat, OURS, Race};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// So that a row stays readable.
const SCORES_A_LINE: usize = 5;

/// The machine, its load, and everybody's versions.
pub(crate) fn machine(peers: &Peers) -> Value {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_once(':').map_or("unknown", |(_, value)| value.trim()).to_owned()
    };
    json!({
        "cores": std::thread::available_parallelism().map_or(1, usize::from),
        "cpu": field(&read("/proc/cpuinfo"), "model name"),
        "memory": field(&read("/proc/meminfo"), "MemTotal"),
        "kernel": read("/proc/sys/kernel/osrelease").trim(),
        "load": load(),
        "build": if cfg!(debug_assertions) { "development (documents at opt-level 2)" } else { "optimised" },
        "versions": peers.versions,
    })
}

fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}

/// Median and spread.
#[derive(Clone, Copy)]
struct Spread {
    least: f64,
    median: f64,
    most: f64,
}

impl Spread {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or_default();
        Self { least: at(0), median: at(values.len() / 2), most: at(values.len().saturating_sub(1)) }
    }

    fn json(self) -> Value {
        json!({"median": rounded(self.median), "least": rounded(self.least), "most": rounded(self.most)})
    }
}

/// One contender's runs, together.
struct Row {
    name: &'static str,
    runs: usize,
    cpu_s: Spread,
    wall_s: Spread,
    peak_mb: Spread,
    longest_s: f64,
    failures: Vec<String>,
    scores: Vec<(String, Spread)>,
}

impl Row {
    fn of(name: &'static str, heats: &[Heat]) -> Self {
        let own: Vec<&Heat> = heats.iter().filter(|heat| heat.contender == name).collect();
        let of = |value: fn(&Heat) -> f64| Spread::of(own.iter().map(|heat| value(heat)));
        let names = own.first().map_or(&[][..], |heat| &heat.score);
        let score = |name: &str| {
            let of_heat = |heat: &&Heat| Some(heat.score.iter().find(|(other, _)| other == name)?.1);
            Spread::of(own.iter().filter_map(of_heat))
        };
        Self {
            name,
            runs: own.len(),
            cpu_s: of(|heat| heat.cost.cpu_s),
            wall_s: of(|heat| heat.cost.wall_s),
            peak_mb: of(|heat| heat.cost.peak_mb),
            longest_s: of(|heat| heat.cost.longest_s).most,
            failures: own.iter().flat_map(|heat| heat.cost.failures.clone()).collect(),
            scores: names.iter().map(|(name, _)| (name.clone(), score(name))).collect(),
        }
    }

    fn score(&self, name: &str) -> Option<f64> {
        self.scores.iter().find(|(other, _)| other == name).map(|(_, spread)| spread.median)
    }

    fn json(&self) -> Value {
        let scores: Map<String, Value> =
            self.scores.iter().map(|(name, spread)| (name.clone(), spread.json())).collect();
        json!({
            "contender": self.name, "runs": self.runs, "cpu_s": self.cpu_s.json(), "wall_s": self.wall_s.json(),
            "peak_mb": self.peak_mb.json(), "longest_process_s": rounded(self.longest_s),
            "processes_failed": self.failures.len(), "score": scores,
        })
    }
}

/// A race's rows, and what became of its aims.
pub(crate) struct Result {
    title: String,
    rows: Vec<Row>,
    /// What was aimed at, and whether it is met.
    aims: Vec<(String, bool)>,
    race: &'static str,
    /// All of it.
    pub(crate) json: Value,
}

impl Result {
    /// What the heats come to.
    pub(crate) fn of(race: &Race<'_>, heats: &[Heat]) -> Self {
        let rows: Vec<Row> = race.contenders.iter().map(|one| Row::of(one.name, heats)).collect();
        let aims: Vec<(String, bool)> = race.aims.iter().filter_map(|aim| judged(aim, &rows)).collect();
        let told: Vec<Value> = aims.iter().map(|(aim, met)| json!({"aim": aim, "met": met})).collect();
        let json = json!({
            "race": race.name, "what": race.title, "load_after": load(),
            "rows": rows.iter().map(Row::json).collect::<Vec<_>>(), "aims": told,
        });
        Self { title: race.title.clone(), rows, aims, race: race.name, json }
    }

    /// The aims not met.
    pub(crate) fn unmet(&self) -> Vec<String> {
        let unmet = self.aims.iter().filter(|(_, met)| !met);
        unmet.map(|(aim, _)| format!("{}: {aim}", self.race)).collect()
    }

    /// For people.
    pub(crate) fn table(&self) -> String {
        let mut text = format!(
            "\n{}: {}\n{:<16} {:>9} {:>15} {:>8} {:>8}  {}\n",
            self.race, self.title, "contender", "CPU s", "spread", "wall s", "peak MB", "score"
        );
        for row in &self.rows {
            let spread = format!("{:.2}–{:.2}", row.cpu_s.least, row.cpu_s.most);
            let mut scores: Vec<String> = row
                .scores
                .iter()
                .map(|(name, spread)| format!("{name} {}", rounded(spread.median)))
                .collect();
            let more = scores.split_off(scores.len().min(SCORES_A_LINE));
            // Writing to a text does not fail.
            let _ = writeln!(
                text,
                "{:<16} {:>9.3} {spread:>15} {:>8.2} {:>8.0}  {}",
                row.name,
                row.cpu_s.median,
                row.wall_s.median,
                row.peak_mb.median,
                scores.join(", "),
            );
            for line in more.chunks(SCORES_A_LINE) {
                let _ = writeln!(text, "{:<62}{}", "", line.join(", "));
            }
            if let Some(first) = row.failures.first() {
                let _ = writeln!(text, "{:<16} {} processes failed, as {first}", "", row.failures.len());
            }
        }
        for (aim, met) in &self.aims {
            let _ = writeln!(text, "  {} {aim}", if *met { "met    " } else { "NOT met" });
        }
        text
    }
}

/// An aim in words, and whether it is met; nothing where nobody can tell.
fn judged(aim: &Aim, rows: &[Row]) -> Option<(String, bool)> {
    let row = |name: &str| rows.iter().find(|row| row.name == name);
    let ours = row(OURS)?;
    Some(match aim {
        Aim::Cpu(peer, most) => {
            let share = ours.cpu_s.median / row(peer)?.cpu_s.median.max(1e-9);
            (format!("{share:.2} times the CPU-seconds of {peer}, {most} allowed"), share <= *most)
        }
        Aim::NotBelow(peer, name) => {
            let (own, other) = (ours.score(name)?, row(peer)?.score(name)?);
            (format!("{name} {:.4}, {peer} has {other:.4}", own), own >= other)
        }
        Aim::AtLeast(name, least) => {
            let own = ours.score(name)?;
            (format!("{name} {own:.4}, at least {least}"), own >= *least)
        }
        Aim::AtMost(name, most) => {
            let own = ours.score(name)?;
            (format!("{name} {own:.4}, at most {most}"), own <= *most)
        }
        Aim::Peak(most) => {
            // The worst run counts.
            let peak = ours.peak_mb.most;
            (format!("{peak:.0} MB at the most, {most:.0} allowed"), peak <= *most)
        }
    })
}

fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}
