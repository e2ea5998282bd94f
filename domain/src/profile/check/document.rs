//! Mistakes in how documents are got: ways that need a viewer, ways that are never reached, parts without any.

use super::Mistakes;
use super::asks::{self, Placeholders};
use super::lists::banner;
use super::values::{self, Scope};
use crate::profile::{Content, DocumentPages, Method, Profile};

/// What a request about a document may name.
const KNOWN: [&str; 4] = ["document", "section", "chart", "message"];

pub(super) fn check(profile: &Profile, found: &mut Mistakes) {
    let document = &profile.document;
    if let Some(viewer) = &document.viewer {
        asks::ask("document.viewer", viewer, Placeholders { needed: &["document"], known: &KNOWN }, found);
    } else if document.header.ask.is_none() {
        found.add(
            "document.header",
            "needs an ask where there is no viewer: nothing else says whose the document is",
        );
    }
    banner("document.header", &document.header, &KNOWN, found);
    if document.content.is_empty() {
        found.add("document.content", "is empty; say how a document's bytes are got");
    }
    for (index, way) in document.content.iter().enumerate() {
        let at = format!("document.content[{index}]");
        content(&at, way, document, found);
        if let Some(before) = document.content[..index].iter().position(always_there) {
            found.add(
                &at,
                format!("is never reached: document.content[{before}] is always there; put it before that"),
            );
        }
    }
    if let Some(parts) = &document.parts {
        values::value("document.parts", parts, Scope::Page, found);
        let several = |way: &Content| matches!(way, Content::Link { .. } | Content::Form { .. });
        if !document.content.iter().any(several) {
            found.add(
                "document.parts",
                "counts parts, and only by = \"link\" and by = \"form\" give more than one",
            );
        }
    }
}

/// Ways that need nothing of the viewer's page, so that a way behind them is never taken.
fn always_there(way: &Content) -> bool {
    matches!(
        way,
        Content::Ask { .. } | Content::Blob { .. } | Content::Page { select: None } | Content::Print { .. }
    )
}

fn content(at: &str, way: &Content, document: &DocumentPages, found: &mut Mistakes) {
    match (&document.viewer, way) {
        (_, Content::Ask { .. }) => {}
        (None, _) => found.add(at, "is done on the viewer's page; add document.viewer"),
        (Some(viewer), Content::Blob { .. } | Content::Print { .. })
            if viewer.method != Method::Get || viewer.hidden_of.is_some() =>
        {
            found.add(at, "opens the viewer in a browser; its method must be get, without hidden_of");
        }
        (Some(_), _) => {}
    }
    match way {
        Content::Ask { ask } => {
            let placeholders = Placeholders { needed: &["document"], known: &KNOWN };
            asks::ask(&format!("{at}.ask"), ask, placeholders, found);
        }
        Content::Link { select, attribute } => {
            found.selector(&format!("{at}.select"), select);
            found.text(&format!("{at}.attribute"), attribute);
        }
        Content::Form { select } => found.selector(&format!("{at}.select"), select),
        Content::Page { select } => {
            if let Some(select) = select {
                found.selector(&format!("{at}.select"), select);
            }
        }
        Content::Data { value } => values::value(&format!("{at}.value"), value, Scope::Page, found),
        Content::Blob { drawn, select, attribute } => {
            found.selector(&format!("{at}.drawn.ready"), &drawn.ready);
            found.selector(&format!("{at}.select"), select);
            found.text(&format!("{at}.attribute"), attribute);
        }
        Content::Print { drawn } => found.selector(&format!("{at}.drawn.ready"), &drawn.ready),
    }
}
