//! `payers/*.toml`: payer → plan → rule set (dated, for item families and states) → rules with their examples. The
//! conditions are plain predicates named by the data; there is no expression language.
//!
//! A file is a payer's own (`payer = "…"`), or brings further rule sets of one of its plans (`part_of = "…"`).

mod checks;
mod examples;
mod inputs;
mod overlaps;
mod read;

pub(crate) use checks::{
    BreathingCheck, Check, CourseCheck, Criterion, Element, Need, OrderCheck, OxygenLimits, PapCheck,
    PayerCheck,
};
pub(crate) use examples::Example;
pub(super) use overlaps::check as check_overlaps;
pub(super) use read::{PayerFile, read};

use crate::course::Course;
use domain::parser::DocumentClass;
use jiff::civil::Date;

/// Where in which file something stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    pub(crate) file: String,
    /// The key's path, such as `ruleset.1.rule.3`.
    pub(crate) path: String,
}

/// One payer's rules.
#[derive(Clone, Debug)]
pub(crate) struct Payer {
    pub(crate) name: String,
    /// Whether required rules can stop an order of this payer.
    pub(crate) binding: bool,
    /// A coverage is this payer's if its printed name has one of these words …
    pub(crate) names_any: Vec<String>,
    /// … and none of these.
    pub(crate) names_none: Vec<String>,
    /// It is this payer's only for patients of these states; empty: of any.
    pub(crate) states: Vec<String>,
    /// The payer whose rules are used as well, as advice.
    pub(crate) rules_of: Option<String>,
    /// Families whose orders its rules decide; orders of others go to a person, with what the rules found.
    pub(crate) decides: Vec<String>,
    /// Dated lists of codes that rules refer to.
    pub(crate) lists: Vec<CodeList>,
    pub(crate) plans: Vec<Plan>,
    pub(crate) place: Place,
}

/// One plan of a payer.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) name: String,
    /// The plan is a coverage's if its printed name has one of these words; empty: every coverage of the payer's.
    pub(crate) names_any: Vec<String>,
    pub(crate) rulesets: Vec<RuleSet>,
}

/// Rules that hold for some families in a span of days.
#[derive(Clone, Debug)]
pub(crate) struct RuleSet {
    pub(crate) name: String,
    pub(crate) families: Vec<String>,
    /// It holds only for patients of these states; empty: of any.
    pub(crate) states: Vec<String>,
    pub(crate) effective_from: Date,
    /// The last day; none while it holds.
    pub(crate) effective_to: Option<Date>,
    pub(crate) source: String,
    pub(crate) rules: Vec<Rule>,
    pub(crate) place: Place,
}

/// One rule.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) id: String,
    /// A required rule can stop an order of a binding payer.
    pub(crate) required: bool,
    /// Narrows which outcomes stop; empty: those of `outcomes.toml`.
    pub(crate) stops_on: Vec<String>,
    /// Rules of one group are alternatives: one met is enough, and none met is one reason.
    pub(crate) group: Option<String>,
    /// The rule concerns only orders with one of these codes; empty: every order of the rule set's families.
    pub(crate) items: Vec<String>,
    /// The rule concerns only orders with an item that is on this list on the day.
    pub(crate) listed: Option<String>,
    /// The rule concerns only orders of these courses of treatment; empty: of any.
    pub(crate) courses: Vec<Course>,
    /// What it looks at, by document class and field; told to people and checked against what can be read.
    pub(crate) inputs: Vec<String>,
    /// What kind of paper can prove it.
    pub(crate) evidence: Vec<EvidenceClass>,
    pub(crate) source: String,
    pub(crate) check: Check,
    pub(crate) sentences: Sentences,
    pub(crate) examples: Vec<Example>,
    pub(crate) place: Place,
}

/// What kind of paper can prove something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EvidenceClass {
    /// A document of the chart.
    Chart(DocumentClass),
    /// The supplier's own record, which no hospital's chart holds: such a rule never stops an order.
    Supplier,
}

/// What a coordinator reads for each outcome.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sentences {
    pub(crate) met: String,
    pub(crate) unmet: String,
    pub(crate) insufficient: String,
    pub(crate) not_applicable: String,
}

/// A list of codes as it grew and shrank.
#[derive(Clone, Debug)]
pub(crate) struct CodeList {
    pub(crate) name: String,
    pub(crate) entries: Vec<ListEntry>,
}

/// Codes that were on a list in a span of days.
#[derive(Clone, Debug)]
pub(crate) struct ListEntry {
    pub(crate) codes: Vec<String>,
    pub(crate) effective_from: Date,
    pub(crate) effective_to: Option<Date>,
}

impl CodeList {
    /// Whether a code is on the list on a day; without a day, whether it is on it still.
    pub(crate) fn holds(&self, code: &str, day: Option<Date>) -> bool {
        self.entries.iter().any(|entry| {
            covers(entry.effective_from, entry.effective_to, day)
                && entry.codes.iter().any(|known| known == code)
        })
    }
}

impl Payer {
    /// Whether a coverage printed as `name` of a patient of `state` is this payer's.
    pub(crate) fn covers(&self, name: &str, state: Option<&str>) -> bool {
        self.is_named(name) && in_states(&self.states, state)
    }

    /// Whether a coverage printed as `name` is this payer's.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        let name = spaced(name);
        contains_any(&name, &self.names_any) && !contains_any(&name, &self.names_none)
    }

    /// Its rule sets for a coverage printed as `name`, of a patient of `state`, that hold for a family on a day;
    /// without a day, the newest ones.
    pub(crate) fn rulesets(
        &self,
        name: &str,
        state: Option<&str>,
        family: &str,
        day: Option<Date>,
    ) -> Vec<&RuleSet> {
        let name = spaced(name);
        self.plans
            .iter()
            .filter(|plan| plan.names_any.is_empty() || contains_any(&name, &plan.names_any))
            .flat_map(|plan| &plan.rulesets)
            .filter(|set| {
                set.families.iter().any(|known| known == family)
                    && in_states(&set.states, state)
                    && set.holds_on(day)
            })
            .collect()
    }

    /// A list by its name.
    pub(crate) fn list(&self, name: &str) -> Option<&CodeList> {
        self.lists.iter().find(|list| list.name == name)
    }

    /// Every rule set with its plan.
    pub(crate) fn all_sets(&self) -> impl Iterator<Item = (&Plan, &RuleSet)> {
        self.plans.iter().flat_map(|plan| plan.rulesets.iter().map(move |set| (plan, set)))
    }
}

impl RuleSet {
    /// Whether it is in force on a day; without a day, whether it still is.
    pub(crate) fn holds_on(&self, day: Option<Date>) -> bool {
        covers(self.effective_from, self.effective_to, day)
    }
}

/// The words of a name between blanks, so that whole words can be looked for.
fn spaced(name: &str) -> String {
    format!(" {} ", crate::text::words_of(name).join(" "))
}

fn contains_any(spaced: &str, words: &[String]) -> bool {
    words.iter().any(|words| spaced.contains(&format!(" {words} ")))
}

/// A state nobody could read is none of those named.
fn in_states(states: &[String], state: Option<&str>) -> bool {
    states.is_empty() || state.is_some_and(|state| states.iter().any(|known| known == state))
}

fn covers(from: Date, to: Option<Date>, day: Option<Date>) -> bool {
    match day {
        Some(day) => from <= day && to.is_none_or(|last| day <= last),
        None => to.is_none(),
    }
}
