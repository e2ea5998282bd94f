//! Tables of what is cared for, and of portals whose mails nobody could tell apart.

use crate::settings::{Settings, Variables};
use domain::ids::PortalName;
use std::time::Duration;

const PORTAL: &str = r#"
[portals.north]
profile = "hospital-b"
url = "https://carelink.example"
username = "dme"
password = "env:NORTH"
mfa = "mail"
mfa_recipient = "codes@supplier.example"
mfa_sender_domain = "hospital.example"
"#;

const PERMISSION: &str = r#"
[portals.north.permission]
agreed_by = "R. Oakes"
role = "privacy officer"
agreed_on = "2026-01-01"
until = "2026-12-31"
account = "dme"
reference = "contract 17"
"#;

fn load(text: &str) -> Result<Settings, String> {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("connector.toml");
    std::fs::write(&file, text).expect("written");
    Settings::load(Some(&file), &Variables::new()).map_err(|mistakes| mistakes.to_string())
}

fn north(keys: &str, more: &str) -> Result<Settings, String> {
    load(&format!("{PORTAL}{keys}\n{more}\n[destinations.folder]\npath = \"out\"\n"))
}

#[test]
fn an_account_is_cared_for_as_it_is_written() {
    let care = |keys: &str, more: &str| {
        let settings = north(keys, more).expect("loads");
        settings.portals[&PortalName::new("north")].care.clone()
    };
    let plain = care("", "");
    assert_eq!((plain.after_kick, plain.kicks_max, plain.warn_days), (Duration::from_mins(10), 3, 14));
    assert!(plain.permission.is_none() && plain.quiet_hours.is_none() && plain.password_until.is_none());
    let keys = "after_kick = \"1s\"\nkicks_max = 50\nquiet_hours = [\"22:00-05:30\"]\nwarn_before = \"30d\"\n\
                password_changed = \"2026-06-01\"\npassword_max_age = \"180d\"\naccess_expires = \"2026-12-31\"";
    let full = care(keys, PERMISSION);
    assert_eq!((full.after_kick, full.kicks_max, full.warn_days), (Duration::from_secs(1), 50, 30));
    assert_eq!(full.password_until.map(|day| day.to_string()).as_deref(), Some("2026-11-28"));
    assert_eq!(full.permission.map(|entry| entry.until.to_string()).as_deref(), Some("2026-12-31"));
    assert!(care("quiet_hours = []", "").quiet_hours.is_some_and(|hours| hours.is_empty()));
}

#[test]
fn each_mistake_is_told_at_its_place() {
    let until = PERMISSION.replace("2026-12-31", "2025-12-31");
    let missing = PERMISSION.replace("account = \"dme\"\n", "");
    let unknown = PERMISSION.replace("role =", "rule =");
    for (keys, more, expected) in [
        ("quiet_hours = [\"22-5\"]", "", "portals.north.quiet_hours: expected a span"),
        ("access_expires = \"soon\"", "", "portals.north.access_expires: expected a day"),
        ("warn_before = \"2w\"", "", "portals.north.warn_before: expected a number of days"),
        ("password_changed = \"2026-06-01\"", "", "portals.north.password_max_age: is missing"),
        ("password_max_age = \"180d\"", "", "portals.north.password_changed: is missing"),
        ("kicks_max = 0", "", "portals.north.kicks_max: expected a whole number"),
        ("", until.as_str(), "portals.north.permission.until: lies before agreed_on"),
        ("", missing.as_str(), "portals.north.permission.account: is missing"),
        ("", unknown.as_str(), "portals.north.permission.rule: unknown key"),
    ] {
        let mistakes = north(keys, more).expect_err(expected);
        assert!(mistakes.contains(expected), "{expected}: {mistakes}");
    }
}

#[test]
fn portals_of_one_mailbox_are_told_apart_or_take_turns() {
    let south = |text: &str| text.replace("north", "south").replace("NORTH", "SOUTH");
    let pair = |ours: Option<&str>, theirs: Option<&str>| {
        let subject = |words: Option<&str>| {
            words.map_or_else(String::new, |words| format!("mfa_subject = \"{words}\"\n"))
        };
        let (ours, theirs) = (subject(ours), subject(theirs));
        load(&format!("{PORTAL}{ours}{}{theirs}[destinations.folder]\npath = \"out\"\n", south(PORTAL)))
    };
    assert!(pair(None, None).is_ok(), "they log in one after the other");
    assert!(pair(Some("North"), Some("South")).is_ok());
    for (ours, theirs, expected) in [
        (Some("North"), None, "give both an mfa_subject"),
        (None, Some("South"), "give both an mfa_subject"),
        (Some("Hospital"), Some("hospital south"), "one of it and that of portal north holds the other"),
    ] {
        let mistakes = pair(ours, theirs).expect_err(expected);
        assert!(mistakes.contains(expected) && mistakes.contains("portals.south.mfa_subject"), "{mistakes}");
    }
}
