//! One record as it lies in its batch: what an auditor asks the database itself stands in the open, the entry as it
//! was hashed is sealed, since a person's reason can say more than it should.

use crate::document::{SEALED, Stored, date};
use crate::vault::Vault;
use domain::audit::{AuditActor, AuditEntry, AuditHash, AuditRecord};
use domain::ports::{PortError, PortResult};
use mongodb::bson::{Bson, Document, doc};

/// The field of a batch that holds its records.
pub(super) const RECORDS: &str = "records";

fn context(seq: u64) -> String {
    format!("audit/{seq}")
}

/// A record's number as it is stored.
pub(super) fn number(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

/// A record as it is stored.
pub(super) fn document(record: &AuditRecord, vault: &Vault) -> PortResult<Document> {
    let mut document = open_fields(&record.entry);
    document.insert("seq", number(record.seq));
    document.insert("hash", record.hash.as_str());
    document.insert(SEALED, vault.seal(&context(record.seq), &record.entry)?);
    Ok(document)
}

/// The ids of a batch's entries.
pub(super) fn ids(batch: &Document) -> Vec<String> {
    let records = batch.get_array(RECORDS).map(Vec::as_slice).unwrap_or_default();
    let id = |record: &Bson| Some(record.as_document()?.get_str("id").ok()?.to_owned());
    records.iter().filter_map(id).collect()
}

/// The record in a stored one. Its open fields must say what was sealed: the chain does not cover them.
pub(super) fn open(stored: &Bson, vault: &Vault) -> PortResult<AuditRecord> {
    let unfit = || PortError::permanent("audit log", "a record is none of ours; another program put it in");
    let document = stored.as_document().ok_or_else(unfit)?;
    let seq = document.get_i64("seq").ok().and_then(|seq| u64::try_from(seq).ok()).ok_or_else(unfit)?;
    let name = format!("audit record {seq}");
    let stored = Stored::part(&name, document);
    let entry: AuditEntry = vault.open(&context(seq), stored.sealed()?)?;
    if open_fields(&entry).iter().any(|(field, value)| document.get(field) != Some(value)) {
        let cause = "its open fields do not say what was sealed: it was changed";
        return Err(PortError::permanent(name, cause));
    }
    Ok(AuditRecord { seq, hash: AuditHash::new(stored.text("hash")?), entry })
}

fn open_fields(entry: &AuditEntry) -> Document {
    let actor = match &entry.actor {
        AuditActor::Service => "service".to_owned(),
        AuditActor::Operator { account } => format!("operator {account}"),
    };
    doc! {
        "id": &entry.id,
        "at": date(entry.at),
        "actor": actor,
        "action": entry.action.name(),
        "portal": text(entry.portal.as_ref().map(|portal| portal.as_str())),
        "patient": text(entry.patient.as_ref().map(|patient| patient.as_str())),
        "request": text(entry.request.as_ref().map(|request| request.as_str())),
        "outcome": entry.outcome.name(),
    }
}

fn text(value: Option<&str>) -> Bson {
    value.map_or(Bson::Null, Bson::from)
}
