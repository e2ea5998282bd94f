//! Predicates on positive airway pressure: the evaluation, the sleep study, a trial of CPAP.

use super::{Check, Reader, statements_some};

/// What a first order for positive airway pressure must show.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PapCheck {
    /// A visit in person assessed obstructive sleep apnea.
    OsaEvaluation,
    /// The visit's note says something of symptoms, scale, examination, neck or weight.
    EvaluationContent,
    /// Such a visit took place on a day before the sleep test began.
    EvaluationBeforeStudy,
    /// The diagnostic index and the number of events reach these.
    StudyIndex { index_min: f64, events_min: f64 },
    /// The index lies in this band, the events suffice, and one of the conditions is documented.
    StudyIndexWithCondition {
        index_min: f64,
        index_below: f64,
        review_above: f64,
        events_min: f64,
        conditions: Vec<String>,
    },
    /// The index does not lie between these two, where no rule names it.
    IndexNotBetween { above: f64, below: f64 },
    /// A study shorter than this many minutes has the events that two hours would need.
    ShortStudyEvents { minutes_below: f64, events_min: f64, index_min: f64, events_min_below_index: f64 },
    /// The index was scored by the 4 % rule.
    StudyScoring,
    /// The study is of a kind that counts, and its interpretation is signed.
    TestValid { channels_min: f64 },
    /// The supplier neither brought nor collected the test's equipment.
    TestNotBySupplier,
    /// The index used is a diagnostic one, not one measured on therapy.
    StudyBaseline,
    /// CPAP was tried and proven ineffective although mask and pressure were worked on.
    CpapTriedIneffective,
    /// The order's main diagnosis is none of these.
    MainDiagnosisNot { diagnoses: Vec<String> },
}

pub(super) const CHECKS: &[(&str, Reader)] = &[
    ("osa_evaluation", |_| Check::Pap(PapCheck::OsaEvaluation)),
    ("evaluation_content", |_| Check::Pap(PapCheck::EvaluationContent)),
    ("osa_evaluation_before_study", |_| Check::Pap(PapCheck::EvaluationBeforeStudy)),
    ("study_index", |node| {
        let (index_min, events_min) = (node.number("index_min"), node.number("events_min"));
        Check::Pap(PapCheck::StudyIndex { index_min, events_min })
    }),
    ("study_index_with_condition", |node| {
        Check::Pap(PapCheck::StudyIndexWithCondition {
            index_min: node.number("index_min"),
            index_below: node.number("index_below"),
            review_above: node.number("review_above"),
            events_min: node.number("events_min"),
            conditions: statements_some(node, "conditions"),
        })
    }),
    ("index_not_between", |node| {
        let (above, below) = (node.number("above"), node.number("below"));
        Check::Pap(PapCheck::IndexNotBetween { above, below })
    }),
    ("short_study_events", |node| {
        Check::Pap(PapCheck::ShortStudyEvents {
            minutes_below: node.number("minutes_below"),
            events_min: node.number("events_min"),
            index_min: node.number("index_min"),
            events_min_below_index: node.number("events_min_below_index"),
        })
    }),
    ("study_scoring", |_| Check::Pap(PapCheck::StudyScoring)),
    ("test_valid", |node| Check::Pap(PapCheck::TestValid { channels_min: node.number("channels_min") })),
    ("test_not_by_supplier", |_| Check::Pap(PapCheck::TestNotBySupplier)),
    ("study_baseline", |_| Check::Pap(PapCheck::StudyBaseline)),
    ("cpap_tried_ineffective", |_| Check::Pap(PapCheck::CpapTriedIneffective)),
    ("main_diagnosis_not", |node| {
        Check::Pap(PapCheck::MainDiagnosisNot { diagnoses: node.texts_some("diagnoses") })
    }),
];
