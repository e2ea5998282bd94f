//! The way to the server and back: one host, bounded in time and size, a few tries where it is busy or away.

use crate::options::{ModelOptions, OptionsError};
use crate::{reply, wire};
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use domain::model::ModelQuestion;
use domain::ports::{LanguageModel, ModelError, ModelFailure, ModelIdentity, ModelReply};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Proxy, Response, Url};
use secrecy::ExposeSecret;
use std::fmt;
use std::time::Duration;

/// Who asks, in the server's logs.
const USER_AGENT: &str = concat!("epic-connector/", env!("CARGO_PKG_VERSION"));

/// Bytes of a whole answer; one of the form has at most a few thousand.
const BODY_BYTES_MAX: usize = 512 * 1024;

/// The wait before the first further try where the server does not name one; it doubles.
const RETRY_WAIT_FIRST: Duration = Duration::from_millis(500);

/// Meets [`LanguageModel`] by a server that speaks chat completions.
pub struct HttpModel {
    client: Client,
    endpoint: Url,
    identity: ModelIdentity,
    options: ModelOptions,
}

impl fmt::Debug for HttpModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpModel").field("identity", &self.identity).finish_non_exhaustive()
    }
}

impl HttpModel {
    /// A way to a server; nothing is sent yet.
    ///
    /// # Errors
    /// The address is none, is not protected, or its host is not allowed; the key is none.
    pub fn new(options: ModelOptions) -> Result<Self, OptionsError> {
        let (endpoint, host) = options.endpoint()?;
        let identity = ModelIdentity { name: options.model.clone(), host };
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.extend(key(&options)?);
        let builder = Client::builder()
            .default_headers(headers)
            .redirect(Policy::none())
            .timeout(options.timeout)
            .connect_timeout(options.connect_timeout)
            .user_agent(USER_AGENT)
            .no_proxy();
        let failed = |error: reqwest::Error| OptionsError::Client(error.without_url().to_string());
        let builder = match &options.proxy {
            Some(proxy) => builder.proxy(Proxy::all(proxy.clone()).map_err(failed)?),
            None => builder,
        };
        let client = builder.build().map_err(failed)?;
        Ok(Self { client, endpoint, identity, options })
    }

    async fn once(&self, body: &Bytes) -> Result<ModelReply, ModelError> {
        let sent = self.client.post(self.endpoint.clone()).body(body.clone()).send().await;
        let response = sent.map_err(|error| not_reached(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        match read_whole(response).await {
            Ok(body) if status.is_success() => reply::read(&body),
            Ok(body) => Err(reply::failed(status, &headers, &body)),
            // The status says enough.
            Err(_) if !status.is_success() => Err(reply::failed(status, &headers, &[])),
            Err(error) => Err(error),
        }
    }

    /// The wait before a further try; none where there is to be none.
    fn wait(&self, failure: ModelFailure, tried: u32) -> Option<Duration> {
        let own = || RETRY_WAIT_FIRST.saturating_mul(1 << tried.min(8)).min(self.options.retry_wait_max);
        let wait = match failure {
            ModelFailure::Throttled { retry_after: Some(wanted) } => wanted.unsigned_abs(),
            ModelFailure::Throttled { retry_after: None } | ModelFailure::Unavailable => own(),
            _ => return None,
        };
        (tried < self.options.retries && wait <= self.options.retry_wait_max).then_some(wait)
    }
}

/// The header that carries the key, where there is one.
fn key(options: &ModelOptions) -> Result<Option<(HeaderName, HeaderValue)>, OptionsError> {
    let Some(key) = &options.key else { return Ok(None) };
    let (name, text) = match options.azure_api_version {
        Some(_) => (HeaderName::from_static("api-key"), key.expose_secret().to_owned()),
        None => (AUTHORIZATION, format!("Bearer {}", key.expose_secret())),
    };
    let mut value = HeaderValue::try_from(text).map_err(|_| OptionsError::Key)?;
    value.set_sensitive(true);
    Ok(Some((name, value)))
}

async fn read_whole(mut response: Response) -> Result<Bytes, ModelError> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| not_reached(&error))? {
        if bytes.len() + chunk.len() > BODY_BYTES_MAX {
            return Err(ModelError::new(ModelFailure::Malformed, "the answer is too long for one"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// The library's own texts hold the address, and a proxy's may hold its password.
fn not_reached(error: &reqwest::Error) -> ModelError {
    let (failure, cause) = match error {
        _ if error.is_connect() => (ModelFailure::Unavailable, "the server cannot be reached"),
        _ if error.is_timeout() => (ModelFailure::TimedOut, "no answer in time"),
        _ => (ModelFailure::Unavailable, "the connection broke"),
    };
    ModelError::new(failure, cause)
}

#[async_trait]
impl LanguageModel for HttpModel {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    async fn ask(&self, question: &ModelQuestion) -> Result<ModelReply, ModelError> {
        let body = Bytes::from(wire::body(&self.options, question).to_string());
        let mut tried = 0;
        loop {
            let error = match self.once(&body).await {
                Ok(reply) => return Ok(reply),
                Err(error) => error,
            };
            let Some(wait) = self.wait(error.failure, tried) else { return Err(error) };
            tokio::time::sleep(wait).await;
            tried += 1;
        }
    }
}
