//! `orders letter ID`: the letter that asks the prescriber for what an order waits for, as a PDF or as text.

use super::case::Case;
use crate::audited;
use crate::cli::{Context, OrdersLetterArgs};
use crate::error::Failure;
use crate::output;
use crate::settings::Settings;
use crate::wiring::{self, Stores};
use documents::convert::{LetterRequest, LetterSheet, letter_pdf};
use domain::audit::{AuditAction, OperatorAct};
use domain::parser::OrderRecord;
use domain::redacted::Redacted;
use jiff::Zoned;
use std::path::Path;
use understanding::{Letter, LetterItem, Letterhead, letter, summarise};

/// Writes the letter to a file only its owner can read, or to standard output.
///
/// # Errors
/// No such order; several orders where one must be named; nothing the prescriber can supply, with who acts instead; no
/// `[supplier]` in the configuration; the audit log or the file cannot be written.
pub(super) async fn run(
    context: &Context,
    settings: &Settings,
    stores: &Stores,
    args: &OrdersLetterArgs,
) -> Result<(), Failure> {
    let head = letterhead(settings)?;
    let knowledge = wiring::knowledge(settings)?;
    let case = Case::load(stores, &args.id).await?;
    let facts = case.facts(the_one(&case, &args.id)?);
    let summary = summarise(&facts, &knowledge);
    let letter = letter(&facts, &summary, &knowledge, head, Zoned::now().date()).map_err(|none| {
        let way_out = format!("`epic-connector orders summary {}` shows what is to be done", args.id);
        Failure::failed(format!("a letter for {}", args.id), none, way_out)
    })?;
    let act = OperatorAct::on_request(AuditAction::LetterWritten, &case.request);
    let why = if args.pdf.is_some() { "pdf" } else { "text" };
    audited::write_down(context, stores, OperatorAct { why: Some(why.to_owned()), ..act }).await?;
    match (&args.pdf, &args.text) {
        (Some(pdf), _) => {
            let made = letter_pdf(&sheet(&letter))
                .map_err(|error| Failure::failed("the letter's PDF", error, "report this as a defect"))?;
            write(pdf, &made.pdf)
        }
        (None, Some(text)) if text.as_os_str() != "-" => write(text, letter.text().as_bytes()),
        (None, _) => output::print(letter.text().trim_end()),
    }
}

fn letterhead(settings: &Settings) -> Result<&Letterhead, Failure> {
    settings.supplier.as_ref().ok_or_else(|| {
        let cause = "the configuration does not say who writes it";
        let way_out = "add a section [supplier] with name, address, phone, fax and contact";
        Failure::usage("the letterhead", cause, way_out)
    })
}

/// The order of this id; a request's id names its only order, or the request itself where it has none.
fn the_one<'c>(case: &'c Case, id: &str) -> Result<Option<&'c OrderRecord>, Failure> {
    match case.records(id).as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        several => {
            let ids: Vec<&str> = several.iter().map(|record| record.id.as_str()).collect();
            let way_out = format!("name one of {}", ids.join(", "));
            Err(Failure::usage(format!("request {id}"), "it has several orders", way_out))
        }
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    files::write_atomic(path, bytes, 0o600)
        .map_err(|error| Failure::failed(path.display().to_string(), error, "choose another file"))?;
    output::print(&format!("{}: {} bytes", path.display(), bytes.len()))
}

/// The letter's parts as a typesetter takes them.
fn sheet(letter: &Letter) -> LetterSheet {
    let shown =
        |lines: &[Redacted<String>]| lines.iter().map(|line| line.reveal().clone()).collect::<Vec<String>>();
    let head = &letter.letterhead;
    let mut sender_lines = vec![head.address.join(", ")];
    sender_lines.push(format!("Telephone {}    Fax {}    Contact {}", head.phone, head.fax, head.contact));
    LetterSheet {
        sender: head.name.clone(),
        sender_lines,
        date: letter.date.clone(),
        to: shown(&letter.to),
        subject: letter.subject.clone(),
        concerning: letter
            .concerning
            .iter()
            .map(|(label, value)| (label.clone(), value.reveal().clone()))
            .collect(),
        opening: shown(&letter.opening),
        requests: letter.items.iter().map(request).collect(),
        closing: letter.closing.clone(),
        reply_heading: format!("Reply to {}, fax {}, reference {}", head.name, head.fax, letter.reference()),
        reply: letter.reply.clone(),
        notice: letter.notice.clone(),
        reference: letter.reference().to_owned(),
    }
}

fn request(item: &LetterItem) -> LetterRequest {
    LetterRequest {
        title: item.document.clone(),
        parts: vec![
            ("Why we ask".to_owned(), item.because.reveal().clone()),
            ("Please send".to_owned(), item.ask.reveal().clone()),
            ("The rule".to_owned(), item.rule.clone()),
        ],
        source: item.source.clone(),
    }
}
