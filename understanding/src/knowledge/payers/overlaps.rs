//! Refuses two versions of one rule that would hold on one day: for the same family, plan and state.

use super::{Payer, RuleSet};
use crate::knowledge::decode::Mistakes;
use crate::knowledge::error::KnowledgeError;

/// Reports every pair of a payer's rule sets that gives one rule twice on one day.
pub(in crate::knowledge) fn check(payer: &Payer, mistakes: &Mistakes) {
    let sets: Vec<_> = payer.all_sets().collect();
    for (index, (plan, set)) in sets.iter().enumerate() {
        for (other_plan, other) in &sets[..index] {
            let together = plan.names_any == other_plan.names_any
                || plan.names_any.is_empty()
                || other_plan.names_any.is_empty();
            if !together || !same_time(set, other) || !shared(&set.families, &other.families) {
                continue;
            }
            if !(set.states.is_empty() || other.states.is_empty() || shared(&set.states, &other.states)) {
                continue;
            }
            let twice = set.rules.iter().filter(|rule| other.rules.iter().any(|known| known.id == rule.id));
            for rule in twice {
                let reason = format!(
                    "{} holds already by the rule set `{}` from {}: end that one the day before with effective_to",
                    rule.id, other.name, other.effective_from
                );
                mistakes.borrow_mut().push(KnowledgeError::at(&rule.place, "id", reason));
            }
        }
        for (at, rule) in set.rules.iter().enumerate() {
            if set.rules[..at]
                .iter()
                .any(|earlier| earlier.id == rule.id && same_items(&earlier.items, &rule.items))
            {
                let reason = format!("{} stands twice in this rule set", rule.id);
                mistakes.borrow_mut().push(KnowledgeError::at(&rule.place, "id", reason));
            }
        }
    }
}

fn same_items(a: &[String], b: &[String]) -> bool {
    a.is_empty() || b.is_empty() || shared(a, b)
}

fn shared(a: &[String], b: &[String]) -> bool {
    a.iter().any(|name| b.contains(name))
}

fn same_time(a: &RuleSet, b: &RuleSet) -> bool {
    let begins_within = |a: &RuleSet, b: &RuleSet| b.effective_to.is_none_or(|last| a.effective_from <= last);
    begins_within(a, b) && begins_within(b, a)
}
