//! Lambda.
fn main() {}
