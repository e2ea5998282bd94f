//! Two thousand seeds of the simulation that every test run sees three hundred of, and ten thousand requests at one
//! failing call in five.

use crate::world::seeds::{self, Course};

#[test]
fn seeds_1000_to_2000() {
    seeds::run(1000..2000, Course::Usual);
}

#[test]
fn seeds_2000_to_3000() {
    seeds::run(2000..3000, Course::Usual);
}

#[test]
fn ten_requests_each_at_one_failing_call_in_five_20_to_510() {
    seeds::run(20..510, Course::Hard);
}

#[test]
fn ten_requests_each_at_one_failing_call_in_five_510_to_1000() {
    seeds::run(510..1000, Course::Hard);
}
