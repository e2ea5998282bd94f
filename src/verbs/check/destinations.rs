//! Whether finished orders can be handed over: folders take files, buckets and queues answer.

use super::connect::{ANSWER_MAX, writable};
use super::{CheckLine, bad};
use crate::settings::{BlobAddress, DestinationKind, FaxQueueAddress, Settings};
use crate::wiring;

/// One line an end of each destination.
pub(super) async fn all(settings: &Settings) -> Vec<CheckLine> {
    let mut lines = folders(settings);
    match wiring::destination_servers(settings).await {
        Ok(ends) => {
            for (name, end) in ends {
                let what = format!("destination {name}: {}", end.name());
                lines.push(match tokio::time::timeout(ANSWER_MAX, end.ping()).await {
                    Ok(Ok(found)) => CheckLine::good(what, found),
                    Ok(Err(error)) => CheckLine::bad(what, error.cause),
                    Err(_) => CheckLine::bad(what, "does not answer"),
                });
            }
        }
        Err(failure) => lines.push(bad(&failure.thing, &failure)),
    }
    lines
}

fn folders(settings: &Settings) -> Vec<CheckLine> {
    let mut lines = Vec::new();
    for (name, destination) in &settings.destinations {
        match &destination.kind {
            DestinationKind::Folder { path } => lines.push(writable(&format!("destination {name}"), path)),
            DestinationKind::FaxPipeline(fax) => {
                if let BlobAddress::Folder(path) = &fax.files {
                    lines.push(writable(&format!("destination {name}: files"), path));
                }
                if let FaxQueueAddress::Folder(path) = &fax.queue {
                    lines.push(writable(&format!("destination {name}: messages"), path));
                }
            }
        }
    }
    lines
}
