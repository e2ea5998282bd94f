//! The answer of `read` for people: files, documents, fields with page and quote, orders, findings, outcome.

use super::report::ReadReport;
use crate::verbs::tables;
use domain::ocr_pool::ReadMethod;
use std::fmt::Write;

/// The whole answer as text.
pub(super) fn text(report: &ReadReport) -> String {
    let mut text = format!("{}\n\n{}\n", packet_line(report), tables::documents(&report.documents));
    let _ = writeln!(text, "\n{}", tables::fields(&report.documents));
    for (ordinal, reading) in (1..).zip(&report.orders) {
        let _ = writeln!(
            text,
            "\norder {ordinal}: {}\n  {}",
            tables::order(&reading.order),
            reading.outcome.text()
        );
        let _ = writeln!(text, "{}", tables::reasons(&reading.reasons));
    }
    let _ = write!(text, "outcome: {}", report.outcome.text());
    text.push_str(&tables::reasons(&report.reasons));
    text
}

fn packet_line(report: &ReadReport) -> String {
    let count = |method| report.pages.iter().filter(|page| page.method == method).count();
    let mut line = format!(
        "packet: {} files, {} pages ({} with text, {} recognised, {} blank, {} unreadable)",
        report.files.len(),
        report.pages.len(),
        count(ReadMethod::TextLayer),
        count(ReadMethod::Ocr),
        count(ReadMethod::Blank),
        count(ReadMethod::Unreadable),
    );
    for file in &report.files {
        let _ = write!(line, "\n  {} ({} pages)", file.file, file.pages);
        if let Some(mended) = &file.mended {
            let _ = write!(line, ": {mended}");
        }
    }
    for page in &report.pages {
        if let Some(because) = &page.unread_because {
            let _ = write!(line, "\n  page {}: not read, look at it: {because}", page.page);
        }
    }
    for mark in report.pages.iter().flat_map(|page| &page.unseen) {
        let _ = write!(
            line,
            "\n  page {}: {} words nobody sees ({}), not read",
            mark.page,
            mark.words,
            mark.why.text()
        );
    }
    line
}
