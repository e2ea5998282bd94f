//! Payer rules over one order: the rule sets in force on the order date, each rule a plain predicate that
//! gives an outcome with its inputs and evidence.

mod adherence;
mod cpap_trial;
mod dispatch;
mod examples;
mod face_to_face;
mod in_force;
mod listing;
mod need;
mod other_payers;
mod oxygen;
mod pap;
mod respiratory_assist;
mod signature;
mod study;
mod supplier_papers;
mod test_kind;
mod treatment;
mod written_order;

pub use examples::ExampleLine;
pub(crate) use examples::failed as failed_examples;
pub use listing::RuleLine;

use crate::case_file::CaseFile;
use crate::course::Concern;
use crate::knowledge::{Knowledge, OutcomePolicy, Payer, Rule};
use domain::parser::{Evidence, Field, Finding, FindingOutcome, Reason};
use domain::redacted::Redacted;
use in_force::{Held, InForce};
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

/// What the payer's rules say of an order, and the reasons for which it waits: on its order date, or else on the day it
/// was received. Where the rules of its family only advise, or there are none, it waits for that.
pub(crate) fn said(
    case: &CaseFile<'_>,
    knowledge: &Knowledge,
    received: Option<Date>,
) -> (Vec<Finding>, Vec<Reason>) {
    said_on(case, knowledge, case.order_date().or(received))
}

/// The same by the rules of a day.
pub(crate) fn said_on(
    case: &CaseFile<'_>,
    knowledge: &Knowledge,
    day: Option<Date>,
) -> (Vec<Finding>, Vec<Reason>) {
    let (policy, family) = (&knowledge.outcomes, &case.order.family);
    let in_force = InForce::of(case.coverages, case.documents, knowledge);
    let decides = in_force.as_ref().is_some_and(|rules| rules.decides(family));
    match in_force.and_then(|rules| judge(case, &rules, day, policy)) {
        Some(judged) if decides => (judged.findings, judged.reasons),
        Some(judged) => {
            let advice = |finding: Finding| Finding { required: false, ..finding };
            let findings = judged.findings.into_iter().map(advice).collect();
            (findings, vec![policy.reason_about("no_rules", family)])
        }
        None => (Vec::new(), vec![policy.reason_about("no_rules", family)]),
    }
}

/// Applies every rule in force on `day` to the case. None if no rule is.
pub(crate) fn judge(
    case: &CaseFile<'_>,
    rules: &InForce<'_>,
    day: Option<Date>,
    policy: &OutcomePolicy,
) -> Option<Judged> {
    let mut results: Vec<(&Rule, Finding)> = Vec::new();
    for Held { payer, set, binding } in rules.sets(&case.order.family, day) {
        for rule in &set.rules {
            let (concern, verdict) = verdict(rule, case, payer, day);
            let required = rule.required && binding && concern == Concern::Full;
            results.push((rule, finding(rule, set.effective_from, required, verdict)));
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

/// What one rule says, and how far it concerns the order at all.
fn verdict(rule: &Rule, case: &CaseFile<'_>, payer: &Payer, day: Option<Date>) -> (Concern, Verdict) {
    let concern = Concern::of(&rule.courses, case);
    if concern == Concern::None || !concerns(rule, case, payer, day) {
        return (concern, Verdict::not_applicable());
    }
    (concern, dispatch::check(rule, case, payer, day))
}

/// Whether the order has one of the items a rule is about.
fn concerns(rule: &Rule, case: &CaseFile<'_>, payer: &Payer, day: Option<Date>) -> bool {
    let of_items = rule.items.is_empty() || case.orders_one_of(&rule.items);
    let list = rule.listed.as_deref().map(|name| payer.list(name));
    let of_list = list.is_none_or(|list| {
        let mut codes = case.order.lines.iter().filter_map(|line| line.hcpcs.as_deref());
        list.is_some_and(|list| codes.any(|code| list.holds(code, day)))
    });
    of_items && of_list
}

fn finding(rule: &Rule, version: Date, required: bool, verdict: Verdict) -> Finding {
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
        required,
        message: if sentence.is_empty() { NOT_CONCERNED.to_owned() } else { fill(sentence, &verdict.detail) },
        inputs: verdict.inputs,
        evidence: verdict.evidence,
    }
}

/// Said where a rule has no sentence of its own for what it does not concern.
const NOT_CONCERNED: &str = "The rule does not concern this order.";

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
