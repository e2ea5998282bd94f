//! An authenticated stay at the hospital: In Basket, charts, downloads; one open chart at a time.

use super::documents::PAGE_END;
use super::portal::{Portal, Witnessed};
use super::script::{Access, Chart, Message, Shows};
use async_trait::async_trait;
use bytes::Bytes;
use domain::ids::Generation;
use domain::inbox::{InboxFolder, InboxRow};
use domain::patient::{IdentityConflict, IdentityVerdict, PatientIdentity};
use domain::patient_scraper::{ListedDocument, Section};
use domain::ports::{
    ChartList, FetchedDocument, FetchedFile, OpenChart, PortalError, PortalSession, Refusal,
};
use domain::redacted::Redacted;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Rows a list page shows.
const PAGE_ROWS: usize = 3;

/// The most that is downloaded, in bytes.
const HUGE: u64 = 100 << 20;

pub(super) struct Stay {
    pub(super) portal: Arc<Portal>,
    pub(super) cookie: String,
    pub(super) generation: Generation,
    pub(super) chart: Arc<Semaphore>,
}

impl Stay {
    fn chart_of(&self, message: &Message) -> &Chart {
        &self.portal.script.charts[message.chart]
    }

    fn row(&self, message: &Message) -> InboxRow {
        InboxRow {
            message_id: Redacted::new(message.id.clone()),
            folder: message.folder.clone(),
            chart_type: "Office Visit".to_owned(),
            subject: Redacted::new(format!("Order for {}", self.chart_of(message).person.name)),
            from: Redacted::from("Oakes, Martin"),
            received: message.received,
            patient: self.chart_of(message).person.identity(),
            chart_ref: Redacted::new(message.chart.to_string()),
        }
    }

    fn message(&self, row: &InboxRow) -> Result<&Message, PortalError> {
        let found = self.portal.script.messages.iter().find(|message| message.id == *row.message_id.reveal());
        found.ok_or_else(|| PortalError::NotFound { what: "the message".to_owned() })
    }
}

/// Exchanges it takes to read a list whole.
fn pages_of<T>(all: &[T]) -> usize {
    all.len().div_ceil(PAGE_ROWS).max(1)
}

#[async_trait]
impl PortalSession for Stay {
    fn generation(&self) -> Generation {
        self.generation
    }

