//! What a race is: contenders on the same files, what each costs and how well it does, and what ours is to reach.

use crate::measure::{Cost, Lane, run};
use std::error::Error;
use std::path::Path;
use std::time::Duration;

/// How our contender is called in every race.
pub(crate) const OURS: &str = "epic-connector";

/// What is told of a contender's work, each with its name: shares from 0 to 1, counts, sizes.
pub(crate) type Score = Vec<(String, f64)>;

type Outcome<T> = Result<T, Box<dyn Error>>;
/// Something done with a contender's folder.
type InFolder<'a, T> = Box<dyn Fn(&Path) -> Outcome<T> + 'a>;

/// Who runs, and how it is judged.
pub(crate) struct Contender<'a> {
    /// Its name in the table.
    pub(crate) name: &'static str,
    /// What it runs, given the folder for its results: lanes side by side.
    pub(crate) lanes: InFolder<'a, Vec<Lane>>,
    /// How good its results in that folder are.
    pub(crate) score: InFolder<'a, Score>,
}

/// What ours is to reach.
#[derive(Clone, Debug)]
pub(crate) enum Aim {
    /// At most this share of a peer's CPU-seconds.
    Cpu(&'static str, f64),
    /// A score at least as high as a peer's.
    NotBelow(&'static str, String),
    /// A score of at least this.
    AtLeast(String, f64),
    /// A score of at most this.
    AtMost(String, f64),
    /// At most this many megabytes at once.
    Peak(f64),
}

/// Contenders on the same files.
pub(crate) struct Race<'a> {
    /// Its name among the options.
    pub(crate) name: &'static str,
    /// What is done.
    pub(crate) title: String,
    /// Who runs.
    pub(crate) contenders: Vec<Contender<'a>>,
    /// What ours is to reach.
    pub(crate) aims: Vec<Aim>,
    /// How many times more often than asked for: what is over in an instant is measured more often.
    pub(crate) times: usize,
    /// A process that takes longer is ended.
    pub(crate) limit: Duration,
}

/// One contender's run.
pub(crate) struct Heat {
    /// Who.
    pub(crate) contender: &'static str,
    /// At what price.
    pub(crate) cost: Cost,
    /// With what result.
    pub(crate) score: Score,
}

impl Race<'_> {
    /// Lets everybody run, so many times, in turns.
    ///
    /// # Errors
    /// A contender cannot be started, or its results cannot be judged.
    pub(crate) fn run(&self, runs: usize) -> Outcome<Vec<Heat>> {
        let mut heats: Vec<Heat> = Vec::new();
        let mut order: Vec<&Contender<'_>> = self.contenders.iter().collect();
        for round in 0..runs * self.times {
            for contender in &order {
                let folder = tempfile::tempdir()?;
                let cost = run((contender.lanes)(folder.path())?, self.limit)
                    .map_err(|error| format!("{}: {error}", contender.name))?;
                // Judging takes far longer than what is over in an instant; its further runs are for the time alone.
                let judged = heats.iter().find(|heat| round >= runs && heat.contender == contender.name);
                let score = match judged {
                    Some(heat) => heat.score.clone(),
                    None => (contender.score)(folder.path()).map_err(|error| {
                        let failed = cost.failures.first().map_or("", String::as_str);
                        format!("{} in {}: {error}; {failed}", contender.name, self.name)
                    })?,
                };
                heats.push(Heat { contender: contender.name, cost, score });
            }
            // Whoever ran first on a machine that has just been busy, runs last the next time.
            order.rotate_left(1);
        }
        Ok(heats)
    }
}
