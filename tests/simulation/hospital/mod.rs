//! A small scripted hospital in memory: its portal, its code mails, its charts as text. Deterministic: every
//! random choice comes from one seed.
//!
//! It meets the ports the real portal and the worker processes meet, counts what it is asked, and notes what
//! must never happen. It knows the domain and no actor, so that the actors' own tests use it too.

mod browser;
pub(crate) mod documents;
pub(crate) mod portal;
pub(crate) mod script;
mod stay;
pub(crate) mod stories;
mod terms;
mod texts;
