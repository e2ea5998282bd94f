//! A document's bytes, and what the fault plan does to them.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use super::{Shared, breakage, gate, new_style, old_style};
use crate::chart::{DocumentEntry, Section};
use crate::faults::DocumentFault;
use crate::kind::HospitalKind;

/// Answers with one part of a document, from 1, under a content type; `None` when there is no such part.
///
/// `key` is the session that asks: one fault ends it.
pub(super) async fn serve(
    portal: &Shared,
    key: &str,
    entry: &DocumentEntry,
    part: u8,
    kind: &'static str,
) -> Option<Response> {
    if part == 0 || part > entry.parts.max(1) {
        return None;
    }
    // Drawing a scan takes a while and must not hold up other visitors.
    let (library, id) = (portal.library.clone(), entry.id.clone());
    let Ok(Some(bytes)) = tokio::task::spawn_blocking(move || library.part(&id, part)).await else {
        return Some(gate::server_error(portal.kind));
    };
    let fault = strike(portal, entry);
    Some(match fault {
        None => ([(CONTENT_TYPE, kind)], bytes).into_response(),
        Some(DocumentFault::Truncated) => breakage::cut(kind, &bytes),
        Some(DocumentFault::Empty) => ([(CONTENT_TYPE, kind)], Bytes::new()).into_response(),
        Some(DocumentFault::SlowLoris) => breakage::drip(kind, bytes),
        Some(DocumentFault::Huge) => breakage::huge(kind),
        Some(DocumentFault::LoginPage) => {
            portal.state().expire(key);
            let page = match portal.kind {
                HospitalKind::A => old_style::login_page(),
                HospitalKind::B => new_style::login_page(),
            };
            ([(CONTENT_TYPE, "application/pdf")], page).into_response()
        }
    })
}

/// Counts a download and says what happens to it.
fn strike(portal: &Shared, entry: &DocumentEntry) -> Option<DocumentFault> {
    let mut state = portal.state();
    state.numbers.documents += 1;
    let media = (entry.section == Section::Media).then(|| {
        state.numbers.media += 1;
        state.numbers.media
    });
    let fault = state.faults.document(portal.hospital.seed, state.numbers.documents, media);
    if let Some(fault) = fault {
        state.stats.struck(match fault {
            DocumentFault::Truncated => "truncate",
            DocumentFault::Empty => "zero_bytes",
            DocumentFault::LoginPage => "login_as_pdf",
            DocumentFault::SlowLoris => "slow_loris",
            DocumentFault::Huge => "huge_download",
        });
    }
    let stats = &mut state.stats;
    let counts = if fault.is_some() { &mut stats.documents_truncated } else { &mut stats.documents_served };
    *counts.entry(entry.id.clone()).or_default() += 1;
    fault
}
