//! `collection.toml`: what of a chart is fetched, per item family. Deserialises into the domain's own type.

use super::decode::Mistakes;
use super::error::{KnowledgeError, nearest};
use domain::patient_scraper::CollectionPlan;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// The plan used while the item family is not known.
pub(crate) const DEFAULT_PLAN: &str = "default";

/// Reads `[plan.NAME]` tables; every plan that cannot be used is reported.
pub(crate) fn read(file: &str, table: &Table, mistakes: &Mistakes) -> BTreeMap<String, CollectionPlan> {
    let mistake = |key: String, reason: String, nearest: Option<String>| {
        mistakes.borrow_mut().push(KnowledgeError { file: file.to_owned(), key, reason, nearest });
    };
    for key in table.keys().filter(|key| *key != "plan") {
        mistake(key.clone(), "is no known key".to_owned(), nearest(key, ["plan"]));
    }
    let mut plans = BTreeMap::new();
    for (name, value) in table.get("plan").and_then(Value::as_table).into_iter().flatten() {
        match value.clone().try_into::<CollectionPlan>() {
            Ok(plan) => {
                plans.insert(name.clone(), plan);
            }
            Err(error) => {
                let (reason, meant) = explain(error.message());
                mistake(format!("plan.{name}"), reason, meant);
            }
        }
    }
    if !plans.contains_key(DEFAULT_PLAN) {
        mistake(format!("plan.{DEFAULT_PLAN}"), "is missing".to_owned(), None);
    }
    plans
}

/// serde's text names the unknown word and the known ones between backticks.
fn explain(message: &str) -> (String, Option<String>) {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let meant = quoted.next().and_then(|word| nearest(word, quoted));
    (message.lines().next().unwrap_or_default().to_owned(), meant)
}
