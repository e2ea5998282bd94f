//! The interlock against the wrong patient: what follows when a screen shows whom, and what is no longer trusted.
//!
//! A screen that shows somebody else is looked at once more, since portals have hiccups; if it still does, nothing of
//! the chart is used. Held by a property test: after a quarantine nothing is trusted any more, and nothing is
//! accepted that a screen of this patient did not stand over.

use crate::ids::FragmentId;
use crate::patient::{IdentityConflict, IdentityVerdict};

/// A screen that says whose chart it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// The banner over a chart or a list.
    Banner,
    /// The header of a document's viewer.
    Document,
}

impl Screen {
    /// The name used in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Banner => "banner",
            Self::Document => "document",
        }
    }
}

/// What follows from a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InterlockVerdict {
    /// It is this patient's.
    GoOn,
    /// What this look gave is thrown away; look at the same screen once more.
    LookAgain,
    /// Nothing of this chart is used; a person has to look.
    Quarantine(IdentityConflict),
}

/// One opening of a chart.
#[derive(Debug)]
pub struct Interlock {
    /// Whether requests name their patient themselves.
    stateless: bool,
    /// What was downloaded since a banner last showed this patient.
    since_good_banner: Vec<FragmentId>,
    conflict: Option<IdentityConflict>,
}

impl Interlock {
    /// A chart about to be opened at a portal that is stateless, or keeps the current patient on its server.
    pub const fn new(stateless: bool) -> Self {
        Self { stateless, since_good_banner: Vec::new(), conflict: None }
    }

    /// A banner was seen; `again` at the second look.
    pub fn banner_seen(&mut self, seen: IdentityVerdict, again: bool) -> InterlockVerdict {
        let verdict = self.decide(seen, again);
        if verdict == InterlockVerdict::GoOn {
            self.since_good_banner.clear();
        }
        verdict
    }

    /// A document came, with its viewer's header; `again` at the second download.
    pub fn document_seen(
        &mut self,
        document: &FragmentId,
        seen: IdentityVerdict,
        again: bool,
    ) -> InterlockVerdict {
        let verdict = self.decide(seen, again);
        if verdict == InterlockVerdict::GoOn {
            self.since_good_banner.push(document.clone());
        }
        verdict
    }

    /// Downloads of this opening that must not be used for anybody any more.
    ///
    /// A portal that keeps the current patient on its server may have handed out any of them from somebody else's
    /// chart since a banner was last seen to be right, headers notwithstanding.
    pub fn distrusted(&self) -> &[FragmentId] {
        if self.conflict.is_some() && !self.stateless { &self.since_good_banner } else { &[] }
    }

    fn decide(&mut self, seen: IdentityVerdict, again: bool) -> InterlockVerdict {
        if let Some(conflict) = self.conflict {
            return InterlockVerdict::Quarantine(conflict);
        }
        match seen {
            IdentityVerdict::Same => InterlockVerdict::GoOn,
            IdentityVerdict::Different(_) if !again => InterlockVerdict::LookAgain,
            IdentityVerdict::Different(conflict) => {
                self.conflict = Some(conflict);
                InterlockVerdict::Quarantine(conflict)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Copy, Debug)]
    enum Look {
        Banner(bool),
        Document(bool),
    }

    fn look() -> impl Strategy<Value = Look> {
        // Seven in ten screens are right.
        (any::<bool>(), prop::bool::weighted(0.7))
            .prop_map(|(banner, right)| if banner { Look::Banner(right) } else { Look::Document(right) })
    }

    fn verdict_of(right: bool) -> IdentityVerdict {
        if right { IdentityVerdict::Same } else { IdentityVerdict::Different(IdentityConflict::Mrn) }
    }

    proptest! {
        /// A plain model beside the interlock: whatever screens show, twice wrong is the end, the end is final, and
        /// what came since the last right banner is distrusted exactly where the portal keeps the patient.
        #[test]
        fn nothing_is_used_after_a_screen_was_wrong_twice(
            looks in prop::collection::vec(look(), 0..40),
            stateless in any::<bool>(),
        ) {
            let mut interlock = Interlock::new(stateless);
            let (mut again, mut ended, mut doubtful) = (false, false, Vec::new());
            for (number, look) in looks.into_iter().enumerate() {
                let document = FragmentId::new(number.to_string());
                let (right, verdict) = match look {
                    Look::Banner(right) => (right, interlock.banner_seen(verdict_of(right), again)),
                    Look::Document(right) => {
                        (right, interlock.document_seen(&document, verdict_of(right), again))
                    }
                };
                ended |= !right && again;
                prop_assert_eq!(matches!(verdict, InterlockVerdict::Quarantine(_)), ended);
                prop_assert!(verdict != InterlockVerdict::GoOn || right, "accepted without a right screen");
                prop_assert!(verdict != InterlockVerdict::LookAgain || (!right && !again));
                match (look, verdict) {
                    (Look::Banner(_), InterlockVerdict::GoOn) => doubtful.clear(),
                    (Look::Document(_), InterlockVerdict::GoOn) => doubtful.push(document),
                    _ => {}
                }
                again = verdict == InterlockVerdict::LookAgain;
                let distrusted = if ended && !stateless { doubtful.as_slice() } else { &[] };
                prop_assert_eq!(interlock.distrusted(), distrusted);
            }
        }
    }
}
