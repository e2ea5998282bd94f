//! Switches for what a real portal does wrong, read from TOML (`--faults FILE`) or set over
//! `POST /_sim/faults` as JSON. They hold for both hospitals unless a comment names one.
//!
//! Everything is off by default. Decisions depend on the seed and the number of the request, never
//! on time, so a run with the same requests meets the same faults. Each `every` counts requests of
//! its own kind only (pages, documents, codes), so that asking again helps; 0 is never.
//!
//! ```toml
//! # Pages: lists, charts, viewers and documents, never the login.
//! bad_gateway_probability = 0.02            # a 502 with a proxy's HTML error page
//! bad_gateway_every = 0
//! internal_error_every = 120                # a 500 with the portal's own error page
//! maintenance_every = 400                   # "unavailable while it is being updated"
//! stale_page_every = 100                    # "this page has expired", where a list or a form is asked for
//! reset_every = 150                         # the answer breaks off in the middle by a TCP reset
//! slow_page_every = 70                      # any request, the login's too, takes this long:
//! slow_page_ms = 1500
//! # The n-th banner or viewer shows another patient's identity, once; 0 is never.
//! other_banner_once = 9
//! whats_new = true                          # a "what's new" page once a session
//! tabs_reordered = true                     # chart tabs in another order each time, the last ones in a menu
//! inbox_filter_left_on = true               # hospital A: "Unread only" at each login
//! notes_filter_left_on = true               # hospital A: "Last 12 months" at each login
//!
//! # Documents.
//! truncate_probability = 0.01               # Content-Length promises more than is sent
//! truncate_every = 0
//! zero_bytes_every = 40                     # 200 with nothing in it
//! login_as_pdf_every = 190                  # the session ends; the login page comes as application/pdf
//! slow_loris_every = 130                    # one byte a second
//! huge_download = 29                        # the n-th media document is a PDF header and 200 MB of zeroes, once
//!
//! # Sessions. All of them end just before these requests (numbers as in X-Request-Id).
//! expire_session_after_requests = [120, 300]
//! kick_after_requests = [700]               # as if the account had logged in elsewhere
//! # How a dead session shows: "usual", "redirect" (302), "page" (200 with a page that says so) or "alternate".
//! expiry_style = "alternate"
//! inactivity_minutes = 15                   # else 12 at hospital A, 15 at hospital B
//!
//! # The account.
//! password_expired = false
//! locked = false
//! # Base32 secret: the code page asks for the authenticator app, no mail is sent.
//! totp_secret = "…"
//!
//! # Code mails; "every" counts the codes a portal sends, resent ones too.
//! code_late_every = 4                       # delivered this much later, dated when it was sent:
//! code_late_secs = 15
//! code_twice_every = 2                      # the same mail delivered twice
//! old_code_first_every = 3                  # before it, a mail of an attempt twenty minutes ago
//! spoofed_code_every = 2                    # before it, a mail with another code and another domain's signature
//! ambiguous_code_every = 5                  # two codes one after the other, only the newer is valid
//! shared_recipient = false                  # both hospitals mail to dme.codes@gmail.com
//!
//! # Documents and messages that come late do so when their chart has been left alone for so long; else 5.
//! late_after_secs = 20
//! # Instead of the latency given at the start, milliseconds per request.
//! latency_ms = 300
//! ```

mod all;
mod decide;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::error::SimulatorError;

pub(crate) use decide::{CodeFaults, DocumentFault, PageFault};

/// How a dead session shows itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpiryStyle {
    /// The hospital's own way: A by a page, B by a redirect.
    #[default]
    Usual,
    /// 302 to the login page.
    Redirect,
    /// 200 with a page that says so (B: the login page) in place of what was asked for.
    Page,
    /// One session this way, the next the other.
    Alternate,
}

