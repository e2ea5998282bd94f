//! Predicates on breathing: blood gas and saturation, respiratory assist.

use super::{Check, Reader, statements, statements_some};
use crate::knowledge::decode::Node;

/// What measurements of breathing must show.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum BreathingCheck {
    /// One of the symptoms, and one criterion that fits the diagnosis.
    Hypoventilation { symptoms: Vec<String>, criteria: Vec<Criterion> },
    /// Blood gas or saturation low enough for home oxygen.
    BloodGas { limits: OxygenLimits, portable: Vec<String> },
    /// The qualifying test was made before the order; of an inpatient, this many days before discharge at most.
    TestAtTimeOfNeed { limits: OxygenLimits, days_before_discharge: f64 },
    /// Where exercise qualifies: three values of one session.
    ExerciseSeries { limits: OxygenLimits },
}

/// One way to qualify for a respiratory assist device: measurements that count with some diagnoses.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Criterion {
    /// What a coordinator calls it.
    pub(crate) name: String,
    /// How the diagnosis codes begin with which it counts.
    pub(crate) diagnoses: Vec<String>,
    /// Statements of a note by which it counts where no diagnosis on the order is any criterion's.
    pub(crate) conditions: Vec<String>,
    /// It does not count where the order has a diagnosis that begins so, or a note states one of `unless_conditions`.
    pub(crate) unless_diagnoses: Vec<String>,
    pub(crate) unless_conditions: Vec<String>,
    /// Every measurement is needed, not one of them.
    pub(crate) all: bool,
    /// Arterial carbon dioxide from here on, mmHg.
    pub(crate) paco2_min: Option<f64>,
    /// Forced vital capacity below this, percent of predicted.
    pub(crate) fvc_below: Option<f64>,
    /// Maximal inspiratory pressure below this, cmH2O.
    pub(crate) mip_below: Option<f64>,
    /// Minutes of sleep at or below 88 % from here on.
    pub(crate) minutes_at_88_min: Option<f64>,
    /// Central apnea index from here on, per hour, with more than half of the events central.
    pub(crate) central_index_min: Option<f64>,
}

/// Limits of home oxygen: group I by these alone, group II with a documented condition.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct OxygenLimits {
    /// Percent.
    pub(crate) saturation_max: f64,
    /// mmHg.
    pub(crate) po2_max: f64,
    /// Percent, with a condition.
    pub(crate) saturation_max_with_condition: f64,
    /// mmHg, with a condition.
    pub(crate) po2_max_with_condition: f64,
    /// Percent above which a haematocrit is such a condition.
    pub(crate) hematocrit_above: f64,
}

pub(super) const CHECKS: &[(&str, Reader)] = &[
    ("hypoventilation", |node| {
        Check::Breathing(BreathingCheck::Hypoventilation {
            symptoms: statements_some(node, "symptoms"),
            criteria: node.children("criteria").into_iter().map(read_criterion).collect(),
        })
    }),
    ("blood_gas", |node| {
        let (limits, portable) = (read_limits(node), node.texts_some("portable"));
        Check::Breathing(BreathingCheck::BloodGas { limits, portable })
    }),
    ("test_at_time_of_need", |node| {
        let (limits, days_before_discharge) = (read_limits(node), node.number("days_before_discharge"));
        Check::Breathing(BreathingCheck::TestAtTimeOfNeed { limits, days_before_discharge })
    }),
    ("exercise_series", |node| {
        Check::Breathing(BreathingCheck::ExerciseSeries { limits: read_limits(node) })
    }),
    ("face_to_face", |node| Check::FaceToFace {
        months_before: node.number("months_before"),
        topics: statements_some(node, "topics"),
    }),
];

fn read_limits(node: &Node<'_>) -> OxygenLimits {
    OxygenLimits {
        saturation_max: node.number("saturation_max"),
        po2_max: node.number("po2_max"),
        saturation_max_with_condition: node.number("saturation_max_with_condition"),
        po2_max_with_condition: node.number("po2_max_with_condition"),
        hematocrit_above: node.number("hematocrit_above"),
    }
}

fn read_criterion(node: Node<'_>) -> Criterion {
    let criterion = Criterion {
        name: node.text("name"),
        diagnoses: node.texts_some("diagnoses"),
        conditions: statements(&node, "conditions"),
        unless_diagnoses: node.texts("unless_diagnoses"),
        unless_conditions: statements(&node, "unless_conditions"),
        all: node.flag("all"),
        paco2_min: node.number_opt("paco2_min"),
        fvc_below: node.number_opt("fvc_below"),
        mip_below: node.number_opt("mip_below"),
        minutes_at_88_min: node.number_opt("minutes_at_88_min"),
        central_index_min: node.number_opt("central_index_min"),
    };
    let measures = [
        criterion.paco2_min,
        criterion.fvc_below,
        criterion.mip_below,
        criterion.minutes_at_88_min,
        criterion.central_index_min,
    ];
    if measures.iter().all(Option::is_none) {
        node.mistake("name", "a criterion needs at least one measurement", None);
    }
    node.finish();
    criterion
}
