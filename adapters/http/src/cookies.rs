//! The stay's cookies: taken over from the browser that logged in, and handed to one that draws a page.

use domain::cookies::{self, SessionCookie};
use domain::redacted::Redacted;
use reqwest::Url;
use reqwest::cookie::{CookieStore, Jar};
use std::fmt::{self, Write};
use std::sync::Arc;

/// The cookies of one stay.
pub(crate) struct Cookies {
    pub(crate) jar: Arc<Jar>,
    base: Url,
    /// As the login left them; the jar has their newer values.
    first: Vec<SessionCookie>,
}

impl fmt::Debug for Cookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cookies").field("count", &self.first.len()).finish_non_exhaustive()
    }
}

impl Cookies {
    pub(crate) fn new(base: &Url, first: Vec<SessionCookie>) -> Self {
        let jar = Jar::default();
        for cookie in &first {
            let mut text = format!("{}={}; Path={}", cookie.name, cookie.value.reveal(), cookie.path);
            if cookie.domain.starts_with('.') {
                // A failing write to a string does not exist.
                let _ = write!(text, "; Domain={}", cookie.domain);
            }
            if cookie.secure {
                text.push_str("; Secure");
            }
            jar.add_cookie_str(&text, base);
        }
        Self { jar: Arc::new(jar), base: base.clone(), first }
    }

    /// The cookies as they are now, as far as a request to this address needs them.
    pub(crate) fn now(&self, address: &Url) -> Redacted<String> {
        let mut now = Vec::new();
        for cookie in &self.first {
            let there = self.base.join(&cookie.path).map(|there| self.sent_to(&there)).unwrap_or_default();
            if let Some((_, value)) = there.into_iter().find(|(name, _)| *name == cookie.name) {
                now.push(SessionCookie { value: value.into(), ..cookie.clone() });
            }
        }
        for (name, value) in self.sent_to(address) {
            if now.iter().all(|known| known.name != name) {
                now.push(SessionCookie {
                    name,
                    value: value.into(),
                    domain: address.host_str().unwrap_or_default().to_owned(),
                    path: "/".to_owned(),
                    secure: address.scheme() == "https",
                });
            }
        }
        cookies::to_text(&now).unwrap_or_default()
    }

    fn sent_to(&self, address: &Url) -> Vec<(String, String)> {
        let Some(header) = self.jar.cookies(address) else { return Vec::new() };
        let text = header.to_str().unwrap_or_default();
        let pairs = text.split("; ").filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}
