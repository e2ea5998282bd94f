//! Requests and their answers: polite, bounded in size and time, on the portal's own host.

use crate::content::is_html;
use crate::politeness::Gate;
use crate::view::{Page, Read, unavailable, unexpected};
use bytes::{Bytes, BytesMut};
use domain::ports::PortalError;
use domain::profile::{Limits, Profile};
use domain::redacted::Redacted;
use reqwest::cookie::Jar;
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, StatusCode, Url};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;

/// Who asks, in the portal's logs.
const USER_AGENT: &str = concat!("epic-connector/", env!("CARGO_PKG_VERSION"));

/// Redirects that are followed for one request; more lead in a circle.
const REDIRECTS_MAX: usize = 5;

/// The most that is set aside for a body by its announced length alone, in bytes.
const SET_ASIDE_BYTES_MAX: u64 = 1 << 20;

/// A client with one stay's cookies.
#[derive(Debug)]
pub(crate) struct Exchange {
    client: Client,
    base: Url,
    login_path: String,
    /// Whether the login page is looked at for why the session has ended.
    asks_why: bool,
    limits: Limits,
    gate: Arc<Gate>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// What a person calls it; stands in errors.
    pub(crate) what: &'static str,
    pub(crate) method: Method,
    pub(crate) address: Url,
    pub(crate) body: Body,
}

/// What goes along.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    None,
    Form(Vec<(String, String)>),
    Json(Map<String, Value>),
}

/// Which bounds hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bounds {
    Page,
    Document,
}

/// A header that every change carries.
pub(crate) type Token<'a> = Option<(&'a str, &'a Redacted<String>)>;

impl Exchange {
    pub(crate) fn new(profile: &Profile, base: Url, jar: Arc<Jar>, gate: Arc<Gate>) -> Read<Self> {
        let client = Client::builder()
            .cookie_provider(jar)
            .redirect(Policy::none())
            .user_agent(USER_AGENT)
            // The browser that logged in goes straight to the portal, too.
            .no_proxy()
            .build()
            .map_err(|_| PortalError::Unavailable { cause: "no http client can be made".into() })?;
        Ok(Self {
            client,
            base,
            login_path: profile.session.login_path.clone(),
            asks_why: profile
                .signals
                .iter()
                .any(|signal| signal.means == domain::profile::Meaning::KickedOut),
            limits: profile.limits.clone(),
            gate,
        })
    }

