//! Runs the examples that stand beside the rules: a case file of a few facts, and what the rule says of it.

use super::{Verdict, verdict};
use crate::case_file::{CaseFile, OrderCase, Standing};
use crate::extract::OrderLine;
use crate::find::Found;
use crate::identifiers::is_hcpcs_shape;
use crate::knowledge::{Example, Knowledge, KnowledgeError, Payer, Rule, RuleSet};
use domain::ids::DocumentId;
use domain::parser::{
    Coverage, Document, DocumentClass, Evidence, Field, FieldMethod, FieldValue, FindingOutcome,
};
use jiff::civil::Date;

/// One example and what came out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleLine {
    /// The payer.
    pub payer: String,
    /// The rule set.
    pub ruleset: String,
    /// The rule.
    pub rule: String,
    /// The day the rule set takes effect.
    pub effective_from: Date,
    /// Its number among the rule's examples, from 1.
    pub example: usize,
    /// What it says must come out.
    pub wanted: FindingOutcome,
    /// What comes out.
    pub came: FindingOutcome,
}

impl ExampleLine {
    /// Whether it came out as it says.
    pub fn passed(&self) -> bool {
        self.wanted == self.came
    }
}

impl Knowledge {
    /// Runs every rule's examples.
    pub fn examples(&self) -> Vec<ExampleLine> {
        ran(self).map(|(_, line)| line).collect()
    }
}

/// A mistake for each example that does not come out as it says.
pub(crate) fn failed(knowledge: &Knowledge) -> Vec<KnowledgeError> {
    ran(knowledge)
        .filter(|(_, line)| !line.passed())
        .map(|(example, line)| {
            let (wanted, came) = (line.wanted.name(), line.came.name());
            let reason = format!("the example of {} must be {wanted}, but the rule says {came}", line.rule);
            KnowledgeError::at(&example.place, "is", reason)
        })
        .collect()
}

fn ran(knowledge: &Knowledge) -> impl Iterator<Item = (&Example, ExampleLine)> {
    knowledge.payers.iter().flat_map(move |payer| {
        payer.all_sets().flat_map(move |(_, set)| {
            set.rules.iter().flat_map(move |rule| {
                rule.examples.iter().enumerate().map(move |(index, example)| {
                    let line = ExampleLine {
                        payer: payer.name.clone(),
                        ruleset: set.name.clone(),
                        rule: rule.id.clone(),
                        effective_from: set.effective_from,
                        example: index + 1,
                        wanted: example.outcome,
                        came: outcome(payer, set, rule, example, knowledge),
                    };
                    (example, line)
                })
            })
        })
    })
}

fn outcome(
    payer: &Payer,
    set: &RuleSet,
    rule: &Rule,
    example: &Example,
    knowledge: &Knowledge,
) -> FindingOutcome {
    let documents = documents(example, set);
    let family = example.family.clone().or_else(|| set.families.first().cloned()).unwrap_or_default();
    let items = if example.items.is_empty() { &rule.items } else { &example.items };
    let order = OrderCase {
        documents: vec![0],
        lines: items.iter().map(|item| line(item, &family)).collect(),
        family,
        unclear: false,
        main_diagnosis: documents.first().and_then(|order| order.field("dx.icd10")).cloned(),
        standing: Standing::Live,
    };
    let printed = example.payer.clone().unwrap_or_else(|| "Medicare Part B".to_owned());
    let medicare = knowledge.payers.iter().any(|payer| payer.binding && payer.is_named(&printed));
    let coverages = [Coverage { rank: 1, payer: printed, member_id: None, medicare }];
    let case = CaseFile::new(&order, &documents, &coverages);
    let day = case.order_date().or(Some(set.effective_from));
    let (_, Verdict { outcome, .. }) = verdict(rule, &case, payer, day);
    outcome
}

/// The papers of an example, the order first.
fn documents(example: &Example, set: &RuleSet) -> Vec<Document> {
    let mut papers = example.papers.clone();
    papers.sort_by_key(|(class, _)| *class != DocumentClass::Order);
    if papers.first().is_none_or(|(class, _)| *class != DocumentClass::Order) {
        let day = example.on.unwrap_or(set.effective_from);
        papers.insert(0, (DocumentClass::Order, vec![("order_date".to_owned(), FieldValue::Date(day))]));
    } else if let (Some(day), Some((_, facts))) = (example.on, papers.first_mut()) {
        facts.push(("order_date".to_owned(), FieldValue::Date(day)));
    }
    (1..).zip(papers).map(|(page, (class, facts))| document(page, class, facts)).collect()
}

fn document(page: u32, class: DocumentClass, facts: Vec<(String, FieldValue)>) -> Document {
    let field = |(name, value): (String, FieldValue)| Field {
        evidence: Evidence { page, bbox: [0.0; 4], quote: name.clone() },
        name,
        value,
        unit: None,
        confidence: 1.0,
        method: FieldMethod::Rules,
    };
    Document {
        id: DocumentId::new(format!("example-{page}")),
        class,
        class_confidence: 1.0,
        decided_by: Vec::new(),
        page_first: page,
        page_last: page,
        fields: facts.into_iter().map(field).collect(),
    }
}

/// An item of an order: a code, or a description without one.
pub(crate) fn line(item: &str, family: &str) -> OrderLine {
    let code = is_hcpcs_shape(item);
    OrderLine {
        hcpcs: code.then(|| item.to_owned()),
        printed: code,
        family: Some(family.to_owned()),
        description: item.to_owned(),
        quantity: None,
        place: Found { value: (), page: 0, line: 0, quote: 0..0, at: 0..0, confidence: 1.0 },
    }
}
