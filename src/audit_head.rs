//! Puts the audit log's head into the service's log: a log archive kept elsewhere then proves that nothing was cut
//! off the audit log since.

use actors::owned_task::OwnedTask;
use domain::ports::AuditLog;
use std::sync::Arc;
use std::time::Duration;

/// How often: what was cut off and is younger than this is not found.
const INTERVAL: Duration = Duration::from_hours(1);

/// Logs the head now and every hour, until the task is dropped.
pub fn log_hourly(audit: Arc<dyn AuditLog>) -> OwnedTask<()> {
    OwnedTask::spawn(async move {
        let mut ticks = tokio::time::interval(INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match audit.head().await {
                Ok(head) => tracing::info!(head = %head, "audit log"),
                Err(error) => tracing::warn!(%error, "the audit log's head could not be read"),
            }
        }
    })
}
