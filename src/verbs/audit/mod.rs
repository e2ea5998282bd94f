//! `audit verify|list`: what an auditor asks of the audit log, also beside a running service.

mod list;
mod verify;

pub use list::AuditList;
pub use verify::AuditVerification;

use crate::cli::{AuditCommand, Context};
use crate::error::{Failure, VerbResult};
use crate::{beside, telemetry};
use domain::audit::AuditRecord;
use domain::ports::{AuditLog, ErrorClass, PortResult};

/// Records read in one go.
const PAGE: usize = 1_000;

/// Tries of one read.
const TRIES_MAX: u32 = 3;

/// Runs the verb.
///
/// # Errors
/// There is no log, it cannot be read, or its chain does not hold.
pub async fn run(context: &Context, command: AuditCommand) -> VerbResult {
    telemetry::init_quiet();
    let settings = context.settings()?;
    let stores = beside::open(&settings).await?;
    match command {
        AuditCommand::Verify { head, json } => verify::run(&stores, head, json).await,
        AuditCommand::List(args) => list::run(context, &stores, &args).await,
    }
}

/// Shows every record to `see`, in order; ends early when it fails.
async fn every_record(
    log: &dyn AuditLog,
    mut see: impl FnMut(AuditRecord) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let page = page(log, after).await?;
        let Some(last) = page.last() else { return Ok(()) };
        // A number that does not grow would never end; the chain's check tells of it.
        let next = last.seq.max(after.saturating_add(1));
        page.into_iter().try_for_each(&mut see)?;
        after = next;
    }
}

async fn page(log: &dyn AuditLog, after: u64) -> PortResult<Vec<AuditRecord>> {
    let mut tries = 1;
    loop {
        match log.read(after, PAGE).await {
            Err(error) if error.class == ErrorClass::Transient && tries < TRIES_MAX => tries += 1,
            read => return read,
        }
    }
}
