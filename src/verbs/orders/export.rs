//! `orders export ID`: a request's packet as a file, or as a link where the files lie in a bucket.

use super::request;
use crate::audited;
use crate::cli::{Context, OrdersExportArgs};
use crate::error::Failure;
use crate::output;
use crate::wiring::Stores;
use domain::audit::{AuditAction, OperatorAct};
use domain::ids::BlobRef;
use domain::request::Request;
use jiff::SignedDuration;
use std::path::Path;
use std::time::Duration;

/// Writes the packet of a request, searchable where it has been read, or prints a link to it.
///
/// # Errors
/// No such request, no packet yet, the file cannot be written, or the store has no links.
pub(super) async fn run(context: &Context, stores: &Stores, args: &OrdersExportArgs) -> Result<(), Failure> {
    let request = request(stores, &args.id).await?.value;
    let blob = packet(&request)?;
    let why = if args.link { "link" } else { "file" };
    let act = OperatorAct::on_request(AuditAction::PacketExported, &request);
    audited::write_down(context, stores, OperatorAct { why: Some(why.to_owned()), ..act }).await?;
    match &args.pdf {
        Some(pdf) => write(stores, blob, pdf).await,
        None => link(stores, blob, args.valid_for).await,
    }
}

fn packet(request: &Request) -> Result<&BlobRef, Failure> {
    match (&request.recognized, &request.packet) {
        (Some(recognized), _) => Ok(&recognized.searchable_pdf),
        (None, Some(packet)) => Ok(&packet.pdf),
        (None, None) => {
            let way_out = "`orders show` tells how far it has come";
            Err(Failure::failed(format!("request {}", request.id), "it has no packet yet", way_out))
        }
    }
}

async fn write(stores: &Stores, blob: &BlobRef, pdf: &Path) -> Result<(), Failure> {
    let bytes = stores.blobs.get(blob).await?;
    files::write_atomic(pdf, &bytes, 0o600)
        .map_err(|error| Failure::failed(pdf.display().to_string(), error, "choose another file"))?;
    output::print(&format!("{}: {} bytes", pdf.display(), bytes.len()))
}

async fn link(stores: &Stores, blob: &BlobRef, valid_for: Duration) -> Result<(), Failure> {
    let life = SignedDuration::try_from(valid_for)
        .map_err(|error| Failure::usage("--valid-for", error, "give a shorter time"))?;
    let Some(link) = stores.blobs.link(blob, life).await? else {
        let cause = "the files lie in a folder here, and a folder has no links";
        let way_out =
            "write it to a file with `--pdf OUT`, or keep the files in a bucket (blobs = \"s3://…\")";
        return Err(Failure::failed("the link", cause, way_out));
    };
    output::print(&link)?;
    output::note(&format!("until {} it shows the patient to whoever has it", stores.clock.now() + life));
    Ok(())
}
