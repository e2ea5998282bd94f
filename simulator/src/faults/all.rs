//! The plan with every fault on, at rates a patient and careful visitor survives.

use super::{ExpiryStyle, FaultPlan};
use crate::dice::Dice;

impl FaultPlan {
    /// Every fault at once, for a hospital of about sixty patients.
    ///
    /// About four pages and five documents of a hundred go wrong. The counts differ by seed and lie
    /// so far apart that asking again meets another answer. Left out are the switches that stop
    /// everybody: an expired password, a locked account, an authenticator app. Also left out is the
    /// shared recipient, which changes the configuration: set it on top.
    pub fn all(seed: u64) -> Self {
        let mut dice = Dice::of(seed, "all faults");
        let mut about = |low: i64, high: i64| dice.between(low, high).unsigned_abs();
        Self {
            bad_gateway_probability: 0.0,
            bad_gateway_every: about(83, 97),
            internal_error_every: about(113, 127),
            maintenance_every: about(380, 430),
            stale_page_every: about(101, 109),
            reset_every: about(149, 167),
            slow_page_every: about(61, 79),
            slow_page_ms: 1_500,
            other_banner_once: about(7, 40),
            whats_new: true,
            tabs_reordered: true,
            inbox_filter_left_on: true,
            notes_filter_left_on: true,
            truncate_probability: 0.0,
            truncate_every: about(41, 59),
            zero_bytes_every: about(61, 79),
            login_as_pdf_every: about(170, 210),
            slow_loris_every: about(211, 251),
            huge_download: about(9, 40),
            expire_session_after_requests: vec![about(250, 450), about(1_100, 1_400)],
            kick_after_requests: vec![about(600, 900)],
            expiry_style: ExpiryStyle::Alternate,
            inactivity_minutes: None,
            password_expired: false,
            locked: false,
            totp_secret: None,
            code_late_every: 3,
            code_late_secs: 8,
            code_twice_every: 2,
            old_code_first_every: 1,
            spoofed_code_every: 2,
            // From the second on: a visitor who asks for another code gets a clean one.
            ambiguous_code_every: about(2, 3),
            shared_recipient: false,
            // Longer than a visitor waits before asking again for what has failed.
            late_after_secs: Some(20),
            latency_ms: None,
        }
    }
}
