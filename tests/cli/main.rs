//! The command line from outside: exit codes, answers, and what never stands in them.

mod configuration;
mod pdfs;
mod program;
mod reading;
mod records;
mod simulating;
mod usage;
