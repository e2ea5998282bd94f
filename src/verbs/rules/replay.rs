//! `rules replay`: past orders judged once more, by their own day's rules and by another day's, from the fields that are
//! kept with them. Nothing is changed; ids and rules are shown, no patient and no value of a chart.

use crate::audited;
use crate::beside;
use crate::cli::{Context, RulesReplayArgs};
use crate::error::Failure;
use crate::output;
use crate::settings::Settings;
use crate::wiring::Stores;
use domain::audit::{AuditAction, OperatorAct};
use domain::parser::{Document, OrderRecord, OrderSet, OrderState, Outcome};
use domain::request::Request;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use understanding::{Judgement, Knowledge, NotJudged, judged_on};

/// The answer of `rules replay --json`. Shows no patient.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RulesReplay {
    /// The first day of arrival looked at.
    pub since: Date,
    /// The day whose rules were used.
    pub as_of: Date,
    /// How many orders were judged.
    pub judged: usize,
    /// Those that would come out otherwise.
    pub changed: Vec<ChangedOrder>,
    /// Those that could not be judged once more.
    pub not_judged: Vec<NotJudgedOrder>,
}

/// One order that would come out otherwise.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ChangedOrder {
    /// The order's id, for `orders show`.
    pub order: String,
    /// Its item family.
    pub family: String,
    /// What would become of it, as far as rules decide.
    pub would: Would,
    /// Reasons for which it waits by its own day's rules.
    pub reasons_before: Vec<String>,
    /// Reasons for which it would wait.
    pub reasons_after: Vec<String>,
    /// The rules that say something else.
    pub findings: Vec<ChangedFinding>,
}

/// What would become of an order, as far as rules decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Would {
    /// It went on and would wait for a person.
    Wait,
    /// It waits for a person by the rules and would go on.
    GoOn,
    /// It would go on, or wait, as before.
    Same,
}

/// One rule that would say something else.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ChangedFinding {
    /// The rule.
    pub rule: String,
    /// What it says by the order's own day; none: it did not hold.
    pub before: Option<String>,
    /// What it would say; none: it would not hold.
    pub after: Option<String>,
}

/// One order that could not be judged once more.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NotJudgedOrder {
    /// The order's id.
    pub order: String,
    /// Why.
    pub why: String,
}

pub(super) async fn run(
    context: &Context,
    settings: &Settings,
    knowledge: &Knowledge,
    args: &RulesReplayArgs,
) -> Result<(), Failure> {
    let stores = beside::open(settings).await?;
    let why = Some(format!("rules replay since {} as of {}", args.since, args.as_of));
    let act = OperatorAct { why, ..OperatorAct::new(AuditAction::Searched) };
    audited::write_down(context, &stores, act).await?;
    let replay = replay(&stores, knowledge, args).await?;
    if args.json { output::print_json(&replay) } else { output::print(&text(&replay)) }
}

async fn replay(
    stores: &Stores,
    knowledge: &Knowledge,
    args: &RulesReplayArgs,
) -> Result<RulesReplay, Failure> {
    let (changed, not_judged) = (Vec::new(), Vec::new());
    let mut replay = RulesReplay { since: args.since, as_of: args.as_of, judged: 0, changed, not_judged };
    for set in stores.orders.list().await? {
        let Some(request) = stores.requests.get(&set.request).await? else { continue };
        let request = request.value;
        // An earlier revision has given way to the last one.
        if set.revision == request.revision && request.row.received.date() >= args.since {
            of_set(&set, &request, knowledge, &mut replay);
        }
    }
    Ok(replay)
}

