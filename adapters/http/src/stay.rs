//! One authenticated stay: every answer is judged before it is used, pages in the way are taken away, and what
//! ended it is remembered.

use crate::compile::ActPlan;
use crate::cookies::Cookies;
use crate::evidence::Kept;
use crate::exchange::{Body, Bounds, Exchange, Question, Token};
use crate::form;
use crate::reader::Reader;
use crate::signals::{Finding, judge};
use crate::view::{Page, Read, View, unavailable, unexpected};
use domain::ids::Generation;
use domain::ports::{PageDrawer, PortalError, Refusal};
use domain::redacted::Redacted;
use reqwest::Method;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex as Shelf, PoisonError};
use tokio::sync::{Mutex, Semaphore};

const HOME: &str = "the home page";
const TOUCH: &str = "the page that keeps the session alive";
const OVERLAY: &str = "the page in the way";

/// How a stay ended, as kept in [`Stay::ended`].
const LIVES: u8 = 0;
const LOST: u8 = 1;
const KICKED: u8 = 2;

/// What the calls of one stay share.
pub(crate) struct Stay {
    pub(crate) reader: Arc<Reader>,
    pub(crate) generation: Generation,
    pub(crate) exchange: Exchange,
    pub(crate) cookies: Cookies,
    pub(crate) drawer: Option<Arc<dyn PageDrawer>>,
    pub(crate) evidence: Kept,
    /// One reader of the In Basket at a time: the portal may keep folder, page and filter itself.
    pub(crate) inbox: Mutex<()>,
    /// The last page of the last message list that was read.
    pub(crate) inbox_page: Shelf<Option<Page>>,
    /// A place for each chart that may be open at once.
    pub(crate) charts: Arc<Semaphore>,
    /// The shell's token; read again when the portal refuses it.
    csrf: Mutex<Option<Redacted<String>>>,
    /// Held by whoever answers a countdown.
    touching: Mutex<()>,
    ended: AtomicU8,
}

/// An answer, unless the page has gone stale.
pub(crate) enum Got {
    Page(Page),
    Stale,
}

impl Got {
    /// The page; one that is stale even now may be fresh later.
    pub(crate) fn fresh(self, what: &str) -> Read<Page> {
        match self {
            Self::Page(page) => Ok(page),
            Self::Stale => Err(unavailable(what, "the page has gone stale, also after it was read again")),
        }
    }
}

impl Stay {
    pub(crate) fn new(
        reader: Arc<Reader>,
        exchange: Exchange,
        cookies: Cookies,
        generation: Generation,
        drawer: Option<Arc<dyn PageDrawer>>,
        evidence: Kept,
    ) -> Self {
        let profile = &reader.profile;
        let charts = if profile.stateless { profile.politeness.open_charts } else { 1 };
        Self {
            generation,
            exchange,
            cookies,
            drawer,
            evidence,
            inbox: Mutex::default(),
            inbox_page: Shelf::default(),
            charts: Arc::new(Semaphore::new(charts.clamp(1, Semaphore::MAX_PERMITS))),
            csrf: Mutex::default(),
            touching: Mutex::default(),
            ended: AtomicU8::new(LIVES),
            reader,
        }
    }

    /// Asks for the shell: with good cookies it comes, with its token.
    pub(crate) async fn enter(&self) -> Read<()> {
        let home = self.home().await?;
        self.keep_token_of(&home).await
    }

    /// Reads the shell's token and keeps it.
    pub(crate) async fn keep_token_of(&self, home: &Page) -> Read<()> {
        let token = self.token_of(home).await?;
        *self.csrf.lock().await = token;
        Ok(())
    }

    /// Keeps the session alive, or finds out that it has ended.
    pub(crate) async fn touch(&self) -> Read<()> {
        let address = self.exchange.address(TOUCH, &self.reader.profile.session.touch_path)?;
        let question = Question { what: TOUCH, method: Method::GET, address, body: Body::None };
        self.send(&question, Bounds::Page).await.map(drop)
    }

