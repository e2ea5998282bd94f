//! Reads one chart by the collection plan, from the step cache where it can.
//!
//! The chart is opened only when something is missing in the cache. Every list page and every document is a
//! step: cached as soon as it is there, so that a lost session or a crash repeats at most the one in flight.
//! Every access stands in the audit log ([`Trail`]).

use super::trail::Trail;
use super::{ScrapeError, ScrapeWork};
use crate::stage::StageFailure;
use bytes::Bytes;
use domain::ids::{BlobRef, FragmentId};
use domain::keys;
use domain::patient_scraper::{
    ContentKind, Fragment, LedgerLine, ListedDocument, NotCaptured, Part, Section, SectionPlan,
};
use domain::ports::{BlobClass, OpenChart, PortalError, PortalSession, StepKey};
use domain::redacted::Redacted;
use domain::request::{CapturedChart, Request};
use futures::stream::{self, StreamExt};
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Listings describe a moving chart: they are true for one scrape only.
const LISTING_LIFE: SignedDuration = SignedDuration::from_hours(12);

/// Documents are named by their version, so they stay true; this bounds the cache, not the truth.
const DOCUMENT_LIFE: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Downloads of one chart under way at once; the session bounds all its requests together.
const DOWNLOADS_MAX: usize = 4;

/// Reads one chart for one request through one session.
pub struct ChartReader<'a> {
    work: &'a ScrapeWork,
    request: &'a Request,
    session: Arc<dyn PortalSession>,
    open: Option<Box<dyn OpenChart>>,
    trail: Trail<'a>,
    /// Whether a step was finished that had not been.
    progressed: AtomicBool,
}

impl<'a> ChartReader<'a> {
    /// A reader; nothing is opened yet.
    pub fn new(work: &'a ScrapeWork, request: &'a Request, session: Arc<dyn PortalSession>) -> Self {
        let trail = Trail::new(&work.environment, request, session.generation());
        Self { work, request, session, open: None, trail, progressed: AtomicBool::new(false) }
    }

    /// Whether this reading came further than those before it.
    pub fn has_progressed(&self) -> bool {
        self.progressed.load(Ordering::Relaxed)
    }

    /// The message's text and every document of the plan.
    ///
    /// # Errors
    /// The portal's, the stores'.
    pub async fn read(&mut self) -> Result<CapturedChart, ScrapeError> {
        let read = self.read_all().await;
        // What was seen before a failure was seen. The failure itself says what follows.
        let written = self.trail.write().await;
        let captured = read?;
        written?;
        Ok(captured)
    }

    async fn read_all(&mut self) -> Result<CapturedChart, ScrapeError> {
        let message_body = self.message_body().await?;
        let mut fragments = Vec::new();
        let mut ledger = Vec::new();
        for plan in &self.work.plan.sections {
            self.read_section(plan, &mut fragments, &mut ledger).await?;
            self.trail.write().await?;
        }
        domain::reassembly::packet_order(&mut fragments);
        Ok(CapturedChart { message_body, fragments, ledger })
    }

    async fn message_body(&mut self) -> Result<Redacted<String>, ScrapeError> {
        let key = self.listing_key("message");
        if let Some(body) = self.cached(&key).await? {
            return Ok(body);
        }
        self.trail.begin().await?;
        let body = self.session.message_body(&self.request.row).await;
        self.trail.message_read(&body);
        let body = body?;
        self.remember(&key, &body, LISTING_LIFE).await?;
        Ok(body)
    }

