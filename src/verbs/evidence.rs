//! `evidence list|show`: pages of failures, for the person on call; also while a service runs beside.

use crate::cli::{Context, EvidenceCommand, EvidenceListArgs};
use crate::error::{Exit, Failure, VerbResult};
use crate::wiring::Stores;
use crate::{audited, beside, output, telemetry};
use domain::audit::{AuditAction, OperatorAct};
use domain::ids::PortalName;
use domain::ports::{EvidenceLine, PagePicture};
use files::write_atomic;
use schemars::JsonSchema;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Readable by who asked for it, and nobody else.
const MODE: u32 = 0o600;

/// The answer of `evidence list --json`. Shows no patient.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EvidenceList {
    /// What is kept, the newest first.
    pub evidence: Vec<EvidenceLine>,
}

/// Runs the verb.
///
/// # Errors
/// There is no store, it cannot be read, it does not know the id, or what is shown cannot be written down.
pub async fn run(context: &Context, command: EvidenceCommand) -> VerbResult {
    telemetry::init_quiet();
    let stores = beside::open(&context.settings()?).await?;
    match command {
        EvidenceCommand::List(args) => list(&stores, args).await?,
        EvidenceCommand::Show { id, out } => show(context, &stores, &id, &out).await?,
    }
    Ok(Exit::Done)
}

async fn list(stores: &Stores, args: EvidenceListArgs) -> Result<(), Failure> {
    let portal = args.portal.map(PortalName::new);
    let evidence = stores.evidence.list(portal.as_ref()).await?;
    if args.json {
        return output::print_json(&EvidenceList { evidence });
    }
    let mut table = output::table(&["id", "portal", "taken", "page", "what was wrong"]);
    for line in evidence {
        let portal = line.portal.to_string();
        table.add_row(vec![line.id, portal, line.taken_at.to_string(), line.page, line.signal]);
    }
    output::print(&table.to_string())
}

async fn show(context: &Context, stores: &Stores, id: &str, out: &Path) -> Result<(), Failure> {
    let thing = || format!("evidence {id}");
    let known = stores.evidence.list(None).await?.into_iter().find(|line| line.id == id);
    let unknown = || Failure::failed(thing(), "is not kept (any more)", "see `evidence list`");
    let line = known.ok_or_else(unknown)?;
    let portal = Some(line.portal.clone());
    let act = OperatorAct {
        portal,
        subject: Some(line.id),
        why: Some(line.page),
        ..OperatorAct::new(AuditAction::EvidenceShown)
    };
    audited::write_down(context, stores, act).await?;
    let picture = stores.evidence.get(id).await?.ok_or_else(unknown)?;
    let written = write(&picture, id, out).map_err(|error| {
        Failure::failed(thing(), error, format!("see that {} can be written to", out.display()))
    })?;
    let names: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
    output::print(&names.join("\n"))
}

fn write(picture: &PagePicture, id: &str, out: &Path) -> std::io::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(out)?;
    let mut written = Vec::new();
    let mut file = |ending: &str, bytes: &[u8]| {
        let path = out.join(format!("{id}.{ending}"));
        write_atomic(&path, bytes, MODE)?;
        written.push(path);
        Ok::<(), std::io::Error>(())
    };
    if let Some(html) = &picture.html {
        // As text: a browser that is given a page of a portal asks that portal for the rest of it.
        file("html.txt", html.reveal().as_bytes())?;
    }
    if let Some(png) = &picture.png {
        file("png", png)?;
    }
    Ok(written)
}
