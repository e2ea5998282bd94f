//! `portal pause|drain|stop|resume`: a person's orders, durable in the portal ledger; a running service sees them within
//! seconds.

use super::{account_act, configured};
use crate::cli::{Context, HoldArgs, WhichPortals};
use crate::error::{Exit, Failure, VerbResult};
use crate::settings::{Settings, operator_account};
use crate::wiring::Stores;
use crate::{audited, beside, output};
use domain::ids::PortalName;
use domain::session::{HoldKind, OperatorHold};

/// Characters of a reason, at most: it is kept for years.
const WHY_CHARS_MAX: usize = 200;

/// Orders a hold for one portal or all of them.
pub(super) async fn order(
    context: &Context,
    settings: &Settings,
    kind: HoldKind,
    args: &HoldArgs,
) -> VerbResult {
    let why = reason(&args.why)?;
    let portals = named(settings, &args.which)?;
    let stores = beside::open(settings).await?;
    for portal in &portals {
        refuse_weaker(&stores, portal, kind).await?;
    }
    // The kill switch reaches every portal it can: one failure does not keep it from the others.
    let mut failed = None;
    for portal in portals {
        let by = operator_account(&context.variables);
        let hold = OperatorHold { kind, by, at: stores.clock.now(), why: why.clone() };
        match hold_one(context, &stores, &portal, Some(hold), &format!("{kind}: {why}")).await {
            Ok(()) => {
                output::print(&format!("portal {portal}: {kind}; a running service obeys within seconds"))?;
            }
            Err(failure) => failed = Some(failure),
        }
    }
    failed.map_or(Ok(Exit::Done), Err)
}

/// Ends the hold of one portal or all of them.
pub(super) async fn resume(context: &Context, settings: &Settings, which: &WhichPortals) -> VerbResult {
    let portals = named(settings, which)?;
    let stores = beside::open(settings).await?;
    for portal in portals {
        let Some(hold) = stores.ledger.entry(&portal).await?.hold else {
            output::print(&format!("portal {portal}: is not held"))?;
            continue;
        };
        hold_one(context, &stores, &portal, None, &format!("resumed after {}", hold.kind)).await?;
        output::print(&format!("portal {portal}: resumed; a running service goes on within seconds"))?;
    }
    Ok(Exit::Done)
}

async fn hold_one(
    context: &Context,
    stores: &Stores,
    portal: &PortalName,
    hold: Option<OperatorHold>,
    why: &str,
) -> Result<(), Failure> {
    audited::write_down(context, stores, account_act(Some(portal.clone()), why)).await?;
    Ok(stores.ledger.hold(portal, hold).await?)
}

/// What was stopped is not quietly kept alive by a pause.
async fn refuse_weaker(stores: &Stores, portal: &PortalName, kind: HoldKind) -> Result<(), Failure> {
    match stores.ledger.entry(portal).await?.hold {
        Some(hold) if hold.kind > kind => Err(Failure::usage(
            format!("portal {portal}"),
            format!("is {} by {} ({}), which is stricter", hold.kind, hold.by, hold.why),
            format!("run `portal resume {portal}` first"),
        )),
        _ => Ok(()),
    }
}

fn named(settings: &Settings, which: &WhichPortals) -> Result<Vec<PortalName>, Failure> {
    match &which.name {
        Some(name) => Ok(vec![configured(settings, name)?.0]),
        None => Ok(settings.portals.keys().cloned().collect()),
    }
}

fn reason(text: &str) -> Result<String, Failure> {
    let text = text.trim();
    let fits =
        !text.is_empty() && text.chars().count() <= WHY_CHARS_MAX && !text.chars().any(char::is_control);
    if fits {
        return Ok(text.to_owned());
    }
    let cause = format!("expected one line of at most {WHY_CHARS_MAX} characters");
    Err(Failure::usage("--why", cause, "say why in a few words, without naming a patient"))
}
