//! The look itself: by the kept session where it is still good, else by logging in as the service would.

use super::report::{ProbeReport, ShellReport};
use super::watched::{Tape, WatchedEntrance};
use crate::error::Failure;
use crate::wiring::Probing;
use actors::session::{Began, begin_once};
use domain::drift::MaskedPage;
use domain::ports::{PortalError, ShellPage};
use domain::redacted::Redacted;
use domain::session::Standing;
use std::sync::Arc;
use std::time::Duration;

/// How often the mail folder is looked at while a login waits for a code.
const MAIL_POLL: Duration = Duration::from_millis(250);

/// What a look gave.
pub struct Look {
    /// For people and programs.
    pub report: ProbeReport,
    /// The pages met, masked: those of the login, then the shell's.
    pub pages: Vec<MaskedPage>,
}

/// Looks at a portal.
///
/// # Errors
/// The ledger cannot be read. What the portal refuses stands in the report.
pub async fn look(probing: &Probing, pictures: bool) -> Result<Look, Failure> {
    let session = &probing.session;
    let entry = session.ledger.entry(&session.portal).await?;
    let mut report = ProbeReport {
        portal: session.portal.to_string(),
        session_kept: false,
        login: Vec::new(),
        ended: "ready".to_owned(),
        shell: Vec::new(),
    };
    let standing = session.care.standing(&entry, session.clock.now());
    if standing != Standing::Open {
        report.ended = refused(&standing);
        return Ok(Look { report, pages: Vec::new() });
    }
    if let Some(cookies) = &entry.cookies {
        match probing.shell.shell(cookies).await {
            Ok(pages) => {
                report.session_kept = true;
                return Ok(with_shell(report, Vec::new(), pages));
            }
            Err(PortalError::SessionLost) => {}
            Err(error) => {
                report.ended = error.to_string();
                return Ok(Look { report, pages: Vec::new() });
            }
        }
    }
    if !probing.may_log_in {
        "a service runs on these records and has no session now; a login beside it could end the one it is about to get"
            .clone_into(&mut report.ended);
        return Ok(Look { report, pages: Vec::new() });
    }
    let tape = Tape::new(session.login.policy.pages.clone(), pictures);
    let began = log_in(probing, &tape).await;
    report.login = tape.pages();
    // As the browser drew them: the shell's own home page is another thing.
    let named =
        |(page, source): &(String, Redacted<String>)| probing.shell.masked(&format!("login-{page}"), source);
    let masked: Vec<MaskedPage> = tape.sources().iter().map(named).collect();
    match began {
        Began::Ready(_) => {
            let cookies =
                session.ledger.entry(&session.portal).await?.cookies.unwrap_or(Redacted::from("[]"));
            match probing.shell.shell(&cookies).await {
                Ok(pages) => return Ok(with_shell(report, masked, pages)),
                Err(error) => report.ended = error.to_string(),
            }
        }
        Began::Locked(cause) => report.ended = format!("{cause:?}: {}", cause.way_out()),
        Began::Held => "the portal is held; see `portal status`".clone_into(&mut report.ended),
        Began::InUse => "the account is at work elsewhere".clone_into(&mut report.ended),
        Began::Down(cause) => report.ended = cause,
    }
    Ok(Look { report, pages: masked })
}

fn refused(standing: &Standing) -> String {
    match standing {
        Standing::Locked(cause) => format!("{cause:?}: {}", cause.way_out()),
        Standing::Held(_) | Standing::Open => "the portal is held; see `portal status`".to_owned(),
    }
}

async fn log_in(probing: &Probing, tape: &Arc<Tape>) -> Began {
    let door = Arc::clone(&probing.session.entrance);
    let entrance = Arc::new(WatchedEntrance { door, tape: Arc::clone(tape) });
    let session = actors::session::SessionArgs { entrance, ..probing.session.clone() };
    let mails = async {
        let Some(mail) = &probing.mail else { return std::future::pending::<()>().await };
        loop {
            if let Err(error) = mail.mails.take_in().await {
                tracing::warn!(%error, "mails not read");
            }
            tokio::time::sleep(MAIL_POLL).await;
        }
    };
    tokio::select! {
        began = begin_once(&session) => began,
        () = mails => Began::Down("mails end never".to_owned()),
    }
}

fn with_shell(mut report: ProbeReport, mut masked: Vec<MaskedPage>, shell: Vec<ShellPage>) -> Look {
    for page in shell {
        let shape = &page.masked.shape;
        report.shell.push(ShellReport {
            page: shape.page.clone(),
            keys: shape.checks.len(),
            failing: shape.checks.iter().filter(|check| !check.fits).map(|check| check.key.clone()).collect(),
            shows: page.shows,
            took_ms: u64::try_from(page.took.as_millis()).unwrap_or(u64::MAX),
        });
        masked.push(page.masked);
    }
    Look { report, pages: masked }
}
