//! `check` and wrong configurations.

use crate::program::{Place, ended};
use std::io::{Read, Write};
use std::net::TcpListener;

const GOOD: &str = r#"
[portals.hospital-b]
profile = "hospital-b"
url = "http://127.0.0.1:9"
username = "00123"
password = "file:password"
mfa = "person"
[portals.hospital-b.permission]
agreed_by = "R. Oakes"
role = "privacy officer"
agreed_on = "2020-01-01"
until = "2099-12-31"
account = "00123"
reference = "contract 17"
[destinations.folder]
path = "handover"
"#;

const CONFIG: [&str; 3] = ["--config", "connector.toml", "check"];

#[test]
fn a_sound_configuration_is_checked_without_a_trace() {
    let place = Place::new();
    place.write("connector.toml", GOOD);
    place.write("password", "s3cret");
    let ended = place.run(&CONFIG);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("hospital-b"), "{}", ended.stdout);
    assert_eq!(place.files(), ["connector.toml", "password"]);
}

#[test]
fn without_the_hospitals_permission_a_portal_is_not_checked_as_good() {
    for (from, to, told) in [
        ("[portals.hospital-b.permission]", "[ignored]", "permission missing"),
        ("2099-12-31", "2021-01-01", "permission ended"),
        ("agreed_on = \"2020-01-01\"", "agreed_on = \"2098-01-01\"", "permission not yet"),
        ("account = \"00123\"", "account = \"j.doe\"", "permission other account"),
    ] {
        let place = Place::new();
        // Without its head the section is gone.
        let text = if to == "[ignored]" {
            let (before, rest) = GOOD.split_once(from).expect("a permission");
            let (_, after) = rest.split_once("[destinations").expect("a destination");
            format!("{before}[destinations{after}")
        } else {
            GOOD.replace(from, to)
        };
        place.write("connector.toml", text);
        place.write("password", "s3cret");
        let ended = place.run(&CONFIG);
        assert_eq!(ended.code, 2, "{told}: {}", ended.stdout);
        assert!(
            ended.stdout.contains(told) && ended.stdout.contains("the portal is not touched"),
            "{}",
            ended.stdout
        );
    }
}

#[test]
fn what_comes_to_its_term_is_told_before_it_does() {
    let place = Place::new();
    let dates = "mfa = \"person\"\npassword_changed = \"2026-01-01\"\npassword_max_age = \"180d\"";
    place.write("connector.toml", GOOD.replace("mfa = \"person\"", dates));
    place.write("password", "s3cret");
    let ended = place.run(&CONFIG);
    // Long past, whenever this test runs.
    assert_eq!(ended.code, 2, "{}", ended.stdout);
    assert!(
        ended.stdout.contains("terms of hospital-b") && ended.stdout.contains("2026-06-30"),
        "{}",
        ended.stdout
    );
}

#[test]
fn five_mistakes_are_told_in_one_run() {
    let place = Place::new();
    place.write(
        "connector.toml",
        GOOD.replace("profile = \"hospital-b\"", "profile = \"hospital-bb\"")
            .replace("username", "usrname")
            .replace("mfa = \"person\"", "mfa = \"totp\"\npoll_interval = 3")
            .replace("[portals.hospital-b]", "store = \"mongodb://u:secret@h/d\"\n[portals.hospital-b]"),
    );
    let ended = place.run(&CONFIG);
    // Profile, user name twice (unknown and missing), secret, authenticator, interval, store.
    ended.fails(2, "the configuration has 7 mistakes", "connector.toml: ", "docs/configuration.md");
    for wanted in [
        "portals.hospital-b.profile: there is no such profile; did you mean `hospital-b`?",
        "portals.hospital-b.usrname: unknown key; did you mean `username`?",
        "portals.hospital-b.password: ",
        "portals.hospital-b.totp_secret: is missing",
        "portals.hospital-b.poll_interval: expected a text",
        "store: a password must not stand in the address",
    ] {
        assert!(ended.stderr.contains(wanted), "{wanted}: {}", ended.stderr);
    }
    let mut json = CONFIG.to_vec();
    json.push("--json");
    let ended = place.run(&json);
    assert_eq!(ended.code, 2);
    assert_eq!(ended.json("check")["mistakes"].as_array().expect("mistakes").len(), 7);
}

#[test]
fn the_environment_overrides_the_file_and_is_named_when_wrong() {
    let place = Place::new();
    place.write("connector.toml", GOOD);
    place.write("password", "s3cret");
    let mut command = place.command(&CONFIG);
    command.env("EPIC_CONNECTOR__PORTALS__HOSPITAL_B__URL", "https://other.example");
    assert_eq!(ended(command).code, 0);
    let mut command = place.command(&CONFIG);
    command.env("EPIC_CONNECTOR__QUEU", "sqlite:x");
    ended(command).fails(2, "the configuration has a mistake", "EPIC_CONNECTOR__QUEU", "docs");
}

