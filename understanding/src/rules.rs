//! Payer rules over one order: the rule sets in force on the order date, each rule a plain predicate that
//! gives an outcome with its inputs and evidence.

mod cpap_trial;
mod face_to_face;
mod oxygen;
mod pap;
mod respiratory_assist;
mod study;
mod written_order;

use crate::case_file::CaseFile;
use crate::knowledge::{Check, OutcomePolicy, Payer, Rule};
use domain::parser::{Evidence, Field, Finding, FindingOutcome, Reason};
use domain::redacted::Redacted;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What a predicate says.
pub(crate) struct Verdict {
    pub(crate) outcome: FindingOutcome,
    /// Fills `{detail}` in the rule's sentence; never a patient's value.
    pub(crate) detail: String,
    pub(crate) inputs: BTreeMap<String, Redacted<String>>,
    pub(crate) evidence: Vec<Evidence>,
}

impl Verdict {
    pub(crate) fn new(outcome: FindingOutcome) -> Self {
        Self { outcome, detail: String::new(), inputs: BTreeMap::new(), evidence: Vec::new() }
    }

    pub(crate) fn met() -> Self {
        Self::new(FindingOutcome::Met)
    }

    pub(crate) fn unmet() -> Self {
        Self::new(FindingOutcome::Unmet)
    }

    pub(crate) fn insufficient() -> Self {
        Self::new(FindingOutcome::Insufficient)
    }

    pub(crate) fn not_applicable() -> Self {
        Self::new(FindingOutcome::NotApplicable)
    }

