//! `demo`: a synthetic hospital and the whole service against it, held against the hospital's truth.
//!
//! Exit 0 only if every message ended as the truth says.

mod compare;
mod fields;
mod report;
mod watch;

use crate::cli::{Context, DemoArgs};
use crate::error::{Exit, Failure, VerbResult};
use crate::service::ServiceView;
use crate::settings::Settings;
use crate::{output, telemetry, wiring};
pub use compare::Compared;
use compare::{Known, compare};
use domain::ports::{OrderStore, RequestFilter, RequestStore};
use domain::request::Request;
use jiff::Zoned;
use report::{Report, TruthReport};
use simulator::{Simulator, SimulatorOptions, Truth};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::Instant;
use watch::Watch;

/// How often the picture is drawn.
const REDRAW: Duration = Duration::from_millis(300);

/// The demo gives up when it has not come to rest within this time for each message, plus [`DEMO_MAX_FIXED`].
const DEMO_MAX_PER_MESSAGE: Duration = Duration::from_secs(60);

/// See [`DEMO_MAX_PER_MESSAGE`].
const DEMO_MAX_FIXED: Duration = Duration::from_secs(300);

/// Runs the demo.
///
/// # Errors
/// Hospital or service cannot be started, or the demo does not come to rest.
pub async fn run(context: &Context, args: DemoArgs) -> VerbResult {
    let args = &args;
    let out = prepare(&args.out)?;
    let started = Instant::now();
    let hospital = start_hospital(args, &out).await?;
    let own = Context { config: Some(out.join("connector.toml")), ..context.clone() };
    let (settings, secrets) = own.service_settings()?;
    let guard = telemetry::init_to_file(&settings.telemetry, &out.join("connector.log"))?;
    for (kind, url) in hospital.base_urls() {
        output::note(&format!("{}  {url}  ({} patients, seed {})", kind.portal(), args.patients, args.seed));
    }
    let mut watch = Watch::default();
    let service = wiring::start(&settings, secrets, watch.page_progress()).await?;
    let view = service.view.clone();
    let (rest, at_rest) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(service.run(async {
        // Dropping the sender says the same: there is nothing more to run for.
        let _ = at_rest.await;
    }));
    let followed = follow(&view, hospital.truth(), &mut watch).await;
    watch.finish();
    drop(rest);
    let drained = running.await;
    guard.shut_down().await;
    let seconds = followed?.duration_since(started).as_secs_f64();
    drained.map_err(|error| Failure::failed("the service", error, "look at connector.log"))??;
    let compared = compare(hospital.truth(), &known(view.requests.as_ref(), view.orders.as_ref()).await?);
    let report = summary(&compared, &view, &hospital, seconds, &settings).await?;
    hospital.stop().await;
    show(&compared, &report, args)
}

fn prepare(out: &Path) -> Result<PathBuf, Failure> {
    let unusable = |error: std::io::Error| {
        Failure::failed(out.display().to_string(), error, "choose another folder with --out")
    };
    if out.exists() && !out.join("truth.json").exists() && out.read_dir().map_err(unusable)?.next().is_some()
    {
        let cause = "holds files that no demo has made";
        return Err(Failure::usage(out.display().to_string(), cause, "choose an empty folder with --out"));
    }
    if out.exists() {
        std::fs::remove_dir_all(out).map_err(unusable)?;
    }
    std::fs::create_dir_all(out).map_err(unusable)?;
    out.canonicalize().map_err(unusable)
}

async fn start_hospital(args: &DemoArgs, out: &Path) -> Result<Simulator, Failure> {
    let options = SimulatorOptions {
        hospitals: super::simulate::kinds(args.hospital),
        port: 0,
        patients: usize::try_from(args.patients).unwrap_or(usize::MAX),
        seed: args.seed,
        latency: args.latency,
        out: out.to_owned(),
        faults: super::simulate::faults(args.faults.as_deref(), args.seed)?,
        today: Zoned::now().date(),
    };
    Simulator::start(options).await.map_err(|error| {
        Failure::failed("the synthetic hospital", error, "see the cause; the port and the folder are its own")
    })
}

