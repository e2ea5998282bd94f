//! Hundreds of seeds in every run; `make prove` runs thousands.

use crate::world::seeds::{self, Course};

#[test]
fn seeds_0_to_150() {
    seeds::run(0..150, Course::Usual);
}

#[test]
fn seeds_150_to_300() {
    seeds::run(150..300, Course::Usual);
}

#[test]
fn ten_requests_each_at_one_failing_call_in_five() {
    seeds::run(0..20, Course::Hard);
}
