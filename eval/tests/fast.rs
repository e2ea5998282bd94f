//! A small run as a guard: some packets of houses that are not held out, as they were printed, over low floors.

use eval::{Floor, Options, below, run, text};

/// What a small run must reach; `floor.toml` holds the whole run to more.
const FLOOR: &str = include_str!("fast_floor.toml");

#[test]
fn a_small_run_stays_over_its_floor() {
    let options = Options {
        packets: 40,
        seed: 1,
        scanned_share: 0.0,
        noisy: false,
        house: None,
        only: None,
        held_out: false,
        cache: std::env::temp_dir(),
        write: None,
        threads: 2,
    };
    let tallies = run(&options).expect("the templates, the reader and config/ are right");
    let floor = Floor::from_toml(FLOOR).expect("the floor is a table of tables of numbers");
    let under = below(&tallies, &floor);
    assert!(under.is_empty(), "{}\n{}", text(&tallies, false), under.join("\n"));
}

#[test]
fn the_whole_floor_can_be_read() {
    Floor::from_toml(include_str!("../floor.toml")).expect("the floor is a table of tables of numbers");
}
