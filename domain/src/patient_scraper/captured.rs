//! What a scrape brings home.

use super::{CollectionPlan, Fragment, LedgerLine, incomplete};
use crate::parser::Reason;
use crate::redacted::Redacted;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the scraper brought home.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CapturedChart {
    /// The message's own text.
    pub message_body: Redacted<String>,
    /// In packet order.
    pub fragments: Vec<Fragment>,
    /// A line for every section and every listed document: captured, or why not.
    pub ledger: Vec<LedgerLine>,
    /// The item families whose collection plans were followed; none: no item was told, and just order and facesheet
    /// were read.
    #[serde(default = "as_older_releases_read")]
    pub families: Vec<String>,
}

/// Releases before the plans by family read every chart by one plan.
fn as_older_releases_read() -> Vec<String> {
    vec![CollectionPlan::ANY_ITEM.to_owned()]
}

impl CapturedChart {
    /// The reason for which nobody may conclude from what the packet does not say; none: it was captured whole.
    pub fn incomplete(&self) -> Option<Reason> {
        incomplete(&self.ledger)
    }
}
