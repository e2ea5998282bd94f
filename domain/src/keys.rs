//! How identifiers are derived: keyed hashes for what names a patient, plain hashes for what names work.
//!
//! Parts are length-prefixed, so that ("ab", "c") and ("a", "bc") differ.

use crate::ids::{
    DocumentId, FragmentId, MessageKey, ModelAnswerKey, PacketId, PageKey, PatientBlock, PatientKey,
    PortalName, RecognitionKey, RequestId, Revision, WorkItemId,
};
use crate::model::ModelQuestion;
use crate::parser::Order;
use crate::patient::PatientIdentity;
use crate::ports::Sealer;
use sha2::{Digest, Sha256};

/// Characters of base32 kept of a 256-bit hash: 26 characters are 130 bits, beyond any chance of collision here.
const ID_CHARS: usize = 26;

fn joined(parts: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

fn short(hash: &[u8]) -> String {
    let mut text = data_encoding::BASE32_DNSSEC.encode(hash);
    text.truncate(ID_CHARS);
    text
}

fn keyed(sealer: &dyn Sealer, purpose: &str, parts: &[&str]) -> String {
    short(&sealer.keyed_hash(purpose, &joined(parts)))
}

/// A short, plain hash of parts that hold no patient data.
pub fn plain_hash(parts: &[&str]) -> String {
    short(&Sha256::digest(joined(parts)))
}

/// One patient at one portal.
pub fn patient_key(sealer: &dyn Sealer, portal: &PortalName, mrn: &str) -> PatientKey {
    PatientKey::new(keyed(sealer, "patient", &[portal.as_str(), mrn]))
}

/// What somebody looked for, so that the audit log can show that it was looked for again. Case and spaces do not
/// count.
pub fn search_hash(sealer: &dyn Sealer, text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    keyed(sealer, "audit-search", &words)
}

/// One In Basket message of one portal.
pub fn message_key(sealer: &dyn Sealer, portal: &PortalName, epic_message_id: &str) -> MessageKey {
    MessageKey::new(keyed(sealer, "message", &[portal.as_str(), epic_message_id]))
}

/// One message for one patient.
pub fn request_id(message: &MessageKey, patient: &PatientKey) -> RequestId {
    RequestId::new(plain_hash(&["request", message.as_str(), patient.as_str()]))
}

/// One file of one chart in one version; `version` is empty where the portal shows none.
pub fn fragment_id(
    sealer: &dyn Sealer,
    portal: &PortalName,
    patient: &PatientKey,
    epic_id: &str,
    version: &str,
) -> FragmentId {
    FragmentId::new(keyed(sealer, "fragment", &[portal.as_str(), patient.as_str(), epic_id, version]))
}

/// One part of a document that comes in several files, from 1; the first has the document's own name.
pub fn part_id(document: &FragmentId, number: u32) -> FragmentId {
    if number <= 1 {
        return document.clone();
    }
    FragmentId::new(plain_hash(&["part", document.as_str(), &number.to_string()]))
}

/// One patient across portals, by `identity` = normalised name and date of birth.
pub fn patient_block(sealer: &dyn Sealer, identity: &str) -> PatientBlock {
    PatientBlock::new(keyed(sealer, "patient-block", &[identity]))
}

/// The signature set of a chart's documents: the patient as the portal shows her. Without a date of birth a name is not
/// enough: two patients can share it, so the record number and its portal stand in.
pub fn chart_block(sealer: &dyn Sealer, portal: &PortalName, patient: &PatientIdentity) -> PatientBlock {
    let text = match patient.dob {
        Some(_) => patient.block_text(),
        None => format!("{}{portal}|{}", patient.block_text(), patient.mrn.reveal().trim()),
    };
    patient_block(sealer, &text)
}

/// The signature set of an order: the patient as the order prints her, else as the portal shows her.
pub fn order_block(
    sealer: &dyn Sealer,
    portal: &PortalName,
    patient: &PatientIdentity,
    order: &Order,
) -> PatientBlock {
    let printed = PatientIdentity {
        name: order.patient_name.clone().unwrap_or_else(|| patient.name.clone()),
        mrn: patient.mrn.clone(),
        dob: order.patient_dob.clone().or_else(|| patient.dob.clone()),
    };
    chart_block(sealer, portal, &printed)
}

/// Words of a page are kept under the HMAC of its key: who reads the store cannot tell whether a page he has is in it.
pub fn recognition_key(sealer: &dyn Sealer, page: &PageKey) -> RecognitionKey {
    RecognitionKey::new(keyed(sealer, "recognition", &[page.as_str()]))
}

/// What a language model answers depends on: its name, the prompt in its version, what is asked for, and the words of
/// the pages.
pub fn model_answer_key(sealer: &dyn Sealer, model: &str, question: &ModelQuestion) -> ModelAnswerKey {
    let (version, content) = (question.version.to_string(), question.content());
    let most = question.answer_tokens_max.to_string();
    let parts = [model, &question.prompt, &version, &question.instructions, &content, &most];
    ModelAnswerKey::new(keyed(sealer, "model-answer", &parts))
}

/// A packet is named by the request, its revision and the content addresses of its fragments in order.
pub fn packet_id(request: &RequestId, revision: Revision, fragments: &[(FragmentId, String)]) -> PacketId {
    let revision = revision.to_string();
    let mut parts = vec!["packet", request.as_str(), revision.as_str()];
    for (id, blob) in fragments {
        parts.push(id.as_str());
        parts.push(blob);
    }
    PacketId::new(plain_hash(&parts))
}

/// The document that starts on `first_page` of a packet.
pub fn document_id(packet: &PacketId, first_page: u32) -> DocumentId {
    DocumentId::new(format!("{packet}-{first_page}"))
}

/// A work item is named by its stage, subject and revision.
pub fn work_item_id(stage: &str, subject: &str, revision: Revision) -> WorkItemId {
    WorkItemId::new(plain_hash(&["work", stage, subject, &revision.to_string()]))
}

/// The keyed hash under which a lock on a credential is remembered; the credential itself is never stored.
pub fn credential_hash(sealer: &dyn Sealer, portal: &PortalName, username: &str, password: &str) -> String {
    keyed(sealer, "credential", &[portal.as_str(), username, password])
}

#[cfg(test)]
mod tests {
    use super::plain_hash;

    #[test]
    fn the_border_between_parts_counts() {
        assert_ne!(plain_hash(&["ab", "c"]), plain_hash(&["a", "bc"]));
        assert_eq!(plain_hash(&["a"]).len(), 26);
    }
}
