//! Which request meets which fault. Pure: seed and number in, fault out.

use super::FaultPlan;
use crate::dice::Dice;

/// What happens to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageFault {
    /// 502, the portal never saw the request.
    BadGateway,
    /// 500, nothing was done.
    InternalError,
    /// The portal is being updated.
    Maintenance,
    /// The page was made, its answer breaks off by a reset.
    Reset,
}

/// What happens to a document's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocumentFault {
    /// Half of it, then the connection closes.
    Truncated,
    /// 200 and no bytes.
    Empty,
    /// The session ends and the login page comes under the document's type.
    LoginPage,
    /// One byte a second.
    SlowLoris,
    /// 200 MB.
    Huge,
}

/// What happens around the mail with one code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct CodeFaults {
    /// Seconds until it is delivered.
    pub(crate) late_secs: u64,
    pub(crate) twice: bool,
    pub(crate) old_first: bool,
    pub(crate) spoofed_first: bool,
    pub(crate) ambiguous: bool,
}

impl FaultPlan {
    /// What happens to the `number`-th page.
    pub(crate) fn page(&self, seed: u64, number: u64) -> Option<PageFault> {
        // The rarer ones first, so that none is always hidden behind another.
        let struck = [
            (self.maintenance_every, PageFault::Maintenance),
            (self.reset_every, PageFault::Reset),
            (self.internal_error_every, PageFault::InternalError),
            (self.bad_gateway_every, PageFault::BadGateway),
        ]
        .into_iter()
        .find(|(every, _)| nth(*every, number))
        .map(|(_, fault)| fault);
        let by_chance = || drawn("502", self.bad_gateway_probability, seed, number);
        struck.or_else(|| by_chance().then_some(PageFault::BadGateway))
    }

    /// What happens to the `number`-th document; `media` counts media documents when it is one.
    pub(crate) fn document(&self, seed: u64, number: u64, media: Option<u64>) -> Option<DocumentFault> {
        if self.huge_download > 0 && media == Some(self.huge_download) {
            return Some(DocumentFault::Huge);
        }
        let struck = [
            (self.login_as_pdf_every, DocumentFault::LoginPage),
            (self.slow_loris_every, DocumentFault::SlowLoris),
            (self.zero_bytes_every, DocumentFault::Empty),
            (self.truncate_every, DocumentFault::Truncated),
        ]
        .into_iter()
        .find(|(every, _)| nth(*every, number))
        .map(|(_, fault)| fault);
        let by_chance = || drawn("truncate", self.truncate_probability, seed, number);
        struck.or_else(|| by_chance().then_some(DocumentFault::Truncated))
    }

    /// Whether the `number`-th list or form has expired.
    pub(crate) fn stale(&self, number: u64) -> bool {
        nth(self.stale_page_every, number)
    }

    /// Milliseconds the `number`-th request takes on top.
    pub(crate) fn slowness_ms(&self, number: u64) -> u64 {
        if nth(self.slow_page_every, number) { self.slow_page_ms } else { 0 }
    }

    /// What happens around the `number`-th code.
    pub(crate) fn code(&self, number: u64) -> CodeFaults {
        CodeFaults {
            late_secs: if nth(self.code_late_every, number) { self.code_late_secs } else { 0 },
            twice: nth(self.code_twice_every, number),
            old_first: nth(self.old_code_first_every, number),
            spoofed_first: nth(self.spoofed_code_every, number),
            ambiguous: nth(self.ambiguous_code_every, number),
        }
    }
}

/// Numbers begin at 1.
fn nth(every: u64, number: u64) -> bool {
    every > 0 && number > 0 && number.is_multiple_of(every)
}

fn drawn(what: &str, probability: f64, seed: u64, number: u64) -> bool {
    probability > 0.0 && Dice::of(seed, &format!("{what}/{number}")).chance(probability)
}
