//! The open chart: its lists and documents, each of which must show the row's patient.

use crate::content::kind_of;
use crate::exchange::{path, unexpected};
use crate::reading::{Json, header_identity, must_be};
use crate::session::Stay;
use async_trait::async_trait;
use domain::inbox::ListPage;
use domain::patient::PatientIdentity;
use domain::patient_scraper::{ListedDocument, Section};
use domain::ports::{FetchedDocument, OpenChart, PortalError, SectionPage};
use domain::profile::Profile;
use std::sync::Arc;
use tokio::sync::OwnedMutexGuard;

const LIST: &str = "the chart's list";
const LIST_BANNER: &str = "the list's banner";
const VIEWER: &str = "the document's viewer";
const VIEWER_HEADER: &str = "the viewer's header";
const DOCUMENT: &str = "the document";

/// Meets [`OpenChart`]; while it lives no other chart of the stay is open.
pub(crate) struct HttpChart {
    stay: Arc<Stay>,
    patient: PatientIdentity,
    _open: Option<OwnedMutexGuard<()>>,
}

impl HttpChart {
    pub(crate) fn new(stay: Arc<Stay>, patient: PatientIdentity, open: Option<OwnedMutexGuard<()>>) -> Self {
        Self { stay, patient, _open: open }
    }

    async fn viewer(&self, id: &str) -> Result<(PatientIdentity, String), PortalError> {
        let Profile { document, formats, .. } = &*self.stay.profile;
        let address = path(VIEWER, &document.viewer_path, &[("document", id)])?;
        let answer = self.stay.exchange.get(VIEWER, &address).await?;
        let viewer = self.stay.exchange.selectors().viewer(&answer.bytes);
        let header = header_identity(VIEWER, &viewer, formats)?;
        must_be(&self.patient, &header, VIEWER_HEADER)?;
        let content = match viewer.link {
            Some(link) => self
                .stay
                .exchange
                .link(&address, &link)
                .ok_or_else(|| unexpected(VIEWER, "a link that is none"))?,
            None => path(DOCUMENT, &document.content_path, &[("document", id)])?,
        };
        Ok((header, content))
    }
}

#[async_trait]
impl OpenChart for HttpChart {
    async fn list(&self, section: Section, page: u32) -> Result<SectionPage, PortalError> {
        let Profile { section: list, formats, .. } = &*self.stay.profile;
        let Some(name) = list.names.get(&section) else {
            // The portal has no such section: a list that holds nothing, under the banner of the open chart.
            let list = ListPage { rows: Vec::new(), page, page_count: 1 };
            return Ok(SectionPage { banner: self.patient.clone(), list });
        };
        let address = path(LIST, &list.path, &[("section", name), ("page", &page.to_string())])?;
        let answer = self.stay.exchange.get(LIST, &address).await?;
        let json = Json::read(LIST, &answer, formats)?;
        let banner = json.identity(&list.banner)?;
        must_be(&self.patient, &banner, LIST_BANNER)?;
        Ok(SectionPage { banner, list: json.documents(list, section, page)? })
    }

    async fn fetch(&self, document: &ListedDocument) -> Result<FetchedDocument, PortalError> {
        let (header, content) = self.viewer(&document.epic_id).await?;
        let answer = self.stay.exchange.get(DOCUMENT, &content).await?;
        if answer.bytes.is_empty() {
            return Err(unexpected(DOCUMENT, "empty"));
        }
        Ok(FetchedDocument { header, kind: kind_of(&answer.bytes), bytes: answer.bytes })
    }
}