/// What goes wrong, and how often; see the module's text for each key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaultPlan {
    /// Probability (0 to 1) of a 502 per request.
    pub bad_gateway_probability: f64,
    /// Every n-th page answers 502; 0 is never, here and below.
    pub bad_gateway_every: u64,
    /// Every n-th page answers 500.
    pub internal_error_every: u64,
    /// Every n-th page says that the portal is being updated.
    pub maintenance_every: u64,
    /// Every n-th list or form says that it has expired.
    pub stale_page_every: u64,
    /// Every n-th page breaks off by a TCP reset.
    pub reset_every: u64,
    /// Every n-th request takes `slow_page_ms` longer.
    pub slow_page_every: u64,
    /// Milliseconds of a slow page.
    pub slow_page_ms: u64,
    /// Number of the one banner or viewer that shows another patient's identity.
    pub other_banner_once: u64,
    /// A "what's new" page comes once a session.
    pub whats_new: bool,
    /// Chart tabs come in another order each time.
    pub tabs_reordered: bool,
    /// Hospital A: the In Basket shows unread messages only at the start of each session.
    pub inbox_filter_left_on: bool,
    /// Hospital A: Notes shows twelve months only at the start of each session.
    pub notes_filter_left_on: bool,
    /// Probability (0 to 1) of a truncated document.
    pub truncate_probability: f64,
    /// Every n-th document is truncated.
    pub truncate_every: u64,
    /// Every n-th document is empty.
    pub zero_bytes_every: u64,
    /// Every n-th document ends the session and is the login page, called a PDF.
    pub login_as_pdf_every: u64,
    /// Every n-th document comes at one byte a second.
    pub slow_loris_every: u64,
    /// Number of the one media document that is 200 MB large.
    pub huge_download: u64,
    /// Request numbers before which all sessions end.
    pub expire_session_after_requests: Vec<u64>,
    /// Request numbers before which all sessions are ended by a login elsewhere.
    pub kick_after_requests: Vec<u64>,
    /// How a dead session shows.
    pub expiry_style: ExpiryStyle,
    /// Minutes without a request after which a session ends; none: the hospital's own.
    pub inactivity_minutes: Option<u64>,
    /// The account's password is expired.
    pub password_expired: bool,
    /// The account is locked.
    pub locked: bool,
    /// Base32 secret (RFC 6238, 6 digits, 30 s, SHA-1) of an authenticator app.
    pub totp_secret: Option<String>,
    /// Every n-th code is delivered late.
    pub code_late_every: u64,
    /// Seconds by which a late code is late.
    pub code_late_secs: u64,
    /// Every n-th code's mail is delivered twice.
    pub code_twice_every: u64,
    /// Before every n-th code comes one of an earlier attempt.
    pub old_code_first_every: u64,
    /// Before every n-th code comes a forged one.
    pub spoofed_code_every: u64,
    /// Every n-th code is followed by another that makes it void.
    pub ambiguous_code_every: u64,
    /// Both hospitals mail to one address without a plus part.
    pub shared_recipient: bool,
    /// Seconds a chart is left alone before its late documents and messages come; none: five.
    pub late_after_secs: Option<u64>,
    /// Milliseconds per request instead of the option given at the start.
    pub latency_ms: Option<u64>,
}

impl FaultPlan {
    /// Reads a plan from TOML text and checks it.
    ///
    /// # Errors
    /// [`SimulatorError::FaultPlan`] for unknown keys, wrong types and values out of range.
    pub fn from_toml(text: &str) -> Result<Self, SimulatorError> {
        let plan: Self =
            toml::from_str(text).map_err(|e| SimulatorError::FaultPlan { cause: e.to_string() })?;
        plan.check()?;
        Ok(plan)
    }

    /// Checks the values.
    ///
    /// # Errors
    /// [`SimulatorError::FaultPlan`] naming the first key out of range.
    pub fn check(&self) -> Result<(), SimulatorError> {
        let refuse = |cause: &str| Err(SimulatorError::FaultPlan { cause: cause.to_owned() });
        let fits = |p: f64| (0.0..=1.0).contains(&p);
        if !fits(self.bad_gateway_probability) {
            return refuse("bad_gateway_probability must lie between 0 and 1");
        }
        if !fits(self.truncate_probability) {
            return refuse("truncate_probability must lie between 0 and 1");
        }
        if self.inactivity_minutes == Some(0) {
            return refuse("inactivity_minutes must be at least 1");
        }
        if self.slow_page_every > 0 && self.slow_page_ms == 0 {
            return refuse("slow_page_every needs slow_page_ms, the milliseconds it takes");
        }
        if self.code_late_every > 0 && self.code_late_secs == 0 {
            return refuse("code_late_every needs code_late_secs, the seconds it takes");
        }
        if let Some(secret) = &self.totp_secret
            && crate::totp::secret_bytes(secret).is_none()
        {
            return refuse(
                "totp_secret must be base32 text of at least 16 bytes, as authenticator apps take it",
            );
        }
        Ok(())
    }
}
