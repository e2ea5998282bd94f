//! Checks the files against each other: what one names, another must hold.

use super::decode::Mistakes;
use super::error::{self, KnowledgeError};
use super::payers::{Check, OrderCheck};
use super::{Knowledge, Payer, report};

/// Reports every broken reference, and every rule that would hold in two versions at once.
pub(super) fn check(knowledge: &Knowledge, mistakes: &Mistakes) {
    for payer in &knowledge.payers {
        lender(knowledge, payer, mistakes);
        families(knowledge, payer, mistakes);
        lists(payer, mistakes);
        super::payers::check_overlaps(payer, mistakes);
    }
    knowledge.letters.check(&knowledge.payers, &knowledge.outcomes, mistakes);
    knowledge.keep.check(|family| knowledge.codes.knows_family(family), mistakes);
    if !knowledge.payers.iter().any(|payer| !payer.plans.is_empty() && payer.binding) {
        report(mistakes, "payers/", "", "no payer has binding rules");
    }
    let codes = &knowledge.codes;
    for family in codes.joins.values().flatten().filter(|family| !codes.knows_family(family)) {
        report(mistakes, "codes/", "joins", &format!("no code belongs to the family `{family}`"));
    }
    for family in knowledge.plans.families().filter(|family| !codes.knows_family(family)) {
        report(mistakes, "collection.toml", "plan", &format!("no code belongs to the family `{family}`"));
    }
    for code in codes.hcpcs.values() {
        for family in code.or_families.iter().filter(|family| !codes.diagnoses.contains_key(*family)) {
            let reason = format!("the family `{family}` names no diagnoses that could decide");
            report(mistakes, "codes/", "or_families", &reason);
        }
    }
}

fn lender(knowledge: &Knowledge, payer: &Payer, mistakes: &Mistakes) {
    let Some(lender) = &payer.rules_of else { return };
    if knowledge.payers.iter().any(|other| other.name == *lender && other.all_sets().next().is_some()) {
        return;
    }
    let known = knowledge.payers.iter().map(|other| other.name.as_str());
    let nearest = error::nearest(lender, known);
    let mistake = KnowledgeError::at(&payer.place, "rules_of", format!("`{lender}` is no payer with rules"));
    mistakes.borrow_mut().push(KnowledgeError { nearest, ..mistake });
}

fn families(knowledge: &Knowledge, payer: &Payer, mistakes: &Mistakes) {
    let of_sets = payer
        .all_sets()
        .flat_map(|(_, set)| set.families.iter().map(move |name| (&set.place, "families", name)));
    let decided = payer.decides.iter().map(|name| (&payer.place, "decides", name));
    for (place, key, family) in
        of_sets.chain(decided).filter(|(.., name)| !knowledge.codes.knows_family(name))
    {
        let known = knowledge.codes.hcpcs.values().map(|code| code.family.as_str());
        let nearest = error::nearest(family, known);
        let mistake = KnowledgeError::at(place, key, format!("no code belongs to the family `{family}`"));
        mistakes.borrow_mut().push(KnowledgeError { nearest, ..mistake });
    }
}

fn lists(payer: &Payer, mistakes: &Mistakes) {
    for rule in payer.all_sets().flat_map(|(_, set)| &set.rules) {
        let named = match &rule.check {
            Check::Order(OrderCheck::ListedItems { list }) => Some(("list", list)),
            _ => None,
        };
        for (key, name) in rule.listed.iter().map(|name| ("listed", name)).chain(named) {
            if payer.list(name).is_none() {
                let reason = format!("`{name}` is no list of {}", payer.name);
                mistakes.borrow_mut().push(KnowledgeError::at(&rule.place, key, reason));
            }
        }
    }
}
