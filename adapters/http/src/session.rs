//! The authenticated stay: folders, messages, Done, and the one door to charts.

use crate::chart::HttpChart;
use crate::exchange::{Answer, Exchange, Question, path, unexpected};
use crate::reading::{Json, must_be};
use async_trait::async_trait;
use domain::ids::Generation;
use domain::inbox::{InboxFolder, InboxRow, ListPage};
use domain::ports::{OpenChart, PortalError, PortalSession};
use domain::profile::Profile;
use domain::redacted::Redacted;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Mutex;

const HOME: &str = "the home page";
const CHART_BANNER: &str = "the chart's banner";

/// What the calls of one stay share.
#[derive(Debug)]
pub(crate) struct Stay {
    pub(crate) profile: Arc<Profile>,
    pub(crate) exchange: Exchange,
    generation: Generation,
    /// The shell's token; read again when the portal refuses it.
    csrf: Mutex<Option<Redacted<String>>>,
    /// Held by the chart that is open.
    chart: Arc<Mutex<()>>,
}

impl Stay {
    /// Asks for the shell: with good cookies it comes, with its token.
    pub(crate) async fn enter(
        profile: Arc<Profile>,
        exchange: Exchange,
        generation: Generation,
    ) -> Result<Self, PortalError> {
        let stay = Self { profile, exchange, generation, csrf: Mutex::default(), chart: Arc::default() };
        let token = stay.read_token().await?;
        *stay.csrf.lock().await = token;
        Ok(stay)
    }

    async fn read_token(&self) -> Result<Option<Redacted<String>>, PortalError> {
        let home = self.exchange.get(HOME, &self.profile.session.home_path).await?;
        let token = self.exchange.selectors().csrf(&home.bytes);
        let token = token.map_err(|()| unexpected(HOME, "no token against forged requests"))?;
        Ok(token.map(Redacted::new))
    }

    /// Asks for a change. A refusal may mean that the token is worn out: it is renewed once.
    async fn post(
        &self,
        what: &'static str,
        address: &str,
        body: Option<&Value>,
    ) -> Result<Answer, PortalError> {
        let token = self.csrf.lock().await.clone();
        let refused = match self.post_with(what, address, body, token.as_ref()).await {
            Err(PortalError::NotPermitted { what }) if token.is_some() => PortalError::NotPermitted { what },
            other => return other,
        };
        let mut kept = self.csrf.lock().await;
        // Somebody else may have renewed it meanwhile.
        if *kept == token {
            *kept = self.read_token().await?;
        }
        let renewed = kept.clone();
        drop(kept);
        if renewed == token {
            return Err(refused);
        }
        self.post_with(what, address, body, renewed.as_ref()).await
    }

    async fn post_with(
        &self,
        what: &'static str,
        address: &str,
        body: Option<&Value>,
        token: Option<&Redacted<String>>,
    ) -> Result<Answer, PortalError> {
        let header = self.profile.session.csrf.as_ref().zip(token);
        let header = header.map(|(csrf, token)| (csrf.header.as_str(), token.reveal().as_str()));
        self.exchange.ask(Question { what, method: Method::POST, address, header, body }).await
    }
}

/// Meets [`PortalSession`] over HTTP.
pub(crate) struct HttpSession(Arc<Stay>);

impl HttpSession {
    pub(crate) fn new(stay: Stay) -> Self {
        Self(Arc::new(stay))
    }
}

#[async_trait]
impl PortalSession for HttpSession {
    fn generation(&self) -> Generation {
        self.0.generation
    }

    async fn folders(&self) -> Result<Vec<InboxFolder>, PortalError> {
        const WHAT: &str = "the list of folders";
        let Profile { folders, formats, .. } = &*self.0.profile;
        let answer = self.0.exchange.get(WHAT, &folders.path).await?;
        Json::read(WHAT, &answer, formats)?.folders(folders)
    }

    async fn messages(&self, folder: &InboxFolder, page: u32) -> Result<ListPage<InboxRow>, PortalError> {
        const WHAT: &str = "the list of messages";
        let Profile { messages, formats, .. } = &*self.0.profile;
        let address = path(WHAT, &messages.path, &[("folder", &folder.id), ("page", &page.to_string())])?;
        let answer = self.0.exchange.get(WHAT, &address).await?;
        Json::read(WHAT, &answer, formats)?.messages(messages, &folder.name, page)
    }

    async fn message_body(&self, row: &InboxRow) -> Result<Redacted<String>, PortalError> {
        const WHAT: &str = "the message";
        let Profile { message, formats, .. } = &*self.0.profile;
        let address = path(WHAT, &message.path, &[("message", row.message_id.reveal())])?;
        let answer = self.0.exchange.get(WHAT, &address).await?;
        let json = Json::read(WHAT, &answer, formats)?;
        must_be(&row.patient, &json.identity(&message.patient)?, WHAT)?;
        json.body(&message.body)
    }

    async fn open_chart(&self, row: &InboxRow) -> Result<Box<dyn OpenChart>, PortalError> {
        const WHAT: &str = "the chart";
        let Profile { chart, formats, stateless, .. } = &*self.0.profile;
        let guard = if *stateless { None } else { Some(Arc::clone(&self.0.chart).lock_owned().await) };
        let body = json!({ chart.key.as_str(): row.chart_ref.reveal() });
        let answer = self.0.post(WHAT, &chart.path, Some(&body)).await?;
        let banner = Json::read(WHAT, &answer, formats)?.identity(&chart.banner)?;
        must_be(&row.patient, &banner, CHART_BANNER)?;
        Ok(Box::new(HttpChart::new(Arc::clone(&self.0), row.patient.clone(), guard)))
    }

    async fn mark_done(&self, row: &InboxRow) -> Result<(), PortalError> {
        const WHAT: &str = "setting the message Done";
        let address = path(WHAT, &self.0.profile.done.path, &[("message", row.message_id.reveal())])?;
        self.0.post(WHAT, &address, None).await.map(drop)
    }

    async fn touch(&self) -> Result<(), PortalError> {
        const WHAT: &str = "the page that keeps the session alive";
        self.0.exchange.get(WHAT, &self.0.profile.session.touch_path).await.map(drop)
    }
}
