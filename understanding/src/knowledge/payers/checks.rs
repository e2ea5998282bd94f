//! The predicates a rule can name, with the parameters each reads. What they do stands in `rules/`.

use crate::knowledge::decode::Node;
use crate::knowledge::error::nearest;

/// The predicates a rule can name, with their parameters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Check {
    /// The order shows each of these elements.
    OrderElements { elements: Vec<Element> },
    /// No item is one of these collective words without a code.
    ItemsItemised { collective: Vec<String> },
    /// The prescriber signed the order.
    OrderSigned,
    /// The prescriber's NPI, where printed, passes its check digit.
    PrescriberNpi,
    /// The Medicare beneficiary identifier, where printed, has its shape.
    BeneficiaryId,
    /// A visit in person assessed obstructive sleep apnea.
    OsaEvaluation,
    /// Such a visit took place on a day before the sleep test began.
    OsaEvaluationBeforeStudy,
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
    /// A study shorter than this many minutes has the events that two hours would need.
    ShortStudyEvents { minutes_below: f64, events_min: f64, index_min: f64, events_min_below_index: f64 },
    /// The index was scored by the 4 % rule.
    StudyScoring,
    /// The index used is a diagnostic one, not one measured on therapy.
    StudyBaseline,
    /// CPAP was tried and proven ineffective although mask and pressure were worked on.
    CpapTriedIneffective,
    /// The order's main diagnosis is none of these.
    MainDiagnosisNot { diagnoses: Vec<String> },
    /// One of the symptoms, and one criterion that fits the diagnosis.
    Hypoventilation { symptoms: Vec<String>, criteria: Vec<Criterion> },
    /// Blood gas or saturation low enough for home oxygen.
    BloodGas { limits: OxygenLimits, portable: Vec<String> },
    /// The qualifying test was made before the order; of an inpatient, this many days before discharge at most.
    TestAtTimeOfNeed { limits: OxygenLimits, days_before_discharge: f64 },
    /// Where exercise qualifies: three values of one session.
    ExerciseSeries { limits: OxygenLimits },
    /// A visit about the condition within so many months before the order.
    FaceToFace { months_before: f64, topics: Vec<String> },
}

/// Elements of a standard written order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    BeneficiaryNameOrMbi,
    OrderDate,
    ItemDescription,
    PractitionerNameOrNpi,
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

impl Element {
    const NAMES: [(&'static str, Self); 4] = [
        ("beneficiary_name_or_mbi", Self::BeneficiaryNameOrMbi),
        ("order_date", Self::OrderDate),
        ("item_description", Self::ItemDescription),
        ("practitioner_name_or_npi", Self::PractitionerNameOrNpi),
    ];

    /// What a coordinator calls it.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::BeneficiaryNameOrMbi => "the patient's name or Medicare number",
            Self::OrderDate => "the order date",
            Self::ItemDescription => "the description of the item",
            Self::PractitionerNameOrNpi => "the practitioner's name or NPI",
        }
    }
}

/// Statements of a note that a rule can name, by the field that makes each.
const STATEMENTS: [&str; 20] = [
    "symptom.sleepiness",
    "symptom.cognition",
    "symptom.mood",
    "symptom.insomnia",
    "symptom.fatigue",
    "symptom.morning_headache",
    "symptom.dyspnea",
    "symptom.orthopnea",
    "symptom.snoring",
    "symptom.witnessed_apnea",
    "symptom.gasping",
    "comorbid.hypertension",
    "comorbid.ischemic_heart_disease",
    "comorbid.stroke",
    "comorbid.copd",
    "comorbid.heart_failure",
    "comorbid.neuromuscular",
    "topic.hypoxemia",
    "topic.hypoventilation",
    "ess",
];

/// Reads a rule's predicate.
pub(super) fn read(node: &Node<'_>) -> Option<Check> {
    type Reader = fn(&Node<'_>) -> Check;
    const CHECKS: [(&str, Reader); 19] = [
        ("order_elements", |node| Check::OrderElements { elements: read_elements(node) }),
        ("items_itemised", |node| {
            let collective = node.texts_some("collective").iter().map(|text| text.to_lowercase()).collect();
            Check::ItemsItemised { collective }
        }),
        ("order_signed", |_| Check::OrderSigned),
        ("prescriber_npi", |_| Check::PrescriberNpi),
        ("beneficiary_id", |_| Check::BeneficiaryId),
        ("osa_evaluation", |_| Check::OsaEvaluation),
        ("osa_evaluation_before_study", |_| Check::OsaEvaluationBeforeStudy),
        ("study_index", |node| Check::StudyIndex {
            index_min: node.number("index_min"),
            events_min: node.number("events_min"),
        }),
        ("study_index_with_condition", |node| Check::StudyIndexWithCondition {
            index_min: node.number("index_min"),
            index_below: node.number("index_below"),
            review_above: node.number("review_above"),
            events_min: node.number("events_min"),
            conditions: read_statements(node, "conditions"),
        }),
        ("short_study_events", |node| Check::ShortStudyEvents {
            minutes_below: node.number("minutes_below"),
            events_min: node.number("events_min"),
            index_min: node.number("index_min"),
            events_min_below_index: node.number("events_min_below_index"),
        }),
        ("study_scoring", |_| Check::StudyScoring),
        ("study_baseline", |_| Check::StudyBaseline),
        ("cpap_tried_ineffective", |_| Check::CpapTriedIneffective),
        ("main_diagnosis_not", |node| Check::MainDiagnosisNot { diagnoses: node.texts_some("diagnoses") }),
        ("hypoventilation", |node| Check::Hypoventilation {
            symptoms: read_statements(node, "symptoms"),
            criteria: node.children("criteria").into_iter().map(read_criterion).collect(),
        }),
        ("blood_gas", |node| Check::BloodGas {
            limits: read_limits(node),
            portable: node.texts_some("portable"),
        }),
        ("test_at_time_of_need", |node| Check::TestAtTimeOfNeed {
            limits: read_limits(node),
            days_before_discharge: node.number("days_before_discharge"),
        }),
        ("exercise_series", |node| Check::ExerciseSeries { limits: read_limits(node) }),
        ("face_to_face", |node| Check::FaceToFace {
            months_before: node.number("months_before"),
            topics: read_statements(node, "topics"),
        }),
    ];
    node.one_of("check", &CHECKS).map(|read| read(node))
}

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
        conditions: read_conditions(&node),
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

fn read_elements(node: &Node<'_>) -> Vec<Element> {
    let mut elements = Vec::new();
    for name in node.texts_some("elements") {
        match Element::NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, element)) => elements.push(*element),
            None => {
                let meant = nearest(&name, Element::NAMES.iter().map(|(known, _)| *known));
                node.mistake("elements", format!("`{name}` is no element of an order"), meant);
            }
        }
    }
    elements
}

fn read_statements(node: &Node<'_>, key: &'static str) -> Vec<String> {
    known_statements(node, key, node.texts_some(key))
}

fn read_conditions(node: &Node<'_>) -> Vec<String> {
    known_statements(node, "conditions", node.texts("conditions"))
}

fn known_statements(node: &Node<'_>, key: &str, names: Vec<String>) -> Vec<String> {
    for name in names.iter().filter(|name| !STATEMENTS.contains(&name.as_str())) {
        node.mistake(key, format!("`{name}` is nothing a note can state"), nearest(name, STATEMENTS));
    }
    names
}
