//! The story table: why a patient exists, and what must become of each message.
//!
//! Expected reasons are the field's rules (Medicare's coverage rules for positive airway pressure
//! and for written orders), stated here by hand. Each chart breaks at most one of them.

use serde::{Deserialize, Serialize};

use crate::dice::Dice;
use crate::truth::ExpectedOutcome;

/// What a patient's chart is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Story {
    /// A complete order for CPAP.
    CompleteCpap,
    /// Everything but the sleep study.
    NoSleepStudy,
    /// The evaluation was written after the study.
    NoteAfterStudy,
    /// Nobody signed the order.
    UnsignedOrder,
    /// The message is about something else and the chart holds no order.
    NonDme,
    /// A complete order that arrives in two messages.
    DuplicateCc,
}

impl Story {
    /// Every story but the complete order, in the order small hospitals get them.
    const OTHERS: [Story; 5] =
        [Story::NonDme, Story::NoSleepStudy, Story::DuplicateCc, Story::UnsignedOrder, Story::NoteAfterStudy];

    /// One in this many patients tells each of [`Story::OTHERS`]; the rest are complete.
    const OTHER_SHARE: usize = 12;

    /// Where the (first) message ends, and why.
    pub(crate) fn outcome(self) -> (ExpectedOutcome, Option<&'static str>) {
        match self {
            Story::CompleteCpap | Story::DuplicateCc => (ExpectedOutcome::Delivered, None),
            Story::NoSleepStudy => (ExpectedOutcome::NeedsPerson, Some("PAP-2:insufficient")),
            Story::NoteAfterStudy => (ExpectedOutcome::NeedsPerson, Some("PAP-1b:unmet")),
            Story::UnsignedOrder => (ExpectedOutcome::NeedsPerson, Some("SIG-1:unmet")),
            Story::NonDme => (ExpectedOutcome::NotDme, None),
        }
    }

    /// True when the payer may be commercial: rules are advisory there, so only charts that break
    /// none of them keep their expected outcome.
    pub(crate) fn allows_commercial(self) -> bool {
        matches!(self, Story::CompleteCpap | Story::DuplicateCc | Story::NonDme)
    }

    /// The stories of a hospital with `patients` patients, in random order; from six patients on
    /// every story is told and complete orders are never outnumbered by any other.
    pub(crate) fn cast(patients: usize, seed: u64) -> Vec<Story> {
        let each = (patients / Self::OTHER_SHARE).max(1);
        let mut cast: Vec<Story> = std::iter::repeat_n(Self::OTHERS, each).flatten().collect();
        cast.truncate(patients.saturating_sub(1));
        cast.resize(patients, Story::CompleteCpap);
        Dice::of(seed, "stories").shuffle(&mut cast);
        cast
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_patients_tell_every_story_and_most_are_complete() {
        for patients in [12, 40, 60] {
            let cast = Story::cast(patients, 7);
            assert_eq!(cast.len(), patients);
            assert!(Story::OTHERS.iter().all(|story| cast.contains(story)));
            assert!(cast.iter().filter(|s| **s == Story::CompleteCpap).count() * 2 > patients);
        }
        assert_eq!(Story::cast(1, 7), [Story::CompleteCpap]);
        assert!(Story::cast(0, 7).is_empty());
    }
}
