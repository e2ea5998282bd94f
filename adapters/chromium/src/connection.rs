//! The DevTools connection to one browser: every call with a limit, every error without page text.

use crate::launch::LaunchError;
use crate::process::BrowserProcess;
use crate::processes;
use chromiumoxide::Browser;
use chromiumoxide::error::CdpError;
use chromiumoxide::handler::HandlerConfig;
use futures::StreamExt;
use std::future::Future;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// A call to a browser that failed. Holds no text of a page.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CallError {
    #[error("the browser did not {what} within {limit:?}")]
    TooSlow { what: &'static str, limit: Duration },
    #[error("the browser could not {what}: {cause}")]
    Failed { what: &'static str, cause: String },
}

/// What is said of a browser or page that is not there any more.
const GONE: &str = "it is gone";

impl CallError {
    /// What failed with this error of the library.
    pub(crate) fn of(what: &'static str, error: &CdpError) -> Self {
        Self::Failed { what, cause: without_page_text(error) }
    }

    /// The browser or the page is not there any more.
    pub(crate) fn gone(what: &'static str) -> Self {
        Self::Failed { what, cause: GONE.to_owned() }
    }

    /// Whether the browser or the page is not there any more.
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self, Self::Failed { cause, .. } if cause == GONE)
    }
}

/// One browser, connected to.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) browser: Browser,
    call_timeout: Duration,
    handler: OwnedTask,
    process: Option<BrowserProcess>,
}

impl Connection {
    pub(crate) async fn to(
        process: BrowserProcess,
        address: &str,
        call_timeout: Duration,
    ) -> Result<Self, LaunchError> {
        let config = HandlerConfig {
            // The library's default would type credentials into a page with a forged certificate.
            ignore_https_errors: false,
            viewport: None,
            request_timeout: call_timeout,
            ..HandlerConfig::default()
        };
        let connecting = Browser::connect_with_config(address, config);
        let not_answering = |cause: String| LaunchError::NotAnswering { cause };
        let (browser, mut handler) = timeout(call_timeout, connecting)
            .await
            .map_err(|_| not_answering(format!("no connection within {call_timeout:?}")))?
            .map_err(|error| not_answering(without_page_text(&error)))?;
        let handler = OwnedTask::spawn(async move {
            while let Some(event) = handler.next().await {
                // After the browser's end the stream yields errors for ever.
                if !matches!(event, Ok(()) | Err(CdpError::InvalidMessage(..) | CdpError::Timeout)) {
                    break;
                }
            }
        });
        Ok(Self { browser, call_timeout, handler, process: Some(process) })
    }

    pub(crate) fn call_timeout(&self) -> Duration {
        self.call_timeout
    }

    /// What all processes of the browser hold, in bytes; pages shared with others count for their share.
    pub(crate) async fn memory_bytes(&self) -> u64 {
        let Some(group) = self.process.as_ref().map(BrowserProcess::group) else { return 0 };
        // Reading it walks the tables of every page.
        tokio::task::spawn_blocking(move || processes::memory_bytes(group)).await.unwrap_or_default()
    }

    /// Ends the browser; returns when its processes are gone.
    pub(crate) async fn close(mut self) {
        drop(self.handler);
        if let Some(process) = self.process.take() {
            process.close().await;
        }
    }
}

/// A task that ends with its owner.
#[derive(Debug)]
pub(crate) struct OwnedTask(JoinHandle<()>);

impl OwnedTask {
    pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(task))
    }
}

impl Drop for OwnedTask {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Awaits a call, but not for ever: calls to a crashed page never return.
pub(crate) async fn bounded<T>(
    limit: Duration,
    what: &'static str,
    call: impl Future<Output = Result<T, CdpError>>,
) -> Result<T, CallError> {
    match timeout(limit, call).await {
        Err(_) | Ok(Err(CdpError::Timeout)) => Err(CallError::TooSlow { what, limit }),
        Ok(Err(error)) => Err(CallError::of(what, &error)),
        Ok(Ok(value)) => Ok(value),
    }
}

/// What is safe to tell of an error: a page's script errors and selectors' surroundings are not.
fn without_page_text(error: &CdpError) -> String {
    match error {
        CdpError::Ws(_) | CdpError::ChannelSendError(_) | CdpError::NoResponse => GONE.into(),
        CdpError::Io(error) => error.kind().to_string(),
        CdpError::Chrome(error) => format!("protocol error {}", error.code),
        CdpError::ChromeMessage(text) if text.starts_with("net::") => text
            .chars()
            .take_while(|c| c.is_ascii_uppercase() || matches!(c, ':' | '_' | 'n' | 'e' | 't'))
            .collect(),
        CdpError::NotFound => "no such element".into(),
        CdpError::JavascriptException(_) => "a script failed".into(),
        CdpError::ScrollingFailed(_) => "the element cannot be shown".into(),
        _ => "an unexpected answer".into(),
    }
}
