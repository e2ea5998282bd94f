//! The stories: why a patient exists, and what must become of each message.
//!
//! Expected reasons are the field's rules (Medicare's coverage rules for the equipment, for written
//! orders and for records of other patients), stated here by hand. Each chart breaks at most one of
//! them. What each story holds and teaches stands in `story_table`.

use serde::{Deserialize, Serialize};

use super::story_table::told;
use crate::truth::ExpectedOutcome;

/// What a patient's chart is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    /// A bilevel device after CPAP has failed.
    BipapAfterCpap,
    /// A bilevel device, and not a word of CPAP tried before.
    BipapWithoutCpap,
    /// Diagnosis and titration in one night.
    SplitNight,
    /// A titration report and no diagnostic study.
    TitrationOnly,
    /// Under two hours of sleep, but events enough.
    ShortStudy,
    /// Under two hours of sleep and too few events.
    ShortStudyFewEvents,
    /// An index of 14.6.
    #[serde(rename = "ahi_14_6")]
    Ahi146,
    /// Two indices, both high enough.
    TwoScorings,
    /// Two indices, only the 3 % one high enough.
    TwoScoringsLow,
    /// A respiratory assist device with its evidence.
    Rad,
    /// A respiratory assist device without a measurement.
    RadNoEvidence,
    /// Oxygen at home.
    Oxygen,
    /// Oxygen without low saturation.
    OxygenNotLow,
    /// Oxygen after a visit long ago.
    OxygenOldVisit,
    /// Supplies for a device at home.
    PapSupplies,
    /// A wheelchair.
    Wheelchair,
    /// A hospital bed.
    HospitalBed,
    /// A corrected order beside the one it replaces.
    CorrectedOrder,
    /// A cancelled order.
    CancelledOrder,
    /// Two orders in one message.
    SeveralOrders,
    /// A message about an order that is not there.
    NoOrder,
    /// The same order and note, printed again a day later.
    NoteAgain,
    /// Two patients of one name.
    SameName,
    /// A page of somebody else.
    ForeignPage,
    /// A study of another hospital.
    OutsideStudy,
    /// A note under 42 CFR Part 2.
    SubstanceUse,
    /// The study arrives after the first message.
    LateStudy,
    /// A chart behind Break-the-Glass.
    BreakTheGlass,
    /// A chart one may not open any more.
    AccessEnded,
}

/// What a second message of a story does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Second {
    /// Brings the same order again.
    Duplicate,
    /// Brings what the first one lacked and takes its place.
    Completes,
}

impl Story {
    /// Every story, those of the small hospitals first.
    pub const ALL: [Story; 35] = [
        Story::CompleteCpap,
        Story::NoSleepStudy,
        Story::NoteAfterStudy,
        Story::UnsignedOrder,
        Story::NonDme,
        Story::DuplicateCc,
        Story::BipapAfterCpap,
        Story::BipapWithoutCpap,
        Story::SplitNight,
        Story::TitrationOnly,
        Story::ShortStudy,
        Story::ShortStudyFewEvents,
        Story::Ahi146,
        Story::TwoScorings,
        Story::TwoScoringsLow,
        Story::Rad,
        Story::RadNoEvidence,
        Story::Oxygen,
        Story::OxygenNotLow,
        Story::OxygenOldVisit,
        Story::PapSupplies,
        Story::Wheelchair,
        Story::HospitalBed,
        Story::CorrectedOrder,
        Story::CancelledOrder,
        Story::SeveralOrders,
        Story::NoOrder,
        Story::NoteAgain,
        Story::SameName,
        Story::ForeignPage,
        Story::OutsideStudy,
        Story::SubstanceUse,
        Story::LateStudy,
        Story::BreakTheGlass,
        Story::AccessEnded,
    ];

    /// The name in the truth file.
    pub fn name(self) -> &'static str {
        told(self).name
    }

    /// What the chart holds.
    pub fn chart(self) -> &'static str {
        told(self).chart
    }

    /// Why it is told.
    pub fn teaches(self) -> &'static str {
        told(self).teaches
    }

    /// What must become of its messages, in one line.
    pub fn expected(self) -> String {
        let (outcome, reason) = self.outcome();
        let first = match (outcome, reason) {
            (_, Some(reason)) => format!("needs a person: `{reason}`"),
            (ExpectedOutcome::Delivered, None) => "delivered".to_owned(),
            (ExpectedOutcome::NotDme, None) => "not equipment".to_owned(),
            (ExpectedOutcome::Cancelled, None) => "cancelled".to_owned(),
            (ExpectedOutcome::Superseded, None) => "superseded".to_owned(),
            (ExpectedOutcome::Duplicate, None) => "duplicate".to_owned(),
            (ExpectedOutcome::NeedsPerson, None) => "needs a person".to_owned(),
        };
        match (self, self.second()) {
            (_, Some(Second::Duplicate)) => format!("first message {first}, second a duplicate"),
            (_, Some(Second::Completes)) => format!("first message {first} by the second, second delivered"),
            (Story::SeveralOrders, None) => format!("{first}, two hand-overs"),
            (Story::SameName, None) => format!("{first}, both"),
            (_, None) => first,
        }
    }

    /// Where the (first) message ends, and why.
    pub(crate) fn outcome(self) -> (ExpectedOutcome, Option<&'static str>) {
        let told = told(self);
        (told.outcome, told.reason)
    }

    /// What a second message does, where there is one.
    pub(crate) fn second(self) -> Option<Second> {
        match self {
            Story::DuplicateCc | Story::NoteAgain => Some(Second::Duplicate),
            Story::LateStudy => Some(Second::Completes),
            _ => None,
        }
    }

    /// True when what is late appears only after the first message's chart was read.
    pub(crate) fn second_is_late(self) -> bool {
        matches!(self, Story::NoteAgain | Story::LateStudy)
    }

    /// True where no sleep physician has a part.
    pub(crate) fn is_about_something_else_than_sleep(self) -> bool {
        matches!(
            self,
            Story::Rad
                | Story::RadNoEvidence
                | Story::Oxygen
                | Story::OxygenNotLow
                | Story::OxygenOldVisit
                | Story::Wheelchair
                | Story::HospitalBed
        )
    }

    /// Patients one telling takes.
    pub(crate) fn patients(self) -> usize {
        if self == Story::SameName { 2 } else { 1 }
    }

    /// True when the payer may be commercial: rules are advisory there, so only charts that break
    /// none of them keep their expected outcome.
    pub(crate) fn allows_commercial(self) -> bool {
        matches!(
            self,
            Story::CompleteCpap
                | Story::DuplicateCc
                | Story::NonDme
                | Story::TwoScorings
                | Story::CorrectedOrder
                | Story::CancelledOrder
                | Story::SeveralOrders
                | Story::NoteAgain
                | Story::SameName
                | Story::OutsideStudy
                | Story::BreakTheGlass
                | Story::AccessEnded
        )
    }
}
