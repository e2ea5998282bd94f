//! From a predicate's name in the data to the function that is it.

use super::{
    Verdict, adherence, cpap_trial, face_to_face, need, other_payers, oxygen, pap, respiratory_assist,
    signature, study, supplier_papers, test_kind, treatment, written_order,
};
use crate::case_file::CaseFile;
use crate::knowledge::{BreathingCheck, Check, CourseCheck, OrderCheck, PapCheck, Payer, PayerCheck, Rule};
use jiff::civil::Date;

/// The verdict of a rule's predicate.
pub(super) fn check(rule: &Rule, case: &CaseFile<'_>, payer: &Payer, day: Option<Date>) -> Verdict {
    match &rule.check {
        Check::Order(check) => order(check, case, payer, day),
        Check::Pap(check) => pap(check, case),
        Check::Course(check) => course(check, case),
        Check::Breathing(check) => breathing(check, case),
        Check::FaceToFace { months_before, topics } => face_to_face::encounter(case, *months_before, topics),
        Check::Need(check) => need::shown(case, check, &rule.evidence),
        Check::Payer(PayerCheck::StudyWithin { months }) => other_payers::study_within(case, *months),
        Check::Payer(PayerCheck::VisitNearStudy { days }) => other_payers::visit_near_study(case, *days),
        Check::Payer(PayerCheck::Stated { statements }) => need::stated(case, statements, &rule.evidence),
    }
}

fn order(check: &OrderCheck, case: &CaseFile<'_>, payer: &Payer, day: Option<Date>) -> Verdict {
    match check {
        OrderCheck::Elements { elements } => written_order::elements(case, elements),
        OrderCheck::ItemsItemised { collective } => written_order::itemised(case, collective),
        OrderCheck::Signed => written_order::signed(case),
        OrderCheck::SignatureProven => signature::proven(case),
        OrderCheck::SignatureForm => signature::form(case),
        OrderCheck::PrescriberNpi => written_order::prescriber_npi(case),
        OrderCheck::BeneficiaryId => written_order::beneficiary_id(case),
        OrderCheck::DatedBefore { event } => supplier_papers::dated_before(case, event),
        OrderCheck::NewOrder => supplier_papers::new_order(case),
        OrderCheck::ListedItems { list } => supplier_papers::listed_items(case, payer.list(list), day),
        OrderCheck::NoCertificate => supplier_papers::no_certificate(case),
        OrderCheck::SupplierRecord { record, years } => supplier_papers::record(case, record, *years),
        OrderCheck::RefillWindow { contact_days, ship_days } => {
            supplier_papers::refill_window(case, *contact_days, *ship_days)
        }
    }
}

fn pap(check: &PapCheck, case: &CaseFile<'_>) -> Verdict {
    match check {
        PapCheck::OsaEvaluation => pap::evaluation(case),
        PapCheck::EvaluationContent => pap::evaluation_content(case),
        PapCheck::EvaluationBeforeStudy => pap::evaluation_before_study(case),
        PapCheck::StudyIndex { index_min, events_min } => pap::study_index(case, *index_min, *events_min),
        PapCheck::StudyIndexWithCondition {
            index_min,
            index_below,
            review_above,
            events_min,
            conditions,
        } => {
            let band = pap::Band {
                index_min: *index_min,
                index_below: *index_below,
                review_above: *review_above,
                events_min: *events_min,
            };
            pap::study_index_with_condition(case, &band, conditions)
        }
        PapCheck::IndexNotBetween { above, below } => test_kind::index_not_between(case, *above, *below),
        PapCheck::ShortStudyEvents { minutes_below, events_min, index_min, events_min_below_index } => {
            study::short_study_events(case, *minutes_below, *events_min, *index_min, *events_min_below_index)
        }
        PapCheck::StudyScoring => study::scoring(case),
        PapCheck::TestValid { channels_min } => test_kind::valid(case, *channels_min),
        PapCheck::TestNotBySupplier => test_kind::not_by_supplier(case),
        PapCheck::StudyBaseline => study::baseline(case),
        PapCheck::CpapTriedIneffective => cpap_trial::tried_ineffective(case),
        PapCheck::MainDiagnosisNot { diagnoses } => respiratory_assist::main_diagnosis_not(case, diagnoses),
    }
}

fn course(check: &CourseCheck, case: &CaseFile<'_>) -> Verdict {
    match check {
        CourseCheck::Reevaluation { day_first, day_last } => {
            treatment::reevaluation(case, *day_first, *day_last)
        }
        CourseCheck::Adherence { nights_min, window_days, hours_min, within_days } => {
            let wanted = adherence::Wanted {
                nights: *nights_min,
                window_days: *window_days,
                hours: *hours_min,
                within_days: *within_days,
            };
            adherence::reached(case, &wanted)
        }
        CourseCheck::Requalification => treatment::requalification(case),
        CourseCheck::SwitchInTrial { day_first, trial_days, days_left_min, days_extended } => {
            let trial = treatment::Trial {
                day_first: *day_first,
                days: *trial_days,
                days_left_min: *days_left_min,
                days_extended: *days_extended,
            };
            treatment::switch(case, &trial)
        }
        CourseCheck::Replacement { years } => treatment::replacement(case, *years),
        CourseCheck::EnteringMedicare { index_min } => treatment::entering_medicare(case, *index_min),
    }
}

fn breathing(check: &BreathingCheck, case: &CaseFile<'_>) -> Verdict {
    match check {
        BreathingCheck::Hypoventilation { symptoms, criteria } => {
            respiratory_assist::hypoventilation(case, symptoms, criteria)
        }
        BreathingCheck::BloodGas { limits, portable } => oxygen::blood_gas(case, limits, portable),
        BreathingCheck::TestAtTimeOfNeed { limits, days_before_discharge } => {
            oxygen::at_time_of_need(case, limits, *days_before_discharge)
        }
        BreathingCheck::ExerciseSeries { limits } => oxygen::exercise_series(case, limits),
    }
}
