//! The whole chain, measured: message → hand-over, our own share of it, and memory at rest.
//!
//! `cargo bench --bench chain` starts a synthetic hospital and the service in this process, and prints a table and one
//! line of JSON. Stage times come from the stages' own spans; *own* is what is left of a request without its portal
//! stage (scrape) and without reading its pages (OCR). Memory is the proportional set size (PSS) of this process and
//! its workers once every request is at rest and the browsers have ended, the hospital included.

#![expect(clippy::print_stdout, reason = "a bench prints what it has measured")]

use epic_connector::settings::Settings;
use epic_connector::wiring;
use simulator::{FaultPlan, HospitalKind, Simulator, SimulatorOptions};
use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// Patients of the measured hospital; big enough for a 95th percentile.
const PATIENTS: usize = 24;

/// Seconds spent, by request and stage.
type Times = Arc<Mutex<HashMap<String, BTreeMap<String, f64>>>>;

/// Adds up how long each stage's spans were open.
struct StageTimes(Times);

struct Open {
    request: String,
    stage: String,
    since: Instant,
}

#[derive(Default)]
struct Fields {
    request: Option<String>,
    stage: Option<String>,
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "stage" {
            self.stage = Some(value.to_owned());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        match field.name() {
            "request" => self.request = Some(format!("{value:?}")),
            "stage" => self.stage = Some(format!("{value:?}")),
            _ => {}
        }
    }
}

impl<S: tracing::Subscriber + for<'a> LookupSpan<'a>> Layer<S> for StageTimes {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let (Some(span), Some(request), Some(stage)) = (context.span(id), fields.request, fields.stage) {
            span.extensions_mut().insert(Open { request, stage, since: Instant::now() });
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let extensions = span.extensions();
        let Some(open) = extensions.get::<Open>() else { return };
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *times.entry(open.request.clone()).or_default().entry(open.stage.clone()).or_default() +=
            open.since.elapsed().as_secs_f64();
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().nth(1).as_deref() == Some("worker") {
        // The worker pool starts its own program; here that is this bench.
        return Ok(process::serve_uncaged(None)?);
    }
    let times = Times::default();
    tracing_subscriber::registry()
        .with(StageTimes(Arc::clone(&times)).with_filter(EnvFilter::new("actors=info")))
        .try_init()?;
    let folder = tempfile::tempdir()?;
    let hospital = Simulator::start(SimulatorOptions {
        hospitals: vec![HospitalKind::B],
        port: 0,
        patients: PATIENTS,
        seed: 7,
        latency: Duration::from_millis(50),
        out: folder.path().to_owned(),
        faults: FaultPlan::default(),
        today: jiff::civil::date(2026, 11, 20),
    })
    .await?;
    let (settings, secrets) =
        Settings::load_with_secrets(Some(&folder.path().join("connector.toml")), &BTreeMap::new())
            .map_err(|mistakes| mistakes.to_string())?;
    let service = wiring::start(&settings, secrets, Arc::new(|_, _, _| {})).await?;
    let view = service.view.clone();
    let stores = wiring::open_stores(&settings).await?;
    view.idle(Duration::from_secs(2)).await?;
    service.printer.close().await;
    let idle_mb = pss_mb();
    let mut waits = Vec::new();
    for receipt in stores.deliveries.list().await? {
        if let Some(request) = stores.requests.get(&receipt.key.order.request()).await? {
            waits.push(receipt.at.duration_since(request.value.created_at).as_secs_f64());
        }
    }
    let times = times.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let own = times.values().map(|stages| {
        stages.iter().filter(|(stage, _)| !matches!(stage.as_str(), "scrape" | "ocr")).map(|(_, s)| s).sum()
    });
    report(waits, own.collect(), &times, idle_mb);
    service.run(async {}).await?;
    hospital.stop().await;
    Ok(())
}

fn report(
    mut waits: Vec<f64>,
    mut own: Vec<f64>,
    times: &HashMap<String, BTreeMap<String, f64>>,
    idle_mb: f64,
) {
    let (median, p95) = (percentile(&mut waits, 0.5), percentile(&mut waits, 0.95));
    let (own_median, own_p95) = (percentile(&mut own, 0.5), percentile(&mut own, 0.95));
    println!("message → hand-over   median {median:7.2} s   95 % {p95:7.2} s   ({} deliveries)", waits.len());
    println!(
        "our own share         median {own_median:7.3} s   95 % {own_p95:7.3} s   (without portal and OCR)"
    );
    let mut stages: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for request in times.values() {
        for (stage, seconds) in request {
            stages.entry(stage).or_default().push(*seconds);
        }
    }
    for (stage, mut seconds) in stages {
        println!("  {stage:<12} median {:7.3} s", percentile(&mut seconds, 0.5));
    }
    println!("memory at rest        {idle_mb:.0} MB (PSS of service, workers and hospital; no Chromium)");
    println!(
        "{{\"handover_median_s\":{median:.3},\"handover_p95_s\":{p95:.3},\"own_median_s\":{own_median:.4},\"own_p95_s\":{own_p95:.4},\"idle_mb\":{idle_mb:.1}}}"
    );
}

fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let index = ((values.len().saturating_sub(1)) as f64 * share).round() as usize;
    values.get(index).copied().unwrap_or_default()
}

/// PSS of this process and its children, in MB.
fn pss_mb() -> f64 {
    let own = std::process::id();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let kilobytes: u64 = entries
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|pid| *pid == own || parent(*pid) == Some(own))
        .filter_map(pss_kb)
        .sum();
    kilobytes as f64 / 1024.0
}

fn parent(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn pss_kb(pid: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    text.lines().find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix("kB")?.trim().parse().ok())
}
