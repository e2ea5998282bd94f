//! Brings what the settings name to the form this release needs.

use super::keys::open_sealer;
use super::stores::SystemClock;
use super::{open_stores, servers};
use crate::error::Failure;
use crate::settings::{BlobAddress, QueueAddress, S3Settings, Settings, StoreAddress};
use crate::verbs::migrate::MigrateStep;
use aws::{KeepRule, QueueState};
use domain::ids::QueueName;
use domain::ports::{BlobClass, Clock, Sealer};
use domain::work::Stage;
use files::InstallationSealer;
use mongo::{Migrator, StepOutcome};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Migrates every back end, or with `dry_run` says what would be done. `to` is the database's format to go to.
///
/// # Errors
/// A back end cannot be reached, belongs to somebody else, or is of a newer release.
pub async fn migrate(
    settings: &Settings,
    dry_run: bool,
    to: Option<u32>,
) -> Result<Vec<MigrateStep>, Failure> {
    let mut steps = Vec::new();
    match &settings.store {
        StoreAddress::Sqlite(path) => {
            if to.is_some() {
                let way_out = "leave --to away; an older release needs a backup from its time";
                return Err(Failure::usage(
                    "the SQLite store",
                    "goes forward only, when it is opened",
                    way_out,
                ));
            }
            let detail = if dry_run { "raised when it is opened" } else { "of this release's format" };
            steps.push(MigrateStep::new(format!("SQLite file {}", path.display()), detail));
        }
        StoreAddress::MongoDb(address) => {
            let migrator = servers::migrator(address, &settings.servers).await?;
            let detail = if dry_run { pending(&migrator).await? } else { raised(&migrator, to).await? };
            steps.push(MigrateStep::new(migrator.place(), detail));
        }
    }
    let sealer: Arc<dyn Sealer> = if dry_run && !settings.keyring.exists() {
        // Nothing is made: an installation without keys has no queues of its own yet, whatever it would call them.
        Arc::new(InstallationSealer::from_key(&[0; 32]))
    } else {
        open_sealer(settings).await?
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    if let QueueAddress::Sqs { prefix } = &settings.queue {
        let queue = servers::sqs(prefix, settings, &sealer, &clock).await?;
        let names: Vec<QueueName> = queue_names(settings).into_iter().collect();
        let found = if dry_run { queue.check(&names).await? } else { queue.ensure(&names).await? };
        steps.extend(found.into_iter().map(|queue| {
            MigrateStep::new(format!("queue {}", queue.name), state_text(&queue.state, dry_run))
        }));
    }
    if let BlobAddress::S3 { bucket, prefix } = &settings.blobs {
        let blobs = servers::s3(bucket, prefix, &settings.servers, &sealer).await?;
        let keep = keep_rules(&settings.servers.s3);
        let written = if dry_run { Ok(()) } else { blobs.set_lifecycle(&keep).await };
        let detail = match written {
            Ok(()) => keep_text(&keep),
            // Only what was asked for is worth a failure: not every server has such rules.
            Err(error) if keep.is_empty() => {
                format!("{}; rules for keeping were not written: {error}", keep_text(&keep))
            }
            Err(error) => return Err(error.into()),
        };
        steps.push(MigrateStep::new(format!("bucket {bucket}"), detail));
    }
    if !dry_run {
        // Whatever else a first start makes.
        open_stores(settings).await?;
    }
    Ok(steps)
}

async fn pending(migrator: &Migrator) -> Result<String, Failure> {
    let pending = migrator.pending().await?;
    let names: Vec<&str> = pending.iter().map(|migration| migration.name).collect();
    Ok(if names.is_empty() { "up to date".to_owned() } else { format!("to do: {}", names.join(", ")) })
}

async fn raised(migrator: &Migrator, to: Option<u32>) -> Result<String, Failure> {
    let report = migrator.migrate(to).await?;
    if report.steps.is_empty() {
        return Ok(format!("up to date, format {}", report.to));
    }
    let steps = report.steps.iter().map(|step| {
        let skipped = if step.outcome == StepOutcome::Done { "" } else { " (not offered by this server)" };
        format!("{}{skipped}", step.migration.name)
    });
    Ok(format!("format {} to {}: {}", report.from, report.to, steps.collect::<Vec<_>>().join(", ")))
}

fn state_text(state: &QueueState, dry_run: bool) -> String {
    match state {
        QueueState::Missing if dry_run => "to be made".to_owned(),
        QueueState::Missing => "made".to_owned(),
        QueueState::Ready => "ready".to_owned(),
        QueueState::Outdated(attributes) => {
            format!("{} {}", if dry_run { "to be corrected:" } else { "corrected:" }, attributes.join(", "))
        }
        QueueState::Shared => "shared with others, left as it is".to_owned(),
        QueueState::Refused(cause) => format!("REFUSED: {cause}"),
    }
}

fn keep_rules(s3: &S3Settings) -> Vec<KeepRule> {
    let rule = |class, days: Option<u32>| days.map(|days| KeepRule { class, days });
    [rule(BlobClass::Chart, s3.chart_days), rule(BlobClass::Packet, s3.packet_days)]
        .into_iter()
        .flatten()
        .collect()
}

fn keep_text(keep: &[KeepRule]) -> String {
    if keep.is_empty() {
        return "contents are kept for ever".to_owned();
    }
    let rules: Vec<String> =
        keep.iter().map(|rule| format!("{} for {} days", rule.class.name(), rule.days)).collect();
    format!("keeps {}", rules.join(", "))
}

/// Every queue the settings' portals need.
pub(super) fn queue_names(settings: &Settings) -> BTreeSet<QueueName> {
    let queues = |portal| Stage::ALL.into_iter().map(move |stage| stage.queue(portal));
    settings.portals.keys().flat_map(queues).collect()
}
