//! Logging in, decided: which page this is, and what is done about it.
//!
//! [`classify`] names a page by the profile's signals; [`LoginFlow`] turns events into effects. It never
//! performs anything. Invariants, held by a property test: the password is submitted at most once in a flow,
//! never before the ledger has confirmed the attempt, and a flow that has ended stays ended.

mod codes;
mod events;
mod flow;
mod page;
mod scores;
mod steps;

pub use events::{
    CODE_LIFE, CODE_WAIT, CODES_PER_ATTEMPT_MAX, CodeSource, GaveUp, LOOKS_MAX, LoginEffect, LoginEvent,
    LoginPolicy, PAUSE_BETWEEN_LOOKS,
};
pub use flow::LoginFlow;
pub use page::{PageKind, PageSeen, classify, questions, terms_hash};
pub use scores::{PageScore, scores, stands_at};

#[cfg(test)]
mod tests;
