//! The audit trail of one reading of a chart: its beginning is written before the portal is asked, the rest
//! section by section.
//!
//! After a crash in between, the beginning stands; what was downloaded is then used from the cache, and that is
//! written down when it is.

use crate::environment::Environment;
use domain::audit::{AuditEntry, ChartAccess};
use domain::ids::{FragmentId, Generation};
use domain::patient_scraper::Section;
use domain::ports::{PortResult, PortalError};
use domain::request::Request;
use jiff::Timestamp;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The trail of one reader.
pub(super) struct Trail<'a> {
    environment: &'a Environment,
    request: &'a Request,
    generation: Generation,
    begun: Option<ChartAccess<'a>>,
    /// Not written yet; downloads side by side add to it.
    entries: Mutex<Vec<AuditEntry>>,
}

impl<'a> Trail<'a> {
    /// A trail on which nothing has happened.
    pub(super) fn new(environment: &'a Environment, request: &'a Request, generation: Generation) -> Self {
        Self { environment, request, generation, begun: None, entries: Mutex::default() }
    }

    /// Writes down that the chart is about to be read, once.
    ///
    /// # Errors
    /// It is not written down: the portal must not be asked.
    pub(super) async fn begin(&mut self) -> PortResult<()> {
        if self.begun.is_none() {
            let moment = self.environment.audit.moment(self.now());
            let access = ChartAccess::new(self.request, self.generation, moment);
            self.environment.audit.write_down(&[access.begun()]).await?;
            self.begun = Some(access);
        }
        Ok(())
    }

    /// Writes down that the chart is about to be asked for once more.
    ///
    /// # Errors
    /// It is not written down: the portal must not be asked.
    pub(super) async fn begin_again(&mut self) -> PortResult<()> {
        self.begun = None;
        self.begin().await
    }

    /// The message's own text was asked for.
    pub(super) fn message_read<T>(&self, result: &Result<T, PortalError>) {
        self.add(|access, now| access.message_read(plain(result), now));
    }

    /// The chart was asked for.
    pub(super) fn opened<T>(&self, result: &Result<T, PortalError>) {
        self.add(|access, now| access.opened(plain(result), now));
    }

    /// A document was asked for.
    pub(super) fn document_read<T>(&self, document: &FragmentId, result: &Result<T, PortalError>) {
        self.add(|access, now| access.document_read(document, plain(result), now));
    }

    /// A section's list was refused.
    pub(super) fn section_refused(&self, section: Section, error: &PortalError) {
        self.add(|access, now| access.section_refused(section, error, now));
    }

    /// A document downloaded before is used for this request.
    pub(super) fn kept_copy_used(&self, document: &FragmentId) {
        let entry = ChartAccess::kept_copy_used(self.request, document, self.now());
        self.entries().push(entry);
    }

    /// Writes what has happened since the last time.
    ///
    /// # Errors
    /// It is not written down; the next call tries again.
    pub(super) async fn write(&self) -> PortResult<()> {
        let entries = std::mem::take(&mut *self.entries());
        let written = self.environment.audit.write_down(&entries).await;
        if written.is_err() {
            self.entries().extend(entries);
        }
        written
    }

    fn add(&self, entry: impl FnOnce(&ChartAccess<'_>, Timestamp) -> AuditEntry) {
        if let Some(access) = &self.begun {
            let entry = entry(access, self.now());
            self.entries().push(entry);
        }
    }

    fn entries(&self) -> MutexGuard<'_, Vec<AuditEntry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        self.environment.now()
    }
}

fn plain<T>(result: &Result<T, PortalError>) -> Result<(), &PortalError> {
    result.as_ref().map(|_| ())
}
