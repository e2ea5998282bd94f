//! Reads one chart: message and list of orders first, which tell the item families; then what their collection plans
//! ask for. Every section and every listed document ends as a line of the completeness ledger.
//!
//! From the step cache where it can: the chart is opened only when something is missing there.

use super::download::{Downloads, give_up};
use super::opening::Opening;
use super::steps::Steps;
use super::{ScrapeError, ScrapeWork};
use domain::patient_scraper::{CollectionPlan, Fragment, LedgerLine, ListedDocument, NotCaptured, Section};
use domain::ports::{PortalError, PortalSession};
use domain::redacted::Redacted;
use domain::request::{CapturedChart, Request};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A section's rows, or why there are none to be seen.
type Listed = Result<Vec<ListedDocument>, NotCaptured>;

/// Reads one chart for one request through one session.
pub struct ChartReader<'a> {
    work: &'a ScrapeWork,
    request: &'a Request,
    opening: Opening<'a>,
    steps: Steps<'a>,
    downloads: Downloads<'a>,
    lists: BTreeMap<Section, Listed>,
}

impl<'a> ChartReader<'a> {
    /// A reader; nothing is opened yet.
    pub fn new(work: &'a ScrapeWork, request: &'a Request, session: Arc<dyn PortalSession>) -> Self {
        Self {
            opening: Opening::new(work, request, session),
            steps: Steps::new(&work.environment, request),
            downloads: Downloads::new(work),
            lists: BTreeMap::new(),
            work,
            request,
        }
    }

    /// Whether this reading came further than those before it.
    pub fn has_progressed(&self) -> bool {
        self.steps.have_progressed()
    }

    /// The message's text and every document of the plan.
    ///
    /// # Errors
    /// The portal's, the stores'.
    pub async fn read(&mut self) -> Result<CapturedChart, ScrapeError> {
        let read = self.read_all().await;
        if matches!(read, Err(ScrapeError::Portal(PortalError::WrongPatient { .. }))) {
            // Before anybody is told: the next request about this patient must not find them.
            for document in self.opening.distrusted() {
                self.steps.forget_document(&document).await?;
            }
        }
        // What was seen before a failure was seen. The failure itself says what follows.
        let written = self.opening.trail.write().await;
        let captured = read?;
        written?;
        Ok(captured)
    }

    async fn read_all(&mut self) -> Result<CapturedChart, ScrapeError> {
        let message_body = self.message_body().await?;
        let families = self.families(&message_body).await?;
        let plan = self.work.knowledge.plan_for(families.iter().map(String::as_str));
        let (mut fragments, mut ledger) = (Vec::new(), Vec::new());
        for section in Section::ALL {
            self.read_section(section, &plan, &mut fragments, &mut ledger).await?;
            self.opening.trail.write().await?;
        }
        domain::reassembly::packet_order(&mut fragments);
        Ok(CapturedChart { message_body, fragments, ledger, families: families.into_iter().collect() })
    }

    async fn message_body(&mut self) -> Result<Redacted<String>, ScrapeError> {
        const STEP: &str = "message";
        if let Some(body) = self.steps.listed(STEP).await? {
            return Ok(body);
        }
        let body = self.opening.message_body().await?;
        self.steps.remember_listed(STEP, &body).await?;
        Ok(body)
    }

    /// What the chart is read for: told by the message and by the rows of recent orders, besides what an earlier
    /// reading of the orders, or a person, has said.
    async fn families(&mut self, body: &Redacted<String>) -> Result<BTreeSet<String>, ScrapeError> {
        let (knowledge, request) = (Arc::clone(&self.work.knowledge), self.request);
        let mut texts = vec![request.row.subject.reveal().clone(), body.reveal().clone()];
        let recent = knowledge.plan_for([]);
        let received = request.row.received.date();
        if let Ok(orders) = self.list(Section::Orders).await? {
            let rows = orders.iter().filter(|row| recent.decide(row, received).is_ok());
            texts.extend(rows.map(|row| format!("{} {}", row.epic_type, row.title.reveal())));
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut families = knowledge.families_told(&texts);
        families.extend(request.families.iter().cloned());
        Ok(families)
    }

    async fn read_section(
        &mut self,
        section: Section,
        plan: &CollectionPlan,
        fragments: &mut Vec<Fragment>,
        ledger: &mut Vec<LedgerLine>,
    ) -> Result<(), ScrapeError> {
        if !plan.opens(section) {
            ledger.push(LedgerLine::unread(section, NotCaptured::OutsidePlan));
            return Ok(());
        }
        let documents = match self.list(section).await? {
            Ok(documents) => documents,
            Err(why) => {
                ledger.push(LedgerLine::unread(section, why));
                return Ok(());
            }
        };
        ledger.push(LedgerLine::listed(section, documents.len()));
        let received = self.request.row.received.date();
        let mut wanted = Vec::new();
        for document in documents {
            match plan.decide(&document, received) {
                Ok(()) => wanted.push(document),
                Err(why) => ledger.push(LedgerLine::document(section, &document.epic_id, Some(why))),
            }
        }
        for (document, captured) in self.downloads.capture(wanted, &mut self.opening, &self.steps).await? {
            let why = captured.as_ref().err().copied();
            ledger.push(LedgerLine::document(section, &document.epic_id, why));
            fragments.extend(captured.into_iter().flatten());
        }
        Ok(())
    }

    /// Every row of a section, read once; from the cache where it was read for this request before.
    async fn list(&mut self, section: Section) -> Result<Listed, ScrapeError> {
        if let Some(listed) = self.lists.get(&section) {
            return Ok(listed.clone());
        }
        let listed = if self.work.rules.offered.contains(&section) {
            self.list_offered(section).await?
        } else {
            Err(NotCaptured::NotOffered)
        };
        self.lists.insert(section, listed.clone());
        Ok(listed)
    }

    async fn list_offered(&mut self, section: Section) -> Result<Listed, ScrapeError> {
        if let Some(rows) = self.steps.listed(section.name()).await? {
            return Ok(Ok(rows));
        }
        self.opening.open().await?;
        let error = match self.opening.list(section).await {
            Ok(rows) => {
                self.steps.remember_listed(section.name(), &rows).await?;
                return Ok(Ok(rows));
            }
            Err(ScrapeError::Portal(error)) => error,
            Err(error) => return Err(error),
        };
        if let Some(why) = NotCaptured::because_of(&error) {
            self.opening.trail.section_refused(section, &error);
            return Ok(Err(why));
        }
        if section == Section::Orders {
            // Without the orders nothing can be said of the request at all.
            return Err(error.into());
        }
        give_up(section.name(), error, &self.opening, &self.steps).await.map(Err)
    }
}
