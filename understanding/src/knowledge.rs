//! What the program knows of the field, read from `config/`: rules, codes, outcomes, collection plans.
//!
//! Texts come in, nothing is opened here. Every mistake of every file is reported at once, and the files
//! are checked against each other: rules name families that have codes, groups have a lead, payers that
//! borrow rules name a payer that has them, no rule holds in two versions at once, and every rule's examples
//! come out as they say.

mod codes;
mod collection;
mod decode;
mod duplicates;
mod error;
mod keep;
mod letters;
mod lines;
mod outcomes;
mod payers;
mod prompts;
mod references;

pub(crate) use codes::CodeTable;
pub use duplicates::DuplicatePolicy;
pub use error::KnowledgeError;
pub(crate) use keep::{KeepLists, ListedWords};
pub(crate) use letters::{LetterBook, LetterText, PointText};
pub use letters::{PointKind, Supplies};
pub(crate) use outcomes::OutcomePolicy;
pub(crate) use payers::{
    BreathingCheck, Check, CodeList, CourseCheck, Criterion, Element, EvidenceClass, Example, Need,
    OrderCheck, OxygenLimits, PapCheck, Payer, PayerCheck, Place, Plan, Rule, RuleSet,
};

pub(crate) use prompts::Prompts;

use decode::{Mistakes, Node};
use domain::parser::Reason;
use payers::PayerFile;
use toml::Table;

/// Rules, codes, outcomes and collection plans, checked against each other.
#[derive(Clone, Debug)]
pub struct Knowledge {
    pub(crate) codes: CodeTable,
    pub(crate) payers: Vec<Payer>,
    pub(crate) outcomes: OutcomePolicy,
    pub(crate) prompts: Prompts,
    pub(crate) letters: LetterBook,
    pub(crate) keep: KeepLists,
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
    Letters,
    Keep,
}

impl Knowledge {
    /// Reads `(name, text)` pairs. A name ends in `outcomes.toml`, `collection.toml`, `letters.toml`, `keep.toml`,
    /// `payers/NAME.toml`, `codes/NAME.toml` or `prompts/NAME.toml`, with whatever path before it.
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
            letters: LetterBook::default(),
            keep: KeepLists::default(),
            plans: collection::Plans::default(),
            version: version(sources),
        };
        let mut sources = sources.to_vec();
        sources.sort_unstable();
        let mut roles = [0_usize; 7];
        let mut parts = Vec::new();
        for &(name, text) in &sources {
            let Some(role) = role(name) else {
                report(&mistakes, name, "", "is no knowledge file; see config/");
                continue;
            };
            let Some(table) = parse(name, text, &mistakes) else { continue };
            let node = Node::root(name, &table, &mistakes);
            match role {
                Role::Outcomes => knowledge.outcomes = OutcomePolicy::read(node),
                Role::Collection => knowledge.plans = collection::read(name, &table, &mistakes),
                Role::Payer => match payers::read(node) {
                    PayerFile::Whole(payer) => knowledge.payers.push(*payer),
                    PayerFile::Part { part_of, plan, place } => parts.push((part_of, plan, place)),
                },
                Role::Codes => knowledge.codes.read(node),
                Role::Prompt => knowledge.prompts.read(name, node),
                Role::Letters => knowledge.letters = LetterBook::read(node),
                Role::Keep => knowledge.keep = KeepLists::read(node),
            }
            roles[role as usize] += 1;
        }
        // Without prompts no language model is asked; everything else is needed.
        for (role, what) in [
            (Role::Outcomes, "outcomes.toml"),
            (Role::Collection, "collection.toml"),
            (Role::Payer, "payers/"),
            (Role::Codes, "codes/"),
            (Role::Letters, "letters.toml"),
            (Role::Keep, "keep.toml"),
        ] {
            let count = &roles[role as usize];
            if *count == 0 {
                report(&mistakes, what, "", "is missing");
            }
        }
        knowledge.join(parts, &mistakes);
        if mistakes.borrow().is_empty() {
            references::check(&knowledge, &mistakes);
        }
        if mistakes.borrow().is_empty() {
            mistakes.borrow_mut().extend(crate::rules::failed_examples(&knowledge));
        }
        let mut mistakes = mistakes.into_inner();
        if mistakes.is_empty() {
            return Ok(knowledge);
        }
        for mistake in mistakes.iter_mut().filter(|mistake| mistake.line.is_none()) {
            let text = sources.iter().find(|(name, _)| *name == mistake.file).map(|(_, text)| *text);
            mistake.line = text.and_then(|text| lines::line_of(text, &mistake.key));
        }
        Err(mistakes)
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

    /// Puts rule sets that stand in files of their own into the plans they belong to.
    fn join(&mut self, parts: Vec<(String, Plan, Place)>, mistakes: &Mistakes) {
        for (part_of, part, place) in parts {
            let Some(payer) = self.payers.iter_mut().find(|payer| payer.name == part_of) else {
                let known = self.payers.iter().map(|payer| payer.name.as_str());
                let nearest = error::nearest(&part_of, known);
                let mistake = KnowledgeError::at(&place, "part_of", format!("`{part_of}` is no payer"));
                mistakes.borrow_mut().push(KnowledgeError { nearest, ..mistake });
                continue;
            };
            match payer.plans.iter_mut().find(|plan| plan.name == part.name) {
                Some(plan) => plan.rulesets.extend(part.rulesets),
                None => {
                    let reason = format!("`{}` is no plan of {part_of}", part.name);
                    mistakes.borrow_mut().push(KnowledgeError::at(&place, "plan", reason));
                }
            }
        }
    }
}

fn report(mistakes: &Mistakes, file: &str, key: &str, reason: &str) {
    mistakes.borrow_mut().push(KnowledgeError {
        file: file.to_owned(),
        line: None,
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
        (_, "letters.toml") => Some(Role::Letters),
        (_, "keep.toml") => Some(Role::Keep),
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
            let line = Some(before.matches('\n').count() + 1);
            let (file, reason) = (name.to_owned(), error.message().to_owned());
            mistakes.borrow_mut().push(KnowledgeError {
                file,
                line,
                key: String::new(),
                reason,
                nearest: None,
            });
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
