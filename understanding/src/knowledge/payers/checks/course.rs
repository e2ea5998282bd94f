//! Predicates on treatment that is under way: the visit after the start, use by the night, a failed trial, a replacement.

use super::{Check, Reader};

/// What an order for treatment under way must show.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CourseCheck {
    /// A visit in person between these days after the start: better, and the use was looked at.
    Reevaluation { day_first: f64, day_last: f64 },
    /// So many nights with so many hours, in so many days on end, within so many days after the start.
    Adherence { nights_min: f64, window_days: f64, hours_min: f64, within_days: f64 },
    /// After a failed trial: a visit about its cause and a test in a laboratory, both after the start.
    Requalification,
    /// A change of the device within the trial: what is still to be shown, and until which day.
    SwitchInTrial { day_first: f64, trial_days: f64, days_left_min: f64, days_extended: f64 },
    /// A replacement: for loss within the device's life, else a visit about continued use and benefit.
    Replacement { years: f64 },
    /// An earlier test that qualifies and a later visit that confirms diagnosis and use.
    EnteringMedicare { index_min: f64 },
}

pub(super) const CHECKS: &[(&str, Reader)] = &[
    ("reevaluation", |node| {
        let (day_first, day_last) = (node.number("day_first"), node.number("day_last"));
        Check::Course(CourseCheck::Reevaluation { day_first, day_last })
    }),
    ("adherence", |node| {
        Check::Course(CourseCheck::Adherence {
            nights_min: node.number("nights_min"),
            window_days: node.number("window_days"),
            hours_min: node.number("hours_min"),
            within_days: node.number("within_days"),
        })
    }),
    ("requalification", |_| Check::Course(CourseCheck::Requalification)),
    ("switch_in_trial", |node| {
        Check::Course(CourseCheck::SwitchInTrial {
            day_first: node.number("day_first"),
            trial_days: node.number("trial_days"),
            days_left_min: node.number("days_left_min"),
            days_extended: node.number("days_extended"),
        })
    }),
    ("replacement", |node| Check::Course(CourseCheck::Replacement { years: node.number("years") })),
    ("entering_medicare", |node| {
        Check::Course(CourseCheck::EnteringMedicare { index_min: node.number("index_min") })
    }),
];
