//! The drift canary: once a night it holds the portal's shell against its recording, and warns before a scrape
//! breaks on a page that has changed.
//!
//! Emits: log lines, the metric `epic_connector.portal.drift`, and the latest comparison for people. It uses the
//! session that is there and never logs in. A restart loses nothing: it waits for the next night. The first night
//! records what the later ones compare with.

use crate::owned_task::OwnedTask;
use crate::session::SessionWatch;
use domain::drift::{Drift, Verdict, compare};
use domain::ids::PortalName;
use domain::ports::{Clock, PortError, PortalError, PortalLedger, PortalShell, Recordings};
use domain::session::SessionStatus;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use opentelemetry::KeyValue;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::sync::Arc;
use std::time::Duration;

/// Until the next look where there was no session in the night.
const LOOK_AGAIN: Duration = Duration::from_mins(10);

/// The actor.
pub struct Canary;

/// What a canary is told.
#[derive(Debug)]
pub enum CanaryMsg {
    /// Look at the shell now.
    Look,
}

/// What a canary starts with.
#[derive(Clone)]
pub struct CanaryArgs {
    /// The portal.
    pub portal: PortalName,
    /// Reads the shell.
    pub shell: Arc<dyn PortalShell>,
    /// Has the session's cookies.
    pub ledger: Arc<dyn PortalLedger>,
    /// What the shell is compared with.
    pub recordings: Arc<dyn Recordings>,
    /// Whether there is a session.
    pub session: SessionWatch,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// When it looks, by the hospital's clock.
    pub at: Time,
    /// The hospital's zone.
    pub zone: TimeZone,
}

/// The canary's own state.
pub struct CanaryState {
    args: CanaryArgs,
    _timer: OwnedTask<()>,
}

impl Actor for Canary {
    type Msg = CanaryMsg;
    type State = CanaryState;
    type Arguments = CanaryArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<CanaryMsg>,
        args: CanaryArgs,
    ) -> Result<CanaryState, ActorProcessingErr> {
        let (clock, at, zone) = (Arc::clone(&args.clock), args.at, args.zone.clone());
        let timer = OwnedTask::spawn(async move {
            loop {
                tokio::time::sleep(until_next(clock.now(), at, &zone)).await;
                if myself.cast(CanaryMsg::Look).is_err() {
                    return;
                }
            }
        });
        Ok(CanaryState { args, _timer: timer })
    }

    async fn handle(
        &self,
        myself: ActorRef<CanaryMsg>,
        message: CanaryMsg,
        state: &mut CanaryState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            CanaryMsg::Look => state.look(&myself).await,
        }
        Ok(())
    }
}

impl CanaryState {
    async fn look(&self, myself: &ActorRef<CanaryMsg>) {
        let args = &self.args;
        let SessionStatus::Ready { generation, .. } = args.session.now() else {
            tracing::info!(portal = %args.portal, "no session for the drift canary; looking again later");
            myself.send_after(LOOK_AGAIN, || CanaryMsg::Look);
            return;
        };
        match look(args).await {
            Ok(drifts) => tell(&args.portal, &drifts),
            Err(Failed::Portal(PortalError::SessionLost | PortalError::KickedOut)) => {
                args.session.rejected(generation);
                myself.send_after(LOOK_AGAIN, || CanaryMsg::Look);
            }
            Err(Failed::Portal(error)) => {
                tracing::warn!(portal = %args.portal, %error, "the portal's shell was not read");
            }
            Err(Failed::Store(error)) => {
                tracing::warn!(portal = %args.portal, %error, "the portal's shell was not compared");
            }
        }
    }
}

enum Failed {
    Portal(PortalError),
    Store(PortError),
}

/// Reads the shell and compares; records it where nothing has been recorded yet and everything fits.
async fn look(args: &CanaryArgs) -> Result<Vec<Drift>, Failed> {
    let entry = args.ledger.entry(&args.portal).await.map_err(Failed::Store)?;
    let cookies = entry.cookies.ok_or(Failed::Portal(PortalError::SessionLost))?;
    let pages = args.shell.shell(&cookies).await.map_err(Failed::Portal)?;
    let recorded = args.recordings.shapes(&args.portal).await.map_err(Failed::Store)?;
    let masked: Vec<_> = pages.into_iter().map(|page| page.masked).collect();
    let drifts: Vec<Drift> = masked
        .iter()
        .map(|page| compare(recorded.iter().find(|shape| shape.page == page.shape.page), &page.shape))
        .collect();
    if recorded.is_empty() && drifts.iter().all(|drift| drift.verdict != Verdict::Broken) {
        args.recordings.record(&args.portal, &masked).await.map_err(Failed::Store)?;
    }
    Ok(drifts)
}

fn tell(portal: &PortalName, drifts: &[Drift]) {
    let gauge = opentelemetry::global::meter("epic-connector")
        .u64_gauge("epic_connector.portal.drift")
        .with_description(
            "the portal's shell against its recording: 0 same, 1 changed, 2 broken; by portal and page",
        )
        .build();
    for drift in drifts {
        let level = match drift.verdict {
            Verdict::Same => 0,
            Verdict::Changed => 1,
            Verdict::Broken => 2,
        };
        let labels = [KeyValue::new("portal", portal.to_string()), KeyValue::new("page", drift.page.clone())];
        gauge.record(level, &labels);
        match drift.verdict {
            Verdict::Same => tracing::info!(%portal, page = %drift.page, "the portal's page is as recorded"),
            Verdict::Changed => tracing::warn!(
                %portal,
                page = %drift.page,
                gone = drift.gone.len(),
                new = drift.new.len(),
                "the portal's page has changed, the profile still fits: look at it with `portal probe`"
            ),
            Verdict::Broken => tracing::error!(
                %portal,
                page = %drift.page,
                failing = ?drift.failing,
                "the portal's page does not fit the profile any more: see `portal probe`, mend the profile"
            ),
        }
    }
}

/// How long until the hospital's clock next shows this time. A time that a change of the clocks leaves out is the one
/// after it.
fn until_next(now: Timestamp, at: Time, zone: &TimeZone) -> Duration {
    let today = now.to_zoned(zone.clone()).date();
    let next = [Some(today), today.tomorrow().ok()]
        .into_iter()
        .flatten()
        .filter_map(|day| day.to_datetime(at).to_zoned(zone.clone()).ok())
        .map(|when| when.timestamp().duration_since(now))
        .find(|wait| *wait > SignedDuration::ZERO);
    next.map_or(Duration::from_hours(24), SignedDuration::unsigned_abs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::time;

    #[test]
    fn the_next_night_is_by_the_hospitals_clock() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let wait = |now: &str| until_next(now.parse().unwrap(), time(2, 30, 0, 0), &zone).as_secs() / 60;
        assert_eq!(wait("2026-11-22T06:30:00Z"), 60, "half past one in New York");
        assert_eq!(wait("2026-11-22T07:30:00Z"), 24 * 60, "the moment itself is over");
        assert_eq!(wait("2026-03-08T05:30:00Z"), 120, "02:30 is left out that night: 03:30");
    }
}
