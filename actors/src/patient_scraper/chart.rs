//! Reads one chart: message and list of orders first, which tell the item families; then what their collection plans
//! ask for. Every section and every listed document ends as a line of the completeness ledger.
//!
//! From the step cache where it can: the chart is opened only when something is missing there.

use super::download::{Downloads, give_up};
use super::opening::Opening;
use super::steps::Steps;
use super::{ScrapeError, ScrapeWork};
use domain::patient_scraper::{CollectionPlan, LedgerLine, ListedDocument, NotCaptured, Section};
use domain::ports::{PortalError, PortalSession};
use domain::redacted::Redacted;
use domain::request::{CapturedChart, Request};
use futures::future::join_all;
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
        self.list_all(&plan).await?;
        self.opening.trail.write().await?;
        let (mut wanted, mut ledger) = (Vec::new(), Vec::new());
        for section in Section::ALL {
            self.sort_out(section, &plan, &mut wanted, &mut ledger).await?;
        }
        // All of the chart side by side: one open chart holds up the next.
        let mut fragments = Vec::new();
        for (document, captured) in self.downloads.capture(wanted, &mut self.opening, &self.steps).await? {
            let why = captured.as_ref().err().copied();
            ledger.push(LedgerLine::document(document.section, &document.epic_id, why));
            fragments.extend(captured.into_iter().flatten());
        }
        ledger.sort_by_key(|line| line.section);
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
        let mut named = knowledge.families_named(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        named.extend(request.families.iter().cloned());
        if !named.is_empty() {
            // The orders can only add to these: their sections are listed at once, since each list is a round trip.
            self.list_all(&knowledge.plan_for(named.iter().map(String::as_str))).await?;
        }
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

    /// Lists the plan's sections that have not been listed, side by side.
    async fn list_all(&mut self, plan: &CollectionPlan) -> Result<(), ScrapeError> {
        let mut missing = Vec::new();
        for section in Section::ALL.into_iter().filter(|section| plan.opens(*section)) {
            let offered = self.work.rules.offered.contains(&section);
            if self.lists.contains_key(&section) || !offered {
                continue;
            }
            match self.steps.listed(section.name()).await? {
                Some(rows) => drop(self.lists.insert(section, Ok(rows))),
                None => missing.push(section),
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        self.opening.open().await?;
        let reader = &*self;
        // Whatever one of them meets, the others are brought home and remembered.
        let listed = join_all(missing.iter().map(|section| reader.list_open(*section))).await;
        for (section, listed) in missing.into_iter().zip(listed) {
            self.lists.insert(section, listed?);
        }
        Ok(())
    }

    /// What of a section is wanted, and the ledger's lines of what is not.
    async fn sort_out(
        &mut self,
        section: Section,
        plan: &CollectionPlan,
        wanted: &mut Vec<ListedDocument>,
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
        for document in documents {
            match plan.decide(&document, received) {
                Ok(()) => wanted.push(document),
                Err(why) => ledger.push(LedgerLine::document(section, &document.epic_id, Some(why))),
            }
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
        self.list_open(section).await
    }

    /// The same of the open chart.
    async fn list_open(&self, section: Section) -> Result<Listed, ScrapeError> {
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
