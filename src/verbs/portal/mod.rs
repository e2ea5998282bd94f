//! `portal …`: what a person does for a portal's account, also beside a running service.

mod code;
mod hold;
mod probe;
mod status;
mod unlock;

pub use status::{
    HoldReport, LockReport, MailboxReport, PermissionReport, PortalStatus, PortalStatusReport, report,
};

use crate::cli::{Context, PortalCommand};
use crate::error::{Failure, VerbResult};
use crate::settings::{PortalSettings, Settings};
use crate::telemetry;
use domain::audit::{AuditAction, OperatorAct};
use domain::ids::PortalName;
use domain::session::HoldKind;

/// Runs the verb.
///
/// # Errors
/// There is no such portal, no store, or it cannot be written.
pub async fn run(context: &Context, command: PortalCommand) -> VerbResult {
    telemetry::init_quiet();
    let settings = || context.settings();
    match command {
        PortalCommand::Code { name, code } => code::hand_over(context, &settings()?, &name, &code).await,
        PortalCommand::Unlock { name } => unlock::unlock(context, &settings()?, &name).await,
        PortalCommand::Status { json } => status::run(&settings()?, json).await,
        PortalCommand::Dismiss { id } => unlock::dismiss(context, &settings()?, &id).await,
        PortalCommand::Pause(order) => hold::order(context, &settings()?, HoldKind::Paused, &order).await,
        PortalCommand::Drain(order) => hold::order(context, &settings()?, HoldKind::Drained, &order).await,
        PortalCommand::Stop(order) => hold::order(context, &settings()?, HoldKind::Stopped, &order).await,
        PortalCommand::Resume(which) => hold::resume(context, &settings()?, &which).await,
        PortalCommand::Probe(args) => probe::probe(context, &args).await,
        PortalCommand::Record(args) => probe::record(context, &args).await,
        PortalCommand::Drift(args) => probe::drift(context, &args).await,
    }
}

fn account_act(portal: Option<PortalName>, why: &str) -> OperatorAct {
    let act = OperatorAct::new(AuditAction::AccountChanged);
    OperatorAct { portal, why: Some(why.to_owned()), ..act }
}

/// The portal of this name, as it is configured.
fn configured<'a>(settings: &'a Settings, name: &str) -> Result<(PortalName, &'a PortalSettings), Failure> {
    let known: Vec<&str> = settings.portals.keys().map(PortalName::as_str).collect();
    let portal = PortalName::new(name);
    let found = settings.portals.get(&portal).ok_or_else(|| {
        let way_out = if known.is_empty() {
            "add [portals.NAME]".to_owned()
        } else {
            format!("known: {}", known.join(", "))
        };
        Failure::usage(format!("portal {name}"), "is not configured", way_out)
    })?;
    Ok((portal, found))
}
