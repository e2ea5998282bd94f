//! One opening of a chart: asked for when first needed, every screen held against the message's patient by the
//! interlock, every access in the audit log.

use super::trail::Trail;
use super::{ScrapeError, ScrapeWork};
use crate::metrics::IdentityMetrics;
use crate::stage::StageFailure;
use domain::ids::FragmentId;
use domain::patient::{IdentityVerdict, PatientIdentity};
use domain::patient_scraper::{Interlock, InterlockVerdict, ListedDocument, Screen, Section};
use domain::ports::{FetchedFile, OpenChart, PortalError, PortalSession, Refusal};
use domain::redacted::Redacted;
use domain::request::Request;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The chart of one request in one stay.
pub(super) struct Opening<'a> {
    work: &'a ScrapeWork,
    request: &'a Request,
    /// What was done, for the audit log.
    pub(super) trail: Trail<'a>,
    session: Arc<dyn PortalSession>,
    open: Option<Box<dyn OpenChart>>,
    interlock: Mutex<Interlock>,
    metrics: IdentityMetrics,
}

impl<'a> Opening<'a> {
    /// Nothing is opened yet.
    pub(super) fn new(work: &'a ScrapeWork, request: &'a Request, session: Arc<dyn PortalSession>) -> Self {
        Self {
            trail: Trail::new(&work.environment, request, session.generation()),
            interlock: Mutex::new(Interlock::new(work.rules.stateless)),
            open: None,
            metrics: IdentityMetrics::default(),
            work,
            request,
            session,
        }
    }

    /// The message's own text.
    pub(super) async fn message_body(&mut self) -> Result<Redacted<String>, ScrapeError> {
        self.trail.begin().await?;
        let body = self.session.message_body(&self.request.row).await;
        self.trail.message_read(&body);
        body.map_err(|error| self.for_a_person(error))
    }

    /// Opens the chart, unless it is open.
    pub(super) async fn open(&mut self) -> Result<(), ScrapeError> {
        if self.open.is_some() {
            return Ok(());
        }
        self.trail.begin().await?;
        let (work, mut again) = (self.work, false);
        work.gate.admit(&work.environment, &self.request.portal, work.rules.charts_per_hour).await?;
        // Ends at the second look: that one is never told to look again.
        while self.open.is_none() {
            if again {
                self.trail.begin_again().await?;
            }
            let opened = self.session.open_chart(&self.request.row).await;
            self.trail.opened(&opened);
            let opened = opened.map_err(|error| self.for_a_person(error));
            self.open = self.judged(Screen::Banner, None, opened, |_| None, again)?;
            again = true;
        }
        Ok(())
    }

    /// Lets the next chart be opened.
    pub(super) fn close(&mut self) {
        self.open = None;
    }

    /// A section's rows, under a banner that shows the patient. The chart must be open.
    pub(super) async fn list(&self, section: Section) -> Result<Vec<ListedDocument>, ScrapeError> {
        let mut again = false;
        loop {
            let list = self.chart()?.list(section).await.map_err(ScrapeError::from);
            let list = self.judged(Screen::Banner, None, list, |list| Some(&list.banner), again)?;
            if let Some(list) = list {
                return Ok(list.rows);
            }
            again = true;
        }
    }

    /// A document's files, from under a header that shows the patient. A hiccup of the portal, and something huge in the
    /// document's place, are met here, once each: a chart
    /// that has to be opened again costs it more. The chart must be open.
    pub(super) async fn fetch(
        &self,
        document: &ListedDocument,
        id: &FragmentId,
    ) -> Result<Vec<FetchedFile>, ScrapeError> {
        let (mut again, mut hiccup, mut huge) = (false, false, false);
        loop {
            let fetched = self.chart()?.fetch(document).await;
            self.trail.document_read(id, &fetched);
            // Each is met once: something huge behind a hiccup is no less one of a kind.
            let met = match &fetched {
                Err(PortalError::Unavailable { .. }) => Some(&mut hiccup),
                Err(PortalError::TooLarge { .. }) => Some(&mut huge),
                _ => None,
            };
            if met.is_some_and(|met| !std::mem::replace(met, true)) {
                continue;
            }
            let fetched = fetched.map_err(ScrapeError::from);
            let shown =
                self.judged(Screen::Document, Some(id), fetched, |fetched| Some(&fetched.header), again)?;
            if let Some(fetched) = shown {
                let empty =
                    fetched.files.is_empty() || fetched.files.iter().any(|file| file.bytes.is_empty());
                let cause = || PortalError::Unavailable { cause: "the document is empty".to_owned() };
                return if empty { Err(cause().into()) } else { Ok(fetched.files) };
            }
            again = true;
        }
    }

    /// Whether the portal answers at all.
    pub(super) async fn portal_answers(&self) -> Result<(), PortalError> {
        self.session.touch().await
    }

    /// Downloads that must not be used for anybody any more.
    pub(super) fn distrusted(&self) -> Vec<FragmentId> {
        self.interlock().distrusted().to_vec()
    }

    /// What the interlock says of an answer; none: look again.
    fn judged<T>(
        &self,
        screen: Screen,
        document: Option<&FragmentId>,
        answer: Result<T, ScrapeError>,
        shown: impl Fn(&T) -> Option<&PatientIdentity>,
        again: bool,
    ) -> Result<Option<T>, ScrapeError> {
        let expected = &self.request.row.patient;
        let (seen, called, answer) = match answer {
            Ok(answer) => {
                // A session that has compared already shows nothing more.
                let seen =
                    shown(&answer).map_or(IdentityVerdict::Same, |identity| expected.compare(identity));
                (seen, screen.name().to_owned(), Some(answer))
            }
            Err(ScrapeError::Portal(PortalError::WrongPatient { screen, conflict })) => {
                (IdentityVerdict::Different(conflict), screen, None)
            }
            Err(error) => return Err(error),
        };
        let verdict = match document {
            None => self.interlock().banner_seen(seen, again),
            Some(document) => self.interlock().document_seen(document, seen, again),
        };
        if seen != IdentityVerdict::Same {
            self.metrics.mismatch(&self.request.portal, screen, verdict);
            tracing::warn!(screen = %called, ?verdict, "a screen shows another patient");
        }
        match verdict {
            InterlockVerdict::GoOn => Ok(answer),
            InterlockVerdict::LookAgain => Ok(None),
            InterlockVerdict::Quarantine(conflict) => {
                Err(PortalError::WrongPatient { screen: called, conflict }.into())
            }
        }
    }

    /// A chart that only a person may open, or that is closed to us, is handed to one at once: asking again by
    /// ourselves changes nothing, and is seen at the hospital.
    fn for_a_person(&self, error: PortalError) -> ScrapeError {
        let PortalError::NotPermitted { why, .. } = &error else { return error.into() };
        let code = match why {
            Refusal::BreakTheGlass => "break_the_glass",
            Refusal::AccessEnded => "access_ended",
            Refusal::Forbidden => "no_permission",
        };
        StageFailure::NeedsPerson(vec![self.work.knowledge.reason(code)]).into()
    }

    fn chart(&self) -> Result<&dyn OpenChart, ScrapeError> {
        self.open.as_deref().ok_or(ScrapeError::Portal(PortalError::SessionLost))
    }

    fn interlock(&self) -> MutexGuard<'_, Interlock> {
        self.interlock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
