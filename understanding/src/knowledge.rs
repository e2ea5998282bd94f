//! What the program knows of the field, read from `config/`: rules, codes, outcomes, collection plans.
//!
//! Texts come in, nothing is opened here. Every mistake of every file is reported at once, and the files
//! are checked against each other: rules name families that have codes, groups have a lead, payers that
//! borrow rules name a payer that has them.

mod codes;
mod collection;
mod decode;
mod duplicates;
mod error;
mod outcomes;
mod payers;
mod prompts;

pub(crate) use codes::CodeTable;
pub use duplicates::DuplicatePolicy;
pub use error::KnowledgeError;
pub(crate) use outcomes::OutcomePolicy;
pub(crate) use payers::{Check, Criterion, Element, OxygenLimits, Payer, Rule};

pub(crate) use prompts::Prompts;

use decode::{Mistakes, Node};
use domain::parser::Reason;
use toml::Table;

/// Rules, codes, outcomes and collection plans, checked against each other.
#[derive(Clone, Debug)]
pub struct Knowledge {
    pub(crate) codes: CodeTable,
    pub(crate) payers: Vec<Payer>,
    pub(crate) outcomes: OutcomePolicy,
    pub(crate) prompts: Prompts,
    plans: collection::Plans,
    version: String,
}

/// What one source file is, told by its name.
enum Role {
    Outcomes,
    Collection,
    Payer,
    Codes,
    Prompt,
}

impl Knowledge {
    /// Reads `(name, text)` pairs. A name ends in `outcomes.toml`, `collection.toml`, `payers/NAME.toml` or
    /// `codes/NAME.toml` or `prompts/NAME.toml`, with whatever path before it.
    ///
    /// # Errors
    /// Every mistake of every file: syntax, unknown keys, wrong types, missing parts, broken references.
    pub fn from_toml_sources(sources: &[(&str, &str)]) -> Result<Self, Vec<KnowledgeError>> {
        let mistakes = Mistakes::default();
        let mut knowledge = Self {
            codes: CodeTable::default(),
            payers: Vec::new(),
            outcomes: OutcomePolicy::default(),
            prompts: Prompts::default(),
            plans: collection::Plans::default(),
            version: version(sources),
        };
        let mut sources = sources.to_vec();
        sources.sort_unstable();
        let mut roles = [0_usize; 5];
        for (name, text) in sources {
            let Some(role) = role(name) else {
                report(&mistakes, name, "", "is no knowledge file; see config/");
                continue;
            };
            let Some(table) = parse(name, text, &mistakes) else { continue };
            let node = Node::root(name, &table, &mistakes);
            match role {
                Role::Outcomes => knowledge.outcomes = OutcomePolicy::read(node),
                Role::Collection => knowledge.plans = collection::read(name, &table, &mistakes),
                Role::Payer => knowledge.payers.push(Payer::read(node)),
                Role::Codes => knowledge.codes.read(node),
                Role::Prompt => knowledge.prompts.read(name, node),
            }
            roles[role as usize] += 1;
        }
        // Without prompts no language model is asked; everything else is needed.
        for (count, what) in roles.iter().zip(["outcomes.toml", "collection.toml", "payers/", "codes/"]) {
            if *count == 0 {
                report(&mistakes, what, "", "is missing");
            }
        }
        if mistakes.borrow().is_empty() {
            knowledge.cross_check(&mistakes);
        }
        let mistakes = mistakes.into_inner();
        if mistakes.is_empty() { Ok(knowledge) } else { Err(mistakes) }
    }

    /// Names the whole of the sources: part of the parser's commit key, so that changed rules are new work.
    pub fn version(&self) -> String {
        self.version.clone()
    }

    /// A reason in the words of `outcomes.toml`, for codes that are not found in a packet.
    pub fn reason(&self, code: &str) -> Reason {
        self.outcomes.reason(code)
    }

