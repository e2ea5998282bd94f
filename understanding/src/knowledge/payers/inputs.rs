//! What a rule can look at: the names of the fields that are read from papers, with the class before a dot where the
//! class matters, such as `office_note.encounter_date`.

use super::read::CLASSES;
use crate::knowledge::decode::Node;
use crate::knowledge::error::nearest;

/// Every field a rule or an example can name.
const FIELDS: &[&str] = &[
    // Who, and who pays.
    "patient_name",
    "dob",
    "mrn",
    "mbi",
    "sex",
    "phone",
    "address",
    "coverage.1.payer",
    "coverage.1.plan",
    "coverage.1.member_id",
    // The order.
    "order_date",
    "order_id",
    "order.status",
    "order.corrects",
    "items.description",
    "items.hcpcs",
    "items.quantity",
    "dx.icd10",
    "length_of_need",
    "prescriber.name",
    "prescriber.npi",
    "prescriber.npi_unproven",
    "signature",
    "signed_by",
    "signature_date",
    "signature_kind",
    "signature_credential",
    "signature_illegible",
    "signature_attested",
    "signature_log",
    "signature_stamp_allowed",
    "course.continuation",
    "course.replacement",
    "course.requalification",
    "course.entering_medicare",
    "course.switch",
    "replacement.lost",
    "therapy_start",
    // Visits.
    "encounter_date",
    "admit_date",
    "discharge_date",
    "author.name",
    "ess",
    "bmi",
    "neck",
    "topic.osa",
    "topic.sleep_test_ordered",
    "topic.airway_exam",
    "topic.hypoxemia",
    "topic.hypoventilation",
    "symptom.snoring",
    "symptom.sleepiness",
    "symptom.witnessed_apnea",
    "symptom.gasping",
    "symptom.morning_headache",
    "symptom.insomnia",
    "symptom.mood",
    "symptom.cognition",
    "symptom.fatigue",
    "symptom.dyspnea",
    "symptom.orthopnea",
    "sign.edema",
    "comorbid.hypertension",
    "comorbid.ischemic_heart_disease",
    "comorbid.stroke",
    "comorbid.copd",
    "comorbid.heart_failure",
    "comorbid.cor_pulmonale",
    "comorbid.neuromuscular",
    "comorbid.diabetes",
    // Studies.
    "recording_start",
    "test_kind",
    "test_type",
    "test_channels",
    "test.by_supplier",
    "test.attended",
    "ahi",
    "ahi_4pct",
    "ahi_3pct",
    "hypopnea_3pct",
    "hypopnea_4pct",
    "rei",
    "rdi",
    "pahi",
    "residual_ahi",
    "events_total",
    "apneas",
    "hypopneas",
    "obstructive",
    "central",
    "mixed",
    "central_index",
    "tst",
    "trt",
    "minutes_at_88",
    "efficiency",
    "odi",
    "nadir_spo2",
    "mean_spo2",
    "final_pressure",
    "interpreted_at",
    "cpap.tried",
    "cpap.ineffective",
    "cpap.optimised",
    // Measurements.
    "paco2",
    "fvc",
    "mip",
    "hematocrit",
    "test_date",
    "service_date",
    "sat.rest.air",
    "sat.rest.oxygen",
    "sat.exercise.air",
    "sat.exercise.oxygen",
    "sat.sleep.air",
    "sat.sleep.oxygen",
    "sat.unstated.air",
    "sat.unstated.unstated",
    "sat.rest.unstated",
    "po2.rest.air",
    "po2.sleep.air",
    "po2.exercise.air",
    "po2.unstated.unstated",
    // Treatment under way.
    "pap.uses",
    "pap.benefit",
    "pap.improved",
    "pap.adherence_reviewed",
    "pap.failure_cause",
    "pap.instructed",
    "period_start",
    "period_end",
    "days_total",
    "days_ge_4h",
    "pct_ge_4h",
    "adherence.night",
    "adherence.blower_only",
    // Needs of other equipment.
    "bed.positioning",
    "bed.pain",
    "bed.head_elevation",
    "bed.traction",
    "bed.position_changes",
    "chair.mobility_limit",
    "chair.cane_insufficient",
    "chair.home_fits",
    "chair.able",
    "pmd.specialty_evaluation",
    "pmd.no_financial_tie",
    "pmd.atp",
    "pmd.prior_authorization",
    "cgm.insulin",
    "cgm.hypoglycemia",
    "cgm.trained",
    "neb.drug",
    "enteral.nonfunction",
    "enteral.permanent",
    "enteral.pump_reason",
    "niv.not_sleep_apnea",
    "niv.high_oxygen",
    "niv.long_hours",
    "niv.alarms",
    "niv.stable",
    "prior_authorization",
    // Papers that are history, and the supplier's own.
    "cmn.form",
    "delivery_date",
    "claim_date",
    "refill.request_date",
    "refill.ship_date",
    "refill.supply_ends",
    "supplier.retained_until",
];

/// Whether a field of this name is read.
pub(super) fn is_field(name: &str) -> bool {
    FIELDS.contains(&name)
}

/// The field most like a name.
pub(super) fn nearest_field(name: &str) -> Option<String> {
    nearest(name, FIELDS.iter().copied())
}

/// Reads a rule's inputs, every one of them a field that is read.
pub(super) fn read(node: &Node<'_>) -> Vec<String> {
    let inputs = node.texts_some("inputs");
    for input in &inputs {
        if is_field(input) || is_field(without_class(input)) {
            continue;
        }
        let reason = format!("`{input}` is no field that is read");
        node.mistake("inputs", reason, nearest_field(without_class(input)));
    }
    inputs
}

fn without_class(input: &str) -> &str {
    match input.split_once('.') {
        Some((class, field)) if CLASSES.iter().any(|(known, _)| *known == class) => field,
        _ => input,
    }
}

/// Statements a paper can make or deny, by the field that makes each.
pub(super) fn is_statement(name: &str) -> bool {
    const HEADS: [&str; 12] = [
        "symptom", "comorbid", "topic", "sign", "pap", "bed", "chair", "pmd", "cgm", "neb", "enteral", "niv",
    ];
    let head = name.split('.').next().unwrap_or_default();
    is_field(name) && (HEADS.contains(&head) || name == "ess" || name == "prior_authorization")
}

/// The statement most like a name.
pub(super) fn nearest_statement(name: &str) -> Option<String> {
    nearest(name, FIELDS.iter().copied().filter(|field| is_statement(field)))
}
