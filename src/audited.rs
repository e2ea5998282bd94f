//! What a person does at the command line stands in the audit log before anything is shown or changed: where the
//! entry cannot be written, nothing is.

use crate::cli::Context;
use crate::error::Failure;
use crate::settings::operator_account;
use crate::wiring::Stores;
use domain::audit::{AuditAction, OperatorAct};
use domain::keys;
use domain::ports::{ErrorClass, PortResult};

/// Tries of one write: the entry keeps its id, so that a lost answer costs no second entry.
const TRIES_MAX: u32 = 3;

/// Writes down what this person is about to do. To be called, and to have succeeded, before it is done.
///
/// # Errors
/// The entry is not in the log, so the act must not follow.
pub async fn write_down(context: &Context, stores: &Stores, act: OperatorAct) -> Result<(), Failure> {
    append(context, stores, act).await.map_err(|error| {
        let cause = format!("{error}\nwhat cannot be written down is not done and not shown");
        let way_out = "see that the store can be written to, for example with `check --connect`";
        Failure::failed("the audit log", cause, way_out)
    })
}

/// Writes down what this person has done, where the act itself makes the log that it is written to. The act must be
/// one that can be repeated.
///
/// # Errors
/// It is done, but the entry is not in the log.
pub async fn write_down_afterwards(
    context: &Context,
    stores: &Stores,
    act: OperatorAct,
) -> Result<(), Failure> {
    append(context, stores, act).await.map_err(|error| {
        let cause = format!("{error}\nit is done, but not written down");
        let way_out = "see that the store can be written to, and run the same again";
        Failure::failed("the audit log", cause, way_out)
    })
}

async fn append(context: &Context, stores: &Stores, act: OperatorAct) -> PortResult<()> {
    let entry = act.entry(&operator_account(&context.variables), stores.clock.now());
    let mut tries = 1;
    loop {
        match stores.audit.append(std::slice::from_ref(&entry)).await {
            Err(error) if error.class == ErrorClass::Transient && tries < TRIES_MAX => tries += 1,
            written => return written,
        }
    }
}

/// Writes down that this person is about to look for a patient. The text itself, which names the patient, is not
/// written, only its keyed hash: `audit list --patient` with the same text finds the search again.
///
/// # Errors
/// Those of [`write_down`].
pub async fn write_down_search(context: &Context, stores: &Stores, text: &str) -> Result<(), Failure> {
    let subject = Some(keys::search_hash(stores.sealer.as_ref(), text));
    write_down(context, stores, OperatorAct { subject, ..OperatorAct::new(AuditAction::Searched) }).await
}
