//! `orders summary ID`: an order in plain words, what is missing or contradicted, and who supplies it.

use super::case::Case;
use crate::audited;
use crate::cli::Context;
use crate::error::Failure;
use crate::output;
use crate::settings::Settings;
use crate::wiring::{self, Stores};
use domain::audit::{AuditAction, OperatorAct};
use schemars::JsonSchema;
use serde::Serialize;
use understanding::OrderSummary;

/// The answer of `orders summary --json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OrdersSummary {
    /// A summary an order; of the request as a whole where it has none.
    pub summaries: Vec<OrderSummary>,
}

/// Sums up an order, or every order of a request.
///
/// # Errors
/// No such request; it cannot be read; the audit log cannot be written.
pub(super) async fn run(
    context: &Context,
    settings: &Settings,
    stores: &Stores,
    id: &str,
    json: bool,
) -> Result<(), Failure> {
    let knowledge = wiring::knowledge(settings)?;
    let case = Case::load(stores, id).await?;
    let act = OperatorAct::on_request(AuditAction::OrderShown, &case.request);
    audited::write_down(context, stores, OperatorAct { why: Some("summary".to_owned()), ..act }).await?;
    let summaries = case.summaries(id, &knowledge);
    if json {
        return output::print_json(&OrdersSummary { summaries });
    }
    let texts: Vec<String> = summaries.iter().map(OrderSummary::text).collect();
    output::print(&texts.join("\n\n"))
}
