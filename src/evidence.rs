//! Pages of failures are kept for as long as set, and no longer: purged at the start and daily.

use actors::owned_task::OwnedTask;
use domain::ports::{Clock, EvidenceStore};
use jiff::SignedDuration;
use std::sync::Arc;
use std::time::Duration;

/// How often what is too old is removed.
const INTERVAL: Duration = Duration::from_hours(24);

/// Purges now and daily, until the task is dropped.
pub fn purge_daily(store: Arc<dyn EvidenceStore>, clock: Arc<dyn Clock>, days: u32) -> OwnedTask<()> {
    let kept = SignedDuration::from_hours(24 * i64::from(days));
    OwnedTask::spawn(async move {
        let mut ticks = tokio::time::interval(INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Ok(before) = clock.now().checked_sub(kept) else { return };
            match store.purge(before).await {
                Ok(0) => {}
                Ok(purged) => tracing::info!(purged, "evidence that was kept for long enough is removed"),
                Err(error) => {
                    tracing::warn!(%error, "evidence could not be purged; the next day tries again")
                }
            }
        }
    })
}
