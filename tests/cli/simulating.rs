//! `simulate`: runs until it is told to stop.

use crate::program::Place;
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

#[test]
fn the_hospital_writes_its_files_and_ends_with_term() {
    let place = Place::new();
    let mut command =
        place.command(&["simulate", "--port", "0", "--patients", "6", "--seed", "3", "--out", "hospital"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("an output")).lines();
    let first = lines.next().expect("a line").expect("text");
    assert!(first.contains("http://127.0.0.1:"), "{first}");
    let checked = place.run(&["--config", "hospital/connector.toml", "check"]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("a pid")).expect("a pid");
    kill_process(pid, Signal::TERM).expect("told to stop");
    assert!(child.wait().expect("an end").success());
    assert!(place.path("hospital/truth.json").is_file());
}

#[test]
fn both_hospitals_run_beside_each_other_with_every_fault_on() {
    let place = Place::new();
    let arguments = [
        "simulate",
        "--hospital",
        "both",
        "--port",
        "0",
        "--patients",
        "2",
        "--faults",
        "all",
        "--out",
        "two",
    ];
    let mut child = place.command(&arguments).stdout(Stdio::piped()).spawn().expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("an output")).lines();
    for portal in ["hospital-a", "hospital-b"] {
        let line = lines.next().expect("a line").expect("text");
        assert!(line.starts_with(portal) && line.contains("http://127.0.0.1:"), "{line}");
    }
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("a pid")).expect("a pid");
    kill_process(pid, Signal::TERM).expect("told to stop");
    assert!(child.wait().expect("an end").success());
}

#[test]
fn a_wrong_fault_plan_is_a_usage_mistake() {
    let place = Place::new();
    place.write("faults.toml", "bad_gatway_every = 3\n");
    let ended = place.run(&["simulate", "--port", "0", "--out", "hospital", "--faults", "faults.toml"]);
    ended.fails(2, "faults.toml", "bad_gatway_every", "mend the fault plan");
}
