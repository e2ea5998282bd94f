//! What hospital A keeps on its server for one session: the folder and page that were looked at last,
//! filters, and the tokens of pages sent out. Pure.

use std::collections::VecDeque;

/// Pages whose forms still work; older ones have expired.
const PAGES_MAX: usize = 200;

/// One session's desk.
#[derive(Clone, Default)]
pub(super) struct Desk {
    /// The department chosen is the one the messages lie under.
    pub(super) right_site: bool,
    /// Id of the In Basket folder shown.
    pub(super) folder: Option<String>,
    /// Page of it, from 1; 0 before the first look.
    pub(super) page: usize,
    /// Notes shows the last twelve months only.
    pub(super) notes_filter: bool,
    tokens: VecDeque<String>,
}

impl Desk {
    /// Remembers a page's `__STATE`.
    pub(super) fn hand_out(&mut self, token: String) {
        if self.tokens.len() >= PAGES_MAX {
            self.tokens.pop_front();
        }
        self.tokens.push_back(token);
    }

    /// Whether a form with this `__STATE` still works.
    pub(super) fn knows(&self, token: &str) -> bool {
        self.tokens.iter().any(|known| known == token)
    }

    /// Makes a page expire.
    pub(super) fn forget(&mut self, token: &str) {
        self.tokens.retain(|known| known != token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_page_expires_first() {
        let mut desk = Desk::default();
        for i in 0..=PAGES_MAX {
            desk.hand_out(i.to_string());
        }
        assert!(!desk.knows("0") && desk.knows("1") && desk.knows(&PAGES_MAX.to_string()));
        desk.forget("7");
        assert!(!desk.knows("7"));
    }
}
