//! Two thousand seeds of the simulation that every test run sees three hundred of.

use crate::world::seeds;

#[test]
fn seeds_1000_to_2000() {
    seeds::run(1000..2000);
}

#[test]
fn seeds_2000_to_3000() {
    seeds::run(2000..3000);
}
