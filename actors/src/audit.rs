//! Writing the service's own acts into the audit log.

use domain::audit::AuditEntry;
use domain::ports::{AuditLog, ErrorClass, PortError, PortResult};
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, Mutex, PoisonError};

/// Tries of one write: entries keep their ids, so that a lost answer costs no second entry.
const TRIES_MAX: u32 = 3;

/// The log as one process writes it.
pub struct AuditTrail {
    log: Arc<dyn AuditLog>,
    last: Mutex<Timestamp>,
}

impl AuditTrail {
    /// A trail into this log.
    pub fn new(log: Arc<dyn AuditLog>) -> Self {
        Self { log, last: Mutex::new(Timestamp::MIN) }
    }

    /// The moment an act begins, by which it is told from every other: now, or a nanosecond after the last one where a
    /// clock stands still or has been set back.
    pub fn moment(&self, now: Timestamp) -> Timestamp {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let next = last.saturating_add(SignedDuration::from_nanos(1)).unwrap_or(Timestamp::MAX);
        *last = now.max(next);
        *last
    }

    /// Writes entries down; what they speak of may follow only when this has succeeded.
    ///
    /// # Errors
    /// Always `Transient`: what could not be written down waits, whatever the cause.
    pub async fn write_down(&self, entries: &[AuditEntry]) -> PortResult<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let mut tries = 1;
        loop {
            match self.log.append(entries).await {
                Ok(()) => return Ok(()),
                Err(error) if error.class == ErrorClass::Transient && tries < TRIES_MAX => tries += 1,
                Err(error) => return Err(PortError::transient(error.thing, error.cause)),
            }
        }
    }

    /// Writes down how an act ended whose beginning stands in the log already: where that fails, the beginning alone
    /// has to do.
    pub async fn write_down_end(&self, entry: AuditEntry) {
        if let Err(error) = self.write_down(&[entry]).await {
            tracing::warn!(%error, "the end of an act is not in the audit log; its beginning is");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AuditTrail;
    use domain::ports::Clock;
    use jiff::{SignedDuration, Timestamp};
    use memory::{ManualClock, MemoryStores};
    use std::collections::BTreeSet;
    use std::sync::Arc;

    #[test]
    fn no_two_acts_begin_at_one_moment() {
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
        let trail = AuditTrail::new(MemoryStores::new(Arc::clone(&clock)).audit);
        let hour = SignedDuration::from_hours(1);
        let times = [clock.now(), clock.now(), clock.now() + hour, clock.now(), clock.now() + hour + hour];
        let moments: Vec<Timestamp> = times.iter().map(|now| trail.moment(*now)).collect();
        assert_eq!(moments.iter().collect::<BTreeSet<_>>().len(), times.len());
        assert_eq!((moments[0], moments[2], moments[4]), (times[0], times[2], times[4]));
    }
}
