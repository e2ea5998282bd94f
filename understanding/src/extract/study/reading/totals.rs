//! The sum under or behind the kinds of events: `OA 70, CA 4, Hyp 61, Total 137`.

use super::Walk;
use crate::extract::study::grid;
use crate::extract::study::words::{Idea, Ideas};

/// What a label of a sum is made of.
const SUM: [Idea; 7] =
    [Idea::Total, Idea::Events, Idea::Count, Idea::Index, Idea::Respiratory, Idea::Four, Idea::Three];

impl Walk<'_> {
    /// A label that only says `Total`, with what is summed: apneas and hypopneas, if these and nothing else stand before
    /// it on its line or above it.
    pub(super) fn total(&self, label: Ideas) -> Option<Ideas> {
        if !is_sum(label) {
            return None;
        }
        let before = self.read.tags.iter().filter(|tag| tag.at.end <= self.from);
        let before = before.fold(Ideas::default(), |all, tag| all.and(tag.ideas));
        let place = self.segment.pieces.first().map(|piece| (self.segment.page, piece.1))?;
        (is_breathing(before) || is_breathing(grid::names_above(self.view, place)))
            .then(|| label.with(Idea::Apnea).with(Idea::Hypopnea))
    }

    /// The same of a column, by the other headings of its row.
    pub(super) fn total_of(heading: Ideas, beside: Ideas) -> Option<Ideas> {
        (is_sum(heading) && is_breathing(beside)).then(|| heading.with(Idea::Apnea).with(Idea::Hypopnea))
    }
}

pub(super) fn is_sum(label: Ideas) -> bool {
    label.has(Idea::Total) && label.only(&SUM) == label
}

/// Apneas and hypopneas, and nothing else that may be summed with them.
fn is_breathing(ideas: Ideas) -> bool {
    let others =
        [Idea::Rera, Idea::Foreign, Idea::Desaturation, Idea::Saturation, Idea::Rdi, Idea::Rem, Idea::Supine];
    ideas.any(&[Idea::Apnea, Idea::Obstructive, Idea::Central])
        && ideas.has(Idea::Hypopnea)
        && !ideas.any(&others)
}