fn of_set(set: &OrderSet, request: &Request, knowledge: &Knowledge, replay: &mut RulesReplay) {
    for record in set.orders.iter().filter(|record| is_judged(&record.state)) {
        let received = request.row.received.date();
        match of_order(record, &set.documents, received, replay.as_of, knowledge) {
            Ok(changed) => {
                replay.judged += 1;
                replay.changed.extend(changed);
            }
            Err(why) => replay.not_judged.push(NotJudgedOrder {
                order: record.id.to_string(),
                why: match why {
                    NotJudged::KeptBefore => "kept before releases kept which documents an order stands in",
                    NotJudged::NoFamily => "no item of a known family",
                }
                .to_owned(),
            }),
        }
    }
}

/// Orders out of force and repeats were decided by something else than rules.
fn is_judged(state: &OrderState) -> bool {
    match state {
        OrderState::Routing { .. } | OrderState::NeedsPerson { .. } => true,
        OrderState::Closed(outcome) => matches!(outcome, Outcome::Delivered | Outcome::Rejected),
    }
}

fn of_order(
    record: &OrderRecord,
    documents: &[Document],
    received: Date,
    as_of: Date,
    knowledge: &Knowledge,
) -> Result<Option<ChangedOrder>, NotJudged> {
    let order = &record.order;
    let before = judged_on(order, documents, Some(order.order_date.unwrap_or(received)), knowledge)?;
    let after = judged_on(order, documents, Some(as_of), knowledge)?;
    let findings = changes(&before, &after);
    let codes = |judgement: &Judgement| -> Vec<String> {
        judgement.reasons.iter().map(|reason| reason.code.clone()).collect()
    };
    let (reasons_before, reasons_after) = (codes(&before), codes(&after));
    if findings.is_empty() && reasons_before == reasons_after {
        return Ok(None);
    }
    let would = match (reasons_before.is_empty(), reasons_after.is_empty()) {
        (true, false) => Would::Wait,
        (false, true) => Would::GoOn,
        _ => Would::Same,
    };
    let family = order.family.clone().unwrap_or_default();
    Ok(Some(ChangedOrder {
        order: record.id.to_string(),
        family,
        would,
        reasons_before,
        reasons_after,
        findings,
    }))
}

fn changes(before: &Judgement, after: &Judgement) -> Vec<ChangedFinding> {
    let said = |judgement: &Judgement| -> BTreeMap<String, String> {
        judgement.findings.iter().map(|found| (found.rule.clone(), found.outcome.name().to_owned())).collect()
    };
    let (before, after) = (said(before), said(after));
    let rules: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    rules
        .into_iter()
        .filter(|rule| before.get(*rule) != after.get(*rule))
        .map(|rule| ChangedFinding {
            rule: rule.clone(),
            before: before.get(rule).cloned(),
            after: after.get(rule).cloned(),
        })
        .collect()
}

fn text(replay: &RulesReplay) -> String {
    let mut table = output::table(&["order", "family", "would", "rule", "its own day", "then"]);
    for order in &replay.changed {
        let would = match order.would {
            Would::Wait => format!("wait: {}", order.reasons_after.join(", ")),
            Would::GoOn => "go on".to_owned(),
            Would::Same => "the same".to_owned(),
        };
        let mut first = [order.order.clone(), order.family.clone(), would];
        for finding in &order.findings {
            let words =
                |outcome: &Option<String>| outcome.as_deref().unwrap_or("did not hold").replace('_', " ");
            let [id, family, would] = std::mem::take(&mut first);
            table.add_row(vec![
                id,
                family,
                would,
                finding.rule.clone(),
                words(&finding.before),
                words(&finding.after),
            ]);
        }
    }
    let would = |wanted: Would| replay.changed.iter().filter(|order| order.would == wanted).count();
    let mut text = format!(
        "{} orders since {}, judged by the rules of {}: {} would wait, {} would go on, {} have other findings only",
        replay.judged,
        replay.since,
        replay.as_of,
        would(Would::Wait),
        would(Would::GoOn),
        would(Would::Same),
    );
    if !replay.changed.is_empty() {
        text = format!("{table}\n\n{text}");
    }
    for order in &replay.not_judged {
        text.push_str(&format!("\nnot re-judged: {}: {}", order.order, order.why));
    }
    text
}
