//! `simulate`: a synthetic hospital alone, so that anybody can point another tool at it.

use super::run::stop_signal;
use crate::cli::SimulateArgs;
use crate::error::{Exit, Failure, VerbResult};
use crate::output;
use jiff::Zoned;
use simulator::{FaultPlan, Simulator, SimulatorError, SimulatorOptions};
use std::path::Path;

/// Runs the hospital until TERM or Ctrl-C.
///
/// # Errors
/// It cannot be started.
pub async fn run(args: SimulateArgs) -> VerbResult {
    let faults = args.faults.as_deref().map_or_else(|| Ok(FaultPlan::default()), read_faults)?;
    let out = std::path::absolute(&args.out).unwrap_or_else(|_| args.out.clone());
    let options = SimulatorOptions {
        port: args.port,
        patients: usize::try_from(args.patients).unwrap_or(usize::MAX),
        seed: args.seed,
        latency: args.latency,
        out: out.clone(),
        faults,
        today: Zoned::now().date(),
    };
    let stop = stop_signal()?;
    let hospital = Simulator::start(options).await.map_err(failure)?;
    output::print(&format!(
        "hospital       {}\nmessages       {}\nconfiguration  {}\ntruth          {}\nstop with Ctrl-C",
        hospital.base_url(),
        hospital.truth().messages.len(),
        out.join("connector.toml").display(),
        out.join("truth.json").display(),
    ))?;
    stop.await;
    hospital.stop().await;
    Ok(Exit::Done)
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
