//! What of a chart is read, decided: which documents belong to the plan, what is trusted, how much may be taken, and
//! the completeness ledger that gives a reason for everything not captured.

mod budget;
mod captured;
mod fragment;
mod interlock;
mod ledger;
mod plan;
mod rules;

pub use budget::{ChartBudget, ChartLimit, DocumentAttempts, OpenedCharts, Spent};
pub use captured::CapturedChart;
pub use fragment::{ContentKind, Fragment, ListedDocument, Part, Section};
pub use interlock::{Interlock, InterlockVerdict, Screen};
pub use ledger::{LedgerLine, NotCaptured, incomplete};
pub use plan::{CollectionPlan, SectionPlan};
pub use rules::ChartRules;
