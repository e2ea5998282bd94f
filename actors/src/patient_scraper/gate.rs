//! How many charts of a portal are opened in an hour, over all its scrapers and over restarts.

use crate::environment::Environment;
use crate::stage::StageFailure;
use bytes::Bytes;
use domain::ids::{PortalName, RequestId, Revision};
use domain::patient_scraper::OpenedCharts;
use domain::ports::StepKey;
use domain::retry::Cause;
use jiff::Timestamp;
use tokio::sync::Mutex;

/// One portal's.
#[derive(Debug, Default)]
pub struct ChartGate(Mutex<()>);

impl ChartGate {
    /// Counts one more opening, durably, before the chart is asked for.
    ///
    /// # Errors
    /// The hour is full: the item waits until there is room. Those of the store.
    pub(super) async fn admit(
        &self,
        environment: &Environment,
        portal: &PortalName,
        per_hour: u32,
    ) -> Result<(), StageFailure> {
        let _alone = self.0.lock().await;
        let (key, now) = (key(portal), environment.now());
        let kept = environment.steps.get(&key, now).await?;
        let mut opened: OpenedCharts =
            kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        if let Err(free_at) = opened.admit(per_hour, now) {
            return Err(StageFailure::Failed {
                cause: Cause::Throttled,
                detail: format!("charts_per_hour = {per_hour} is used up until {free_at}"),
                retry_after: Some(free_at.duration_since(now).unsigned_abs()),
            });
        }
        let expires_at = now.saturating_add(OpenedCharts::WINDOW).unwrap_or(Timestamp::MAX);
        let bytes = serde_json::to_vec(&opened).unwrap_or_default();
        Ok(environment.steps.put(&key, Bytes::from(bytes), expires_at).await?)
    }
}

/// No request's: the portal's.
fn key(portal: &PortalName) -> StepKey {
    StepKey::Listing {
        portal: portal.clone(),
        request: RequestId::new("any"),
        revision: Revision::FIRST,
        step: "charts-opened".to_owned(),
    }
}
