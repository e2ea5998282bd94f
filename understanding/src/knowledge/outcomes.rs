//! `outcomes.toml`: which findings stop an order, in which order reasons are told, and in which words.

use super::decode::Node;
use super::duplicates::DuplicatePolicy;
use domain::parser::{FindingOutcome, Reason};
use std::collections::BTreeMap;

/// From findings and observations to a decision.
#[derive(Clone, Debug, Default)]
pub(crate) struct OutcomePolicy {
    /// Outcomes of a required rule that stop an order.
    pub(crate) required_stops: Vec<FindingOutcome>,
    /// Outcomes of an advisory rule that stop an order; empty by design.
    pub(crate) advisory_stops: Vec<FindingOutcome>,
    /// Code prefixes, the most important first; codes not named come last.
    pub(crate) reason_order: Vec<String>,
    /// Code prefixes that, when present, stand alone.
    pub(crate) alone: Vec<String>,
    /// Words for codes that are no rule's, by code or by the part before the colon.
    pub(crate) reasons: BTreeMap<String, String>,
    /// When two orders or documents count as the same.
    pub(crate) duplicates: DuplicatePolicy,
}

/// The outcomes by the names used in files and reason codes.
pub(crate) const OUTCOME_NAMES: [(&str, FindingOutcome); 4] = [
    ("met", FindingOutcome::Met),
    ("unmet", FindingOutcome::Unmet),
    ("insufficient", FindingOutcome::Insufficient),
    ("not_applicable", FindingOutcome::NotApplicable),
];

/// Codes the program can give that are no rule's; each must have words.
const OWN_CODES: [&str; 19] = [
    "break_the_glass",
    "access_ended",
    "no_permission",
    "incomplete",
    "unusable",
    "quarantine",
    "part2",
    "psychotherapy",
    "unreadable",
    "order_unclear",
    "order_missing",
    "order_replaced",
    "cancel_asked",
    "maybe_duplicate",
    "cancels_sent",
    "item_unknown",
    "no_rules",
    "empty",
    "field_disputed",
];

impl OutcomePolicy {
    pub(crate) fn read(node: Node<'_>) -> Self {
        let mut policy = Self { reason_order: node.texts_some("reason_order"), ..Self::default() };
        policy.alone = node.texts("alone");
        if let Some(stops) = node.child("stops") {
            policy.required_stops = outcomes(&stops, "required");
            policy.advisory_stops = outcomes(&stops, "advisory");
            stops.finish();
        }
        if let Some(duplicates) = node.child("duplicates") {
            policy.duplicates = DuplicatePolicy::read(&duplicates);
            duplicates.finish();
        }
        if let Some(reasons) = node.child("reasons") {
            policy.reasons = reasons.all_texts().into_iter().collect();
            for code in OWN_CODES.iter().filter(|code| !policy.reasons.contains_key(**code)) {
                reasons.mistake(code, "is missing: every reason needs its words", None);
            }
        }
        node.finish();
        policy
    }

    /// Whether a finding of this outcome stops an order.
    pub(crate) fn stops(&self, required: bool, outcome: FindingOutcome) -> bool {
        let stops = if required { &self.required_stops } else { &self.advisory_stops };
        stops.contains(&outcome)
    }

    /// A reason in the words of the file; `{detail}` in them is the part of the code after the colon.
    pub(crate) fn reason(&self, code: &str) -> Reason {
        let (head, detail) = code.split_once(':').unwrap_or((code, ""));
        let words = self.reasons.get(code).or_else(|| self.reasons.get(head));
        let text = words.map_or_else(|| code.to_owned(), |words| words.replace("{detail}", detail));
        Reason { code: code.to_owned(), text }
    }

    /// The same with a detail that is told but is no part of the code.
    pub(crate) fn reason_about(&self, code: &str, detail: &str) -> Reason {
        let told = self.reason(&format!("{code}:{detail}"));
        Reason { code: code.to_owned(), text: told.text }
    }

    /// Sorts reasons by importance, drops repeats, and keeps only those that stand alone where there are any.
    pub(crate) fn arrange(&self, mut reasons: Vec<Reason>) -> Vec<Reason> {
        let head = |reason: &Reason| reason.code.split(':').next().unwrap_or_default().to_owned();
        if reasons.iter().any(|reason| self.alone.contains(&head(reason))) {
            reasons.retain(|reason| self.alone.contains(&head(reason)));
        }
        let rank = |reason: &Reason| {
            let head = head(reason);
            self.reason_order.iter().position(|known| *known == head).unwrap_or(self.reason_order.len())
        };
        reasons.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.code.cmp(&b.code)));
        reasons.dedup_by(|a, b| a.code == b.code);
        reasons
    }
}

fn outcomes(node: &Node<'_>, key: &'static str) -> Vec<FindingOutcome> {
    let mut found = Vec::new();
    for name in node.texts(key) {
        match OUTCOME_NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, outcome)) => found.push(*outcome),
            None => {
                let nearest = super::error::nearest(&name, OUTCOME_NAMES.iter().map(|(known, _)| *known));
                node.mistake(key, format!("`{name}` is no outcome"), nearest);
            }
        }
    }
    found
}
