//! Turns a panic of a parser into an error. Damaged files reach corners of foreign code that were written
//! as "cannot happen"; one bad fragment must not cost the packet.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// A panic was caught. Its message is dropped on purpose: it can quote the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Panicked;

/// Runs `work`; a panic inside becomes `Err`. What `work` touched must not be used afterwards.
pub(crate) fn shielded<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Panicked)
}
