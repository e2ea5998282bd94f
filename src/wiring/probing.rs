//! One portal put together for a look at it: beside a running service by its kept session, else with a login.

use super::opening::{self, Opened};
use super::portal::PortalWiring;
use super::{Stores, browser, environment, mail_intake};
use crate::beside;
use crate::error::Failure;
use crate::knowledge::Knowledge as Files;
use crate::readiness::ReadinessBoard;
use crate::settings::{Secrets, Settings};
use crate::tree::session;
use actors::mail_intake::MailIntakeArgs;
use actors::session::SessionArgs;
use chromium::{ChromiumPrinter, PrinterOptions};
use domain::ids::PortalName;
use domain::ports::PortalShell;
use std::any::Any;
use std::sync::Arc;

/// A portal that can be looked at.
pub struct Probing {
    /// How it is logged in to.
    pub session: SessionArgs,
    /// Reads its shell.
    pub shell: Arc<dyn PortalShell>,
    /// Brings code mails in while a login waits for one; none where it needs none.
    pub mail: Option<MailIntakeArgs>,
    /// Whether a login may be begun: not beside a running service, whose session it would end.
    pub may_log_in: bool,
    /// The records.
    pub stores: Stores,
    /// Locks that keep a service from starting meanwhile.
    _locks: Box<dyn Any + Send>,
}

/// Puts one portal together.
///
/// # Errors
/// It is not configured as it should be, or the records cannot be opened.
pub async fn probing(settings: &Settings, secrets: &Secrets, name: &PortalName) -> Result<Probing, Failure> {
    let portal = settings
        .portals
        .get(name)
        .ok_or_else(|| Failure::usage(format!("portal {name}"), "is not configured", "add [portals.NAME]"))?;
    // The locks are a service's: whoever has them is alone with the account.
    let (stores, locks): (_, Option<Box<dyn Any + Send>>) = match opening::file_locks(settings) {
        Ok(locks) => {
            let opened = opening::open_when_up(settings, &ReadinessBoard::default(), locks).await?;
            let Opened { stores, locks, database_lock, .. } = opened;
            (stores, Some(Box::new((locks, database_lock))))
        }
        Err(_) => (beside::open(settings).await?, None),
    };
    let launcher = browser::launcher(settings)?;
    let printer = Arc::new(ChromiumPrinter::new(launcher.clone(), PrinterOptions::default()));
    let wiring = PortalWiring {
        name,
        settings: portal,
        secret: secrets.get(name).cloned(),
        files: &Files::new(settings.knowledge.clone()),
        stores: &stores,
        data: &settings.data,
    };
    let wired = wiring.parts(launcher, printer)?;
    Ok(Probing {
        session: session(&wired.parts, &environment(&stores)),
        shell: wired.shell,
        mail: mail_intake(settings, &stores),
        stores,
        may_log_in: locks.is_some(),
        _locks: locks.unwrap_or_else(|| Box::new(())),
    })
}
