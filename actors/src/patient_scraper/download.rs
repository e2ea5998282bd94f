//! Documents of the open chart: from the step cache where they are, else downloaded side by side, within the chart's
//! budget; HTML notes are printed once the chart is closed again, since the next patient waits for it. What cannot be had is told in the ledger's words; what might be had later fails the reading, a few times.

use super::opening::Opening;
use super::steps::Steps;
use super::{ScrapeError, ScrapeWork};
use crate::stage::StageFailure;
use bytes::Bytes;
use domain::ids::{BlobRef, FragmentId};
use domain::keys;
use domain::patient_scraper::{
    ContentKind, DocumentAttempts, Fragment, ListedDocument, NotCaptured, Part, Spent,
};
use domain::ports::{BlobClass, FetchedFile, PortalError, StepKey};
use futures::stream::{self, StreamExt};
use jiff::Timestamp;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Downloads of one chart under way at once; the session bounds all its requests together.
const DOWNLOADS_MAX: usize = 6;

/// A document's fragments in their order, or why there are none.
pub(super) type Captured = Result<Vec<Fragment>, NotCaptured>;

/// What asking for a document gave.
enum Got {
    /// Stored and remembered.
    Fragments(Vec<Fragment>),
    /// HTML, which is small, and takes its time to be printed.
    Notes(Vec<FetchedFile>),
    Nothing(NotCaptured),
}

/// The downloads of one reading.
pub(super) struct Downloads<'a> {
    work: &'a ScrapeWork,
    begun_at: Timestamp,
    spent: Mutex<Spent>,
}

impl<'a> Downloads<'a> {
    /// A reading that begins now.
    pub(super) fn new(work: &'a ScrapeWork) -> Self {
        Self { work, begun_at: work.environment.now(), spent: Mutex::default() }
    }

    /// The documents, in the order given.
    ///
    /// # Errors
    /// The portal's, the stores'; what is under way when one fails is brought home and remembered first.
    pub(super) async fn capture(
        &self,
        documents: Vec<ListedDocument>,
        opening: &mut Opening<'_>,
        steps: &Steps<'_>,
    ) -> Result<Vec<(ListedDocument, Captured)>, ScrapeError> {
        let (mut captured, mut missing) = (Vec::with_capacity(documents.len()), Vec::new());
        for document in documents {
            let id = steps.document_id(&document);
            match steps.document(&id).await? {
                Some(fragments) => {
                    opening.trail.kept_copy_used(&id);
                    self.has_begun();
                    self.has_come(&fragments);
                    captured.push((document, Ok(fragments)));
                }
                None => missing.push(document),
            }
        }
        if missing.is_empty() {
            return Ok(captured);
        }
        opening.open().await?;
        let downloads = self.download_all(missing, opening, steps).await;
        // Printing needs the chart no more, and the next patient waits for it.
        opening.close();
        let finished = stream::iter(downloads)
            .map(|(document, result)| async {
                let result = match result {
                    Ok(Got::Fragments(fragments)) => Ok(Ok(fragments)),
                    Ok(Got::Notes(files)) => self.finish(&document, files, steps).await.map(Ok),
                    Ok(Got::Nothing(why)) => Ok(Err(why)),
                    Err(error) => Err(error),
                };
                (document, result)
            })
            .buffered(DOWNLOADS_MAX)
            .collect::<Vec<_>>()
            .await;
        for (document, result) in finished {
            captured.push((document, result?));
        }
        Ok(captured)
    }

    /// Side by side; after a failure nothing more is begun.
    async fn download_all(
        &self,
        missing: Vec<ListedDocument>,
        opening: &Opening<'_>,
        steps: &Steps<'_>,
    ) -> Vec<(ListedDocument, Result<Got, ScrapeError>)> {
        let failed = AtomicBool::new(false);
        let begun = stream::iter(missing).map(|document| async {
            if failed.load(Ordering::Relaxed) {
                return None;
            }
            let result = self.try_download(&document, opening, steps).await;
            failed.fetch_or(result.is_err(), Ordering::Relaxed);
            Some((document, result))
        });
        begun.buffered(DOWNLOADS_MAX).filter_map(std::future::ready).collect().await
    }

