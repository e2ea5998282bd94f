//! `read FILE…`: files straight through assembly, recognition, understanding and rules. Keeps nothing, knows
//! no portal; what it finds goes to standard output and, with `--pdf`, into one file, written whole or not at
//! all.

mod fax;
mod inputs;
mod packet;
mod report;
mod table;

pub use report::{FileReport, OrderReading, PageReport, ReadOutcome, ReadReport};

use crate::cli::{Context, ReadArgs};
use crate::error::{Exit, Failure, VerbResult};
use crate::{output, telemetry, wiring};
use bytes::Bytes;
use domain::ids::{BlobRef, FragmentId, PacketId};
use domain::keys;
use domain::ocr_pool::ReadMethod;
use domain::patient_scraper::{ContentKind, Fragment, ListedDocument, Section};
use domain::reassembly::ManifestPage;
use inputs::Piece;
use jiff::Timestamp;
use packet::{ReadPacket, mended, shown};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use understanding::{Decision, PacketReading, RequestContext, RequestDecision, Understanding, understand};

/// Runs the verb.
///
/// # Errors
/// A file cannot be used, holds no medical document, or the answer cannot be written.
pub async fn run(context: &Context, args: ReadArgs) -> VerbResult {
    telemetry::init_quiet();
    let settings = context.settings()?;
    let knowledge = wiring::knowledge(&settings)?;
    if let Some(out) = &args.pdf {
        check_target(out, &args.files)?;
    }
    if let Some(out) = &args.fax {
        check_target(out, &args.files)?;
        fax::format_of(out)?;
    }
    let contents = packet::load(&args.files).await?;
    let pool = wiring::worker_pool(&settings);
    let pieces = inputs::pieces(&pool, &args.files, &contents).await?;
    let packet = packet::read(&pool, &pieces).await?;
    let understanding = interpret(&packet, &pieces, &knowledge);
    let report = report_of(&args.files, &pieces, &packet, understanding);
    refuse_what_is_not_medical(&args.files, &report)?;
    if let Some(out) = &args.pdf {
        let pdf = packet::searchable(&pool, &packet).await?;
        write_whole(out, &pdf)?;
    }
    if let Some(out) = &args.fax {
        fax::write(&pool, &packet, out).await?;
    }
    if args.json {
        output::print_json(&report)?;
    } else {
        output::print(&table::text(&report))?;
    }
    Ok(if report.outcome == ReadOutcome::NeedsPerson { Exit::NeedsPerson } else { Exit::Done })
}

fn interpret(packet: &ReadPacket, pieces: &[Piece], knowledge: &understanding::Knowledge) -> Understanding {
    let hashes: Vec<String> = pieces.iter().map(|piece| hex(&Sha256::digest(&piece.original))).collect();
    let mut parts = vec!["read"];
    parts.extend(hashes.iter().map(String::as_str));
    let id = PacketId::new(keys::plain_hash(&parts));
    let fragments: Vec<Fragment> = hashes
        .iter()
        .zip(pieces)
        .enumerate()
        .map(|(index, (hash, piece))| fragment(index, hash, &piece.original))
        .collect();
    let manifest: Vec<ManifestPage> = packet
        .assembled
        .pages
        .iter()
        .map(|source| ManifestPage {
            page: source.packet_page,
            fragment: FragmentId::new(&*source.fragment_id),
            epic_id: source.fragment_id.clone(),
            section: Section::Media,
            fragment_page: source.fragment_page,
            blank: source.blank,
            repeats: source.repeats,
            lost: source.lost.map(|lost| lost.to_string()),
        })
        .collect();
    let reading =
        PacketReading { packet: &id, pages: &packet.pages, manifest: &manifest, fragments: &fragments };
    // No portal, so no patient to hold the pages against and no message: the packet speaks for itself.
    let context = RequestContext { patient: None, received: None, message_subject: None, message_body: None };
    understand(&reading, &context, knowledge)
}

/// A file as if a chart had listed it, without any of what a chart would have said about it.
fn fragment(index: usize, hash: &str, bytes: &Bytes) -> Fragment {
    Fragment {
        id: FragmentId::new(index.to_string()),
        listed: ListedDocument {
            epic_id: index.to_string(),
            section: Section::Media,
            title: "".into(),
            epic_type: String::new(),
            service_date: None,
            author: None,
            status: None,
            edited: None,
        },
        part: None,
        kind: ContentKind::Unknown,
        blob: BlobRef::new(hash),
        bytes: bytes.len() as u64,
        printed: None,
        retrieved_at: Timestamp::UNIX_EPOCH,
    }
}

