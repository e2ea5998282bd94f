//! `orders list|show|summary|letter|retry|not-duplicate|export`: what the store knows and what a person does about it,
//! also while a service runs beside.

mod act;
mod apart;
mod case;
mod export;
mod letter;
mod list;
mod show;
mod summary;

pub use apart::LikenessReport;
pub use list::OrdersList;
pub use show::OrderReport;
pub use summary::OrdersSummary;

use crate::cli::{Context, OrdersCommand};
use crate::error::{Exit, Failure, VerbResult};
use crate::settings::Settings;
use crate::wiring::{self, Stores};
use crate::{beside, telemetry};
use domain::ids::{OrderId, RequestId};
use domain::parser::{OrderState, Reason};
use domain::ports::Versioned;
use domain::request::{Request, RequestStatus};
use schemars::JsonSchema;
use serde::Serialize;

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
/// There is no store, it cannot be read, it does not know the id, or what is done cannot be written down.
pub async fn run(context: &Context, command: OrdersCommand) -> VerbResult {
    telemetry::init_quiet();
    let settings = context.settings()?;
    let stores = beside::open(&settings).await?;
    match command {
        OrdersCommand::List(args) => list::run(context, &settings, &stores, &args).await?,
        OrdersCommand::Show { id, json } => show::run(context, &settings, &stores, &id, json).await?,
        OrdersCommand::Summary { id, json } => {
            summary::run(context, &settings, &stores, &id, json).await?;
        }
        OrdersCommand::Letter(args) => letter::run(context, &settings, &stores, &args).await?,
        OrdersCommand::Retry { id, plan } => {
            if let Some(plan) = &plan {
                knows_plan(&settings, plan)?;
            }
            act::retry(context, &stores, &id, plan).await?;
        }
        OrdersCommand::NotDuplicate(args) => apart::run(context, &stores, &args).await?,
        OrdersCommand::Export(args) => export::run(context, &stores, &args).await?,
    }
    Ok(Exit::Done)
}

fn knows_plan(settings: &Settings, plan: &str) -> Result<(), Failure> {
    wiring::knowledge(settings)?.knows_plan(plan).map_err(|known| {
        let way_out = format!("one of: {}", known.join(", "));
        Failure::usage(format!("plan {plan}"), "is in no collection.toml", way_out)
    })
}

/// The request behind a request's or order's id.
async fn request(stores: &Stores, id: &str) -> Result<Versioned<Request>, Failure> {
    let name = if id.contains('.') { OrderId::new(id).request() } else { RequestId::new(id) };
    stores.requests.get(&name).await?.ok_or_else(|| {
        let way_out = "`epic-connector orders list` shows what there is";
        Failure::failed(format!("request {id}"), "the store does not know it", way_out)
    })
}

impl Standing {
    /// Where a request stands.
    pub fn of(request: &Request) -> Self {
        match request.standing() {
            "scrape" => Self::Scrape,
            "reassembly" => Self::Reassembly,
            "ocr" => Self::Ocr,
            "parse" => Self::Parse,
            "route" | "done" => Self::Route,
            "needs_person" => Self::NeedsPerson,
            "parked" => Self::Parked,
            _ => Self::Finished,
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

/// Why a request, or any order of it, waits, and what of it is held: a delivered order says here that its Done was
/// given up.
fn reasons(request: &Request) -> Vec<Reason> {
    let of_orders = request.order_states.iter().filter_map(|state| match state {
        OrderState::NeedsPerson { reasons } => Some(reasons.clone()),
        OrderState::Routing { .. } | OrderState::Closed(_) => None,
    });
    let mut reasons = match &request.status {
        RequestStatus::NeedsPerson { reasons } => reasons.clone(),
        RequestStatus::Parked(park) => {
            vec![Reason { code: format!("parked:{}", park.cause.name()), text: park.detail.clone() }]
        }
        RequestStatus::InWork { .. } => Vec::new(),
        RequestStatus::Parsed => of_orders.flatten().collect(),
    };
    reasons.extend(request.held.iter().map(|held| Reason { code: held.code(), text: held.note() }));
    reasons
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
