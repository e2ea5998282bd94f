//! The completeness ledger: one line for every section and every listed document, captured or with the reason.

use super::Section;
use crate::parser::Reason;
use crate::ports::{PortalError, Refusal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// Why a listed document, or a whole section, is not in the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotCaptured {
    /// The section holds nothing; or the portal lists the document and does not know it.
    Absent,
    /// The portal refused it.
    NoPermission,
    /// The portal asks for a reason first, which only a person may give.
    BreakTheGlass,
    /// The time for which it was open to us is over.
    AccessEnded,
    /// It did not arrive in time, however often it was asked for.
    TimedOut,
    /// It is larger than the profile allows.
    TooLarge,
    /// The chart's budget was used up before its turn came.
    OverBudget,
    /// The collection plan does not ask for it.
    OutsidePlan,
    /// It arrived, but is no readable document.
    Unreadable,
    /// This portal has no such section.
    NotOffered,
}

impl NotCaptured {
    /// What a portal's answer means for the one thing that was asked for; none where it says nothing about that thing,
    /// but about the session, the portal or the patient.
    pub const fn because_of(error: &PortalError) -> Option<Self> {
        match error {
            PortalError::NotPermitted { why, .. } => Some(match why {
                Refusal::Forbidden => Self::NoPermission,
                Refusal::BreakTheGlass => Self::BreakTheGlass,
                Refusal::AccessEnded => Self::AccessEnded,
            }),
            PortalError::TooLarge { .. } => Some(Self::TooLarge),
            PortalError::NotFound { .. } => Some(Self::Absent),
            PortalError::SessionLost
            | PortalError::KickedOut
            | PortalError::Throttled { .. }
            | PortalError::Unavailable { .. }
            | PortalError::UnexpectedPage { .. }
            | PortalError::WrongPatient { .. } => None,
        }
    }

    /// What it means that the portal failed at one thing every time, while it answered otherwise.
    pub const fn given_up_on(error: &PortalError) -> Option<Self> {
        match error {
            PortalError::Unavailable { .. } => Some(Self::TimedOut),
            PortalError::UnexpectedPage { .. } => Some(Self::Unreadable),
            _ => None,
        }
    }

    /// The reason in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::NoPermission => "no permission",
            Self::BreakTheGlass => "Break-the-Glass is asked for",
            Self::AccessEnded => "access has ended",
            Self::TimedOut => "timed out",
            Self::TooLarge => "too large",
            Self::OverBudget => "over the chart's budget",
            Self::OutsidePlan => "outside the collection plan",
            Self::Unreadable => "unreadable",
            Self::NotOffered => "not offered by this portal",
        }
    }
}

impl fmt::Display for NotCaptured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// One line of the completeness ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LedgerLine {
    /// The section.
    pub section: Section,
    /// The document; none for the section as a whole.
    pub epic_id: Option<String>,
    /// Captured, or why not. Of a section: its list was read, or why not.
    pub not_captured: Option<NotCaptured>,
    /// Of a section whose list was read: its rows. A session gives as many as the portal claims, or fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<u32>,
}

impl LedgerLine {
    /// The line of a section whose list was read.
    pub fn listed(section: Section, rows: usize) -> Self {
        let listed = Some(u32::try_from(rows).unwrap_or(u32::MAX));
        let not_captured = (rows == 0).then_some(NotCaptured::Absent);
        Self { section, epic_id: None, not_captured, listed }
    }

    /// The line of a section whose list was not read.
    pub const fn unread(section: Section, why: NotCaptured) -> Self {
        Self { section, epic_id: None, not_captured: Some(why), listed: None }
    }

    /// The line of a document.
    pub fn document(section: Section, epic_id: &str, not_captured: Option<NotCaptured>) -> Self {
        Self { section, epic_id: Some(epic_id.to_owned()), not_captured, listed: None }
    }

