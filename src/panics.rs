//! What is said of a panic: where, never with what. A panic's text can quote a document.

use std::panic::{self, PanicHookInfo};

/// Replaces the default hook, which would print the panic's text.
pub fn install_hook() {
    panic::set_hook(Box::new(|info: &PanicHookInfo<'_>| {
        let place = info.location().map_or_else(
            || "an unknown place".to_owned(),
            |location| format!("{}:{}", location.file(), location.line()),
        );
        crate::output::note(&format!(
            "error: the program's own code failed\n  cause: a panic at {place}\n  way out: report this place; \
             a running service restarts the part that failed"
        ));
    }));
}
