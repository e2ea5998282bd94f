//! `orders list|show|retry|export`: what the store knows and what a person does about it, also while a service
//! runs beside.

mod act;
mod show;

pub use show::OrderReport;

use crate::cli::{Context, OrdersCommand};
use crate::error::{Exit, Failure, VerbResult};
use crate::{beside, output, telemetry};
use domain::parser::{OrderState, Reason};
use domain::ports::RequestFilter;
use domain::request::{Request, RequestStatus};
use jiff::Timestamp;
use jiff::civil::DateTime;
use schemars::JsonSchema;
use serde::Serialize;

/// The answer of `orders list --json`. Shows no patient.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OrdersList {
    /// Every request, in order of creation.
    pub requests: Vec<RequestLine>,
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

/// Where a request stands, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Its chart is to be read.
    Scrape,
    /// Its packet is to be made.
    Reassembly,
    /// Its pages are to be read.
    Ocr,
    /// Its packet is to be understood.
    Parse,
    /// Its orders are on their way.
    Route,
    /// It waits for a person.
    NeedsPerson,
    /// A stage gave it up; a person can send it on.
    Parked,
    /// Every order has its outcome.
    Finished,
}

/// Runs the verb.
///
/// # Errors
/// There is no store, it cannot be read, or it does not know the id.
pub async fn run(context: &Context, command: OrdersCommand) -> VerbResult {
    telemetry::init_quiet();
    let settings = context.settings()?;
    let stores = beside::open(&settings)?;
    match command {
        OrdersCommand::List { json } => {
            let requests = stores.requests.list(&RequestFilter::default()).await?;
            list(&requests, json)?;
        }
        OrdersCommand::Show { id, json } => show::run(&stores, &id, json).await?,
        OrdersCommand::Retry { id } => act::retry(&stores, &id).await?,
        OrdersCommand::Export { id, pdf } => act::export(&stores, &id, &pdf).await?,
    }
    Ok(Exit::Done)
}

fn list(requests: &[Request], json: bool) -> Result<(), Failure> {
    let list = OrdersList { requests: requests.iter().map(line).collect() };
    if json {
        return output::print_json(&list);
    }
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
    output::print(&table.to_string())
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

impl Standing {
    /// Where a request stands.
    pub fn of(request: &Request) -> Self {
        use domain::work::Stage;
        match &request.status {
            RequestStatus::InWork { stage } => match stage {
                Stage::Scrape => Self::Scrape,
                Stage::Reassembly => Self::Reassembly,
                Stage::Ocr => Self::Ocr,
                Stage::Parse => Self::Parse,
                Stage::Route | Stage::Done => Self::Route,
            },
            RequestStatus::NeedsPerson { .. } => Self::NeedsPerson,
            RequestStatus::Parked(_) => Self::Parked,
            RequestStatus::Parsed => Self::of_orders(&request.order_states),
        }
    }

    fn of_orders(states: &[OrderState]) -> Self {
        if states.iter().any(|state| matches!(state, OrderState::Routing { .. })) {
            Self::Route
        } else if states.iter().any(|state| matches!(state, OrderState::NeedsPerson { .. })) {
            Self::NeedsPerson
        } else {
            Self::Finished
        }
    }

    /// For people.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Scrape => "before scrape",
            Self::Reassembly => "before reassembly",
            Self::Ocr => "before ocr",
            Self::Parse => "before parse",
            Self::Route => "being handed over",
            Self::NeedsPerson => "waits for a person",
            Self::Parked => "parked",
            Self::Finished => "finished",
        }
    }
}

/// Why a request, or any order of it, waits.
fn reasons(request: &Request) -> Vec<Reason> {
    match &request.status {
        RequestStatus::NeedsPerson { reasons } => reasons.clone(),
        RequestStatus::Parked(park) => {
            vec![Reason { code: format!("parked:{}", park.cause.name()), text: park.detail.clone() }]
        }
        RequestStatus::InWork { .. } => Vec::new(),
        RequestStatus::Parsed => request
            .order_states
            .iter()
            .filter_map(|state| match state {
                OrderState::NeedsPerson { reasons } => Some(reasons.clone()),
                OrderState::Routing { .. } | OrderState::Closed(_) => None,
            })
            .flatten()
            .collect(),
    }
}

fn outcome_text(line: &RequestLine) -> String {
    if !line.reasons.is_empty() {
        return line.reasons.iter().map(|reason| reason.code.as_str()).collect::<Vec<_>>().join(", ");
    }
    line.orders.iter().map(state_text).collect::<Vec<_>>().join(", ")
}

/// An order's state in a few words.
fn state_text(state: &OrderState) -> String {
    match state {
        OrderState::Routing { open } => {
            let open: Vec<&str> = open.iter().map(|destination| destination.as_str()).collect();
            format!("on its way to {}", open.join(", "))
        }
        OrderState::NeedsPerson { reasons } => {
            let codes: Vec<&str> = reasons.iter().map(|reason| reason.code.as_str()).collect();
            format!("waits for a person: {}", codes.join(", "))
        }
        OrderState::Closed(outcome) => outcome.name().replace('_', " "),
    }
}
