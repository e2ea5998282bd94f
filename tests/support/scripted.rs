//! The shipped tree on real stores, with a scripted hospital and workers that answer at once: for what is measured
//! or proven about queue and store alone.

use crate::hospital::documents::{TextAssembler, TextPrinter, TextReader};
use crate::hospital::portal::{Door, Portal, care, policy, profile};
use actors::mail_intake::{MailIntakeArgs, NewMails};
use actors::session::{LoginSettings, Mfa, SessionBoard};
use actors::stage::StageLimits;
use async_trait::async_trait;
use domain::ids::PortalName;
use domain::login::CodeSource;
use domain::patient_scraper::ChartRules;
use domain::ports::{CodeMailbox, Destination, PortResult};
use epic_connector::settings::{Settings, Variables};
use epic_connector::tree::{Pace, PortalParts, TreeParts};
use epic_connector::wiring::{self, Stores};
use jiff::SignedDuration;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

/// A configuration with one portal, which is never asked: the scripted one takes its place.
pub(crate) const CONFIG: &str = r#"
[portals.riverside]
profile = "hospital-b"
url = "http://127.0.0.1:1"
username = "u"
password = "env:NONE"
mfa = "person"
[destinations.folder]
path = "handover"
"#;

/// The tree's parts.
///
/// # Errors
/// The shipped rules do not load.
pub(crate) fn parts(
    stores: &Stores,
    portal: &Arc<Portal>,
    destination: Arc<dyn Destination>,
) -> Result<TreeParts, Box<dyn Error>> {
    let settings = Settings::load(None, &Variables::new()).map_err(|mistakes| mistakes.to_string())?;
    let knowledge = Arc::new(wiring::knowledge(&settings)?);
    let policy = policy();
    let CodeSource::Mailbox(address) = policy.codes.clone() else {
        return Err("codes are mailed here".into());
    };
    let profile = profile();
    let mails = CodeMails { portal: Arc::clone(portal), mailbox: Arc::clone(&stores.mailbox) };
    let portal_parts = PortalParts {
        name: PortalName::new("riverside"),
        entrance: Arc::new(Door(Arc::clone(portal))),
        login: Arc::new(LoginSettings {
            policy,
            credential: "credential-1".to_owned(),
            mfa: Mfa::Mailbox(address),
        }),
        board: Arc::new(SessionBoard::default()),
        ledger: Arc::clone(&stores.ledger),
        mailbox: Arc::clone(&stores.mailbox),
        lines: Arc::clone(&stores.lines),
        care: Arc::new(care()),
        evidence: Arc::clone(&stores.evidence),
        printer: TextPrinter::new(3),
        charts: ChartRules::of(&profile),
        chart_types: profile.wanted_chart_types,
        folders: profile.wanted_folders,
        done_outcomes: profile.done_outcomes,
        poll_interval: Duration::from_secs(2),
        keep_alive: Duration::from_secs(300),
        look_again: Duration::from_secs(30),
        scrapers_max: 4,
        canary: None,
    };
    Ok(TreeParts {
        environment: wiring::environment(stores),
        portals: vec![portal_parts],
        mail: Some(MailIntakeArgs { mails: Arc::new(mails), poll: Duration::from_millis(100) }),
        assembler: TextAssembler::new(1),
        packet_order: Arc::default(),
        reader: TextReader::new(2),
        knowledge,
        model: None,
        destinations: vec![destination],
        progress: Arc::new(|_, _, _| {}),
        on_event: Arc::new(|_| {}),
        pace: Pace {
            limits: StageLimits::default(),
            parallel: 4,
            pages_in_flight: 4,
            recognitions_kept: Some(SignedDuration::from_hours(24)),
            recognitions_max: 50,
            poll: Duration::from_millis(500),
            session_wait: Duration::from_mins(10),
            progress_limit: Duration::from_mins(45),
            recovery_interval: Duration::from_mins(1),
            drain_grace: Duration::from_secs(20),
        },
        restart_seed: None,
    })
}

struct CodeMails {
    portal: Arc<Portal>,
    mailbox: Arc<dyn CodeMailbox>,
}

#[async_trait]
impl NewMails for CodeMails {
    async fn take_in(&self) -> PortResult<usize> {
        self.portal.deliver_mails(self.mailbox.as_ref()).await
    }
}
