//! `keys list|rotate|rewrap|reindex`: looks after the installation's keys, also beside a running service. No key
//! is ever shown.

mod list;
mod reseal;

pub use list::{KeyLine, KeyState, KeyUse, KeysList};

use crate::audited::write_down;
use crate::cli::{Context, KeysCommand};
use crate::error::{Exit, Failure, VerbResult};
use crate::settings::Settings;
use crate::wiring::Stores;
use crate::{beside, output, telemetry, wiring};
use domain::audit::{AuditAction, OperatorAct};
use files::Keyring;
use jiff::Timestamp;
use std::time::Duration;

/// What was begun under the key before has reached the store by then, so that what follows finds it.
const SETTLE: Duration = Duration::from_secs(2);

/// Runs the verb.
///
/// # Errors
/// There is no keyring, it cannot be opened or replaced, or the store cannot be written.
pub async fn run(context: &Context, command: KeysCommand) -> VerbResult {
    telemetry::init_quiet();
    let settings = context.settings()?;
    match command {
        KeysCommand::List { json } => list::run(&settings, json),
        KeysCommand::Rotate { reseal } => rotate(context, &settings, reseal).await,
        KeysCommand::Rewrap { to } => rewrap(context, &settings, &to).await,
        KeysCommand::Reindex => reindex(context, &settings).await,
    }
}

async fn rotate(context: &Context, settings: &Settings, reseal: bool) -> VerbResult {
    let stores = beside::open(settings).await?;
    let wrapper = wiring::key_wrapper(settings).await?;
    note_act(context, &stores, "rotate").await?;
    let id = Keyring::at(&settings.keyring).rotate(wrapper.as_ref(), Timestamp::now()).await?;
    output::print(&format!(
        "key {id} seals from now on, in a running service too; those before it open what they sealed.\n\
         Back up {} now: without it nothing sealed from now on can be read.",
        settings.keyring.display()
    ))?;
    if reseal {
        tokio::time::sleep(SETTLE).await;
        let count = reseal::run(&stores).await?;
        output::print(&format!("{count} requests with their orders were sealed anew under key {id}"))?;
    }
    Ok(Exit::Done)
}

async fn rewrap(context: &Context, settings: &Settings, to: &str) -> VerbResult {
    let stores = beside::open(settings).await?;
    let from = wiring::key_wrapper(settings).await?;
    let target = wiring::key_wrapper_at(settings, to).await?;
    note_act(context, &stores, "rewrap").await?;
    Keyring::at(&settings.keyring).rewrap(from.as_ref(), target.as_ref()).await?;
    output::print(&format!(
        "the keys are wrapped by {} ({to}) from now on, and no more by {}.\n\
         Name it in the configuration before the next start, restart a running service, and back up {}.",
        target.id(),
        from.id(),
        settings.keyring.display()
    ))?;
    Ok(Exit::Done)
}

async fn reindex(context: &Context, settings: &Settings) -> VerbResult {
    let stores = beside::open(settings).await?;
    let wrapper = wiring::key_wrapper(settings).await?;
    note_act(context, &stores, "reindex").await?;
    let id = Keyring::at(&settings.keyring).renew_index(wrapper.as_ref(), Timestamp::now()).await?;
    tokio::time::sleep(SETTLE).await;
    let count = stores.requests.reindex().await.map_err(|error| {
        let way_out = "run `keys reindex` again; until it has ended, searches may not find everything";
        Failure::failed("the search index", error, way_out)
    })?;
    output::print(&format!(
        "{count} requests can be searched for under index key {id}.\nBack up {} now.",
        settings.keyring.display()
    ))?;
    Ok(Exit::Done)
}

async fn note_act(context: &Context, stores: &Stores, verb: &str) -> Result<(), Failure> {
    let act = OperatorAct { subject: Some(verb.to_owned()), ..OperatorAct::new(AuditAction::KeysChanged) };
    write_down(context, stores, act).await
}
