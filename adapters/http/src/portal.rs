//! The door: makes sessions of cookies, after asking the portal whether they are still good.

use crate::cookies::Cookies;
use crate::evidence::{EvidenceKeeper, Kept};
use crate::exchange::Exchange;
use crate::inbox::HttpSession;
use crate::politeness::{Gate, PolitenessCounts};
use crate::reader::Reader;
use crate::stay::Stay;
use domain::cookies;
use domain::ids::Generation;
use domain::ports::{PageDrawer, PortalError, PortalSession};
use domain::profile::{Profile, ProfileMistake};
use domain::redacted::Redacted;
use reqwest::{Client, Url};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// A portal that sessions can be made for.
pub struct HttpPortal {
    reader: Arc<Reader>,
    base: Url,
    gate: Arc<Gate>,
    aids: Aids,
}

/// What a portal's stays are helped by, where it is given.
#[derive(Clone, Default)]
pub struct Aids {
    /// Draws pages that HTTP alone does not give. Needed by profiles with `drawn`, `blob` or `print`.
    pub drawer: Option<Arc<dyn PageDrawer>>,
    /// Keeps pages that are not what they should be.
    pub evidence: Option<EvidenceKeeper>,
}

impl fmt::Debug for HttpPortal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpPortal").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
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

/// Every mistake of a profile that can be seen without its portal: its own rules, and texts that are no selector or
/// pattern.
pub fn profile_mistakes(profile: &Arc<Profile>) -> Vec<ProfileMistake> {
    Reader::of(Arc::clone(profile), true).err().unwrap_or_default()
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
        aids: Aids,
    ) -> Result<Self, HttpPortalError> {
        let address = || HttpPortalError::Address { url: base_url.to_owned() };
        let base = Url::parse(base_url).map_err(|_| address())?;
        if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none() {
            return Err(address());
        }
        let reader = Reader::of(profile, aids.drawer.is_some()).map_err(HttpPortalError::Profile)?;
        // Each session has a client of its own; a machine on which none can be made is told at once.
        Client::builder().build().map_err(|error| HttpPortalError::Client(error.to_string()))?;
        let gate = Arc::new(Gate::new(&reader.profile.politeness, requests));
        Ok(Self { reader: Arc::new(reader), base, gate, aids })
    }

    /// The address at which a browser logs in.
    pub fn login_url(&self) -> String {
        let mut url = self.base.clone();
        url.set_path(&self.reader.profile.login.path);
        url.into()
    }

    /// What was asked of the portal so far, by all of its stays.
    pub fn politeness(&self) -> PolitenessCounts {
        self.gate.counts()
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
        let stay = self.stay(cookies, generation)?;
        stay.enter().await?;
        Ok(Arc::new(HttpSession(Arc::new(stay))))
    }

    /// The profile in use.
    pub(crate) fn profile(&self) -> &Profile {
        &self.reader.profile
    }

    /// A stay that has not been entered yet.
    pub(crate) fn stay(
        &self,
        cookies: &Redacted<String>,
        generation: Generation,
    ) -> Result<Stay, PortalError> {
        let kept = cookies::from_text(cookies).map_err(|_| PortalError::SessionLost)?;
        let cookies = Cookies::new(&self.base, kept);
        let (jar, gate) = (Arc::clone(&cookies.jar), Arc::clone(&self.gate));
        let exchange = Exchange::new(&self.reader.profile, self.base.clone(), jar, gate)?;
        let (reader, drawer) = (Arc::clone(&self.reader), self.aids.drawer.clone());
        let evidence = Kept::new(self.aids.evidence.clone());
        Ok(Stay::new(reader, exchange, cookies, generation, drawer, evidence))
    }
}
