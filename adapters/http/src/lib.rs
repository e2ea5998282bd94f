//! An authenticated stay at a portal, over HTTP with the browser's cookies.
//!
//! What is where comes from the profile. The adapter's own part is safety: it judges every answer before it is
//! used, believes no screen that shows another patient, keeps one chart open at a time, spares the portal, and
//! bounds requests, sizes and times.
//!
//! From the outside in: `portal` (the door) makes a `stay`, which `inbox` and `chart`/`document` speak through;
//! `ask` says a profile's request, `exchange` sends it under `politeness`, `signals` judges the answer; `list` and
//! `paging` read lists, `value`, `table` and `label` what stands in them, and `interlock` whose they are. `reader`
//! is the profile compiled. `shell` reads the portal for its shape alone, through `mask`.

mod ask;
mod chart;
mod compile;
mod content;
mod cookies;
mod document;
mod evidence;
mod exchange;
mod fill;
mod form;
mod inbox;
mod interlock;
mod label;
mod list;
mod mask;
mod paging;
mod politeness;
mod portal;
mod reader;
mod shell;
mod signals;
mod stay;
mod table;
mod value;
mod view;
mod words;

pub use evidence::EvidenceKeeper;
pub use politeness::PolitenessCounts;
pub use portal::{Aids, HttpPortal, HttpPortalError, profile_mistakes};
