//! Standard output: answers for the reader or the program behind the pipe. A closed pipe is no failure, the
//! reader has seen enough.

use crate::error::Failure;
use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};
use serde::Serialize;
use std::io::{self, ErrorKind, IsTerminal, Write};

/// Columns of a table that is not shown on a terminal.
const PLAIN_WIDTH: u16 = 160;

/// A line under the heading and none elsewhere: many rows, little ink.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Writes text and a line end.
///
/// # Errors
/// Standard output cannot be written to.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::failed("standard output", error, "give it somewhere to go"))
        }
        _ => Ok(()),
    }
}

/// Writes a value as indented JSON.
///
/// # Errors
/// Those of [`print`].
pub fn print_json<T: Serialize>(value: &T) -> Result<(), Failure> {
    print(&json(value)?)
}

/// A value as indented JSON.
///
/// # Errors
/// The value cannot be written as JSON, which is a defect.
pub fn json<T: Serialize>(value: &T) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map_err(|error| Failure::failed("the JSON answer", error, "report this as a defect"))
}

/// Writes to stderr what is no error: where a service listens, what it waits for.
pub fn note(text: &str) {
    // Nobody to tell when stderr itself is gone.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// An empty table with a heading, wide as the terminal.
pub fn table(heading: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic);
    if !io::stdout().is_terminal() {
        table.set_width(PLAIN_WIDTH);
    }
    table.set_header(heading.to_vec());
    table
}
