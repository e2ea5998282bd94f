//! The door: makes sessions of cookies, after asking the portal whether they are still good.

use crate::exchange::Exchange;
use crate::page::Selectors;
use crate::session::{HttpSession, Stay};
use domain::cookies::{self, SessionCookie};
use domain::ids::Generation;
use domain::ports::{PortalError, PortalSession};
use domain::profile::{Profile, ProfileMistake};
use domain::redacted::Redacted;
use reqwest::cookie::Jar;
use reqwest::{Client, Url};
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// A portal that sessions can be made for.
#[derive(Debug)]
pub struct HttpPortal {
    profile: Arc<Profile>,
    selectors: Arc<Selectors>,
    base: Url,
    requests: Arc<AtomicU64>,
}

/// A portal that cannot be spoken to as described.
#[derive(Debug, thiserror::Error)]
pub enum HttpPortalError {
    /// The address is no `http` or `https` address.
    #[error("{url:?} is no portal address; give scheme and host, such as https://carelink.hospital.example")]
    Address {
        /// What was given.
        url: String,
    },
    /// The profile has mistakes.
    #[error("the portal's profile has mistakes: {}", listed(.0))]
    Profile(Vec<ProfileMistake>),
    /// No client can be made, for a cause of this machine.
    #[error("no http client can be made: {0}; are the ca-certificates installed?")]
    Client(String),
}

fn listed(mistakes: &[ProfileMistake]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl HttpPortal {
    /// A portal at `base_url`. Every request of every session of it is counted in `requests`.
    ///
    /// # Errors
    /// All mistakes of the profile at once; an address that is none.
    pub fn new(
        profile: Arc<Profile>,
        base_url: &str,
        requests: Arc<AtomicU64>,
    ) -> Result<Self, HttpPortalError> {
        let address = || HttpPortalError::Address { url: base_url.to_owned() };
        let base = Url::parse(base_url).map_err(|_| address())?;
        if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none() {
            return Err(address());
        }
        let mut mistakes = profile.validate();
        let selectors = Selectors::of(&profile, &mut mistakes);
        let Some(selectors) = selectors.filter(|_| mistakes.is_empty()) else {
            return Err(HttpPortalError::Profile(mistakes));
        };
        // Each session has a client of its own; a machine on which none can be made is told at once.
        Client::builder().build().map_err(|error| HttpPortalError::Client(error.to_string()))?;
        Ok(Self { profile, selectors: Arc::new(selectors), base, requests })
    }

    /// The address at which a browser logs in.
    pub fn login_url(&self) -> String {
        let mut url = self.base.clone();
        url.set_path(&self.profile.login.path);
        url.into()
    }

    /// Makes a session of cookies, after asking the portal whether they are still good.
    ///
    /// # Errors
    /// `SessionLost` when they are not, or cannot be read; otherwise what the portal answers.
    pub async fn resume(
        &self,
        cookies: &Redacted<String>,
        generation: Generation,
    ) -> Result<Arc<dyn PortalSession>, PortalError> {
        let kept = cookies::from_text(cookies).map_err(|_| PortalError::SessionLost)?;
        let exchange = Exchange::new(
            &self.profile,
            Arc::clone(&self.selectors),
            self.base.clone(),
            self.jar(&kept),
            Arc::clone(&self.requests),
        )?;
        let stay = Stay::enter(Arc::clone(&self.profile), exchange, generation).await?;
        Ok(Arc::new(HttpSession::new(stay)))
    }

    fn jar(&self, cookies: &[SessionCookie]) -> Arc<Jar> {
        let jar = Jar::default();
        for cookie in cookies {
            let mut text = format!("{}={}; Path={}", cookie.name, cookie.value.reveal(), cookie.path);
            if cookie.domain.starts_with('.') {
                // A failing write to a string does not exist.
                let _ = write!(text, "; Domain={}", cookie.domain);
            }
            if cookie.secure {
                text.push_str("; Secure");
            }
            jar.add_cookie_str(&text, &self.base);
        }
        Arc::new(jar)
    }
}