#[test]
fn a_portal_that_is_not_there_is_a_line_and_a_failure() {
    let place = Place::new();
    place.write("connector.toml", GOOD);
    place.write("password", "s3cret");
    let mut args = CONFIG.to_vec();
    args.extend(["--connect", "--json"]);
    let ended = place.run(&args);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let answer = ended.json("check");
    let lines = answer["checks"].as_array().expect("checks");
    let line = |what: &str| lines.iter().find(|line| line["what"] == what).expect("the line");
    assert_eq!(line("portal hospital-b")["ok"], false, "nothing listens at port 9");
    assert_eq!(line("page recognition")["ok"], true, "{answer}");
    assert_eq!(line("store")["ok"], true);
    assert_eq!(place.files(), ["connector.toml", "password"], "checking leaves no trace");
}

/// Answers one request, with this time of day.
fn portal_at(time: jiff::Timestamp) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&time).expect("a date");
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let mut line = [0; 1024];
        let _ = stream.read(&mut line).expect("a request");
        write!(stream, "HTTP/1.1 204 No Content\r\ndate: {date}\r\nconnection: close\r\n\r\n")
            .expect("an answer");
    });
    format!("http://{address}")
}

#[test]
fn a_clock_that_differs_from_the_portals_is_a_failure() {
    let place = Place::new();
    place.write("connector.toml", GOOD);
    place.write("password", "s3cret");
    let mut args = CONFIG.to_vec();
    args.extend(["--connect", "--json"]);
    for (hours, ok, words) in
        [(0, true, "of the portals' clocks"), (-1, false, "60 min ahead of"), (1, false, "60 min behind")]
    {
        let mut command = place.command(&args);
        let url = portal_at(jiff::Timestamp::now() + jiff::SignedDuration::from_hours(hours));
        command.env("EPIC_CONNECTOR__PORTALS__HOSPITAL_B__URL", url);
        let answer = ended(command).json("check");
        let lines = answer["checks"].as_array().expect("checks");
        let line = lines.iter().find(|line| line["what"] == "clock").expect("the line");
        assert_eq!(line["ok"], ok, "{line}");
        assert!(line["detail"].as_str().is_some_and(|detail| detail.contains(words)), "{line}");
    }
}

#[test]
fn a_service_without_its_secret_does_not_start() {
    let place = Place::new();
    place.write("connector.toml", GOOD);
    let ended = place.run(&["--config", "connector.toml", "run"]);
    ended.fails(2, "the configuration has a mistake", "password", "docs/configuration.md");
    assert_eq!(place.files(), ["connector.toml"]);
}

const FAX: &str = r#"
[destinations.fax]
kind = "fax_pipeline"
files = "file:fax/in"
queue = "dir:fax/outbox"
called_number = "+15185550100"
"#;

#[test]
fn a_fax_pipeline_is_told_of_and_tried_without_a_trace() {
    let place = Place::new();
    place.write("connector.toml", format!("{GOOD}{FAX}"));
    place.write("password", "s3cret");
    let mut args = CONFIG.to_vec();
    args.extend(["--connect", "--json"]);
    let answer = place.run(&args).json("check");
    let lines = answer["checks"].as_array().expect("checks");
    let line = |what: &str| lines.iter().find(|line| line["what"] == what).expect("the line");
    let told = line("configuration")["detail"].as_str().expect("a text");
    assert!(told.contains("fax (fax pipeline: ") && told.contains("fax/outbox)"), "{told}");
    for end in ["destination folder", "destination fax: files", "destination fax: messages"] {
        assert_eq!(line(end)["ok"], true, "{end}: {answer}");
    }
    assert_eq!(place.files(), ["connector.toml", "password"], "checking leaves no trace");
    let servers = FAX.replace("file:fax/in", "s3://dme/in").replace("dir:fax/outbox", "sqs:fax");
    place.write("connector.toml", format!("{GOOD}{servers}[aws]\nregion = \"us-east-1\"\n"));
    let mut command = place.command(&args);
    for (name, value) in [
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ] {
        command.env(name, value);
    }
    let answer = ended(command).json("check");
    let ends: Vec<_> = answer["checks"].as_array().expect("checks").iter().collect();
    for end in ["destination fax: fax files in s3://dme/in", "destination fax: fax queue fax on SQS"] {
        let line = ends.iter().find(|line| line["what"].as_str().is_some_and(|what| what.starts_with(end)));
        assert_eq!(line.expect("the line")["ok"], false, "{answer}");
    }
}
