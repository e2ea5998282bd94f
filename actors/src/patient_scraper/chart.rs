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
    ContentKind, Fragment, LedgerLine, ListedDocument, NotCaptured, Section, SectionPlan,
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

/// A list with more pages than this is a profile that never finds the end.
const LIST_PAGES_MAX: u32 = 200;

#[derive(Serialize, Deserialize)]
struct CachedList {
    rows: Vec<ListedDocument>,
    page_count: u32,
}

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
            fragments.extend(captured);
        }
        Ok(())
    }

    /// The documents' fragments in the order given: from the cache, else downloaded side by side.
    async fn fragments(
        &mut self,
        documents: Vec<ListedDocument>,
    ) -> Result<Vec<(ListedDocument, Result<Fragment, NotCaptured>)>, ScrapeError> {
        let mut captured = Vec::with_capacity(documents.len());
        let mut missing = Vec::new();
        for document in documents {
            match self.cached_fragment(&document).await? {
                Some(fragment) => {
                    self.trail.kept_copy_used(&fragment.id);
                    captured.push((document, Ok(fragment)));
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

    /// Every row of a section, over all its pages.
    async fn list(&mut self, section: Section) -> Result<Vec<ListedDocument>, ScrapeError> {
        let mut documents = Vec::new();
        let mut page = 1;
        loop {
            let list = self.list_page(section, page).await?;
            documents.extend(list.rows);
            if page >= list.page_count {
                return Ok(documents);
            }
            if page >= LIST_PAGES_MAX {
                let signal = format!("the list has more than {LIST_PAGES_MAX} pages");
                return Err(PortalError::UnexpectedPage { page: section.name().to_owned(), signal }.into());
            }
            page += 1;
        }
    }

    async fn list_page(&mut self, section: Section, page: u32) -> Result<CachedList, ScrapeError> {
        let key = self.listing_key(&format!("{}/{page}", section.name()));
        if let Some(list) = self.cached(&key).await? {
            return Ok(list);
        }
        self.open_chart().await?;
        let listed = self.chart()?.list(section, page).await?;
        let list = CachedList { rows: listed.list.rows, page_count: listed.list.page_count };
        self.remember(&key, &list, LISTING_LIFE).await?;
        Ok(list)
    }

    async fn cached_fragment(&self, document: &ListedDocument) -> Result<Option<Fragment>, ScrapeError> {
        let key = StepKey::Document(self.fragment_id(document));
        let Some(fragment) = self.cached::<Fragment>(&key).await? else { return Ok(None) };
        Ok(self.work.environment.blobs.contains(&fragment.blob).await?.then_some(fragment))
    }

    /// Downloads a document, or says why it is not to be had; other failures are the scrape's.
    async fn try_download(
        &self,
        document: &ListedDocument,
    ) -> Result<Result<Fragment, NotCaptured>, ScrapeError> {
        match self.download(document).await {
            Ok(fragment) => Ok(Ok(fragment)),
            Err(ScrapeError::Portal(PortalError::NotPermitted { .. })) => Ok(Err(NotCaptured::NoPermission)),
            Err(ScrapeError::Portal(PortalError::NotFound { .. })) => Ok(Err(NotCaptured::Absent)),
            Err(error) => Err(error),
        }
    }

    async fn download(&self, document: &ListedDocument) -> Result<Fragment, ScrapeError> {
        let id = self.fragment_id(document);
        let key = StepKey::Document(id.clone());
        let fetched = self.chart()?.fetch(document).await;
        self.trail.document_read(&id, &fetched);
        let fetched = fetched?;
        let blobs = &self.work.environment.blobs;
        let size = fetched.bytes.len() as u64;
        let blob = blobs.put(BlobClass::Chart, fetched.bytes.clone()).await?;
        let printed = self.print(fetched.kind, fetched.bytes).await?;
        let fragment = Fragment {
            id,
            listed: document.clone(),
            kind: fetched.kind,
            blob,
            bytes: size,
            printed,
            retrieved_at: self.now(),
        };
        self.remember(&key, &fragment, DOCUMENT_LIFE).await?;
        (self.work.environment.stop_point)("scrape.document");
        Ok(fragment)
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
