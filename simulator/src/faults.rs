//! Switches for what a real portal does wrong, read from TOML (`--faults FILE`) or set over
//! `POST /_sim/faults` as JSON.
//!
//! Everything is off by default. Decisions depend on the seed and the number of the request, never
//! on time, so a run with the same requests meets the same faults.
//!
//! ```toml
//! # A 502 with an HTML error page, for lists, viewer and documents (never for the login).
//! bad_gateway_probability = 0.02
//! bad_gateway_every = 0                     # every n-th such request; 0 is never
//! # A document whose Content-Length promises more than is sent.
//! truncate_probability = 0.01
//! truncate_every = 0
//! # All sessions end just before these requests (numbers as in X-Request-Id).
//! expire_session_after_requests = [120, 300]
//! # How a dead session shows: "redirect" (302), "page" (200 with the login page) or "alternate".
//! expiry_style = "alternate"
//! inactivity_minutes = 15
//! password_expired = false
//! locked = false
//! # Instead of the latency given at the start, milliseconds per request.
//! latency_ms = 300
//! # Base32 secret: the code page asks for the authenticator app, no mail is sent.
//! totp_secret = "…"
//! ```

use serde::{Deserialize, Serialize};

use crate::dice::Dice;
use crate::error::SimulatorError;

/// How a dead session shows itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpiryStyle {
    /// 302 to the login page.
    #[default]
    Redirect,
    /// 200 with the login page in place of what was asked for.
    Page,
    /// One session this way, the next the other.
    Alternate,
}

/// What goes wrong, and how often; see the module's text for each key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaultPlan {
    /// Probability (0 to 1) of a 502 per request.
    pub bad_gateway_probability: f64,
    /// Every n-th request answers 502; 0 is never.
    pub bad_gateway_every: u64,
    /// Probability (0 to 1) of a truncated document.
    pub truncate_probability: f64,
    /// Every n-th document is truncated; 0 is never.
    pub truncate_every: u64,
    /// Request numbers before which all sessions end.
    pub expire_session_after_requests: Vec<u64>,
    /// How a dead session shows.
    pub expiry_style: ExpiryStyle,
    /// Minutes without a request after which a session ends.
    pub inactivity_minutes: u64,
    /// The account's password is expired.
    pub password_expired: bool,
    /// The account is locked.
    pub locked: bool,
    /// Milliseconds per request instead of the option given at the start.
    pub latency_ms: Option<u64>,
    /// Base32 secret (RFC 6238, 6 digits, 30 s, SHA-1) of an authenticator app.
    pub totp_secret: Option<String>,
}

impl Default for FaultPlan {
    fn default() -> Self {
        Self {
            bad_gateway_probability: 0.0,
            bad_gateway_every: 0,
            truncate_probability: 0.0,
            truncate_every: 0,
            expire_session_after_requests: Vec::new(),
            expiry_style: ExpiryStyle::Redirect,
            inactivity_minutes: 15,
            password_expired: false,
            locked: false,
            latency_ms: None,
            totp_secret: None,
        }
    }
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
        if self.inactivity_minutes == 0 {
            return refuse("inactivity_minutes must be at least 1");
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

    /// Whether request `number` answers 502.
    pub(crate) fn bad_gateway(&self, seed: u64, number: u64) -> bool {
        hits("502", self.bad_gateway_probability, self.bad_gateway_every, seed, number)
    }

    /// Whether download `number` breaks off.
    pub(crate) fn truncated(&self, seed: u64, number: u64) -> bool {
        hits("truncate", self.truncate_probability, self.truncate_every, seed, number)
    }
}

fn hits(what: &str, probability: f64, every: u64, seed: u64, number: u64) -> bool {
    let nth = every > 0 && number.is_multiple_of(every);
    nth || (probability > 0.0 && Dice::of(seed, &format!("{what}/{number}")).chance(probability))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_plan_is_a_valid_plan_but_for_its_placeholder() {
        let text: String = include_str!("faults.rs")
            .lines()
            .skip_while(|line| !line.contains("```toml"))
            .skip(1)
            .take_while(|line| !line.contains("```"))
            .map(|line| line.trim_start_matches("//!").to_owned() + "\n")
            .collect();
        let plan = FaultPlan::from_toml(&text.replace('…', "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")).unwrap();
        assert_eq!(plan.expire_session_after_requests, [120, 300]);
        assert_eq!(plan.expiry_style, ExpiryStyle::Alternate);
    }

    #[test]
    fn unknown_keys_and_impossible_values_are_refused() {
        for text in [
            "bad_gatway_every = 3",
            "truncate_probability = 1.5",
            "inactivity_minutes = 0",
            "totp_secret = \"1\"",
        ] {
            assert!(FaultPlan::from_toml(text).is_err(), "{text} was taken");
        }
    }

    #[test]
    fn faults_depend_on_seed_and_number_alone() {
        let plan = FaultPlan { bad_gateway_probability: 0.3, truncate_every: 4, ..FaultPlan::default() };
        let run = |seed| (0..200).map(|n| plan.bad_gateway(seed, n)).collect::<Vec<_>>();
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
        let hits = run(1).iter().filter(|hit| **hit).count();
        assert!((30..=90).contains(&hits), "{hits} of 200 at 0.3");
        assert!(plan.truncated(1, 8) && !plan.truncated(1, 9));
    }
}