    /// The same with a detail that is told but is no part of the code.
    pub fn reason_about(&self, code: &str, detail: &str) -> Reason {
        self.outcomes.reason_about(code, detail)
    }

    /// Sorts reasons by importance, drops repeats, and keeps only those that stand alone where there are any.
    pub fn arrange(&self, reasons: Vec<Reason>) -> Vec<Reason> {
        self.outcomes.arrange(reasons)
    }

    /// When two orders or documents count as the same.
    pub fn duplicate_policy(&self) -> DuplicatePolicy {
        self.outcomes.duplicates
    }

    fn cross_check(&self, mistakes: &Mistakes) {
        for payer in &self.payers {
            let file = format!("payers/{}", payer.name);
            if let Some(lender) = &payer.rules_of
                && !self.payers.iter().any(|other| other.name == *lender && !other.plans.is_empty())
            {
                let known = self.payers.iter().map(|other| other.name.as_str());
                mistakes.borrow_mut().push(KnowledgeError {
                    nearest: error::nearest(lender, known),
                    file: file.clone(),
                    key: "rules_of".to_owned(),
                    reason: format!("`{lender}` is no payer with rules"),
                });
            }
            for set in payer.plans.iter().flat_map(|plan| &plan.rulesets) {
                for family in set.families.iter().filter(|family| !self.codes.knows_family(family)) {
                    let known = self.codes.hcpcs.values().map(|code| code.family.as_str());
                    mistakes.borrow_mut().push(KnowledgeError {
                        nearest: error::nearest(family, known),
                        file: file.clone(),
                        key: "families".to_owned(),
                        reason: format!("no code belongs to the family `{family}`"),
                    });
                }
            }
        }
        if !self.payers.iter().any(|payer| !payer.plans.is_empty() && payer.binding) {
            report(mistakes, "payers/", "", "no payer has binding rules");
        }
        for family in self.codes.joins.values().flatten().filter(|family| !self.codes.knows_family(family)) {
            report(mistakes, "codes/", "joins", &format!("no code belongs to the family `{family}`"));
        }
        for family in self.plans.families().filter(|family| !self.codes.knows_family(family)) {
            report(mistakes, "collection.toml", "plan", &format!("no code belongs to the family `{family}`"));
        }
        for code in self.codes.hcpcs.values() {
            for family in code.or_families.iter().filter(|family| !self.codes.diagnoses.contains_key(*family))
            {
                let reason = format!("the family `{family}` names no diagnoses that could decide");
                report(mistakes, "codes/", "or_families", &reason);
            }
        }
    }
}

fn report(mistakes: &Mistakes, file: &str, key: &str, reason: &str) {
    mistakes.borrow_mut().push(KnowledgeError {
        file: file.to_owned(),
        key: key.to_owned(),
        reason: reason.to_owned(),
        nearest: None,
    });
}

fn role(name: &str) -> Option<Role> {
    let mut parts = name.rsplit(['/', '\\']);
    let file = parts.next()?;
    match (parts.next(), file) {
        (_, "outcomes.toml") => Some(Role::Outcomes),
        (_, "collection.toml") => Some(Role::Collection),
        (Some("payers"), _) => Some(Role::Payer),
        (Some("codes"), _) => Some(Role::Codes),
        (Some("prompts"), _) => Some(Role::Prompt),
        _ => None,
    }
}

fn parse(name: &str, text: &str, mistakes: &Mistakes) -> Option<Table> {
    match text.parse::<Table>() {
        Ok(table) => Some(table),
        Err(error) => {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            report(mistakes, name, &format!("line {line}"), error.message());
            None
        }
    }
}

fn version(sources: &[(&str, &str)]) -> String {
    let mut sources = sources.to_vec();
    sources.sort_unstable();
    let parts: Vec<&str> = sources.iter().flat_map(|(name, text)| [*name, *text]).collect();
    domain::keys::plain_hash(&parts)
}

#[cfg(test)]
mod tests;
