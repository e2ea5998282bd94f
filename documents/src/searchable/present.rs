//! What already can be copied from the packet's pages, so that nothing is there twice.

use crate::read::{PageText, Word, texts_on};
use crate::shield::shielded;
use bytes::Bytes;
use hayro::hayro_syntax::Pdf;
use std::sync::Arc;

/// The packet, opened for looking at what its pages write.
pub(super) struct Present {
    pdf: Option<Pdf>,
}

impl Present {
    pub(super) fn open(pdf: &Bytes) -> Self {
        Self { pdf: shielded(|| Pdf::new(Arc::new(pdf.clone()))).ok().and_then(Result::ok) }
    }

    /// The recognised words of a page that do not stand at their place yet.
    pub(super) fn missing(&self, page: &PageText) -> Vec<Word> {
        let there = self
            .pdf
            .as_ref()
            .and_then(|pdf| pdf.pages().get(usize::try_from(page.page).ok()?.checked_sub(1)?))
            .and_then(|page| shielded(|| texts_on(page)).ok())
            .unwrap_or_default();
        page.words
            .iter()
            .filter(|word| !there.iter().any(|written| stands_for(written, word)))
            .cloned()
            .collect()
    }
}

/// Whether a written word covers the recognised one's middle and says it.
fn stands_for(written: &Word, word: &Word) -> bool {
    let [x0, y0, x1, y1] = word.bbox;
    let (x, y) = ((x0 + x1) / 2.0, (y0 + y1) / 2.0);
    let [left, top, right, bottom] = written.bbox;
    let margin = 0.25 * (y1 - y0);
    let covers =
        (left - margin..=right + margin).contains(&x) && (top - margin..=bottom + margin).contains(&y);
    covers && plain(&written.text).contains(&plain(&word.text))
}

fn plain(text: &str) -> String {
    let letters: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if letters.is_empty() { text.to_owned() } else { letters }
}
