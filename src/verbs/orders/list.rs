//! `orders list`: a page of requests, the latest first. Shows no patient, also where one was searched for.

use super::{Standing, reasons, state_text};
use crate::cli::{Context, OrdersListArgs};
use crate::error::Failure;
use crate::output;
use crate::settings::Settings;
use crate::verbs::patient_search;
use crate::wiring::Stores;
use domain::ids::{PortalName, RequestId};
use domain::parser::{OrderState, Reason};
use domain::ports::{RequestFilter, RequestPlace};
use domain::request::Request;
use jiff::Timestamp;
use jiff::civil::DateTime;
use schemars::JsonSchema;
use serde::Serialize;

/// The answer of `orders list --json`. Shows no patient.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OrdersList {
    /// The requests of this page, the latest first.
    pub requests: Vec<RequestLine>,
    /// Where the next page begins, for `--after`; none on the last page.
    pub next: Option<String>,
}

/// One request in the list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RequestLine {
    /// The request's id, for `orders show`.
    pub id: String,
    /// The portal it came from.
    pub portal: String,
    /// Raised by a person's act or late evidence.
    pub revision: u32,
    /// What kind of chart routing it is.
    pub chart_type: String,
    /// When the message arrived, in the hospital's local time.
    pub received: DateTime,
    /// When it last came further.
    pub progress_at: Timestamp,
    /// Where it stands.
    pub standing: Standing,
    /// Its orders' states; empty until parsed.
    pub orders: Vec<OrderState>,
    /// Why it waits; empty where it does not.
    pub reasons: Vec<Reason>,
    /// Pages of its packet, once there is one.
    pub pages: Option<u32>,
    /// Whether Done was pressed on its message.
    pub done: bool,
}

pub(super) async fn run(
    context: &Context,
    settings: &Settings,
    stores: &Stores,
    args: &OrdersListArgs,
) -> Result<(), Failure> {
    let search = match &args.search {
        Some(text) => patient_search::search(context, stores, "--search", text).await?.terms,
        None => Vec::new(),
    };
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let filter = RequestFilter {
        portal: portal(settings, stores, args.portal.as_deref()).await?,
        standing: args.standing.clone(),
        search,
        newest_first: true,
        after: place(stores, args.after.as_deref()).await?,
        // One more than is shown tells whether another page follows.
        limit: Some(limit.saturating_add(1)),
        ..RequestFilter::default()
    };
    let found = stores.requests.list(&filter).await?;
    let list = page(&found, limit);
    if args.json {
        return output::print_json(&list);
    }
    output::print(&table(&list))?;
    if let Some(next) = &list.next {
        output::note(&format!("more follow: add `--after {next}`"));
    }
    Ok(())
}

/// A portal that is configured, or that has left requests here; a mistyped one would look like an empty list.
async fn portal(
    settings: &Settings,
    stores: &Stores,
    name: Option<&str>,
) -> Result<Option<PortalName>, Failure> {
    let Some(name) = name else { return Ok(None) };
    let portal = PortalName::new(name);
    if settings.portals.contains_key(&portal)
        || stores.requests.counts().await?.iter().any(|count| count.portal == portal)
    {
        return Ok(Some(portal));
    }
    let known: Vec<&str> = settings.portals.keys().map(PortalName::as_str).collect();
    let cause = "is not configured, and no request came from it";
    Err(Failure::usage(format!("portal {name}"), cause, format!("known: {}", known.join(", "))))
}

async fn place(stores: &Stores, id: Option<&str>) -> Result<Option<RequestPlace>, Failure> {
    let Some(id) = id else { return Ok(None) };
    let Some(found) = stores.requests.get(&RequestId::new(id)).await? else {
        let way_out = "give the id of the last request of the page before";
        return Err(Failure::failed(format!("request {id}"), "the store does not know it", way_out));
    };
    Ok(Some(RequestPlace::of(&found.value)))
}

/// What is shown of what was found, and where to go on.
fn page(found: &[Request], limit: usize) -> OrdersList {
    let shown = &found[..found.len().min(limit)];
    let next = shown.last().filter(|_| found.len() > limit).map(|last| last.id.to_string());
    OrdersList { requests: shown.iter().map(line).collect(), next }
}

fn line(request: &Request) -> RequestLine {
    RequestLine {
        id: request.id.to_string(),
        portal: request.portal.to_string(),
        revision: request.revision.0,
        chart_type: request.row.chart_type.clone(),
        received: request.row.received,
        progress_at: request.progress_at,
        standing: Standing::of(request),
        orders: request.order_states.clone(),
        reasons: reasons(request),
        pages: request.packet.as_ref().map(|packet| u32::try_from(packet.pages.len()).unwrap_or(u32::MAX)),
        done: request.done_at.is_some(),
    }
}

fn table(list: &OrdersList) -> String {
    let mut table = output::table(&[
        "request",
        "portal",
        "received",
        "chart type",
        "pages",
        "stands",
        "outcome or reason",
    ]);
    for line in &list.requests {
        table.add_row(vec![
            line.id.clone(),
            line.portal.clone(),
            line.received.strftime("%Y-%m-%d %H:%M").to_string(),
            line.chart_type.clone(),
            line.pages.map_or_else(String::new, |pages| pages.to_string()),
            line.standing.text().to_owned(),
            outcome_text(line),
        ]);
    }
    table.to_string()
}

fn outcome_text(line: &RequestLine) -> String {
    if !line.reasons.is_empty() {
        return line.reasons.iter().map(|reason| reason.code.as_str()).collect::<Vec<_>>().join(", ");
    }
    line.orders.iter().map(state_text).collect::<Vec<_>>().join(", ")
}
