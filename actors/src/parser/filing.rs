//! Filing a packet's documents among all that is remembered of the patient, across requests and portals.
//!
//! One compare-and-set of the patient's signature set, before the orders sign in it. A repeat files the same again, and
//! changes nothing. Nothing is decided about an order here, and no document is ever left out for it: what a document
//! repeats is shown to people. A packet in which another patient's page is suspected files nothing.

use super::ParserWork;
use crate::stage::StageFailure;
use domain::keys;
use domain::parser::DocumentSignature;
use domain::ports::{ErrorClass, Versioned};
use domain::request::Request;
use understanding::{DocumentKey, Understanding, file_documents};

/// Files the documents.
pub(super) async fn file(
    work: &ParserWork,
    request: &Request,
    understanding: &Understanding,
) -> Result<(), StageFailure> {
    let environment = &work.environment;
    if understanding.parts.is_empty() || understanding.is_doubted() {
        return Ok(());
    }
    let sealer = environment.sealer.as_ref();
    let key = DocumentKey::of(sealer);
    let block = keys::chart_block(sealer, &request.portal, &request.row.patient);
    let documents: Vec<DocumentSignature> = understanding
        .parts
        .iter()
        .map(|parts| parts.signature(&key, &request.id, request.row.received))
        .collect();
    loop {
        let Versioned { value: mut set, version } = environment.signatures.get(&block).await?;
        let filed = set.documents.iter().filter(|known| known.request == request.id);
        if filed.clone().count() == documents.len() && filed.clone().all(|known| documents.contains(known)) {
            return Ok(());
        }
        file_documents(&mut set, &request.id, documents.clone(), work.knowledge.duplicate_policy());
        match environment.signatures.compare_and_set(&block, &set, version).await {
            Ok(_) => return Ok(()),
            Err(error) if error.class == ErrorClass::Conflict => {}
            Err(error) => return Err(error.into()),
        }
    }
}
