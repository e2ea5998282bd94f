//! The finished steps of one scrape, in the step cache: each is remembered as soon as it is there, so that a lost
//! session or a crash repeats at most what was in flight.

use super::ScrapeError;
use crate::environment::Environment;
use bytes::Bytes;
use domain::ids::{BlobRef, FragmentId};
use domain::keys;
use domain::patient_scraper::{Fragment, ListedDocument};
use domain::ports::StepKey;
use domain::request::Request;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::atomic::{AtomicBool, Ordering};

/// Listings describe a moving chart: they are true for one scrape only.
const LISTING_LIFE: SignedDuration = SignedDuration::from_hours(12);

/// Documents are named by their version, so they stay true; this bounds the cache, not the truth.
const DOCUMENT_LIFE: SignedDuration = SignedDuration::from_hours(24 * 30);

/// The steps of one reader.
pub(super) struct Steps<'a> {
    environment: &'a Environment,
    request: &'a Request,
    /// Whether a step was finished that had not been.
    progressed: AtomicBool,
}

impl<'a> Steps<'a> {
    pub(super) fn new(environment: &'a Environment, request: &'a Request) -> Self {
        Self { environment, request, progressed: AtomicBool::new(false) }
    }

    /// Whether this reading came further than those before it.
    pub(super) fn have_progressed(&self) -> bool {
        self.progressed.load(Ordering::Relaxed)
    }

    /// A listing or the message.
    pub(super) async fn listed<T: DeserializeOwned>(&self, step: &str) -> Result<Option<T>, ScrapeError> {
        self.cached(&self.listing_key(step)).await
    }

    /// Remembers a listing or the message.
    pub(super) async fn remember_listed<T: Serialize>(
        &self,
        step: &str,
        value: &T,
    ) -> Result<(), ScrapeError> {
        self.remember(&self.listing_key(step), value, LISTING_LIFE).await?;
        self.progressed.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Notes something about a step that is not finished: no progress.
    pub(super) async fn note<T: Serialize>(&self, step: &str, value: &T) -> Result<(), ScrapeError> {
        self.remember(&self.listing_key(step), value, LISTING_LIFE).await
    }

    /// A document downloaded before: all its parts, or none.
    pub(super) async fn document(&self, id: &FragmentId) -> Result<Option<Vec<Fragment>>, ScrapeError> {
        let key = StepKey::Document(id.clone());
        let Some(fragments) = self.cached::<Vec<Fragment>>(&key).await? else { return Ok(None) };
        for fragment in &fragments {
            if !self.environment.blobs.contains(&fragment.blob).await? {
                return Ok(None);
            }
        }
        Ok(Some(fragments).filter(|fragments| !fragments.is_empty()))
    }

    /// Remembers a document with all its parts.
    pub(super) async fn remember_document(
        &self,
        id: &FragmentId,
        fragments: &[Fragment],
    ) -> Result<(), ScrapeError> {
        self.remember(&StepKey::Document(id.clone()), &fragments, DOCUMENT_LIFE).await?;
        self.progressed.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// The print of a note with this content, if there is one.
    pub(super) async fn printed(&self, key: &StepKey) -> Result<Option<BlobRef>, ScrapeError> {
        let Some(pdf) = self.cached::<BlobRef>(key).await? else { return Ok(None) };
        Ok(self.environment.blobs.contains(&pdf).await?.then_some(pdf))
    }

    /// Remembers a note's print.
    pub(super) async fn remember_print(&self, key: &StepKey, pdf: &BlobRef) -> Result<(), ScrapeError> {
        self.remember(key, pdf, DOCUMENT_LIFE).await
    }

    /// Forgets a document: it expires at once.
    pub(super) async fn forget_document(&self, id: &FragmentId) -> Result<(), ScrapeError> {
        let key = StepKey::Document(id.clone());
        Ok(self.environment.steps.put(&key, Bytes::new(), self.environment.now()).await?)
    }

    /// The name of a listed document in its version.
    pub(super) fn document_id(&self, document: &ListedDocument) -> FragmentId {
        let (request, version) = (self.request, document.version());
        // Without a version nobody can know whether the document has changed: it is fetched again for each request.
        let version = if version.is_empty() { format!("request {}", request.id) } else { version };
        let sealer = self.environment.sealer.as_ref();
        keys::fragment_id(sealer, &request.portal, &request.patient, &document.epic_id, &version)
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
        let bytes = self.environment.steps.get(key, self.environment.now()).await?;
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
        let expires_at = self.environment.now().saturating_add(life).unwrap_or(Timestamp::MAX);
        Ok(self.environment.steps.put(key, Bytes::from(bytes), expires_at).await?)
    }
}
