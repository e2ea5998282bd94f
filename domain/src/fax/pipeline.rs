//! The hand-over to a fax pipeline, once in effect: file, record, message, mark, in this order.
//!
//! The record holds the envelope and the receipt as they were decided first. Whoever comes after a crash, or beside,
//! sends the record's very bytes, so that every message under one fax id is the same; the pipeline goes by the id.

use super::{FaxFile, FaxFormat, FaxLine, FaxResolution, fax_id, file_name, sha256_hex};
use crate::ids::DestinationName;
use crate::ports::{
    Destination, FaxFiles, FaxMade, FaxMaker, FaxQueue, FaxRecord, FaxWanted, PortError, PortResult,
};
use crate::router::{Delivery, DeliveryKey, Receipt};
use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Meets [`Destination`] by a place for files and a queue for envelopes.
pub struct FaxPipeline {
    name: DestinationName,
    line: FaxLine,
    files: Arc<dyn FaxFiles>,
    queue: Arc<dyn FaxQueue>,
    /// Scans the packet again; none: it is handed over as it is.
    scanner: Option<(Arc<dyn FaxMaker>, FaxWanted)>,
}

/// What is decided once for each fax. The envelope is text, so that another release repeats it unchanged.
#[derive(Serialize, Deserialize)]
struct Decided {
    receipt: Receipt,
    envelope: String,
}

impl FaxPipeline {
    /// Joins the two ends under a name.
    pub fn new(
        name: DestinationName,
        line: FaxLine,
        files: Arc<dyn FaxFiles>,
        queue: Arc<dyn FaxQueue>,
    ) -> Self {
        Self { name, line, files, queue, scanner: None }
    }

    /// The same for a pipeline that takes what a fax machine would have sent.
    #[must_use]
    pub fn scanning(mut self, maker: Arc<dyn FaxMaker>, wanted: FaxWanted) -> Self {
        self.scanner = Some((maker, wanted));
        self
    }

    /// The file's content as the pipeline takes it, and its envelope's entries but for the place.
    async fn content(&self, delivery: &Delivery) -> PortResult<(Bytes, FaxFile)> {
        let (bytes, format, resolution, unreadable) = match &self.scanner {
            None => (delivery.packet_pdf.clone(), FaxFormat::Pdf, FaxResolution::Original, Vec::new()),
            Some((maker, wanted)) => {
                let FaxMade { bytes, unreadable } = maker.make_fax(&delivery.packet_pdf, wanted).await?;
                (bytes, wanted.format, FaxResolution::Fine, unreadable)
            }
        };
        let (size, sha256) = (u64::try_from(bytes.len()).unwrap_or(u64::MAX), sha256_hex(&bytes));
        let file = FaxFile { place: String::new(), format, resolution, bytes: size, sha256, unreadable };
        Ok((bytes, file))
    }

    /// Puts the file and decides envelope and receipt, unless somebody was quicker.
    async fn decide(&self, fax_id: &str, delivery: &Delivery, now: Timestamp) -> PortResult<Decided> {
        let (bytes, mut file) = self.content(delivery).await?;
        file.place = self.files.put(&file_name(fax_id, &file.sha256, file.format), bytes).await?;
        let receipt = Receipt { key: delivery.key.clone(), reference: file.place.clone(), at: now };
        let envelope = self.line.envelope(delivery, file, now)?;
        let unwritable = |_| PortError::permanent(named(fax_id), "its envelope cannot be written as JSON");
        let envelope = serde_json::to_string(&envelope).map_err(unwritable)?;
        let own = serde_json::to_vec(&Decided { receipt, envelope }).map_err(unwritable)?;
        read(fax_id, &self.files.record(fax_id, Bytes::from(own)).await?)
    }
}

#[async_trait]
impl Destination for FaxPipeline {
    fn name(&self) -> &DestinationName {
        &self.name
    }

    async fn deliver(&self, delivery: &Delivery, now: Timestamp) -> PortResult<Receipt> {
        let id = fax_id(&delivery.key);
        let decided = match self.files.recorded(&id).await? {
            Some(FaxRecord { record, sent: true }) => return Ok(read(&id, &record)?.receipt),
            Some(FaxRecord { record, sent: false }) => read(&id, &record)?,
            None => self.decide(&id, delivery, now).await?,
        };
        self.queue.send(&id, &decided.envelope).await?;
        self.files.mark_sent(&id).await?;
        Ok(decided.receipt)
    }

    async fn find(&self, key: &DeliveryKey) -> PortResult<Option<Receipt>> {
        let id = fax_id(key);
        match self.files.recorded(&id).await? {
            Some(FaxRecord { record, sent: true }) => Ok(Some(read(&id, &record)?.receipt)),
            Some(FaxRecord { sent: false, .. }) | None => Ok(None),
        }
    }
}

fn read(fax_id: &str, record: &[u8]) -> PortResult<Decided> {
    serde_json::from_slice(record).map_err(|_| {
        PortError::permanent(named(fax_id), "its record was changed and cannot be read; restore it")
    })
}

fn named(fax_id: &str) -> String {
    format!("fax {fax_id}")
}
