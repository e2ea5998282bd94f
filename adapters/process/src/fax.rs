//! The pool as the domain's `FaxMaker`: packets scanned again, in the domain's types.

use crate::pool::WorkerPool;
use crate::ports::port_error;
use async_trait::async_trait;
use bytes::Bytes;
use documents::fax_variant::{FaxFormat as Format, FaxSettings};
use domain::fax::{FaxFormat, UnreadableFaxPage};
use domain::ports::{FaxMade, FaxMaker, FaxWanted, PortResult};

#[async_trait]
impl FaxMaker for WorkerPool {
    async fn make_fax(&self, pdf: &Bytes, wanted: &FaxWanted) -> PortResult<FaxMade> {
        let format = match wanted.format {
            FaxFormat::Tiff => Format::Tiff,
            FaxFormat::Pdf => Format::Pdf,
        };
        let settings = FaxSettings { format, bytes_max: wanted.bytes_max };
        let failed = |error| port_error("fax of the packet", &error);
        let (variant, bytes) = self.fax_variant(pdf, settings).await.map_err(failed)?;
        let told = variant.unreadable.iter();
        let unreadable =
            told.map(|page| UnreadableFaxPage { page: page.page, why: page.why.to_string() }).collect();
        Ok(FaxMade { bytes, unreadable })
    }
}