    /// Whether something that the plan asks for is missing, so that what follows from the packet may be wrong. An empty
    /// section, one that the portal never has, and what is outside the plan are no gaps.
    pub const fn is_gap(&self) -> bool {
        match self.not_captured {
            None | Some(NotCaptured::OutsidePlan | NotCaptured::NotOffered) => false,
            // A list that was read and holds nothing is none; one that the portal does not know of was not read.
            Some(NotCaptured::Absent) => self.epic_id.is_some() || self.listed.is_none(),
            Some(
                NotCaptured::NoPermission
                | NotCaptured::BreakTheGlass
                | NotCaptured::AccessEnded
                | NotCaptured::TimedOut
                | NotCaptured::TooLarge
                | NotCaptured::OverBudget
                | NotCaptured::Unreadable,
            ) => true,
        }
    }
}

/// The reason for which nobody may conclude from the packet's silence, where the chart was not captured whole: its
/// code is `incomplete:` and the sections, such as `incomplete:media`; its text counts what is missing and why.
pub fn incomplete(ledger: &[LedgerLine]) -> Option<Reason> {
    let gaps: Vec<&LedgerLine> = ledger.iter().filter(|line| line.is_gap()).collect();
    if gaps.is_empty() {
        return None;
    }
    let sections: BTreeSet<Section> = gaps.iter().map(|line| line.section).collect();
    let sections: Vec<&str> = sections.into_iter().map(Section::name).collect();
    let whys: BTreeSet<NotCaptured> = gaps.iter().filter_map(|line| line.not_captured).collect();
    let whys: Vec<&str> = whys.into_iter().map(NotCaptured::words).collect();
    Some(Reason {
        code: format!("incomplete:{}", sections.join("+")),
        text: format!(
            "The chart could not be read whole: {} missing in {} ({}); what is not in the packet may be in the chart. \
             The request's completeness ledger names each.",
            match gaps.len() {
                1 => "one entry is".to_owned(),
                count => format!("{count} entries are"),
            },
            sections.join(", "),
            whys.join(", ")
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_plan_asks_for_and_is_missing_is_a_gap() {
        let document = |why| LedgerLine::document(Section::Media, "D1", why);
        let ledger = [
            LedgerLine::listed(Section::Orders, 0),
            LedgerLine::listed(Section::Media, 3),
            LedgerLine::unread(Section::Encounters, NotCaptured::NotOffered),
            document(None),
            document(Some(NotCaptured::OutsidePlan)),
        ];
        assert_eq!(incomplete(&ledger), None);
        let gaps = [
            document(Some(NotCaptured::TooLarge)),
            document(Some(NotCaptured::Absent)),
            LedgerLine::unread(Section::Notes, NotCaptured::NoPermission),
            LedgerLine::unread(Section::Encounters, NotCaptured::Absent),
        ];
        let reason = incomplete(&[ledger.as_slice(), gaps.as_slice()].concat()).expect("gaps");
        assert_eq!(reason.code, "incomplete:notes+media+encounters");
        assert!(reason.text.contains("4 entries") && reason.text.contains("too large"), "{}", reason.text);
    }

    #[test]
    fn a_refusal_is_the_things_own_and_a_lost_session_is_not() {
        let refused = |why| PortalError::NotPermitted { what: "the document".to_owned(), why };
        for (error, expected) in [
            (refused(Refusal::Forbidden), Some(NotCaptured::NoPermission)),
            (refused(Refusal::BreakTheGlass), Some(NotCaptured::BreakTheGlass)),
            (refused(Refusal::AccessEnded), Some(NotCaptured::AccessEnded)),
            (PortalError::SessionLost, None),
            (PortalError::KickedOut, None),
            (PortalError::Throttled { retry_after: None }, None),
        ] {
            assert_eq!(NotCaptured::because_of(&error), expected, "{error}");
        }
    }

    #[test]
    fn lines_of_an_older_release_still_read() {
        let line = r#"{"section":"media","epic_id":"D1","not_captured":"timed_out"}"#;
        let line: LedgerLine = serde_json::from_str(line).expect("it reads");
        assert_eq!(line, LedgerLine::document(Section::Media, "D1", Some(NotCaptured::TimedOut)));
    }
}