    async fn folders(&self) -> Result<Vec<InboxFolder>, PortalError> {
        self.portal.exchange(&self.cookie).await?;
        let mut names: Vec<&str> =
            self.portal.script.messages.iter().map(|message| message.folder.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        Ok(names
            .iter()
            .map(|name| InboxFolder { id: (*name).to_owned(), name: (*name).to_owned() })
            .collect())
    }

    async fn messages(&self, folder: &InboxFolder) -> Result<Vec<InboxRow>, PortalError> {
        self.portal.exchange(&self.cookie).await?;
        let done = self.portal.done();
        let all: Vec<InboxRow> = self
            .portal
            .script
            .messages
            .iter()
            .filter(|message| message.folder == folder.id && !done.contains(&message.id))
            .map(|message| self.row(message))
            .collect();
        for _ in 1..pages_of(&all) {
            self.portal.exchange(&self.cookie).await?;
        }
        Ok(all)
    }

    async fn message_body(&self, row: &InboxRow) -> Result<Redacted<String>, PortalError> {
        self.portal.exchange(&self.cookie).await?;
        Ok(Redacted::new(self.message(row)?.body.clone()))
    }

    async fn open_chart(&self, row: &InboxRow) -> Result<Box<dyn OpenChart>, PortalError> {
        let permit = Arc::clone(&self.chart).acquire_owned().await.map_err(|_| PortalError::SessionLost)?;
        self.portal.witness(&Witnessed::Chart(row.message_id.reveal()));
        self.portal.exchange(&self.cookie).await?;
        let chart = self.chart_of(self.message(row)?).clone();
        if let IdentityVerdict::Different(conflict) = row.patient.compare(&chart.person.identity()) {
            return Err(PortalError::WrongPatient { screen: "chart banner".to_owned(), conflict });
        }
        let refused = match chart.access {
            Access::Open => None,
            Access::BreakTheGlass => Some(Refusal::BreakTheGlass),
            Access::Ended => Some(Refusal::AccessEnded),
        };
        if let Some(why) = refused {
            return Err(PortalError::NotPermitted { what: "the chart".to_owned(), why });
        }
        self.portal.state().tally.charts_opened += 1;
        let (portal, cookie) = (Arc::clone(&self.portal), self.cookie.clone());
        Ok(Box::new(ShownChart { portal, cookie, chart, _permit: permit }))
    }

    async fn mark_done(&self, row: &InboxRow) -> Result<(), PortalError> {
        self.portal.exchange(&self.cookie).await?;
        self.portal.press_done(&self.message(row)?.id)
    }

    async fn touch(&self) -> Result<(), PortalError> {
        self.portal.exchange(&self.cookie).await
    }
}

struct ShownChart {
    portal: Arc<Portal>,
    cookie: String,
    chart: Chart,
    _permit: OwnedSemaphorePermit,
}

#[async_trait]
impl OpenChart for ShownChart {
    async fn list(&self, section: Section) -> Result<ChartList, PortalError> {
        self.portal.exchange(&self.cookie).await?;
        let again = self.portal.has_been_shown(&format!("{} {}", self.chart.person.mrn, section.name()));
        let all: Vec<ListedDocument> = self
            .chart
            .files
            .iter()
            .filter(|file| file.section == section && (!file.late || again))
            .map(super::script::ChartFile::listed)
            .collect();
        for _ in 1..pages_of(&all) {
            self.portal.exchange(&self.cookie).await?;
        }
        let banner = if section == Section::Media { self.chart.banner } else { Shows::Patient };
        Ok(ChartList { banner: self.shown(banner, again), rows: all })
    }

    async fn fetch(&self, document: &ListedDocument) -> Result<FetchedDocument, PortalError> {
        let (mrn, version) = (&self.chart.person.mrn, document.version());
        self.portal.witness(&Witnessed::Fetch(mrn, &document.epic_id, &version));
        self.portal.exchange(&self.cookie).await?;
        let file = self.chart.files.iter().find(|file| file.epic_id == document.epic_id);
        let file = file.ok_or_else(|| PortalError::NotFound { what: "the document".to_owned() })?;
        *self.portal.state().tally.downloads.entry(file.epic_id.clone()).or_default() += 1;
        if file.broken {
            return Err(PortalError::Unavailable { cause: "the document never comes".to_owned() });
        }
        if file.huge {
            return Err(PortalError::TooLarge { what: "the document".to_owned(), limit_bytes: HUGE });
        }
        let again = self.portal.has_been_shown(&format!("{mrn} {}", document.epic_id));
        if file.viewer == Shows::Another {
            // Some sessions tell by themselves.
            let screen = "viewer header".to_owned();
            return Err(PortalError::WrongPatient { screen, conflict: IdentityConflict::Mrn });
        }
        let texts: Vec<&str> =
            if file.in_parts { file.text.split(PAGE_END).collect() } else { vec![&file.text] };
        let part = |text: &str| FetchedFile { kind: file.kind, bytes: Bytes::from(text.to_owned()) };
        Ok(FetchedDocument {
            header: self.shown(file.viewer, again),
            files: texts.into_iter().map(part).collect(),
        })
    }
}

impl ShownChart {
    /// Whom a screen shows that has been looked at before, or not.
    fn shown(&self, shows: Shows, again: bool) -> PatientIdentity {
        let patient = self.chart.person.identity();
        let another = shows == Shows::Another || (shows == Shows::AnotherOnce && !again);
        if another { PatientIdentity { mrn: Redacted::from("E0000000"), ..patient } } else { patient }
    }
}