    async fn read_section(
        &mut self,
        plan: &SectionPlan,
        fragments: &mut Vec<Fragment>,
        ledger: &mut Vec<LedgerLine>,
    ) -> Result<(), ScrapeError> {
        let section = plan.section;
        let documents = match self.list(section).await {
            Ok(documents) => documents,
            Err(ScrapeError::Portal(error @ PortalError::NotPermitted { .. })) => {
                self.trail.section_refused(section, &error);
                ledger.push(LedgerLine {
                    section,
                    epic_id: None,
                    not_captured: Some(NotCaptured::NoPermission),
                });
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if documents.is_empty() {
            ledger.push(LedgerLine { section, epic_id: None, not_captured: Some(NotCaptured::Absent) });
        }
        let received = self.request.row.received.date();
        let line = |document: &ListedDocument, not_captured| LedgerLine {
            section,
            epic_id: Some(document.epic_id.clone()),
            not_captured,
        };
        let mut wanted = Vec::new();
        for document in documents {
            match plan.decide(&document, received) {
                Ok(()) => wanted.push(document),
                Err(reason) => ledger.push(line(&document, Some(reason))),
            }
        }
        for (document, captured) in self.fragments(wanted).await? {
            ledger.push(line(&document, captured.as_ref().err().copied()));
            fragments.extend(captured.into_iter().flatten());
        }
        Ok(())
    }

    /// The documents' fragments in the order given: from the cache, else downloaded side by side.
    async fn fragments(
        &mut self,
        documents: Vec<ListedDocument>,
    ) -> Result<Vec<(ListedDocument, Result<Vec<Fragment>, NotCaptured>)>, ScrapeError> {
        let mut captured = Vec::with_capacity(documents.len());
        let mut missing = Vec::new();
        for document in documents {
            match self.cached_fragments(&document).await? {
                Some(fragments) => {
                    self.trail.kept_copy_used(&self.fragment_id(&document));
                    captured.push((document, Ok(fragments)));
                }
                None => missing.push(document),
            }
        }
        if missing.is_empty() {
            return Ok(captured);
        }
        self.open_chart().await?;
        let (reader, failed) = (&*self, AtomicBool::new(false));
        let downloads = stream::iter(missing)
            .map(|document| async {
                // After a failure nothing more is begun, but what is under way is brought home and remembered.
                let result = if failed.load(Ordering::Relaxed) {
                    None
                } else {
                    Some(reader.try_download(&document).await)
                };
                failed.fetch_or(matches!(result, Some(Err(_))), Ordering::Relaxed);
                (document, result)
            })
            .buffered(DOWNLOADS_MAX)
            .collect::<Vec<_>>()
            .await;
        for (document, result) in downloads {
            if let Some(result) = result {
                captured.push((document, result?));
            }
        }
        Ok(captured)
    }

    /// Every row of a section.
    async fn list(&mut self, section: Section) -> Result<Vec<ListedDocument>, ScrapeError> {
        let key = self.listing_key(section.name());
        if let Some(rows) = self.cached(&key).await? {
            return Ok(rows);
        }
        self.open_chart().await?;
        let rows = self.chart()?.list(section).await?.rows;
        self.remember(&key, &rows, LISTING_LIFE).await?;
        Ok(rows)
    }

    /// A document downloaded before: all its parts, or none.
    async fn cached_fragments(
        &self,
        document: &ListedDocument,
    ) -> Result<Option<Vec<Fragment>>, ScrapeError> {
        let key = StepKey::Document(self.fragment_id(document));
        let Some(fragments) = self.cached::<Vec<Fragment>>(&key).await? else { return Ok(None) };
        for fragment in &fragments {
            if !self.work.environment.blobs.contains(&fragment.blob).await? {
                return Ok(None);
            }
        }
        Ok(Some(fragments).filter(|fragments| !fragments.is_empty()))
    }

    /// Downloads a document, or says why it is not to be had; other failures are the scrape's.
    async fn try_download(
        &self,
        document: &ListedDocument,
    ) -> Result<Result<Vec<Fragment>, NotCaptured>, ScrapeError> {
        match self.download(document).await {
            Ok(fragments) => Ok(Ok(fragments)),
            Err(ScrapeError::Portal(PortalError::NotPermitted { .. })) => Ok(Err(NotCaptured::NoPermission)),
            Err(ScrapeError::Portal(PortalError::NotFound { .. })) => Ok(Err(NotCaptured::Absent)),
            Err(error) => Err(error),
        }
    }

    async fn download(&self, document: &ListedDocument) -> Result<Vec<Fragment>, ScrapeError> {
        let id = self.fragment_id(document);
        let key = StepKey::Document(id.clone());
        let fetched = self.chart()?.fetch(document).await;
        self.trail.document_read(&id, &fetched);
        let files = fetched?.files;
        let of = files.len();
        let mut fragments = Vec::with_capacity(of);
        for (index, file) in files.into_iter().enumerate() {
            let part = Part::number(index, of);
            let size = file.bytes.len() as u64;
            let blob = self.work.environment.blobs.put(BlobClass::Chart, file.bytes.clone()).await?;
            fragments.push(Fragment {
                id: keys::part_id(&id, part.map_or(1, |part| part.number)),
                listed: document.clone(),
                part,
                kind: file.kind,
                blob,
                bytes: size,
                printed: self.print(file.kind, file.bytes).await?,
                retrieved_at: self.now(),
            });
        }
        self.remember(&key, &fragments, DOCUMENT_LIFE).await?;
        (self.work.environment.stop_point)("scrape.document");
        Ok(fragments)
    }

    /// The PDF of an HTML note; derived, kept beside the original.
    async fn print(&self, kind: ContentKind, bytes: Bytes) -> Result<Option<BlobRef>, ScrapeError> {
        if kind != ContentKind::Html {
            return Ok(None);
        }
        let pdf = self.work.printer.print(bytes).await.map_err(StageFailure::elsewhere)?;
        Ok(Some(self.work.environment.blobs.put(BlobClass::Chart, pdf).await?))
    }

    async fn open_chart(&mut self) -> Result<(), ScrapeError> {
        if self.open.is_none() {
            self.trail.begin().await?;
            let opened = self.session.open_chart(&self.request.row).await;
            self.trail.opened(&opened);
            self.open = Some(opened?);
        }
        Ok(())
    }

    fn chart(&self) -> Result<&dyn OpenChart, ScrapeError> {
        self.open.as_deref().ok_or(ScrapeError::Portal(PortalError::SessionLost))
    }

    fn fragment_id(&self, document: &ListedDocument) -> FragmentId {
        let version = document.version();
        // Without a version nobody can know whether the document has changed: it is fetched again for each request.
        let version = if version.is_empty() { format!("request {}", self.request.id) } else { version };
        let sealer = self.work.environment.sealer.as_ref();
        keys::fragment_id(sealer, &self.request.portal, &self.request.patient, &document.epic_id, &version)
    }

    fn listing_key(&self, step: &str) -> StepKey {
        StepKey::Listing {
            portal: self.request.portal.clone(),
            request: self.request.id.clone(),
            revision: self.request.revision,
            step: step.to_owned(),
        }
    }

    async fn cached<T: DeserializeOwned>(&self, key: &StepKey) -> Result<Option<T>, ScrapeError> {
        let bytes = self.work.environment.steps.get(key, self.now()).await?;
        // An entry of an older release that no longer reads is a step not done yet.
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    async fn remember<T: Serialize>(
        &self,
        key: &StepKey,
        value: &T,
        life: SignedDuration,
    ) -> Result<(), ScrapeError> {
        let Ok(bytes) = serde_json::to_vec(value) else { return Ok(()) };
        let expires_at = self.now().saturating_add(life).unwrap_or(Timestamp::MAX);
        self.work.environment.steps.put(key, Bytes::from(bytes), expires_at).await?;
        self.progressed.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn now(&self) -> Timestamp {
        self.work.environment.now()
    }
}