    /// Asks once. On an ended stay it answers at once, without asking. A change that is refused may have had a
    /// worn-out token: that is renewed once.
    pub(crate) async fn send(&self, question: &Question, bounds: Bounds) -> Read<Got> {
        let token = self.csrf.lock().await.clone();
        let refused = match self.send_with(question, bounds, token.as_ref()).await {
            Err(PortalError::NotPermitted { what, why: Refusal::Forbidden })
                if token.is_some() && question.method != Method::GET =>
            {
                PortalError::NotPermitted { what, why: Refusal::Forbidden }
            }
            other => return other,
        };
        let mut kept = self.csrf.lock().await;
        // Somebody else may have renewed it meanwhile.
        if *kept == token {
            let home = self.home().await?;
            *kept = self.token_of(&home).await?;
        }
        let renewed = kept.clone();
        drop(kept);
        if renewed == token {
            return Err(refused);
        }
        self.send_with(question, bounds, renewed.as_ref()).await
    }

    /// Presses something on a page at hand, or asks.
    pub(crate) async fn press(
        &self,
        what: &'static str,
        page: &Page,
        finder: &crate::compile::Finder,
    ) -> Read<Got> {
        let question = self.read(page, |view| form::press(view, finder)).await?;
        self.send(&Question { what, ..question }, Bounds::Page).await
    }

