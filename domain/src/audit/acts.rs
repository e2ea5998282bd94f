//! What is written down of each act, and under which id.
//!
//! An id is derived from what makes the act this one and no other: told twice (a lost answer, a crash right after),
//! it is one entry; done twice (another request, revision, stay or opening), it is two. Every phase of an act has an
//! id of its own, so that its end stands beside its beginning.

use super::{AuditAction, AuditActor, AuditEntry, AuditOutcome};
use crate::ids::{FragmentId, Generation, PatientKey, PortalName, RequestId, Revision};
use crate::keys::plain_hash;
use crate::patient_scraper::Section;
use crate::ports::{PortalError, Refusal};
use crate::request::Request;
use crate::router::DeliveryKey;
use crate::session::LockCause;
use jiff::Timestamp;

/// Why the entry of a document says nothing of the portal: it was downloaded before.
const KEPT_COPY: &str = "kept_copy";

impl AuditEntry {
    /// An act of the service; `act` names it, together with its action and outcome.
    pub(super) fn of_service(
        act: &[&str],
        action: AuditAction,
        outcome: AuditOutcome,
        at: Timestamp,
    ) -> Self {
        let mut parts = vec!["audit", action.name(), outcome.name()];
        parts.extend(act);
        Self {
            id: plain_hash(&parts),
            at,
            actor: AuditActor::Service,
            action,
            portal: None,
            patient: None,
            request: None,
            subject: None,
            why: None,
            outcome,
        }
    }

    pub(super) fn about(self, request: &Request) -> Self {
        Self {
            portal: Some(request.portal.clone()),
            patient: Some(request.patient.clone()),
            request: Some(request.id.clone()),
            ..self
        }
    }
}

/// How an act at a portal ended, and why in one stable word.
const fn ended(result: Result<(), &PortalError>) -> (AuditOutcome, Option<&'static str>) {
    match result {
        Ok(()) => (AuditOutcome::Done, None),
        Err(PortalError::NotPermitted { why, .. }) => (AuditOutcome::Refused, Some(refusal(*why))),
        Err(PortalError::WrongPatient { .. }) => (AuditOutcome::Refused, Some("wrong_patient")),
        Err(PortalError::SessionLost) => (AuditOutcome::Failed, Some("session_lost")),
        Err(PortalError::KickedOut) => (AuditOutcome::Failed, Some("kicked_out")),
        Err(PortalError::TooLarge { .. }) => (AuditOutcome::Failed, Some("too_large")),
        Err(PortalError::Throttled { .. }) => (AuditOutcome::Failed, Some("throttled")),
        Err(PortalError::Unavailable { .. }) => (AuditOutcome::Failed, Some("unavailable")),
        Err(PortalError::NotFound { .. }) => (AuditOutcome::Failed, Some("not_found")),
        Err(PortalError::UnexpectedPage { .. }) => (AuditOutcome::Failed, Some("unexpected_page")),
    }
}

const fn refusal(why: Refusal) -> &'static str {
    match why {
        Refusal::Forbidden => "no_permission",
        Refusal::BreakTheGlass => "break_the_glass",
        Refusal::AccessEnded => "access_ended",
    }
}

/// One submission of a login. It is named by the time it began, which the portal ledger remembers as well, so that
/// its end can be told after a crash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginAttempt {
    portal: PortalName,
    begun_at: Timestamp,
}

impl LoginAttempt {
    /// The attempt that began at this time.
    pub const fn new(portal: PortalName, begun_at: Timestamp) -> Self {
        Self { portal, begun_at }
    }

    /// To be written before the button is pressed.
    pub fn begun(&self) -> AuditEntry {
        self.entry(AuditOutcome::Begun, None, self.begun_at)
    }

    /// The portal's home page was reached.
    pub fn done(&self, at: Timestamp) -> AuditEntry {
        self.entry(AuditOutcome::Done, None, at)
    }

    /// The account is locked, or must not be tried.
    pub fn refused(&self, cause: LockCause, at: Timestamp) -> AuditEntry {
        self.entry(AuditOutcome::Refused, Some(cause.name()), at)
    }

    /// It did not come through, and nothing was refused.
    pub fn failed(&self, at: Timestamp) -> AuditEntry {
        self.entry(AuditOutcome::Failed, None, at)
    }

    fn entry(&self, outcome: AuditOutcome, why: Option<&str>, at: Timestamp) -> AuditEntry {
        let begun_at = self.begun_at.as_nanosecond().to_string();
        let act = [self.portal.as_str(), &begun_at];
        AuditEntry {
            portal: Some(self.portal.clone()),
            why: why.map(str::to_owned),
            ..AuditEntry::of_service(&act, AuditAction::Login, outcome, at)
        }
    }
}

/// The access to one chart for one request in one stay at its portal. A second one, even of the same stay, is another.
#[derive(Clone, Debug)]
pub struct ChartAccess<'a> {
    request: &'a Request,
    begun_at: Timestamp,
    generation: String,
}

impl<'a> ChartAccess<'a> {
    /// The access that begins now.
    pub fn new(request: &'a Request, generation: Generation, now: Timestamp) -> Self {
        Self { request, begun_at: now, generation: generation.0.to_string() }
    }

    /// To be written before the portal is asked for anything of the chart.
    pub fn begun(&self) -> AuditEntry {
        self.entry(AuditAction::ChartOpened, AuditOutcome::Begun, None, self.begun_at)
    }

    /// How the portal answered when the chart was opened.
    pub fn opened(&self, result: Result<(), &PortalError>, at: Timestamp) -> AuditEntry {
        let (outcome, why) = ended(result);
        self.told(self.entry(AuditAction::ChartOpened, outcome, None, at), why)
    }

