//! Predicates on what payers other than Medicare ask beside its rules.

use super::{Check, Reader, statements_some};

/// What such a payer asks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PayerCheck {
    /// The diagnostic study is at most so many months older than the order.
    StudyWithin { months: f64 },
    /// A visit about sleep apnea lies so many days from the study at most.
    VisitNearStudy { days: f64 },
    /// A paper states these.
    Stated { statements: Vec<String> },
}

pub(super) const CHECKS: &[(&str, Reader)] = &[
    ("study_within", |node| Check::Payer(PayerCheck::StudyWithin { months: node.number("months") })),
    ("visit_near_study", |node| Check::Payer(PayerCheck::VisitNearStudy { days: node.number("days") })),
    ("stated", |node| Check::Payer(PayerCheck::Stated { statements: statements_some(node, "statements") })),
];
