//! Reads a file of `payers/`: a payer of its own, or further rule sets of one.

use super::checks;
use super::examples;
use super::inputs;
use super::{CodeList, EvidenceClass, ListEntry, Payer, Plan, Rule, RuleSet, Sentences};
use crate::course::Course;
use crate::knowledge::decode::Node;
use crate::knowledge::error::nearest;
use crate::knowledge::outcomes::OUTCOME_NAMES;
use domain::parser::DocumentClass;

/// What a file of `payers/` holds.
pub(in crate::knowledge) enum PayerFile {
    Whole(Box<Payer>),
    /// Rule sets of a payer's plan.
    Part {
        part_of: String,
        plan: Plan,
        place: super::Place,
    },
}

/// Document classes by the names used in files.
pub(super) const CLASSES: [(&str, DocumentClass); 18] = [
    ("facesheet", DocumentClass::Facesheet),
    ("order", DocumentClass::Order),
    ("office_note", DocumentClass::OfficeNote),
    ("telehealth_note", DocumentClass::TelehealthNote),
    ("sleep_study", DocumentClass::SleepStudy),
    ("titration", DocumentClass::Titration),
    ("encounter_summary", DocumentClass::EncounterSummary),
    ("insurance_card", DocumentClass::InsuranceCard),
    ("lab", DocumentClass::Lab),
    ("imaging", DocumentClass::Imaging),
    ("letter", DocumentClass::Letter),
    ("cover_sheet", DocumentClass::CoverSheet),
    ("raw_study_data", DocumentClass::RawStudyData),
    ("medical_necessity_form", DocumentClass::MedicalNecessityForm),
    ("adherence_report", DocumentClass::AdherenceReport),
    ("prior_authorization_form", DocumentClass::PriorAuthorization),
    ("consent", DocumentClass::Consent),
    ("other", DocumentClass::Other),
];

/// The supplier's own record as a class of evidence.
pub(crate) const SUPPLIER: &str = "supplier_record";

/// Reads a file.
pub(in crate::knowledge) fn read(node: Node<'_>) -> PayerFile {
    if let Some(part_of) = node.text_opt("part_of") {
        let (place, plan) = (node.place(), read_plan(node, "plan"));
        return PayerFile::Part { part_of, plan, place };
    }
    let lower = |texts: Vec<String>| texts.iter().map(|text| text.to_lowercase()).collect();
    let payer = Payer {
        name: node.text("payer"),
        binding: node.flag("binding"),
        names_any: lower(node.texts("names_any")),
        names_none: lower(node.texts("names_none")),
        states: read_states(&node),
        rules_of: node.text_opt("rules_of"),
        decides: node.texts("decides"),
        lists: node.children("list").into_iter().map(read_list).collect(),
        plans: node.children("plan").into_iter().map(|plan| read_plan(plan, "name")).collect(),
        place: node.place(),
    };
    if payer.plans.is_empty() && payer.rules_of.is_none() {
        node.mistake("plan", "needs a plan, or `rules_of`", None);
    }
    node.finish();
    PayerFile::Whole(Box::new(payer))
}

fn read_plan(node: Node<'_>, name: &'static str) -> Plan {
    let plan = Plan {
        name: node.text(name),
        names_any: node.texts("names_any").iter().map(|words| words.to_lowercase()).collect(),
        rulesets: node.children("ruleset").into_iter().map(read_ruleset).collect(),
    };
    node.finish();
    plan
}

fn read_states(node: &Node<'_>) -> Vec<String> {
    let states = node.texts("states");
    for state in &states {
        if state.len() != 2 || !state.bytes().all(|byte| byte.is_ascii_uppercase()) {
            node.mistake("states", format!("`{state}` is no state such as NY"), None);
        }
    }
    states
}

fn read_list(node: Node<'_>) -> CodeList {
    let list = CodeList {
        name: node.text("name"),
        entries: node
            .children("entry")
            .into_iter()
            .map(|entry| {
                let read = ListEntry {
                    codes: entry.texts_some("codes"),
                    effective_from: entry.date("effective_from"),
                    effective_to: entry.date_opt("effective_to"),
                };
                check_codes(&entry, "codes", &read.codes);
                if read.effective_to.is_some_and(|last| last < read.effective_from) {
                    entry.mistake("effective_to", "lies before effective_from", None);
                }
                source(&entry);
                entry.finish();
                read
            })
            .collect(),
    };
    if list.entries.is_empty() {
        node.mistake("entry", "must name at least one", None);
    }
    node.finish();
    list
}

