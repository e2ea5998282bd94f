//! What a person does for an account whose logins were cut off three times: looks, and unlocks.

use crate::support::Hospital;
use std::process::{Command, Output};

/// Unlocks every account that was locked because its logins were cut off; any other lock fails the proof. There must be
/// a store to look into: the service has been started before.
pub(crate) fn look_after(hospital: &Hospital) {
    // It ends with 1 where something wants a person; what it says counts.
    let status = ask(hospital, &["portal", "status", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&status.stdout)
        .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&status.stderr)));
    for portal in report["portals"].as_array().expect("portals") {
        if portal["locked"].is_null() {
            continue;
        }
        let cause = &portal["locked"]["cause"];
        let fair = ["unresolved_attempts", "codes_refused"].iter().any(|fair| cause == fair);
        assert!(fair, "locked for {cause}");
        let name = portal["portal"].as_str().expect("a name");
        assert!(ask(hospital, &["portal", "unlock", name]).status.success(), "{name} was not unlocked");
        println!("    a person unlocked {name}: {cause}");
    }
}

fn ask(hospital: &Hospital, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_epic-connector"));
    command.args(arguments).arg("--config").arg(hospital.config()).output().expect("the program runs")
}
