//! Destinations, from their settings.

use super::servers;
use crate::error::Failure;
use crate::settings::{BlobAddress, DestinationKind, FaxQueueAddress, FaxSettings, Settings};
use domain::fax::{FaxLine, FaxPipeline};
use domain::ids::DestinationName;
use domain::ports::{BackEnd, Destination, FaxFiles, FaxQueue};
use files::{FaxFolder, FaxOutbox, FolderDestination};
use std::sync::Arc;

/// A destination, and what it lies on.
pub(super) struct OpenedDestination {
    /// Where orders go.
    pub(super) port: Arc<dyn Destination>,
    /// What tells whether it takes any.
    pub(super) back_ends: Vec<Arc<dyn BackEnd>>,
}

/// Opens every destination; those on servers make no call yet.
///
/// # Errors
/// A folder cannot be made or read; a queue is one of our own; a profile is wrong.
pub(super) async fn open_destinations(settings: &Settings) -> Result<Vec<OpenedDestination>, Failure> {
    let mut destinations = Vec::new();
    for (name, destination) in &settings.destinations {
        destinations.push(match &destination.kind {
            DestinationKind::Folder { path } => {
                let folder = Arc::new(FolderDestination::open(name.clone(), path)?);
                OpenedDestination { port: Arc::clone(&folder) as _, back_ends: vec![folder] }
            }
            DestinationKind::FaxPipeline(fax) => open_fax(name, fax, settings).await?,
        });
    }
    Ok(destinations)
}

/// The servers that destinations lie on, to be asked whether they can be worked with. Makes nothing.
///
/// # Errors
/// A queue is one of our own; the connection's settings are wrong.
pub async fn destination_servers(
    settings: &Settings,
) -> Result<Vec<(DestinationName, Arc<dyn BackEnd>)>, Failure> {
    let mut ends = Vec::new();
    for (name, destination) in &settings.destinations {
        let DestinationKind::FaxPipeline(fax) = &destination.kind else { continue };
        if matches!(fax.files, BlobAddress::S3 { .. }) {
            ends.push((name.clone(), fax_files(fax, settings).await?.1));
        }
        if matches!(fax.queue, FaxQueueAddress::Sqs { .. }) {
            ends.push((name.clone(), fax_queue(name, fax, settings).await?.1));
        }
    }
    Ok(ends)
}

async fn open_fax(
    name: &DestinationName,
    fax: &FaxSettings,
    settings: &Settings,
) -> Result<OpenedDestination, Failure> {
    let (files, files_end) = fax_files(fax, settings).await?;
    let (queue, queue_end) = fax_queue(name, fax, settings).await?;
    let mut pipeline = FaxPipeline::new(name.clone(), line(fax, settings)?, files, queue);
    if let Some(wanted) = fax.scan {
        // A worker of its own: a long fax holds up no reading, and reading no fax.
        pipeline = pipeline.scanning(Arc::new(super::workers(settings, 1, 0)), wanted);
    }
    Ok(OpenedDestination { port: Arc::new(pipeline), back_ends: vec![files_end, queue_end] })
}

type FilesEnd = (Arc<dyn FaxFiles>, Arc<dyn BackEnd>);

type QueueEnd = (Arc<dyn FaxQueue>, Arc<dyn BackEnd>);

async fn fax_files(fax: &FaxSettings, settings: &Settings) -> Result<FilesEnd, Failure> {
    Ok(match &fax.files {
        BlobAddress::Folder(path) => {
            let folder = Arc::new(FaxFolder::open(path)?);
            (Arc::clone(&folder) as _, folder)
        }
        BlobAddress::S3 { bucket, prefix } => {
            let files = Arc::new(servers::fax_files(bucket, prefix, fax, &settings.servers).await?);
            (Arc::clone(&files) as _, files)
        }
    })
}

async fn fax_queue(
    name: &DestinationName,
    fax: &FaxSettings,
    settings: &Settings,
) -> Result<QueueEnd, Failure> {
    Ok(match &fax.queue {
        FaxQueueAddress::Folder(path) => {
            let outbox = Arc::new(FaxOutbox::open(path)?);
            (Arc::clone(&outbox) as _, outbox)
        }
        FaxQueueAddress::Sqs { name: queue } => {
            if servers::is_ours(queue, settings) {
                return Err(Failure::usage(
                    format!("destination {name}"),
                    format!("its queue {queue} is one of this service's own"),
                    "name the fax pipeline's queue",
                ));
            }
            let queue = Arc::new(servers::fax_queue(queue, &settings.servers).await?);
            (Arc::clone(&queue) as _, queue)
        }
    })
}

/// What the envelopes say of the line, and every portal's zone.
fn line(fax: &FaxSettings, settings: &Settings) -> Result<FaxLine, Failure> {
    let profiles = settings.knowledge();
    let zone = |(name, portal): (&domain::ids::PortalName, &crate::settings::PortalSettings)| {
        Ok((name.clone(), profiles.profile(&portal.profile)?.zone))
    };
    Ok(FaxLine {
        called_number: fax.called_number.clone(),
        caller_number: fax.caller_number.clone(),
        caller_id: fax.caller_id.clone(),
        zones: settings.portals.iter().map(zone).collect::<Result<_, Failure>>()?,
    })
}
