//! `rules test`: every rule's examples, and what came out. Files with an example that does not come out are refused
//! before anything is shown, here as at every start.

use crate::error::Failure;
use crate::output;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use understanding::{ExampleLine, Knowledge};

/// The answer of `rules test --json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RulesTest {
    /// Every example, in the files' order.
    pub examples: Vec<ExampleResult>,
    /// How many did not come out as they say.
    pub failed: usize,
}

/// One example of one rule.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExampleResult {
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
    /// What must come out.
    pub wanted: String,
    /// What comes out.
    pub came: String,
    /// Whether the two agree.
    pub passed: bool,
}

pub(super) fn run(knowledge: &Knowledge, json: bool) -> Result<(), Failure> {
    let report = report(&knowledge.examples());
    if json {
        return output::print_json(&report);
    }
    output::print(&table(&report))
}

fn report(lines: &[ExampleLine]) -> RulesTest {
    let result = |line: &ExampleLine| ExampleResult {
        payer: line.payer.clone(),
        ruleset: line.ruleset.clone(),
        rule: line.rule.clone(),
        effective_from: line.effective_from,
        example: line.example,
        wanted: line.wanted.name().to_owned(),
        came: line.came.name().to_owned(),
        passed: line.passed(),
    };
    RulesTest {
        examples: lines.iter().map(result).collect(),
        failed: lines.iter().filter(|line| !line.passed()).count(),
    }
}

/// A row a rule: which outcomes its examples show.
fn table(report: &RulesTest) -> String {
    let mut rules: BTreeMap<(&str, &str, Date), Vec<&ExampleResult>> = BTreeMap::new();
    for example in &report.examples {
        rules.entry((&example.payer, &example.rule, example.effective_from)).or_default().push(example);
    }
    let mut table = output::table(&["payer", "rule", "from", "rule set", "examples", "result"]);
    for ((payer, rule, from), examples) in &rules {
        let failed = examples.iter().filter(|example| !example.passed).count();
        let shown: Vec<&str> = examples.iter().map(|example| example.wanted.as_str()).collect();
        table.add_row(vec![
            (*payer).to_owned(),
            (*rule).to_owned(),
            from.to_string(),
            examples.first().map(|example| example.ruleset.clone()).unwrap_or_default(),
            shown.join(", ").replace('_', " "),
            if failed == 0 { "as they say".to_owned() } else { format!("{failed} failed") },
        ]);
    }
    let (count, rules) = (report.examples.len(), rules.len());
    format!("{table}\n\n{count} examples of {rules} rules, {} failed", report.failed)
}