    /// Waits for one of the places of requests that run at once.
    pub(crate) async fn place(&self) -> Read<tokio::sync::SemaphorePermit<'_>> {
        self.gate.place().await.ok_or(PortalError::SessionLost)
    }

    /// Waits for a turn in this minute; for requests that are not made here.
    pub(crate) async fn turn(&self) {
        self.gate.turn().await;
    }

    /// An address of the portal; another host's is nobody we talk to.
    pub(crate) fn address(&self, what: &str, path: &str) -> Read<Url> {
        let url = self.base.join(path).ok().filter(|url| url.origin() == self.base.origin());
        url.ok_or_else(|| unexpected(what, "a link that leads away from the portal"))
    }

    /// Asks, and follows where the portal sends us. To be called with a place.
    pub(crate) async fn ask(&self, question: &Question, token: Token<'_>, bounds: Bounds) -> Read<Page> {
        let what = question.what;
        let mut method = question.method.clone();
        let mut body = question.body.clone();
        let mut address = self.address(what, question.address.as_str())?;
        let mut to_login = false;
        for _ in 0..=REDIRECTS_MAX {
            let response = self.send(what, &method, &address, &body, token, bounds).await?;
            let Some(target) = redirected(&response, &address) else {
                return self.page(what, response, address, to_login, bounds).await;
            };
            address =
                self.address(what, target.map_err(|()| unexpected(what, "redirected nowhere"))?.as_str())?;
            to_login = to_login || address.path().starts_with(&self.login_path);
            if to_login && !self.asks_why {
                return Ok(bare(what, address, to_login));
            }
            if !matches!(response.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT) {
                (method, body) = (Method::GET, Body::None);
            }
        }
        if to_login {
            Ok(bare(what, address, to_login))
        } else {
            Err(unexpected(what, "redirected in a circle"))
        }
    }

    async fn send(
        &self,
        what: &'static str,
        method: &Method,
        address: &Url,
        body: &Body,
        token: Token<'_>,
        bounds: Bounds,
    ) -> Read<Response> {
        let timeout = match bounds {
            Bounds::Page => self.limits.request_timeout(),
            Bounds::Document => self.limits.download_timeout(),
        };
        let mut request = self.client.request(method.clone(), address.clone()).timeout(timeout);
        if let Some((name, value)) = token.filter(|_| *method != Method::GET) {
            let odd = || unexpected(what, "session.csrf: a token that no header can carry");
            let name = HeaderName::try_from(name).map_err(|_| odd())?;
            let mut value = HeaderValue::try_from(value.reveal().as_str()).map_err(|_| odd())?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        request = match body {
            Body::None => request,
            Body::Form(fields) => request.form(fields),
            Body::Json(members) => request.json(members),
        };
        self.gate.turn().await;
        request.send().await.map_err(|error| not_reached(what, &error))
    }

    async fn page(
        &self,
        what: &'static str,
        response: Response,
        address: Url,
        to_login: bool,
        bounds: Bounds,
    ) -> Read<Page> {
        let status = response.status();
        let retry_after = retry_after(&response);
        let labelled = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let labelled_html =
            labelled.is_some_and(|kind| kind.trim().to_ascii_lowercase().starts_with("text/html"));
        let bytes = match self.body(what, response, bounds).await {
            Ok(bytes) => bytes,
            // The status says enough, and a broken error page no more.
            Err(_) if !status.is_success() || to_login => Bytes::new(),
            Err(error) => return Err(error),
        };
        let html =
            is_html(&bytes) || (labelled_html && !matches!(first_mark(&bytes), Some(b'{' | b'[' | b'%')));
        Ok(Page { what, address, status: status.as_u16(), html, to_login, retry_after, bytes })
    }

    async fn body(&self, what: &'static str, mut response: Response, bounds: Bounds) -> Read<Bytes> {
        let limit_bytes = match bounds {
            Bounds::Page => self.limits.page_bytes_max,
            Bounds::Document => self.limits.download_bytes_max,
        };
        let too_large = || PortalError::TooLarge { what: what.to_owned(), limit_bytes };
        let announced = response.content_length().unwrap_or_default();
        if announced > limit_bytes {
            return Err(too_large());
        }
        let aside = usize::try_from(announced.min(SET_ASIDE_BYTES_MAX)).unwrap_or_default();
        let mut bytes = BytesMut::with_capacity(aside);
        while let Some(chunk) = response.chunk().await.map_err(|error| cut_short(what, &error))? {
            if (bytes.len() + chunk.len()) as u64 > limit_bytes {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    }
}

/// Where a redirect leads; `Err` where it does not say.
fn redirected(response: &Response, from: &Url) -> Option<Result<Url, ()>> {
    if !response.status().is_redirection() || response.status() == StatusCode::NOT_MODIFIED {
        return None;
    }
    let target = response.headers().get(LOCATION).and_then(|to| from.join(to.to_str().ok()?).ok());
    Some(target.ok_or(()))
}

fn bare(what: &'static str, address: Url, to_login: bool) -> Page {
    Page { what, address, status: 302, html: false, to_login, retry_after: None, bytes: Bytes::new() }
}

fn first_mark(bytes: &[u8]) -> Option<u8> {
    bytes.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// The library's own texts hold the address, and so ids.
fn not_reached(what: &'static str, error: &reqwest::Error) -> PortalError {
    let cause = match error {
        _ if error.is_timeout() => "no answer in time",
        _ if error.is_connect() => "cannot be reached",
        _ => "the connection broke",
    };
    unavailable(what, cause)
}

fn cut_short(what: &'static str, error: &reqwest::Error) -> PortalError {
    unavailable(what, if error.is_timeout() { "not all of it came in time" } else { "cut short on its way" })
}