    /// Downloads a document, or says why it is not to be had; other failures are the reading's.
    async fn try_download(
        &self,
        document: &ListedDocument,
        opening: &Opening<'_>,
        steps: &Steps<'_>,
    ) -> Result<Got, ScrapeError> {
        let id = steps.document_id(document);
        if let Err(limit) = self.work.rules.budget.allows_another(self.spent()) {
            tracing::warn!(document = %id, %limit, "left out: the chart's budget is used up");
            return Ok(Got::Nothing(NotCaptured::OverBudget));
        }
        self.has_begun();
        match opening.fetch(document, &id).await {
            Ok(files) => {
                self.held().bytes += files.iter().map(|file| file.bytes.len() as u64).sum::<u64>();
                if files.iter().any(|file| file.kind == ContentKind::Html) {
                    return Ok(Got::Notes(files));
                }
                self.finish(document, files, steps).await.map(Got::Fragments)
            }
            Err(ScrapeError::Portal(error)) => match NotCaptured::because_of(&error) {
                Some(why) => Ok(Got::Nothing(why)),
                None => give_up(id.as_str(), error, opening, steps).await.map(Got::Nothing),
            },
            Err(error) => Err(error),
        }
    }

    /// Stores and remembers what has come, HTML notes with their PDF.
    async fn finish(
        &self,
        document: &ListedDocument,
        files: Vec<FetchedFile>,
        steps: &Steps<'_>,
    ) -> Result<Vec<Fragment>, ScrapeError> {
        let (id, of) = (steps.document_id(document), files.len());
        let mut fragments = Vec::with_capacity(of);
        for (index, file) in files.into_iter().enumerate() {
            fragments.push(self.fragment(document, &id, Part::number(index, of), file, steps).await?);
        }
        steps.remember_document(&id, &fragments).await?;
        (self.work.environment.stop_point)("scrape.document");
        Ok(fragments)
    }

    async fn fragment(
        &self,
        document: &ListedDocument,
        id: &FragmentId,
        part: Option<Part>,
        file: FetchedFile,
        steps: &Steps<'_>,
    ) -> Result<Fragment, ScrapeError> {
        let FetchedFile { kind, bytes } = file;
        let size = bytes.len() as u64;
        let blob = self.work.environment.blobs.put(BlobClass::Chart, bytes.clone()).await?;
        let printed = match kind {
            ContentKind::Html => Some(self.print(&blob, bytes, steps).await?),
            _ => None,
        };
        Ok(Fragment {
            id: keys::part_id(id, part.map_or(1, |part| part.number)),
            listed: document.clone(),
            part,
            kind,
            blob,
            bytes: size,
            printed,
            retrieved_at: self.work.environment.now(),
        })
    }

    /// The PDF of an HTML note; derived, kept beside the original, and made once for each content.
    async fn print(&self, note: &BlobRef, bytes: Bytes, steps: &Steps<'_>) -> Result<BlobRef, ScrapeError> {
        let edition = self.work.printer.edition().await.map_err(StageFailure::elsewhere)?;
        let key = StepKey::Printed { note: note.clone(), edition };
        if let Some(pdf) = steps.printed(&key).await? {
            return Ok(pdf);
        }
        let pdf = self.work.printer.print(bytes).await.map_err(StageFailure::elsewhere)?;
        let pdf = self.work.environment.blobs.put(BlobClass::Chart, pdf).await?;
        steps.remember_print(&key, &pdf).await?;
        Ok(pdf)
    }

    fn has_begun(&self) {
        self.held().documents += 1;
    }

    fn has_come(&self, fragments: &[Fragment]) {
        self.held().bytes += fragments.iter().map(|fragment| fragment.bytes).sum::<u64>();
    }

    fn spent(&self) -> Spent {
        Spent { time: self.work.environment.now().duration_since(self.begun_at), ..*self.held() }
    }

    fn held(&self) -> MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a failure of one document or list. After enough of them it is given up on, for the reason returned, if the
/// portal answers otherwise; until then it is the whole reading that failed.
pub(super) async fn give_up(
    step: &str,
    error: PortalError,
    opening: &Opening<'_>,
    steps: &Steps<'_>,
) -> Result<NotCaptured, ScrapeError> {
    let Some(why) = NotCaptured::given_up_on(&error) else { return Err(error.into()) };
    let note = format!("failed/{step}");
    let attempts = steps.listed::<DocumentAttempts>(&note).await?.unwrap_or_default().failed();
    if !attempts.used_up() {
        steps.note(&note, &attempts).await?;
        return Err(error.into());
    }
    if let Err(error) = opening.portal_answers().await {
        // It is not the document's fault that the portal is away.
        steps.note(&note, &DocumentAttempts::default()).await?;
        return Err(error.into());
    }
    tracing::warn!(%step, %error, "given up; the rest of the chart goes on without it");
    Ok(why)
}
