//! The architecture as tests: who may depend on whom and on what, and the habits every file keeps.
//!
//! The compiler keeps the direction of dependencies only as long as nobody adds a line to a
//! Cargo.toml; these tests hold the manifests, the sources and the two maps (README.md,
//! ARCHITECTURE.md) against the tables written down here. Whoever changes the architecture changes a
//! table on purpose.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "the lints spare test functions only; the shared helpers fail a test in the same way"
)]

mod edges;
mod externals;
mod habits;
mod maps;
mod sources;
mod workspace;

/// Fails with all problems at once, so that one run shows everything there is to mend.
fn none(problems: Vec<String>, what_to_do: &str) {
    assert!(problems.is_empty(), "{what_to_do}:\n  {}", problems.join("\n  "));
}
