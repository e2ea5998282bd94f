//! Pages that were not what they should have been, kept for a person; as few of one kind as it takes to look.

use crate::view::Page;
use crate::words;
use domain::ids::PortalName;
use domain::ports::{Clock, Evidence, EvidenceStore, PagePicture, PortalError};
use domain::redacted::Redacted;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Pages of one kind that are kept of one stay: the rest tells nothing more.
const OF_A_KIND_MAX: u32 = 3;

/// As much of a page as is kept, in bytes.
const KEPT_BYTES_MAX: usize = 1 << 20;

/// Keeps evidence of one portal.
#[derive(Clone)]
pub struct EvidenceKeeper {
    /// Where it is kept, sealed.
    pub store: Arc<dyn EvidenceStore>,
    /// Tells when it was taken.
    pub clock: Arc<dyn Clock>,
    /// Of which portal.
    pub portal: PortalName,
}

impl fmt::Debug for EvidenceKeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EvidenceKeeper").field("portal", &self.portal).finish_non_exhaustive()
    }
}

/// What of a stay is kept.
#[derive(Debug)]
pub(crate) struct Kept {
    keeper: Option<EvidenceKeeper>,
    of_a_kind: Mutex<HashMap<String, u32>>,
}

impl Kept {
    pub(crate) fn new(keeper: Option<EvidenceKeeper>) -> Self {
        Self { keeper, of_a_kind: Mutex::default() }
    }

    /// Keeps the page, if the error is about what it shows. Evidence that cannot be kept stops nothing.
    pub(crate) async fn page(&self, page: &Page, error: &PortalError) {
        let Some(keeper) = &self.keeper else { return };
        let (called, signal) = match error {
            PortalError::UnexpectedPage { page, signal } => (page.clone(), signal.clone()),
            PortalError::WrongPatient { screen, conflict } => {
                (screen.clone(), format!("shows another patient: {conflict:?}"))
            }
            _ => return,
        };
        if !self.is_wanted(format!("{called}: {signal}")) {
            return;
        }
        let shown = &page.bytes[..page.bytes.len().min(KEPT_BYTES_MAX)];
        let picture =
            PagePicture { html: Some(Redacted::new(words::decoded(shown).into_owned())), png: None };
        let portal = keeper.portal.clone();
        let evidence = Evidence { portal, taken_at: keeper.clock.now(), page: called, signal, picture };
        let _ = keeper.store.keep(&evidence).await;
    }

    fn is_wanted(&self, kind: String) -> bool {
        let mut kinds = self.of_a_kind.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = kinds.entry(kind).or_default();
        *seen += 1;
        *seen <= OF_A_KIND_MAX
    }
}
