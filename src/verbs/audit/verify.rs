//! `audit verify`: whether the chain holds, from its first record to its last.

use super::every_record;
use crate::error::{Exit, Failure, VerbResult};
use crate::output;
use crate::wiring::Stores;
use domain::audit::{AuditBreak, AuditHead, Verifier};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// The answer of `audit verify --json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AuditVerification {
    /// Whether the chain holds, and agrees with the head that was given.
    pub holds: bool,
    /// How many records hold, from the first on.
    pub records: u64,
    /// When the first of them was written.
    pub first_at: Option<Timestamp>,
    /// When the last of them was written.
    pub last_at: Option<Timestamp>,
    /// The last of them, to be written down elsewhere.
    pub head: AuditHead,
    /// The head it was compared with.
    pub compared_with: Option<AuditHead>,
    /// Where and how it breaks, if it does.
    pub broken: Option<String>,
}

pub(super) async fn run(stores: &Stores, noted: Option<AuditHead>, json: bool) -> VerbResult {
    let verification = verify(stores, noted).await?;
    if json {
        output::print_json(&verification)?;
        return Ok(if verification.holds { Exit::Done } else { Exit::Failed });
    }
    match &verification.broken {
        None => {
            output::print(&text(&verification))?;
            Ok(Exit::Done)
        }
        Some(broken) => {
            let cause = format!("{broken}\nuntil there {}", whole_part(&verification));
            let way_out = "keep a copy of the store as it is, and find out who could write to it since the last check \
                           that held; restore the log from a backup beside it and compare";
            Err(Failure::failed("the audit log", cause, way_out))
        }
    }
}

async fn verify(stores: &Stores, noted: Option<AuditHead>) -> Result<AuditVerification, Failure> {
    let mut verifier = Verifier::new(noted.clone());
    let (mut first_at, mut last_at) = (None, None);
    let mut broken: Option<AuditBreak> = None;
    every_record(stores.audit.as_ref(), |record| {
        if broken.is_none() {
            match verifier.take(&record, stores.sealer.as_ref()) {
                Ok(()) => {
                    first_at.get_or_insert(record.entry.at);
                    last_at = Some(record.entry.at);
                }
                Err(found) => broken = Some(found),
            }
        }
        Ok(())
    })
    .await?;
    let head = verifier.head().clone();
    let broken = broken.or_else(|| verifier.finish().err());
    Ok(AuditVerification {
        holds: broken.is_none(),
        records: head.seq,
        first_at,
        last_at,
        head,
        compared_with: noted,
        broken: broken.map(|found| found.to_string()),
    })
}

fn text(verification: &AuditVerification) -> String {
    let compared = match &verification.compared_with {
        Some(noted) => format!("and agrees with the head of record {}", noted.seq),
        None => {
            "a head written down earlier, given with --head, shows whether its end is all there".to_owned()
        }
    };
    format!("the chain holds; {compared}\n{}", whole_part(verification))
}

fn whole_part(verification: &AuditVerification) -> String {
    let time = |at: Option<Timestamp>| at.map_or_else(|| "-".to_owned(), |at| at.to_string());
    format!(
        "{} records hold, from {} to {}, head {}",
        verification.records,
        time(verification.first_at),
        time(verification.last_at),
        verification.head,
    )
}