    /// Says more for the coordinator.
    pub(crate) fn because(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Adds an input with its evidence.
    pub(crate) fn with(mut self, name: &str, field: &Field) -> Self {
        self.inputs.insert(name.to_owned(), Redacted::new(field.value.to_string()));
        if !self.evidence.contains(&field.evidence) {
            self.evidence.push(field.evidence.clone());
        }
        self
    }

    /// Adds an input that may be absent.
    pub(crate) fn with_opt(self, name: &str, field: Option<&Field>) -> Self {
        match field {
            Some(field) => self.with(name, field),
            None => self,
        }
    }
}

/// Findings of an order, and the reasons for which it waits.
pub(crate) struct Judged {
    pub(crate) findings: Vec<Finding>,
    pub(crate) reasons: Vec<Reason>,
}

/// Applies every rule in force on `day` (the order date) to the case. None if no rule is.
pub(crate) fn judge(
    case: &CaseFile<'_>,
    payer: &Payer,
    binding: bool,
    day: Option<Date>,
    policy: &OutcomePolicy,
) -> Option<Judged> {
    let mut results: Vec<(&Rule, Finding)> = Vec::new();
    for set in payer.rulesets(&case.order.family, day) {
        for rule in &set.rules {
            let verdict =
                if concerns(rule, case) { check(&rule.check, case) } else { Verdict::not_applicable() };
            results.push((rule, finding(rule, set.effective_from, binding, verdict)));
        }
    }
    if results.is_empty() {
        return None;
    }
    settle_groups(&mut results);
    let reasons = results
        .iter()
        .filter(|(rule, finding)| stops(rule, finding, policy))
        .map(|(_, finding)| Reason {
            code: format!("{}:{}", finding.rule, finding.outcome.name()),
            text: finding.message.clone(),
        })
        .collect();
    Some(Judged { findings: results.into_iter().map(|(_, finding)| finding).collect(), reasons })
}

/// Whether the order has one of the items a rule is about.
fn concerns(rule: &Rule, case: &CaseFile<'_>) -> bool {
    let ordered = |code: &String| case.order.lines.iter().any(|line| line.hcpcs.as_ref() == Some(code));
    rule.items.is_empty() || rule.items.iter().any(ordered)
}

fn check(check: &Check, case: &CaseFile<'_>) -> Verdict {
    match check {
        Check::OrderElements { elements } => written_order::elements(case, elements),
        Check::ItemsItemised { collective } => written_order::itemised(case, collective),
        Check::OrderSigned => written_order::signed(case),
        Check::PrescriberNpi => written_order::prescriber_npi(case),
        Check::BeneficiaryId => written_order::beneficiary_id(case),
        Check::OsaEvaluation => pap::evaluation(case),
        Check::OsaEvaluationBeforeStudy => pap::evaluation_before_study(case),
        Check::StudyIndex { index_min, events_min } => pap::study_index(case, *index_min, *events_min),
        Check::StudyIndexWithCondition { index_min, index_below, review_above, events_min, conditions } => {
            let band = pap::Band {
                index_min: *index_min,
                index_below: *index_below,
                review_above: *review_above,
                events_min: *events_min,
            };
            pap::study_index_with_condition(case, &band, conditions)
        }
        Check::ShortStudyEvents { minutes_below, events_min, index_min, events_min_below_index } => {
            study::short_study_events(case, *minutes_below, *events_min, *index_min, *events_min_below_index)
        }
        Check::StudyScoring => study::scoring(case),
        Check::StudyBaseline => study::baseline(case),
        Check::CpapTriedIneffective => cpap_trial::tried_ineffective(case),
        Check::MainDiagnosisNot { diagnoses } => respiratory_assist::main_diagnosis_not(case, diagnoses),
        Check::Hypoventilation { symptoms, criteria } => {
            respiratory_assist::hypoventilation(case, symptoms, criteria)
        }
        Check::BloodGas { limits, portable } => oxygen::blood_gas(case, limits, portable),
        Check::TestAtTimeOfNeed { limits, days_before_discharge } => {
            oxygen::at_time_of_need(case, limits, *days_before_discharge)
        }
        Check::ExerciseSeries { limits } => oxygen::exercise_series(case, limits),
        Check::FaceToFace { months_before, topics } => face_to_face::encounter(case, *months_before, topics),
    }
}

fn finding(rule: &Rule, version: Date, binding: bool, verdict: Verdict) -> Finding {
    let sentence = match verdict.outcome {
        FindingOutcome::Met => &rule.sentences.met,
        FindingOutcome::Unmet => &rule.sentences.unmet,
        FindingOutcome::Insufficient => &rule.sentences.insufficient,
        FindingOutcome::NotApplicable => &rule.sentences.not_applicable,
    };
    Finding {
        rule: rule.id.clone(),
        version,
        outcome: verdict.outcome,
        required: rule.required && binding,
        message: fill(sentence, &verdict.detail),
        inputs: verdict.inputs,
        evidence: verdict.evidence,
    }
}

/// Puts the detail into a sentence; without one its place and the marks around it vanish.
fn fill(sentence: &str, detail: &str) -> String {
    if !detail.is_empty() {
        return sentence.replace("{detail}", detail);
    }
    sentence
        .replace(": {detail}", "")
        .replace(" ({detail})", "")
        .replace(" {detail}", "")
        .replace("{detail}", "")
}

fn stops(rule: &Rule, finding: &Finding, policy: &OutcomePolicy) -> bool {
    let named = rule.stops_on.is_empty() || rule.stops_on.iter().any(|name| name == finding.outcome.name());
    named && policy.stops(finding.required, finding.outcome)
}

/// Rules of one group are alternatives: if one is met the others do not concern the order; if none is, the
/// one that is nearest to being decided speaks for all (insufficient before unmet, then in the file's order).
fn settle_groups(results: &mut [(&Rule, Finding)]) {
    let mut groups: Vec<&str> = results.iter().filter_map(|(rule, _)| rule.group.as_deref()).collect();
    groups.sort_unstable();
    groups.dedup();
    for group in groups {
        let rank = |outcome: FindingOutcome| match outcome {
            FindingOutcome::Met => 0,
            FindingOutcome::Insufficient => 1,
            FindingOutcome::Unmet => 2,
            FindingOutcome::NotApplicable => 3,
        };
        let members =
            results.iter().enumerate().filter(|(_, (rule, _))| rule.group.as_deref() == Some(group));
        let Some((speaker, (_, spoken))) = members.min_by_key(|(_, (_, finding))| rank(finding.outcome))
        else {
            continue;
        };
        let by = spoken.rule.clone();
        for (index, (rule, finding)) in results.iter_mut().enumerate() {
            if rule.group.as_deref() == Some(group) && index != speaker {
                finding.outcome = FindingOutcome::NotApplicable;
                finding.message = format!("{by} decides; one of the two is enough.");
            }
        }
    }
}

#[cfg(test)]
mod tests;
