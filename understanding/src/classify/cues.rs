//! Words that speak for a class, with their weight in a title and in the body.

mod papers;
mod records;
mod titles;

use domain::parser::DocumentClass;
use std::sync::LazyLock;

/// One cue.
pub(super) struct Cue {
    pub(super) class: DocumentClass,
    pub(super) words: &'static str,
    /// Added when it stands in a title.
    pub(super) title: f32,
    /// Added when it stands anywhere.
    pub(super) body: f32,
}

const fn cue(class: DocumentClass, words: &'static str, title: f32, body: f32) -> Cue {
    Cue { class, words, title, body }
}

/// Every cue, in a fixed order.
pub(super) fn all() -> Vec<&'static Cue> {
    static MORE: LazyLock<Vec<Cue>> = LazyLock::new(titles::cues);
    records::CUES.iter().chain(papers::CUES).chain(MORE.iter()).collect()
}
