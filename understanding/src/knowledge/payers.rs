//! `payers/*.toml`: payer → plan → rule set (dated, for item families) → rules. The conditions are plain
//! predicates named by the data; there is no expression language.

mod checks;

pub(crate) use checks::{Check, Criterion, Element, OxygenLimits};

use super::decode::Node;
use jiff::civil::Date;

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
    /// The payer whose rules are used, as advice, where it has none of its own.
    pub(crate) rules_of: Option<String>,
    pub(crate) plans: Vec<Plan>,
}

/// One plan of a payer.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) rulesets: Vec<RuleSet>,
}

/// Rules that hold for some families in a span of days.
#[derive(Clone, Debug)]
pub(crate) struct RuleSet {
    pub(crate) families: Vec<String>,
    pub(crate) effective_from: Date,
    /// The last day; none while it holds.
    pub(crate) effective_to: Option<Date>,
    pub(crate) rules: Vec<Rule>,
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
    pub(crate) check: Check,
    pub(crate) sentences: Sentences,
}

/// What a coordinator reads for each outcome.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sentences {
    pub(crate) met: String,
    pub(crate) unmet: String,
    pub(crate) insufficient: String,
    pub(crate) not_applicable: String,
}

impl Payer {
    pub(crate) fn read(node: Node<'_>) -> Self {
        let lower = |texts: Vec<String>| texts.iter().map(|text| text.to_lowercase()).collect();
        let payer = Self {
            name: node.text("payer"),
            binding: node.flag("binding"),
            names_any: lower(node.texts("names_any")),
            names_none: lower(node.texts("names_none")),
            rules_of: node.text_opt("rules_of"),
            plans: node.children("plan").into_iter().map(read_plan).collect(),
        };
        if payer.plans.is_empty() && payer.rules_of.is_none() {
            node.mistake("plan", "needs a plan with rules, or `rules_of`", None);
        }
        node.finish();
        payer
    }

    /// Whether a coverage printed as `name` is this payer's.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        let name = crate::text::words_of(name).join(" ");
        let has = |words: &String| format!(" {name} ").contains(&format!(" {words} "));
        self.names_any.iter().any(has) && !self.names_none.iter().any(has)
    }

    /// The rule sets that hold for a family on a day; without a day, the newest ones.
    pub(crate) fn rulesets<'a>(
        &'a self,
        family: &'a str,
        day: Option<Date>,
    ) -> impl Iterator<Item = &'a RuleSet> {
        let sets = self.plans.iter().flat_map(|plan| &plan.rulesets);
        sets.filter(move |set| set.families.iter().any(|name| name == family) && set.holds_on(day))
    }

    /// Whether any rule set, of whatever day, is about the family.
    pub(crate) fn has_rules_for(&self, family: &str) -> bool {
        self.plans
            .iter()
            .flat_map(|plan| &plan.rulesets)
            .any(|set| set.families.iter().any(|name| name == family))
    }
}

impl RuleSet {
    fn holds_on(&self, day: Option<Date>) -> bool {
        match day {
            Some(day) => self.effective_from <= day && self.effective_to.is_none_or(|last| day <= last),
            None => self.effective_to.is_none(),
        }
    }
}

fn read_plan(node: Node<'_>) -> Plan {
    node.text("name");
    let plan = Plan { rulesets: node.children("ruleset").into_iter().map(read_ruleset).collect() };
    node.finish();
    plan
}

fn read_ruleset(node: Node<'_>) -> RuleSet {
    node.text("name");
    node.text("source");
    let set = RuleSet {
        families: node.texts_some("families"),
        effective_from: node.date("effective_from"),
        effective_to: node.date_opt("effective_to"),
        rules: node.children("rule").into_iter().filter_map(read_rule).collect(),
    };
    if set.effective_to.is_some_and(|last| last < set.effective_from) {
        node.mistake("effective_to", "lies before effective_from", None);
    }
    node.finish();
    set
}

fn read_rule(node: Node<'_>) -> Option<Rule> {
    let id = node.text("id");
    let required = node.flag("required");
    let stops_on = node.texts("stops_on");
    let group = node.text_opt("group");
    let items = node.texts("items");
    for code in items.iter().filter(|code| !crate::identifiers::is_hcpcs_shape(code)) {
        node.mistake("items", format!("`{code}` is not a letter and four digits"), None);
    }
    node.text("source");
    node.texts_some("inputs");
    let sentences = node.child("says").map(|says| {
        let sentences = Sentences {
            met: says.text("met"),
            unmet: says.text("unmet"),
            insufficient: says.text("insufficient"),
            not_applicable: says.text_opt("not_applicable").unwrap_or_default(),
        };
        says.finish();
        sentences
    });
    for name in &stops_on {
        let known = super::outcomes::OUTCOME_NAMES.map(|(known, _)| known);
        if !known.contains(&name.as_str()) {
            let reason = format!("`{name}` is no outcome");
            node.mistake("stops_on", reason, super::error::nearest(name, known));
        }
    }
    let check = checks::read(&node);
    node.finish();
    Some(Rule { id, required, stops_on, group, items, check: check?, sentences: sentences? })
}
