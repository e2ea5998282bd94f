//! What is written down of a document's text leaving the house for a language model: which document, which host, and
//! how it ended. Nothing of the text.

use super::{AuditAction, AuditEntry, AuditOutcome};
use crate::ids::DocumentId;
use crate::model::ModelEnd;
use crate::ports::ModelIdentity;
use crate::request::Request;
use jiff::Timestamp;

/// One sending. A second one of the same document is another, told from the first by when it began.
#[derive(Clone, Debug)]
pub struct TextSending<'a> {
    request: &'a Request,
    document: &'a DocumentId,
    model: &'a ModelIdentity,
    begun_at: Timestamp,
}

impl<'a> TextSending<'a> {
    /// The sending that begins now.
    pub const fn new(
        request: &'a Request,
        document: &'a DocumentId,
        model: &'a ModelIdentity,
        now: Timestamp,
    ) -> Self {
        Self { request, document, model, begun_at: now }
    }

    /// Names this sending among all.
    pub fn name(&self) -> String {
        format!("{}-{}", self.document, self.begun_at.as_nanosecond())
    }

    /// To be written before anything is sent.
    pub fn begun(&self) -> AuditEntry {
        self.entry(AuditOutcome::Begun, None, self.begun_at)
    }

    /// How the model answered.
    pub fn ended(&self, end: ModelEnd, at: Timestamp) -> AuditEntry {
        match end {
            ModelEnd::Answered => self.entry(AuditOutcome::Done, None, at),
            ModelEnd::Refused | ModelEnd::Denied => self.entry(AuditOutcome::Refused, Some(end), at),
            _ => self.entry(AuditOutcome::Failed, Some(end), at),
        }
    }

    fn entry(&self, outcome: AuditOutcome, end: Option<ModelEnd>, at: Timestamp) -> AuditEntry {
        let (name, revision) = (self.name(), self.request.revision.to_string());
        let act = [self.request.id.as_str(), &revision, &name, &self.model.host];
        let entry = AuditEntry::of_service(&act, AuditAction::TextSent, outcome, at).about(self.request);
        let subject = format!("document {} to {} at {}", self.document, self.model.name, self.model.host);
        AuditEntry { subject: Some(subject), why: end.map(|end| end.name().to_owned()), ..entry }
    }
}
