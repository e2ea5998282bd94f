//! Looking at a portal: which pages it shows, how surely the profile knows them, how long each takes. Opens no
//! message and no chart, downloads nothing.

mod report;
mod walk;
mod watched;

pub use report::{PageReport, ProbeReport, RunnerUp, ShellReport, drift_table};
pub use walk::{Look, look};
