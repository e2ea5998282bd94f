//! Where in its course a treatment stands: begun by this order, under way, tried again, replaced, or brought along from
//! another payer. Rules on the first order do not concern a device at home, and the other way round.
//!
//! Only plain words of the order itself tell it (`extract/course.rs`), so that an order that says nothing is a first
//! one: what a first order lacks then stops it. A download of nights beside such an order brings the rules on use in as
//! advice, no more.

use crate::case_file::CaseFile;
use domain::parser::{DocumentClass, FieldValue};

/// Where in its course a treatment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Course {
    /// It begins with this order.
    Initial,
    /// It goes on after the first three months.
    Continuation,
    /// It begins again after a trial that failed.
    Requalification,
    /// Its device is replaced.
    Replacement,
    /// Its device is changed within the trial.
    Switch,
    /// It was begun under another payer.
    EnteringMedicare,
}

impl Course {
    /// Every course.
    pub(crate) const ALL: [Self; 6] = [
        Self::Initial,
        Self::Continuation,
        Self::Requalification,
        Self::Replacement,
        Self::Switch,
        Self::EnteringMedicare,
    ];

    /// The name used in files.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::Continuation => "continuation",
            Self::Requalification => "requalification",
            Self::Replacement => "replacement",
            Self::Switch => "switch",
            Self::EnteringMedicare => "entering_medicare",
        }
    }

    /// What the order says of itself; the more particular word counts.
    pub(crate) fn of(case: &CaseFile<'_>) -> Self {
        const TOLD: [(&str, Course); 5] = [
            ("course.requalification", Course::Requalification),
            ("course.entering_medicare", Course::EnteringMedicare),
            ("course.switch", Course::Switch),
            ("course.replacement", Course::Replacement),
            ("course.continuation", Course::Continuation),
        ];
        let says =
            |name: &str| case.order_field(name).is_some_and(|field| field.value == FieldValue::Flag(true));
        TOLD.into_iter().find(|(name, _)| says(name)).map_or(Self::Initial, |(_, course)| course)
    }
}

/// How far a rule for some courses concerns an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Concern {
    /// As the file says.
    Full,
    /// As advice: the papers hint at the course, the order does not say it.
    Hint,
    /// Not at all.
    None,
}

impl Concern {
    /// How far rules for these courses concern the order; none named: all.
    pub(crate) fn of(courses: &[Course], case: &CaseFile<'_>) -> Self {
        if courses.is_empty() || courses.contains(&case.course) {
            return Self::Full;
        }
        let hinted = case.course == Course::Initial
            && courses.contains(&Course::Continuation)
            && case.of_class(DocumentClass::AdherenceReport).next().is_some();
        if hinted { Self::Hint } else { Self::None }
    }
}
