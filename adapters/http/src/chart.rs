//! The open chart: its lists, each of which must show the row's patient.

use crate::fill::Names;
use crate::paging::Listing;
use crate::reader::SectionReader;
use crate::stay::Stay;
use crate::value::{Place, ValueReader};
use crate::view::{Page, Read, View};
use async_trait::async_trait;
use domain::patient::PatientIdentity;
use domain::patient_scraper::{ListedDocument, Section};
use domain::ports::{ChartList, FetchedDocument, OpenChart, PortalError};
use domain::profile::Formats;
use domain::redacted::Redacted;
use std::collections::HashMap;
use std::sync::{Arc, Mutex as Shelf, PoisonError};
use tokio::sync::{Mutex, OwnedSemaphorePermit};

const LIST: &str = "the chart's list";
const LIST_BANNER: &str = "the list's banner";

/// Meets [`OpenChart`]; while it lives it holds one of the places for open charts.
pub(crate) struct HttpChart {
    pub(crate) stay: Arc<Stay>,
    pub(crate) patient: PatientIdentity,
    pub(crate) names: Names,
    /// One at a time of those lists whose page or filter the portal keeps itself.
    lists: Mutex<()>,
    /// The last page of each list that was read, for what its forms hold.
    pages: Shelf<HashMap<Section, Page>>,
    _place: OwnedSemaphorePermit,
}

impl HttpChart {
    pub(crate) fn new(
        stay: Arc<Stay>,
        patient: PatientIdentity,
        names: Names,
        place: OwnedSemaphorePermit,
    ) -> Self {
        let (lists, pages) = (Mutex::default(), Shelf::default());
        Self { stay, patient, names, lists, pages, _place: place }
    }

    /// The page of a section's list that was read last, if it was read and not forgotten.
    pub(crate) fn list_page(&self, section: Section) -> Option<Page> {
        self.pages().get(&section).cloned()
    }

    /// Reads the first page of a section's list again, for what its forms hold.
    pub(crate) async fn read_list_page(&self, section: Section) -> Read<Option<Page>> {
        let Some((list, name)) = self.stay.reader.section(section) else { return Ok(None) };
        let _alone = self.lists.lock().await;
        let names = self.names.clone().with("section", name);
        let listing = Listing::<()> {
            stay: &self.stay,
            what: LIST,
            ask: &list.ask,
            list: &list.list,
            names,
            each: &|_| Ok((String::new(), ())),
            screen: &|_| Ok(()),
        };
        let page = listing.first_page().await?;
        self.pages().insert(section, page.clone());
        Ok(Some(page))
    }

    fn pages(&self) -> std::sync::MutexGuard<'_, HashMap<Section, Page>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl OpenChart for HttpChart {
    async fn list(&self, section: Section) -> Result<ChartList, PortalError> {
        let Some((list, name)) = self.stay.reader.section(section) else {
            // The portal has no such section: a list that holds nothing, under the banner of the open chart.
            return Ok(ChartList { banner: self.patient.clone(), rows: Vec::new() });
        };
        let formats = &self.stay.reader.profile.formats;
        let _alone = if list.list.keeps_its_place() { Some(self.lists.lock().await) } else { None };
        let names = self.names.clone().with("section", name);
        let in_answer = |view: &View<'_>| match &list.banner.ask {
            None => list.banner.check(view, formats, &self.patient, LIST_BANNER).map(drop),
            Some(_) => Ok(()),
        };
        let listing = Listing {
            stay: &self.stay,
            what: LIST,
            ask: &list.ask,
            list: &list.list,
            names: names.clone(),
            each: &|row| {
                let document = listed(list, section, row, formats)?;
                Ok((document.epic_id.clone(), document))
            },
            screen: &in_answer,
        };
        let hand = self.list_page(section);
        let all = listing.all(hand.as_ref()).await?;
        let banner =
            self.stay.check_banner(&list.banner, &all.last, &names, &self.patient, LIST_BANNER).await?;
        self.pages().insert(section, all.last);
        Ok(ChartList { banner, rows: all.rows })
    }

    async fn fetch(&self, document: &ListedDocument) -> Result<FetchedDocument, PortalError> {
        self.document(document).await
    }
}

fn listed(list: &SectionReader, section: Section, row: Place<'_>, formats: &Formats) -> Read<ListedDocument> {
    let optional = |value: &Option<ValueReader>| -> Read<Option<String>> {
        Ok(value.as_ref().map(|value| value.read(row)).transpose()?.flatten())
    };
    let date = |value: &ValueReader| value.date(row, formats);
    let date_time = |value: &ValueReader| value.date_time(row, formats);
    Ok(ListedDocument {
        epic_id: list.id.need(row)?,
        section,
        title: optional(&list.title)?.unwrap_or_default().into(),
        epic_type: optional(&list.epic_type)?.unwrap_or_default(),
        service_date: list.service_date.as_ref().map(date).transpose()?.flatten(),
        author: optional(&list.author)?.map(Redacted::new),
        status: optional(&list.status)?,
        edited: list.edited.as_ref().map(date_time).transpose()?.flatten(),
    })
}
