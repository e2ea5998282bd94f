//! Words that speak for a class, with their weight in a title and in the body.

mod papers;
mod records;

use domain::parser::DocumentClass;

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
pub(super) fn all() -> impl Iterator<Item = &'static Cue> {
    records::CUES.iter().chain(papers::CUES)
}
