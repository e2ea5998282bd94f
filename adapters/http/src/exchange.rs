//! One request and its answer: bounded, counted, and read for every sign that the session has ended.

use crate::content::is_html;
use crate::page::Selectors;
use bytes::{Bytes, BytesMut};
use domain::ports::PortalError;
use domain::profile::Profile;
use reqwest::cookie::Jar;
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, StatusCode, Url};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Who asks, in the portal's logs.
const USER_AGENT: &str = concat!("epic-connector/", env!("CARGO_PKG_VERSION"));

/// Characters of an id that stand in a path as they are (RFC 3986, unreserved).
const UNRESERVED: [u8; 4] = *b"-_.~";

/// A client with one session's cookies.
#[derive(Debug)]
pub(crate) struct Exchange {
    client: Client,
    base: Url,
    selectors: Arc<Selectors>,
    login_path: String,
    body_bytes_max: u64,
    permits: Semaphore,
    requests: Arc<AtomicU64>,
    ended: AtomicBool,
}

/// A good answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) html: bool,
    pub(crate) bytes: Bytes,
}

/// What is asked.
pub(crate) struct Question<'a> {
    /// What a person calls it; stands in errors.
    pub(crate) what: &'static str,
    pub(crate) method: Method,
    /// Path and query, or a whole address of this portal.
    pub(crate) address: &'a str,
    pub(crate) header: Option<(&'a str, &'a str)>,
    pub(crate) body: Option<&'a Value>,
}

impl Exchange {
    pub(crate) fn new(
        profile: &Profile,
        selectors: Arc<Selectors>,
        base: Url,
        jar: Arc<Jar>,
        requests: Arc<AtomicU64>,
    ) -> Result<Self, PortalError> {
        let client = Client::builder()
            .cookie_provider(jar)
            .redirect(Policy::none())
            .timeout(profile.limits.request_timeout())
            .user_agent(USER_AGENT)
            // The browser that logged in goes straight to the portal, too.
            .no_proxy()
            .build()
            .map_err(|_| PortalError::Unavailable { cause: "no http client can be made".into() })?;
        Ok(Self {
            client,
            base,
            selectors,
            login_path: profile.session.login_path.clone(),
            body_bytes_max: profile.limits.download_bytes_max,
            permits: Semaphore::new(profile.limits.parallel_requests),
            requests,
            ended: AtomicBool::new(false),
        })
    }

    pub(crate) fn selectors(&self) -> &Selectors {
        &self.selectors
    }

    pub(crate) async fn get(&self, what: &'static str, address: &str) -> Result<Answer, PortalError> {
        self.ask(Question { what, method: Method::GET, address, header: None, body: None }).await
    }

    /// Asks once. On an ended session it answers at once, without asking.
    pub(crate) async fn ask(&self, question: Question<'_>) -> Result<Answer, PortalError> {
        let _permit = self.permits.acquire().await.map_err(|_| PortalError::SessionLost)?;
        if self.ended.load(Ordering::SeqCst) {
            return Err(PortalError::SessionLost);
        }
        let answer = self.exchange(&question).await;
        if matches!(answer, Err(PortalError::SessionLost)) {
            self.ended.store(true, Ordering::SeqCst);
        }
        answer
    }

    async fn exchange(&self, question: &Question<'_>) -> Result<Answer, PortalError> {
        let what = question.what;
        let mut request = self.client.request(question.method.clone(), self.address(question)?);
        if let Some((name, value)) = question.header {
            let odd = || unexpected(what, "a token that no header can carry");
            let name = HeaderName::try_from(name).map_err(|_| odd())?;
            let mut value = HeaderValue::try_from(value).map_err(|_| odd())?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        if let Some(body) = question.body {
            request = request.json(body);
        }
        self.requests.fetch_add(1, Ordering::Relaxed);
        let response = request.send().await.map_err(|error| not_reached(what, &error))?;
        self.refusal(what, &response)?;
        let labelled_html = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html"));
        let bytes = self.body(what, response).await?;
        let html = labelled_html || is_html(&bytes);
        if html && self.selectors.is_login(&bytes) {
            return Err(PortalError::SessionLost);
        }
        Ok(Answer { html, bytes })
    }

    /// The address of a question; another host's is nobody we talk to.
    fn address(&self, question: &Question<'_>) -> Result<Url, PortalError> {
        let url = self.base.join(question.address).ok().filter(|url| url.origin() == self.base.origin());
        url.ok_or_else(|| unexpected(question.what, "a link that leads away from the portal"))
    }

    /// Where a link on one of the portal's pages leads.
    pub(crate) fn link(&self, page: &str, link: &str) -> Option<String> {
        self.base.join(page).ok()?.join(link).ok().map(String::from)
    }

    fn refusal(&self, what: &'static str, response: &Response) -> Result<(), PortalError> {
        let status = response.status();
        let name = || what.to_owned();
        Err(match status {
            _ if status.is_success() => return Ok(()),
            _ if status.is_redirection() => {
                let to_login = response
                    .headers()
                    .get(LOCATION)
                    .and_then(|to| self.base.join(to.to_str().ok()?).ok())
                    .is_some_and(|to| to.path().starts_with(&self.login_path));
                if !to_login {
                    return Err(unexpected(what, "redirected elsewhere"));
                }
                PortalError::SessionLost
            }
            StatusCode::UNAUTHORIZED => PortalError::SessionLost,
            StatusCode::FORBIDDEN => PortalError::NotPermitted { what: name() },
            StatusCode::NOT_FOUND | StatusCode::GONE => PortalError::NotFound { what: name() },
            StatusCode::TOO_MANY_REQUESTS => PortalError::Throttled { retry_after: retry_after(response) },
            _ if status.is_server_error() => {
                PortalError::Unavailable { cause: format!("{what}: HTTP {}", status.as_u16()) }
            }
            _ => unexpected(what, &format!("HTTP {}", status.as_u16())),
        })
    }

    async fn body(&self, what: &'static str, mut response: Response) -> Result<Bytes, PortalError> {
        let mut bytes = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| cut_short(what, &error))? {
            if (bytes.len() + chunk.len()) as u64 > self.body_bytes_max {
                return Err(unexpected(what, &format!("larger than {} bytes", self.body_bytes_max)));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    }
}

/// A path with its placeholders filled in. An id that would change the path is refused.
pub(crate) fn path(
    what: &'static str,
    template: &str,
    values: &[(&str, &str)],
) -> Result<String, PortalError> {
    let mut path = template.to_owned();
    for (name, value) in values {
        if value.is_empty() || value.bytes().all(|b| b == b'.') {
            return Err(unexpected(what, "an id that is none"));
        }
        path = path.replace(&format!("{{{name}}}"), &encoded(value));
    }
    Ok(path)
}

fn encoded(value: &str) -> String {
    let one = |b: u8| {
        if b.is_ascii_alphanumeric() || UNRESERVED.contains(&b) {
            char::from(b).to_string()
        } else {
            format!("%{b:02X}")
        }
    };
    value.bytes().map(one).collect()
}

/// A page that is not what the profile describes. `signal` holds nothing of the page's contents.
pub(crate) fn unexpected(page: &str, signal: &str) -> PortalError {
    PortalError::UnexpectedPage { page: page.to_owned(), signal: signal.to_owned() }
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
    PortalError::Unavailable { cause: format!("{what}: {cause}") }
}

fn cut_short(what: &'static str, error: &reqwest::Error) -> PortalError {
    let cause = if error.is_timeout() { "not all of it came in time" } else { "cut short on its way" };
    PortalError::Unavailable { cause: format!("{what}: {cause}") }
}