fn report_of(
    files: &[PathBuf],
    pieces: &[Piece],
    packet: &ReadPacket,
    understanding: Understanding,
) -> ReadReport {
    let orders: Vec<OrderReading> = understanding
        .orders
        .into_iter()
        .map(|draft| {
            let (outcome, reasons) = match draft.decision {
                Decision::Route => (ReadOutcome::Ready, Vec::new()),
                Decision::NeedsPerson { reasons } => (ReadOutcome::NeedsPerson, reasons),
                Decision::Cancelled => (ReadOutcome::Cancelled, Vec::new()),
                Decision::Superseded { .. } => (ReadOutcome::Superseded, Vec::new()),
            };
            OrderReading { order: draft.order, outcome, reasons }
        })
        .collect();
    // What waits is told first, then what would go on.
    let told = [ReadOutcome::NeedsPerson, ReadOutcome::Ready]
        .into_iter()
        .find(|told| orders.iter().any(|order| order.outcome == *told))
        .or_else(|| orders.first().map(|order| order.outcome));
    let (outcome, reasons) = match understanding.request {
        RequestDecision::Orders => (told.unwrap_or(ReadOutcome::NotDme), Vec::new()),
        RequestDecision::NotDme { .. } => (ReadOutcome::NotDme, Vec::new()),
        RequestDecision::NeedsPerson { reasons } => (ReadOutcome::NeedsPerson, reasons),
    };
    let documents = understanding.documents;
    ReadReport {
        files: file_reports(files, pieces, packet),
        pages: page_reports(pieces, packet),
        documents,
        orders,
        outcome,
        reasons,
    }
}

fn file_reports(files: &[PathBuf], pieces: &[Piece], packet: &ReadPacket) -> Vec<FileReport> {
    let report = |(index, file): (usize, &PathBuf)| {
        let of_file = |fragment: &str| piece_of(pieces, fragment).is_some_and(|piece| piece.file == index);
        let pages = packet.assembled.pages.iter().filter(|page| of_file(&page.fragment_id)).count();
        let reports = packet.assembled.fragments.iter().filter(|report| of_file(&report.fragment_id));
        let mended: Vec<String> = reports.filter_map(|report| mended(&report.state)).collect();
        FileReport {
            file: shown(file),
            pages: u32::try_from(pages).unwrap_or(u32::MAX),
            mended: (!mended.is_empty()).then(|| mended.join("; ")),
        }
    };
    files.iter().enumerate().map(report).collect()
}

/// The piece that a worker names by its place.
fn piece_of<'a>(pieces: &'a [Piece], fragment: &str) -> Option<&'a Piece> {
    fragment.parse::<usize>().ok().and_then(|index| pieces.get(index))
}

fn page_reports(pieces: &[Piece], packet: &ReadPacket) -> Vec<PageReport> {
    // Pages of an archive are counted through all its files.
    let mut seen: HashMap<u32, u32> = HashMap::new();
    let sources = packet.assembled.pages.iter();
    let report = |(page, source): (&domain::ocr_pool::PageText, &documents::assemble::PageSource)| {
        let piece = piece_of(pieces, &source.fragment_id);
        let file = piece.and_then(|piece| u32::try_from(piece.file + 1).ok()).unwrap_or(0);
        let file_page = seen.entry(file).and_modify(|pages| *pages += 1).or_insert(1);
        PageReport {
            page: page.page,
            file,
            file_page: *file_page,
            method: page.method,
            words: u32::try_from(page.words.len()).unwrap_or(u32::MAX),
            mean_confidence: page.mean_confidence,
            unseen: page.unseen_marks().collect(),
            unread_because: page.unread_because.clone(),
        }
    };
    packet.pages.iter().zip(sources).map(report).collect()
}

/// Text that is no medical document gets an answer of its own, not a table of nothing.
fn refuse_what_is_not_medical(files: &[PathBuf], report: &ReadReport) -> Result<(), Failure> {
    if report.is_medical() || report.outcome == ReadOutcome::Ready {
        return Ok(());
    }
    let thing = match files {
        [file] => shown(file),
        _ => "the files".to_owned(),
    };
    let silent = |page: &PageReport| matches!(page.method, ReadMethod::Blank | ReadMethod::Unreadable);
    if report.pages.iter().all(silent) {
        let damaged = report.files.iter().any(|file| file.mended.is_some());
        let cause = if damaged { "it is damaged, and " } else { "" };
        let way_out = "ask for another copy, or scan again with more contrast and at least 200 dpi";
        return Err(Failure::failed(thing, format!("{cause}no page has words that can be read"), way_out));
    }
    let cause = "no page reads like a medical document (facesheet, order, office note, sleep study, …)";
    Err(Failure::failed(
        thing,
        cause,
        "give documents of a patient's chart; if this is one, report its layout",
    ))
}

/// Refuses a target before any work is done.
fn check_target(out: &Path, files: &[PathBuf]) -> Result<(), Failure> {
    let refuse =
        |cause: &str| Err(Failure::usage(shown(out), cause, "choose another file with --pdf or --fax"));
    if out.is_dir() {
        return refuse("is a folder");
    }
    if !folder_of(out).is_dir() {
        return refuse("its folder does not exist");
    }
    let same = |file: &PathBuf| match (file.canonicalize(), out.canonicalize()) {
        (Ok(file), Ok(out)) => file == out,
        _ => false,
    };
    if files.iter().any(same) { refuse("is one of the files to be read") } else { Ok(()) }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whole or not at all, and for this user only.
fn write_whole(out: &Path, bytes: &Bytes) -> Result<(), Failure> {
    files::write_atomic(out, bytes, 0o600)
        .map_err(|error| Failure::failed(shown(out), error, "choose a folder that can be written"))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
