//! `simulate`: one or two synthetic hospitals alone, so that anybody can point another tool at them.

use super::run::stop_signal;
use crate::cli::{HospitalChoice, SimulateArgs};
use crate::error::{Exit, Failure, VerbResult};
use crate::output;
use jiff::Zoned;
use simulator::{FaultPlan, HospitalKind, Simulator, SimulatorError, SimulatorOptions};
use std::path::Path;

/// Runs the hospitals until TERM or Ctrl-C.
///
/// # Errors
/// It cannot be started.
pub async fn run(args: SimulateArgs) -> VerbResult {
    let faults = faults(args.faults.as_deref(), args.seed)?;
    let out = std::path::absolute(&args.out).unwrap_or_else(|_| args.out.clone());
    let options = SimulatorOptions {
        hospitals: kinds(args.hospital),
        port: args.port,
        patients: usize::try_from(args.patients).unwrap_or(usize::MAX),
        seed: args.seed,
        latency: args.latency,
        out: out.clone(),
        faults,
        today: Zoned::now().date(),
    };
    let stop = stop_signal()?;
    let hospitals = Simulator::start(options).await.map_err(failure)?;
    let addresses: String =
        hospitals.base_urls().iter().map(|(kind, url)| format!("{:<15}{url}\n", kind.portal())).collect();
    output::print(&format!(
        "{addresses}messages       {}\nconfiguration  {}\ntruth          {}\nstop with Ctrl-C",
        hospitals.truth().messages.len(),
        out.join("connector.toml").display(),
        out.join("truth.json").display(),
    ))?;
    stop.await;
    hospitals.stop().await;
    Ok(Exit::Done)
}

/// The hospitals of a choice.
pub(super) fn kinds(choice: HospitalChoice) -> Vec<HospitalKind> {
    match choice {
        HospitalChoice::A => vec![HospitalKind::A],
        HospitalChoice::B => vec![HospitalKind::B],
        HospitalChoice::Both => HospitalKind::BOTH.to_vec(),
    }
}

/// What goes wrong: nothing, everything, or what a file says.
///
/// # Errors
/// The file cannot be read or is no fault plan.
pub(super) fn faults(wanted: Option<&Path>, seed: u64) -> Result<FaultPlan, Failure> {
    match wanted {
        None => Ok(FaultPlan::default()),
        Some(path) if path == Path::new("all") => Ok(FaultPlan::all(seed)),
        Some(path) => read_faults(path),
    }
}

fn read_faults(path: &Path) -> Result<FaultPlan, Failure> {
    let thing = || path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(thing(), error, "give --faults a readable TOML file"))?;
    toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        Failure::usage(thing(), format!("line {line}: {}", error.message()), "mend the fault plan")
    })
}

/// The simulator's errors say the way out on their second line.
fn failure(error: SimulatorError) -> Failure {
    let text = error.to_string();
    let (cause, way_out) = text.split_once('\n').unwrap_or((&text, "mend the fault plan"));
    match error {
        SimulatorError::FaultPlan { .. } => Failure::usage("the synthetic hospital", cause, way_out),
        _ => Failure::failed("the synthetic hospital", cause, way_out),
    }
}
