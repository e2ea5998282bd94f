//! The pool as the domain's `PacketAssembler`: fragments and what became of them, in the domain's types.

use crate::pool::WorkerPool;
use crate::ports::port_error;
use async_trait::async_trait;
use bytes::Bytes;
use documents::assemble::{
    AssembleLimits, AssembleRequest, Assembled, FragmentInput, FragmentReport, PacketDate,
};
use documents::repair::{Damage, FileState};
use domain::ports::{
    AssembledPage, AssembledPdf, FragmentBytes, FragmentNote, PacketAssembler, PacketHead, PortError,
    PortResult,
};
use domain::reassembly::NoteKind;

#[async_trait]
impl PacketAssembler for WorkerPool {
    async fn assemble(&self, head: &PacketHead, fragments: Vec<FragmentBytes>) -> PortResult<AssembledPdf> {
        let mut files: Vec<Bytes> = Vec::new();
        // Named by their places: what a worker says about a fragment then names no one.
        let inputs = fragments.into_iter().enumerate().map(|(index, fragment)| {
            files.push(self.files().share(fragment.bytes));
            FragmentInput {
                id: index.to_string(),
                bookmark: fragment.bookmark,
                section: fragment.heading,
                facts: fragment.facts,
                given_up: None,
                bytes: Bytes::new(),
            }
        });
        let request = AssembleRequest {
            title: head.title.clone(),
            date: date(head),
            fragments: inputs.collect(),
            limits: AssembleLimits::default(),
            leave_out_faulty: true,
        };
        let failed = |error| port_error("packet", &error);
        let (assembled, pdf) = WorkerPool::assemble(self, request, &files).await.map_err(failed)?;
        told(&assembled, pdf, files.len())
    }
}

fn date(head: &PacketHead) -> Option<PacketDate> {
    let small = |value: i8| u8::try_from(value).ok();
    Some(PacketDate {
        year: u16::try_from(head.date.year()).ok()?,
        month: small(head.date.month())?,
        day: small(head.date.day())?,
        hour: small(head.date.hour())?,
        minute: small(head.date.minute())?,
        second: small(head.date.second())?,
    })
}

fn told(assembled: &Assembled, pdf: Bytes, fragments: usize) -> PortResult<AssembledPdf> {
    let index = |id: &str| {
        id.parse::<usize>()
            .ok()
            .filter(|index| *index < fragments)
            .ok_or_else(|| PortError::permanent("packet", "the worker names a fragment it was not given"))
    };
    let page = |page: &documents::assemble::PageSource| {
        Ok(AssembledPage {
            fragment: index(&page.fragment_id)?,
            fragment_page: page.fragment_page,
            blank: page.blank,
            repeats: page.repeats,
            lost: page.lost.map(|lost| lost.to_string()),
        })
    };
    let pages = assembled.pages.iter().map(page).collect::<PortResult<_>>()?;
    let mut notes = Vec::new();
    for report in &assembled.fragments {
        let fragment = index(&report.fragment_id)?;
        notes.extend(notes_of(report).into_iter().map(|(kind, note)| FragmentNote { fragment, kind, note }));
    }
    for faulty in &assembled.left_out {
        let (fragment, note) = (index(&faulty.fragment_id)?, faulty.fault.to_string());
        notes.push(FragmentNote { fragment, kind: NoteKind::Quarantined, note });
    }
    Ok(AssembledPdf { pdf, pages, notes })
}

/// What a person should know of a fragment that is in the packet.
fn notes_of(report: &FragmentReport) -> Vec<(NoteKind, String)> {
    let listed = |what: &[Damage]| what.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let mut notes = Vec::new();
    match &report.state {
        FileState::Whole => {}
        FileState::Repaired { what } => {
            notes.push((NoteKind::Repaired, format!("it was damaged ({}); check its pages", listed(what))));
        }
        FileState::Rasterised { what } => notes.push((
            NoteKind::Rasterised,
            format!("it was damaged ({}); its pages are pictures now, check them", listed(what)),
        )),
        FileState::Quarantined { reason } => notes.push((NoteKind::Quarantined, reason.to_string())),
    }
    if !report.missing_pages.is_empty() {
        let pages: Vec<String> = report.missing_pages.iter().map(u32::to_string).collect();
        let note = format!("its pages {} are lost; ask for another copy", pages.join(", "));
        notes.push((NoteKind::Repaired, note));
    }
    let converted = report.converted.iter().map(|note| (NoteKind::Repaired, note.to_string()));
    notes.extend(converted);
    if report.xfa_placeholder {
        let note = "it is a form that only its own program shows; open the original, or ask for a print";
        notes.push((NoteKind::Repaired, note.to_owned()));
    }
    for member in &report.unusable_members {
        notes.push((NoteKind::Quarantined, format!("of the archive, {member}")));
    }
    if report.signatures > 0 {
        let note = "it was signed electronically; the signature holds for the original file only";
        notes.push((NoteKind::Signed, note.to_owned()));
    }
    if report.attachments > 0 {
        let note = format!("{} files are attached to it; they are in the original only", report.attachments);
        notes.push((NoteKind::Attachments, note));
    }
    for (why, words) in &report.unseen {
        let note = format!("it carries {words} words {}; nobody sees them, they were not read", why.text());
        notes.push((NoteKind::Unseen, note));
    }
    notes
}
