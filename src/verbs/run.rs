//! `run`: the service. Ends with TERM or Ctrl-C, or with `--until-idle` once nothing is left to do.

use crate::cli::{Context, RunArgs};
use crate::error::{Exit, Failure, VerbResult};
use crate::settings::{Secrets, Settings};
use crate::{telemetry, wiring};
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};

/// Runs the service.
///
/// # Errors
/// It cannot be started, or its root gave up.
pub async fn run(context: &Context, args: RunArgs) -> VerbResult {
    let (settings, secrets) = context.service_settings()?;
    let guard = telemetry::init(&settings.telemetry)?;
    let result = serve(&settings, secrets, &args).await;
    guard.shut_down().await;
    result
}

async fn serve(settings: &Settings, secrets: Secrets, args: &RunArgs) -> VerbResult {
    let mut stop = Box::pin(stop_signal()?);
    let started = tokio::select! {
        started = wiring::start(settings, secrets, Arc::new(|_, _, _| {})) => started,
        // A start may wait for a server for as long as it takes.
        () = &mut stop => return Ok(Exit::Done),
    };
    let service = started?;
    let view = service.view.clone();
    let Some(quiet) = args.until_idle else {
        service.run(stop).await?;
        return Ok(Exit::Done);
    };
    let (idle, came_to_rest) = tokio::sync::oneshot::channel();
    let watched = view.clone();
    let until = async move {
        tokio::select! {
            () = stop => {}
            // A store that cannot be read ends the run; the exit code below meets the same error and tells it.
            _ = watched.idle(quiet) => {
                // The receiver waits in this very function.
                let _ = idle.send(());
            }
        }
    };
    let exit = async {
        service.run(until).await?;
        Ok::<(), Failure>(())
    };
    exit.await?;
    if came_to_rest.await.is_ok() { view.exit().await } else { Ok(Exit::Done) }
}

/// Resolves with TERM or Ctrl-C.
///
/// # Errors
/// The system gives no signal handlers.
pub fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    let handler = |kind| {
        signal(kind).map_err(|error| {
            Failure::failed("signal handlers", error, "start the service in an ordinary process")
        })
    };
    let (mut term, mut interrupt) = (handler(SignalKind::terminate())?, handler(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
