//! Which payer's rules are an order's: by the primary coverage's printed name and the patient's state; where a payer
//! borrows, the lender's as advice beside its own.

use crate::case_file;
use crate::knowledge::{Knowledge, Payer, RuleSet};
use domain::parser::{Coverage, Document};
use jiff::civil::Date;

/// The rules for one coverage.
pub(crate) struct InForce<'k> {
    own: &'k Payer,
    lender: Option<&'k Payer>,
    printed: String,
    state: Option<String>,
}

/// A rule set in force, with the payer whose lists it refers to.
pub(crate) struct Held<'k> {
    pub(crate) payer: &'k Payer,
    pub(crate) set: &'k RuleSet,
    /// Whether its required rules can stop an order.
    pub(crate) binding: bool,
}

impl<'k> InForce<'k> {
    /// The rules for the primary coverage; those of Medicare as advice where the payer is not known.
    pub(crate) fn of(
        coverages: &[Coverage],
        documents: &[Document],
        knowledge: &'k Knowledge,
    ) -> Option<Self> {
        let by_name = |name: &str| knowledge.payers.iter().find(|payer| payer.name == name);
        let state = case_file::state(documents);
        let primary = coverages.first();
        let named = primary.and_then(|coverage| {
            knowledge.payers.iter().find(|payer| payer.covers(&coverage.payer, state.as_deref()))
        });
        let payer = match primary {
            Some(coverage) if coverage.medicare => named.or_else(|| by_name("medicare")),
            _ => named,
        };
        let own = payer.or_else(|| knowledge.payers.iter().find(|payer| payer.names_any.is_empty()))?;
        let lender = own.rules_of.as_deref().and_then(by_name);
        let printed = primary.map(|coverage| coverage.payer.clone()).unwrap_or_default();
        Some(Self { own, lender, printed, state })
    }

    /// The rule sets that hold for a family on a day, the lender's first.
    pub(crate) fn sets(&self, family: &str, day: Option<Date>) -> Vec<Held<'k>> {
        let mut held = Vec::new();
        let state = self.state.as_deref();
        for (payer, binding) in
            self.lender.map(|lender| (lender, false)).into_iter().chain([(self.own, self.own.binding)])
        {
            // What is lent is lent whole: the borrower's name is none of the lender's plans.
            let printed =
                if std::ptr::eq(payer, self.own) { self.printed.as_str() } else { payer.name.as_str() };
            let sets = payer.rulesets(printed, state, family, day);
            held.extend(sets.into_iter().map(|set| Held { payer, set, binding }));
        }
        held
    }

    /// Whether the rules decide orders of the family.
    pub(crate) fn decides(&self, family: &str) -> bool {
        [Some(self.own), self.lender]
            .into_iter()
            .flatten()
            .any(|payer| payer.decides.iter().any(|name| name == family))
    }
}
