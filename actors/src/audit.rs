//! Writing the service's own acts into the audit log.

use domain::audit::AuditEntry;
use domain::ports::{AuditLog, ErrorClass, PortError, PortResult};

/// Tries of one write: entries keep their ids, so that a lost answer costs no second entry.
const TRIES_MAX: u32 = 3;

/// Writes entries down; what they speak of may follow only when this has succeeded.
///
/// # Errors
/// Always `Transient`: what could not be written down waits, whatever the cause.
pub async fn write_down(log: &dyn AuditLog, entries: &[AuditEntry]) -> PortResult<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut tries = 1;
    loop {
        match log.append(entries).await {
            Ok(()) => return Ok(()),
            Err(error) if error.class == ErrorClass::Transient && tries < TRIES_MAX => tries += 1,
            Err(error) => return Err(PortError::transient(error.thing, error.cause)),
        }
    }
}

/// Writes down how an act ended whose beginning stands in the log already: where that fails, the beginning alone has
/// to do.
pub async fn write_down_end(log: &dyn AuditLog, entries: &[AuditEntry]) {
    if let Err(error) = write_down(log, entries).await {
        tracing::warn!(%error, "the end of an act is not in the audit log; its beginning is");
    }
}