    /// Reads a page; what is not as described is kept as evidence.
    pub(crate) async fn read<T>(
        &self,
        page: &Page,
        how: impl FnOnce(&View<'_>) -> Read<T> + Send,
    ) -> Read<T> {
        let result = View::filled(page).and_then(|view| how(&view));
        if let Err(error) = &result {
            self.evidence.page(page, error).await;
        }
        result
    }

    /// What ended the stay, if anything has.
    pub(crate) fn lives(&self) -> Read<()> {
        match self.ended.load(Ordering::SeqCst) {
            LIVES => Ok(()),
            KICKED => Err(PortalError::KickedOut),
            _ => Err(PortalError::SessionLost),
        }
    }

    /// Remembers an end, so that nothing more is asked. The first end counts.
    pub(crate) fn note_end(&self, error: &PortalError) {
        let end = match error {
            PortalError::SessionLost => LOST,
            PortalError::KickedOut => KICKED,
            _ => return,
        };
        let _ = self.ended.compare_exchange(LIVES, end, Ordering::SeqCst, Ordering::SeqCst);
    }

    pub(crate) fn inbox_page(&self) -> Option<Page> {
        self.inbox_page.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn keep_inbox_page(&self, page: Page) {
        *self.inbox_page.lock().unwrap_or_else(PoisonError::into_inner) = Some(page);
    }

    pub(crate) async fn home(&self) -> Read<Page> {
        let address = self.exchange.address(HOME, &self.reader.profile.session.home_path)?;
        let question = Question { what: HOME, method: Method::GET, address, body: Body::None };
        self.send_with(&question, Bounds::Page, None).await?.fresh(HOME)
    }

    /// The shell's token against forged requests, where the portal has one.
    async fn token_of(&self, home: &Page) -> Read<Option<Redacted<String>>> {
        let Some(csrf) = &self.reader.csrf else { return Ok(None) };
        self.read(home, |view| {
            let token = csrf.element.need(view)?.attr(&csrf.attribute).filter(|token| !token.is_empty());
            token
                .map(|token| Some(Redacted::from(token)))
                .ok_or_else(|| csrf.element.fault(HOME, "no token against forged requests"))
        })
        .await
    }

    /// Sends a question, judges the answer, takes away one page in the way.
    async fn send_with(
        &self,
        question: &Question,
        bounds: Bounds,
        token: Option<&Redacted<String>>,
    ) -> Read<Got> {
        let mut dismissed = false;
        loop {
            let page = self.exchanged(question, bounds, token).await?;
            let verdict = judge(&self.reader, &page, bounds);
            if verdict.countdown && question.what != TOUCH {
                self.answer_countdown().await;
            }
            match verdict.finding {
                Finding::Good => return Ok(Got::Page(page)),
                Finding::Stale => return Ok(Got::Stale),
                Finding::Overlay(signal) if !dismissed => {
                    self.dismiss(&page, signal, token).await?;
                    dismissed = true;
                }
                Finding::Overlay(signal) => {
                    let at = &self.reader.signals[signal].at;
                    let error =
                        unexpected(page.what, format!("{at}.dismiss: the page in the way comes back"));
                    return Err(self.refused(&page, error).await);
                }
                Finding::Refused(error) => return Err(self.refused(&page, error).await),
            }
        }
    }

    async fn refused(&self, page: &Page, error: PortalError) -> PortalError {
        self.note_end(&error);
        self.evidence.page(page, &error).await;
        error
    }

    async fn exchanged(
        &self,
        question: &Question,
        bounds: Bounds,
        token: Option<&Redacted<String>>,
    ) -> Read<Page> {
        let _place = self.exchange.place().await?;
        self.lives()?;
        let csrf = self.reader.csrf.as_ref().zip(token);
        let header: Token<'_> =
            csrf.and_then(|(csrf, token)| csrf.header.as_deref().map(|header| (header, token)));
        let field = csrf.and_then(|(csrf, token)| csrf.field.as_deref().map(|field| (field, token)));
        match field.filter(|_| question.method != Method::GET) {
            Some((field, token)) => {
                self.exchange.ask(&with_field(question, field, token), header, bounds).await
            }
            None => self.exchange.ask(question, header, bounds).await,
        }
    }

    /// Takes a page in the way away.
    async fn dismiss(&self, page: &Page, signal: usize, token: Option<&Redacted<String>>) -> Read<()> {
        let signal = &self.reader.signals[signal];
        let question = match &signal.dismiss {
            None => Err(unexpected(
                page.what,
                format!("{}.dismiss: nothing says how it is taken away", signal.at),
            )),
            Some(ActPlan::Press(finder)) => self.read(page, |view| form::press(view, finder)).await,
            Some(ActPlan::Ask(plan)) => self.plain_question(OVERLAY, plan, page).await,
        };
        let question = match question {
            Ok(question) => Question { what: OVERLAY, ..question },
            Err(error) => return Err(self.refused(page, error).await),
        };
        // Before the shell was read, the token may stand on the page in the way.
        let own = if token.is_none() { self.token_of(page).await.ok().flatten() } else { None };
        let answer = self.exchanged(&question, Bounds::Page, token.or(own.as_ref())).await?;
        match judge(&self.reader, &answer, Bounds::Page).finding {
            // Another request may have taken it away first; what was asked is asked again, and tells.
            Finding::Refused(PortalError::NotPermitted { .. } | PortalError::NotFound { .. }) => Ok(()),
            Finding::Refused(error) => Err(self.refused(&answer, error).await),
            _ => Ok(()),
        }
    }

    /// Keeps the session alive when a page says that it is about to end; one request for all who see it.
    async fn answer_countdown(&self) {
        let Ok(_only) = self.touching.try_lock() else { return };
        let Ok(address) = self.exchange.address(TOUCH, &self.reader.profile.session.touch_path) else {
            return;
        };
        let question = Question { what: TOUCH, method: Method::GET, address, body: Body::None };
        // The answer at hand is good whatever becomes of this one; an end is met by the next request.
        if let Ok(page) = self.exchanged(&question, Bounds::Page, None).await
            && let Finding::Refused(error) = judge(&self.reader, &page, Bounds::Page).finding
        {
            self.note_end(&error);
        }
    }
}

/// The question with the token among its fields, unless its form has brought one.
fn with_field(question: &Question, field: &str, token: &Redacted<String>) -> Question {
    let mut question = question.clone();
    match &mut question.body {
        Body::Json(members) => {
            members.insert(field.to_owned(), token.reveal().clone().into());
        }
        Body::Form(fields) if fields.iter().any(|(name, _)| name == field) => {}
        Body::Form(fields) => fields.push((field.to_owned(), token.reveal().clone())),
        Body::None => question.body = Body::Form(vec![(field.to_owned(), token.reveal().clone())]),
    }
    question
}