fn check_codes(node: &Node<'_>, key: &str, codes: &[String]) {
    for code in codes.iter().filter(|code| !crate::identifiers::is_hcpcs_shape(code)) {
        node.mistake(key, format!("`{code}` is not a letter and four digits"), None);
    }
}

/// A source that says something.
fn source(node: &Node<'_>) -> String {
    let source = node.text("source");
    if node.has("source") && source.trim().is_empty() {
        node.mistake("source", "must say where the rule comes from", None);
    }
    source
}

fn read_ruleset(node: Node<'_>) -> RuleSet {
    let mut set = RuleSet {
        name: node.text("name"),
        families: node.texts_some("families"),
        states: read_states(&node),
        effective_from: node.date("effective_from"),
        effective_to: node.date_opt("effective_to"),
        source: source(&node),
        rules: Vec::new(),
        place: node.place(),
    };
    if set.effective_to.is_some_and(|last| last < set.effective_from) {
        node.mistake("effective_to", "lies before effective_from", None);
    }
    set.rules = node.children("rule").into_iter().filter_map(read_rule).collect();
    if set.rules.is_empty() && !node.has("rule") {
        node.mistake("rule", "must hold at least one", None);
    }
    node.finish();
    set
}

fn read_rule(node: Node<'_>) -> Option<Rule> {
    let stops_on = node.texts("stops_on");
    for name in &stops_on {
        let known = OUTCOME_NAMES.map(|(known, _)| known);
        if !known.contains(&name.as_str()) {
            node.mistake("stops_on", format!("`{name}` is no outcome"), nearest(name, known));
        }
    }
    let items = node.texts("items");
    check_codes(&node, "items", &items);
    let check = checks::read(&node);
    let rule = Rule {
        id: node.text("id"),
        required: node.flag("required"),
        stops_on,
        group: node.text_opt("group"),
        items,
        listed: node.text_opt("listed"),
        courses: read_courses(&node),
        inputs: inputs::read(&node),
        evidence: read_evidence(&node),
        source: source(&node),
        // A check that is not known has been reported: the rule is never used.
        check: check.unwrap_or(checks::Check::unknown()),
        sentences: node.child("says").map(read_sentences).unwrap_or_default(),
        examples: examples::read(&node),
        place: node.place(),
    };
    if rule.required && rule.evidence == [EvidenceClass::Supplier] {
        let reason = "no hospital's chart can show the supplier's own record, so the rule cannot be required";
        node.mistake("required", reason, None);
    }
    node.finish();
    Some(rule)
}

fn read_sentences(says: Node<'_>) -> Sentences {
    let sentences = Sentences {
        met: says.text("met"),
        unmet: says.text("unmet"),
        insufficient: says.text("insufficient"),
        not_applicable: says.text_opt("not_applicable").unwrap_or_default(),
    };
    says.finish();
    sentences
}

fn read_courses(node: &Node<'_>) -> Vec<Course> {
    let named = |name: &String| {
        let found = Course::ALL.into_iter().find(|course| course.name() == name);
        if found.is_none() {
            let reason = format!("`{name}` is no course of treatment");
            node.mistake("courses", reason, nearest(name, Course::ALL.map(Course::name)));
        }
        found
    };
    node.texts("courses").iter().filter_map(named).collect()
}

fn read_evidence(node: &Node<'_>) -> Vec<EvidenceClass> {
    let named = |name: &String| {
        if name == SUPPLIER {
            return Some(EvidenceClass::Supplier);
        }
        let found = CLASSES.iter().find(|(known, _)| known == name).map(|(_, class)| *class);
        if found.is_none() {
            let known = CLASSES.iter().map(|(known, _)| *known).chain([SUPPLIER]);
            node.mistake("evidence", format!("`{name}` is no class of evidence"), nearest(name, known));
        }
        found.map(EvidenceClass::Chart)
    };
    node.texts_some("evidence").iter().filter_map(named).collect()
}

impl EvidenceClass {
    /// The name used in files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Supplier => SUPPLIER,
            Self::Chart(class) => {
                CLASSES.iter().find(|(_, known)| *known == class).map_or("other", |(name, _)| *name)
            }
        }
    }
}
