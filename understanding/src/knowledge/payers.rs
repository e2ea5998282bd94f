//! `payers/*.toml`: payer → plan → rule set (dated, for item families) → rules. The conditions are plain
//! predicates named by the data; there is no expression language.

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

/// The predicates a rule can name, with their parameters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Check {
    /// The order shows each of these elements.
    OrderElements { elements: Vec<Element> },
    /// No item is one of these collective words without a code.
    ItemsItemised { collective: Vec<String> },
    /// The prescriber signed the order.
    OrderSigned,
    /// The prescriber's NPI, where printed, passes its check digit.
    PrescriberNpi,
    /// The Medicare beneficiary identifier, where printed, has its shape.
    BeneficiaryId,
    /// A visit in person assessed obstructive sleep apnea.
    OsaEvaluation,
    /// Such a visit took place on a day before the sleep test began.
    OsaEvaluationBeforeStudy,
    /// The diagnostic index and the number of events reach these.
    StudyIndex { index_min: f64, events_min: f64 },
    /// The index lies in this band, the events suffice, and one of the conditions is documented.
    StudyIndexWithCondition {
        index_min: f64,
        index_below: f64,
        review_above: f64,
        events_min: f64,
        conditions: Vec<String>,
    },
}

/// Elements of a standard written order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    BeneficiaryNameOrMbi,
    OrderDate,
    ItemDescription,
    PractitionerNameOrNpi,
}

impl Element {
    const NAMES: [(&'static str, Self); 4] = [
        ("beneficiary_name_or_mbi", Self::BeneficiaryNameOrMbi),
        ("order_date", Self::OrderDate),
        ("item_description", Self::ItemDescription),
        ("practitioner_name_or_npi", Self::PractitionerNameOrNpi),
    ];

    /// What a coordinator calls it.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::BeneficiaryNameOrMbi => "the patient's name or Medicare number",
            Self::OrderDate => "the order date",
            Self::ItemDescription => "the description of the item",
            Self::PractitionerNameOrNpi => "the practitioner's name or NPI",
        }
    }
}

/// Conditions PAP-3 can name, by the field that states each.
const CONDITIONS: [&str; 9] = [
    "symptom.sleepiness",
    "symptom.cognition",
    "symptom.mood",
    "symptom.insomnia",
    "comorbid.hypertension",
    "comorbid.ischemic_heart_disease",
    "comorbid.stroke",
    "ess",
    "symptom.fatigue",
];

const CHECKS: [(&str, u8); 9] = [
    ("order_elements", 0),
    ("items_itemised", 1),
    ("order_signed", 2),
    ("prescriber_npi", 3),
    ("beneficiary_id", 4),
    ("osa_evaluation", 5),
    ("osa_evaluation_before_study", 6),
    ("study_index", 7),
    ("study_index_with_condition", 8),
];

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
    let check = read_check(&node);
    node.finish();
    Some(Rule { id, required, stops_on, group, check: check?, sentences: sentences? })
}

fn read_check(node: &Node<'_>) -> Option<Check> {
    Some(match node.one_of("check", &CHECKS)? {
        0 => Check::OrderElements { elements: read_elements(node) },
        1 => {
            let collective = node.texts_some("collective").iter().map(|text| text.to_lowercase()).collect();
            Check::ItemsItemised { collective }
        }
        2 => Check::OrderSigned,
        3 => Check::PrescriberNpi,
        4 => Check::BeneficiaryId,
        5 => Check::OsaEvaluation,
        6 => Check::OsaEvaluationBeforeStudy,
        7 => Check::StudyIndex { index_min: node.number("index_min"), events_min: node.number("events_min") },
        _ => Check::StudyIndexWithCondition {
            index_min: node.number("index_min"),
            index_below: node.number("index_below"),
            review_above: node.number("review_above"),
            events_min: node.number("events_min"),
            conditions: read_conditions(node),
        },
    })
}

fn read_elements(node: &Node<'_>) -> Vec<Element> {
    let mut elements = Vec::new();
    for name in node.texts_some("elements") {
        match Element::NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, element)) => elements.push(*element),
            None => {
                let meant = super::error::nearest(&name, Element::NAMES.iter().map(|(known, _)| *known));
                node.mistake("elements", format!("`{name}` is no element of an order"), meant);
            }
        }
    }
    elements
}

fn read_conditions(node: &Node<'_>) -> Vec<String> {
    let names = node.texts_some("conditions");
    for name in names.iter().filter(|name| !CONDITIONS.contains(&name.as_str())) {
        let meant = super::error::nearest(name, CONDITIONS);
        node.mistake("conditions", format!("`{name}` is no condition a note can state"), meant);
    }
    names
}