/// Draws the picture until every message of the truth is at rest and Done is pressed where it should be.
async fn follow(view: &ServiceView, truth: &Truth, watch: &mut Watch) -> Result<Instant, Failure> {
    let labels: HashMap<&str, String> = truth
        .messages
        .iter()
        .map(|message| (message.message_id.as_str(), format!("#{:<3} {}", message.n, message.story.name())))
        .collect();
    let label =
        |request: &Request| labels.get(request.row.message_id.reveal().as_str()).cloned().unwrap_or_default();
    let messages = u32::try_from(truth.messages.len()).unwrap_or(u32::MAX);
    let give_up = Instant::now() + DEMO_MAX_FIXED + DEMO_MAX_PER_MESSAGE.saturating_mul(messages);
    loop {
        let finished = |request: &Request| request.at_rest() && !view.done_is_due(request);
        match view.all().await {
            Ok(requests) => {
                watch.show(&requests, label);
                if requests.len() >= truth.messages.len() && requests.iter().all(finished) {
                    return Ok(Instant::now());
                }
            }
            // A server that is away comes back.
            Err(failure) if failure.passing => {}
            Err(failure) => return Err(failure),
        }
        if Instant::now() >= give_up {
            return Err(Failure::failed(
                "the demo",
                "it does not come to rest",
                "look at connector.log in the output folder",
            ));
        }
        tokio::time::sleep(REDRAW).await;
    }
}

/// Holds what a store says became of each message against the truth; also beside a running service.
///
/// # Errors
/// The store cannot be opened or read.
pub async fn compare_store(settings: &Settings, truth: &Truth) -> Result<Vec<Compared>, Failure> {
    let stores = wiring::open_stores(settings).await?;
    Ok(compare(truth, &known(stores.requests.as_ref(), stores.orders.as_ref()).await?))
}

async fn known(requests: &dyn RequestStore, orders: &dyn OrderStore) -> Result<Vec<Known>, Failure> {
    let mut known = Vec::new();
    for request in requests.list(&RequestFilter::default()).await? {
        let orders = orders.get(&request.id, request.revision).await?.map(|set| set.value);
        known.push(Known { request, orders });
    }
    Ok(known)
}

async fn summary(
    compared: &[Compared],
    view: &ServiceView,
    hospital: &Simulator,
    seconds: f64,
    settings: &Settings,
) -> Result<Report, Failure> {
    let stats = hospital.stats();
    let pages = view
        .all()
        .await?
        .iter()
        .filter_map(|request| request.packet.as_ref())
        .map(|packet| packet.pages.len())
        .sum();
    Ok(Report {
        outcomes: report::outcomes(compared),
        truth: TruthReport {
            agree: compared.iter().filter(|one| one.agrees()).count(),
            disagree: compared.iter().filter(|one| !one.agrees()).cloned().collect(),
        },
        stories: report::stories(compared),
        pages,
        fields: report::fields(compared),
        foreign_pages: compared.iter().map(|one| one.foreign_pages.len()).sum(),
        logins: stats.logins,
        portal_requests: stats.requests,
        seconds,
        handover: settings.folder_destinations().into_iter().next().unwrap_or_default(),
        to_ask_for: report::to_ask_for(compared),
    })
}

fn show(compared: &[Compared], report: &Report, args: &DemoArgs) -> VerbResult {
    output::print(&report::table(compared).to_string())?;
    output::print(&report::story_table(&report.stories).to_string())?;
    let outcomes: Vec<String> =
        report.outcomes.iter().map(|(name, count)| format!("{name} {count}")).collect();
    output::print(&format!(
        "{}   |   truth: {} agree, {} disagree   |   {} pages, {} of another patient   |   {} logins, {} portal requests   |   {:.0} s",
        outcomes.join(", "),
        report.truth.agree,
        report.truth.disagree.len(),
        report.pages,
        report.foreign_pages,
        report.logins,
        report.portal_requests,
        report.seconds,
    ))?;
    let fields = &report.fields;
    output::print(&format!(
        "fields: {} read as planted, {} read wrong, {} not read",
        fields.right, fields.wrong, fields.missing
    ))?;
    output::print(&format!("packets: {}, each with summary.txt", report.handover.display()))?;
    if let Some(request) = &report.to_ask_for {
        let program = format!("epic-connector --config {}", args.out.join("connector.toml").display());
        output::print(&format!(
            "what an order waits for, and who supplies it: {program} orders summary {request}"
        ))?;
        output::print(&format!(
            "the letter to its prescriber: {program} orders letter {request} --pdf letter.pdf"
        ))?;
    }
    if let Some(path) = &args.json {
        files::write_atomic(path, output::json(report)?.as_bytes(), 0o644).map_err(|error| {
            Failure::failed(path.display().to_string(), error, "choose another file with --json")
        })?;
    }
    Ok(if report.truth.disagree.is_empty() { Exit::Done } else { Exit::Failed })
}
