//! What the race prints: the machine, a line a heat, medians with their spread, and whether the aims are met.

use crate::heat::{Contender, Outcome};
use crate::peers::Peers;
use domain::profile::{Politeness, Profile};
use serde_json::json;
use std::fmt::Write;

/// Aims at 300 ms: times as fast as one browser, times as fast as four, share of four browsers' memory.
const AIMS: (f64, f64, f64) = (10.0, 3.0, 0.6);

/// Latency at which the aims hold.
const AIM_LATENCY_MS: u64 = 300;

/// What everybody keeps to: the hospital's profile, which the service obeys; a row tells what each contender took.
pub(crate) fn budget(profile: &Profile) -> String {
    let Politeness { requests_per_minute, parallel_requests, open_charts, .. } = &profile.politeness;
    format!(
        "budget: {requests_per_minute} requests a minute, {parallel_requests} at once, {open_charts} open charts; a \
         browser opens up to 6 connections and one chart, so four browsers up to 24 and four"
    )
}

/// The machine, its load, and the versions.
pub(crate) fn machine(peers: &Peers) -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_once(':').map_or("unknown", |(_, value)| value.trim()).to_owned()
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (cpu, memory) =
        (field(&read("/proc/cpuinfo"), "model name"), field(&read("/proc/meminfo"), "MemTotal"));
    let load = read("/proc/loadavg").split_whitespace().take(3).collect::<Vec<_>>().join(" ");
    let build = if cfg!(debug_assertions) { "development build" } else { "optimised build" };
    let machine = json!({
        "cores": cores, "cpu": cpu, "memory": memory, "load": load, "build": build, "versions": peers.versions,
    });
    format!("{cores} cores ({cpu}), {memory}, load {load}, {build}\n{}\n{machine}", peers.versions.join(", "))
}

/// One heat, as JSON.
pub(crate) fn line(latency_ms: u64, run: usize, outcome: &Outcome) -> String {
    json!({
        "latency_ms": latency_ms,
        "run": run,
        "contender": outcome.contender.name(),
        "pages_per_s": rounded(outcome.rate()),
        "pages": outcome.pages,
        "seconds": rounded(outcome.seconds),
        "login_s": rounded(outcome.login_s),
        "documents": outcome.documents,
        "expected": outcome.expected,
        "peak_mb": rounded(outcome.peak_mb),
        "median_mb": rounded(outcome.median_mb),
        "requests": outcome.requests[0],
        "requests_per_minute_max": outcome.requests[1],
        "failures": outcome.failures,
    })
    .to_string()
}

/// Medians and spreads by latency and contender, as a table and as JSON, and the aims.
pub(crate) fn summary(rows: &[(u64, Vec<Outcome>)], profile: &Profile) -> String {
    let mut text = format!(
        "\n{:>7}  {:<22} {:>8} {:>13} {:>8} {:>11} {:>9} {:>9} {:>9}\n",
        "latency",
        "contender",
        "pages/s",
        "spread",
        "login s",
        "documents",
        "peak MB",
        "median MB",
        "req/min"
    );
    let mut lines = String::new();
    for (latency_ms, outcomes) in rows {
        for contender in contenders(outcomes) {
            let own: Vec<&Outcome> = outcomes.iter().filter(|one| one.contender == contender).collect();
            let of = |value: fn(&Outcome) -> f64| Spread::of(own.iter().map(|one| value(one)));
            let (rate, login) = (of(Outcome::rate), of(|one| one.login_s));
            let (peak, usual) = (of(|one| one.peak_mb), of(|one| one.median_mb));
            let per_minute = of(|one| one.requests[1] as f64);
            // The worst run counts.
            let documents = own.iter().map(|one| one.documents).min().unwrap_or_default();
            let expected = own.iter().map(|one| one.expected).max().unwrap_or_default();
            let spread = format!("{:.2}–{:.2}", rate.least, rate.most);
            // Writing to a text does not fail.
            let _ = writeln!(
                text,
                "{:>4} ms  {:<22} {:>8.2} {spread:>13} {:>8.1} {:>11} {:>9.0} {:>9.0} {:>9.0}",
                latency_ms,
                contender.name(),
                rate.median,
                login.median,
                format!("{documents}/{expected}"),
                peak.median,
                usual.median,
                per_minute.median,
            );
            let row = json!({
                "latency_ms": latency_ms, "contender": contender.name(), "runs": own.len(),
                "pages_per_s": rounded(rate.median),
                "pages_per_s_spread": [rounded(rate.least), rounded(rate.most)],
                "login_s": rounded(login.median), "documents": documents, "expected": expected,
                "peak_mb": rounded(peak.median), "median_mb": rounded(usual.median),
                "requests_per_minute_max": per_minute.median,
            });
            let _ = writeln!(lines, "{row}");
        }
    }
    for (_, outcomes) in rows.iter().filter(|(latency_ms, _)| *latency_ms == AIM_LATENCY_MS) {
        text.push_str(&aims(outcomes));
    }
    let most =
        rows.iter().flat_map(|(_, outcomes)| outcomes).map(|one| one.requests[1]).max().unwrap_or_default();
    let allowed = u64::from(profile.politeness.requests_per_minute);
    let said = if most <= allowed { "within" } else { "NOT within" };
    // Writing to a text does not fail.
    let _ = writeln!(
        text,
        "at most {most} requests in any minute, {said} the {allowed} that are allowed to everybody"
    );
    format!("{text}{lines}")
}

fn aims(outcomes: &[Outcome]) -> String {
    let median = |contender: Contender, value: fn(&Outcome) -> f64| {
        Spread::of(outcomes.iter().filter(|one| one.contender == contender).map(value)).median
    };
    let (one, four) = (Contender::Selenium { browsers: 1 }, Contender::Selenium { browsers: 4 });
    let ran = |contender| outcomes.iter().any(|outcome| outcome.contender == contender);
    if ![Contender::Service, one, four].into_iter().all(ran) {
        return "\nnothing is said of the aims: not all three ran\n".to_owned();
    }
    let faster = |than| median(Contender::Service, Outcome::rate) / median(than, Outcome::rate);
    let memory = median(Contender::Service, |one| one.peak_mb) / median(four, |one| one.peak_mb);
    let said = |met: bool| if met { "met" } else { "NOT met" };
    let (ten, three, share) = AIMS;
    format!(
        "\nat {AIM_LATENCY_MS} ms: {:.1} times one browser (aim {ten:.0}: {}), {:.1} times four (aim {three:.0}: {}), \
         {:.0} % of the peak memory of four (aim {:.0} %: {})\n",
        faster(one),
        said(faster(one) >= ten),
        faster(four),
        said(faster(four) >= three),
        memory * 100.0,
        share * 100.0,
        said(memory <= share),
    )
}

/// The contenders in the order of their first heats.
fn contenders(outcomes: &[Outcome]) -> Vec<Contender> {
    let mut seen: Vec<Contender> = Vec::new();
    for outcome in outcomes {
        if !seen.contains(&outcome.contender) {
            seen.push(outcome.contender);
        }
    }
    seen
}

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
}

fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
