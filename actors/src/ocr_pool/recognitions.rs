//! Words of recognised pages, kept for every packet the same page comes in: a note that is routed again, one document in
//! two orders. Recognition is nearly all a packet costs, and the words are the same each time.
//!
//! Only a saving: where the cache cannot answer, the page is read.

use crate::environment::Environment;
use domain::ids::RecognitionKey;
use domain::keys;
use domain::ocr_pool::{PageText, ReadMethod};
use domain::ports::{PacketPdf, PageReader, PortError, StepKey};
use jiff::SignedDuration;

/// The keys of a packet's pages, and how long words are kept under them.
pub(super) struct Recognitions<'a> {
    environment: &'a Environment,
    kept: SignedDuration,
    keys: Vec<Option<RecognitionKey>>,
}

impl<'a> Recognitions<'a> {
    /// Of a packet; without keys where words are not kept at all.
    pub(super) async fn of(
        pdf: &PacketPdf,
        reader: &dyn PageReader,
        kept: Option<SignedDuration>,
        environment: &'a Environment,
    ) -> Self {
        let Some(kept) = kept else {
            return Self { environment, kept: SignedDuration::ZERO, keys: Vec::new() };
        };
        let named = reader.page_keys(pdf).await.unwrap_or_else(|error| told("pages not named", &error));
        let sealer = environment.sealer.as_ref();
        let keys = named.into_iter().map(|key| key.map(|key| keys::recognition_key(sealer, &key))).collect();
        Self { environment, kept, keys }
    }

    /// The words of a page, from 1, if they are known.
    pub(super) async fn find(&self, page: u32) -> Option<PageText> {
        let key = self.key(page)?;
        let found = self.environment.steps.get(&key, self.environment.now()).await;
        let bytes = found.unwrap_or_else(|error| told("words not looked up", &error))?;
        // Another release's words, if they cannot be understood.
        let text: PageText = serde_json::from_slice(&bytes).ok()?;
        Some(PageText { page, ..text })
    }

    /// Keeps the words of a page that was recognised; what is read in no time is not kept.
    pub(super) async fn keep(&self, text: &PageText) {
        let (Some(key), ReadMethod::Ocr) = (self.key(text.page), text.method) else { return };
        let Ok(bytes) = serde_json::to_vec(text) else { return };
        let expires_at = self.environment.now().saturating_add(self.kept).unwrap_or(jiff::Timestamp::MAX);
        let kept = self.environment.steps.put(&key, bytes.into(), expires_at).await;
        kept.unwrap_or_else(|error| told("words not kept", &error));
    }

    fn key(&self, page: u32) -> Option<StepKey> {
        let index = usize::try_from(page).ok()?.checked_sub(1)?;
        self.keys.get(index)?.clone().map(StepKey::Recognition)
    }
}

fn told<T: Default>(what: &str, error: &PortError) -> T {
    tracing::debug!(what, %error, "the page is read");
    T::default()
}