    /// How reading the message's own text ended.
    pub fn message_read(&self, result: Result<(), &PortalError>, at: Timestamp) -> AuditEntry {
        self.read("message", result, at)
    }

    /// How the download of a document ended.
    pub fn document_read(
        &self,
        document: &FragmentId,
        result: Result<(), &PortalError>,
        at: Timestamp,
    ) -> AuditEntry {
        self.read(document.as_str(), result, at)
    }

    /// A section whose list the portal does not show.
    pub fn section_refused(&self, section: Section, error: &PortalError, at: Timestamp) -> AuditEntry {
        self.read(section.name(), Err(error), at)
    }

    fn read(&self, subject: &str, result: Result<(), &PortalError>, at: Timestamp) -> AuditEntry {
        let (outcome, why) = ended(result);
        self.told(self.entry(AuditAction::DocumentRead, outcome, Some(subject), at), why)
    }

    fn told(&self, entry: AuditEntry, why: Option<&str>) -> AuditEntry {
        AuditEntry { why: why.map(str::to_owned), ..entry }
    }

    fn entry(
        &self,
        action: AuditAction,
        outcome: AuditOutcome,
        subject: Option<&str>,
        at: Timestamp,
    ) -> AuditEntry {
        let request = self.request;
        let (revision, begun_at) = (request.revision.to_string(), self.begun_at.as_nanosecond().to_string());
        let act = [request.id.as_str(), &revision, &self.generation, &begun_at, subject.unwrap_or_default()];
        let entry = AuditEntry::of_service(&act, action, outcome, at).about(request);
        AuditEntry { subject: subject.map(str::to_owned), ..entry }
    }

    /// A document that was downloaded before, for another request or in an earlier try, and is used for this one.
    /// Trying again is no further access.
    pub fn kept_copy_used(request: &Request, document: &FragmentId, at: Timestamp) -> AuditEntry {
        let revision = request.revision.to_string();
        let act = [KEPT_COPY, request.id.as_str(), &revision, document.as_str()];
        let entry = AuditEntry::of_service(&act, AuditAction::DocumentRead, AuditOutcome::Done, at);
        let (subject, why) = (Some(document.to_string()), Some(KEPT_COPY.to_owned()));
        AuditEntry { subject, why, ..entry.about(request) }
    }
}

/// How pressing Done on a request's message ended. Pressing it again changes nothing at the portal, so it is the
/// same act.
pub fn message_done(request: &Request, result: Result<(), &PortalError>, at: Timestamp) -> AuditEntry {
    let (outcome, why) = ended(result);
    let revision = request.revision.to_string();
    let act = [request.id.as_str(), &revision, why.unwrap_or_default()];
    let entry = AuditEntry::of_service(&act, AuditAction::MessageDone, outcome, at).about(request);
    AuditEntry { why: why.map(str::to_owned), ..entry }
}

/// A destination has taken an order, as the receipt under this key says.
pub fn delivered(request: &Request, key: &DeliveryKey, at: Timestamp) -> AuditEntry {
    delivery(request, key, "", AuditOutcome::Done, at)
}

/// A destination did not say that it took an order: it may have got it all the same, each time it was tried.
pub fn delivery_failed(request: &Request, key: &DeliveryKey, at: Timestamp) -> AuditEntry {
    delivery(request, key, &at.as_nanosecond().to_string(), AuditOutcome::Failed, at)
}

fn delivery(
    request: &Request,
    key: &DeliveryKey,
    tried_at: &str,
    outcome: AuditOutcome,
    at: Timestamp,
) -> AuditEntry {
    let name = key.name();
    let entry = AuditEntry::of_service(&[&name, tried_at], AuditAction::Delivered, outcome, at);
    let subject = format!("order {} revision {} to {}", key.order, key.revision, key.destination);
    AuditEntry { subject: Some(subject), why: Some(format!("delivery {name}")), ..entry.about(request) }
}

/// What a person did at the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorAct {
    /// What.
    pub action: AuditAction,
    /// At which portal.
    pub portal: Option<PortalName>,
    /// Whose chart.
    pub patient: Option<PatientKey>,
    /// Of which request.
    pub request: Option<RequestId>,
    /// The thing itself by its id.
    pub subject: Option<String>,
    /// A cause in stable words.
    pub why: Option<String>,
}

impl OperatorAct {
    /// An act about nothing in particular.
    pub const fn new(action: AuditAction) -> Self {
        Self { action, portal: None, patient: None, request: None, subject: None, why: None }
    }

    /// An act on a request.
    pub fn on_request(action: AuditAction, request: &Request) -> Self {
        Self {
            portal: Some(request.portal.clone()),
            patient: Some(request.patient.clone()),
            request: Some(request.id.clone()),
            subject: Some(revision_name(request.revision)),
            ..Self::new(action)
        }
    }

    /// To be written before anything is shown or changed. A person's every act is one of its own.
    pub fn entry(self, account: &str, at: Timestamp) -> AuditEntry {
        let Self { action, portal, patient, request, subject, why } = self;
        let name = |part: Option<&str>| part.unwrap_or_default().to_owned();
        let id = plain_hash(&[
            "audit",
            action.name(),
            "operator",
            account,
            &at.as_nanosecond().to_string(),
            &name(portal.as_ref().map(PortalName::as_str)),
            &name(patient.as_ref().map(PatientKey::as_str)),
            &name(request.as_ref().map(RequestId::as_str)),
            &name(subject.as_deref()),
            &name(why.as_deref()),
        ]);
        let actor = AuditActor::Operator { account: account.to_owned() };
        AuditEntry {
            id,
            at,
            actor,
            action,
            portal,
            patient,
            request,
            subject,
            why,
            outcome: AuditOutcome::Done,
        }
    }
}

fn revision_name(revision: Revision) -> String {
    format!("revision {revision}")
}
