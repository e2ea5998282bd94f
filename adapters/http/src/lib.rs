//! An authenticated stay at a portal, over HTTP with the browser's cookies.
//!
//! What is where comes from the profile. The adapter's own part is safety: it tells an ended session by every
//! sign there is, believes no screen that shows another patient, keeps one chart open at a time, and bounds
//! requests, sizes and times.

mod chart;
mod content;
mod exchange;
mod page;
mod portal;
mod reading;
mod session;

pub use portal::{HttpPortal, HttpPortalError};
