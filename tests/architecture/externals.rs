//! Foreign crates that a layer must not know, and the clocks and dice its sources must not touch.

use crate::none;
use crate::workspace::{Kind, Workspace, only_in_tests, read, rust_files};

/// Frameworks that decide how work is scheduled.
const ACTOR_FRAMEWORKS: &[&str] = &["ractor", "actix"];

/// Async runtimes, and what stands on them.
const RUNTIMES: &[&str] = &["tokio", "ractor", "async-std", "smol"];

/// What talks to a database, a browser, a cloud or the network.
const SDKS: &[&str] = &[
    "aws-config",
    "aws-sdk-kms",
    "aws-sdk-s3",
    "aws-sdk-sqs",
    "axum",
    "chromiumoxide",
    "hyper",
    "mail-parser",
    "mongodb",
    "reqwest",
    "rusqlite",
    "temporalio-client",
];

/// Rendering, recognition and PDF libraries: they crash on bad input, so only `documents` has them.
const DOCUMENT_LIBRARIES: &[&str] = &["hayro", "image", "lopdf", "tesseract"];

/// Writing to logs and traces is the shell's business.
const TELEMETRY: &[&str] = &["tracing", "opentelemetry"];

/// Randomness; only direct dependencies count, since hashing crates bring it along unused.
const DICE: &[&str] = &["rand", "rand_chacha", "getrandom", "fastrand"];

/// Per crate: what must not be reachable at all, and what the manifest must not name.
struct Ban {
    member: &'static str,
    reachable: &'static [&'static [&'static str]],
    named: &'static [&'static [&'static str]],
    why: &'static str,
}

const BANS: &[Ban] = &[
    Ban {
        member: "domain",
        reachable: &[RUNTIMES, SDKS, DOCUMENT_LIBRARIES, TELEMETRY],
        named: &[DICE],
        why: "decisions are pure functions and ports are traits; time and randomness are arguments",
    },
    Ban {
        member: "understanding",
        reachable: &[RUNTIMES, SDKS, DOCUMENT_LIBRARIES, TELEMETRY],
        named: &[DICE],
        why: "from words to meaning is a pure function",
    },
    Ban {
        member: "contract",
        reachable: &[ACTOR_FRAMEWORKS, SDKS, DOCUMENT_LIBRARIES],
        named: &[],
        why: "a port's contract holds for any back end",
    },
    Ban {
        member: "memory",
        reachable: &[RUNTIMES, SDKS, DOCUMENT_LIBRARIES],
        named: &[],
        why: "the in-memory ports are std only",
    },
    Ban {
        member: "documents",
        reachable: &[RUNTIMES, SDKS],
        named: &[],
        why: "it is synchronous and runs only in worker processes, behind a pipe and a deadline",
    },
    Ban {
        member: "actors",
        reachable: &[SDKS, DOCUMENT_LIBRARIES],
        named: &[],
        why: "actors know ports, never what meets them",
    },
    Ban {
        member: "supervision",
        reachable: &[SDKS, DOCUMENT_LIBRARIES],
        named: &[DICE],
        why: "it starts and stops actors and knows nothing else",
    },
];

/// An SDK and the one crate of ours that may name it (the program and the simulator aside, which
/// have their own ends of HTTP).
const OWNERS: &[(&str, &str)] = &[
    ("aws-sdk-kms", "aws"),
    ("aws-sdk-s3", "aws"),
    ("aws-sdk-sqs", "aws"),
    ("chromiumoxide", "chromium"),
    ("hayro", "documents"),
    ("lambda_runtime", "mail-lambda"),
    ("libloading", "tesseract"),
    ("mail-parser", "mail"),
    ("mongodb", "mongo"),
    ("rusqlite", "sqlite"),
];

/// Folders whose sources take time, randomness and the outside world from others. Actors may ask
/// tokio for its monotonic clock, which tests can pause, but the time of day comes from the Clock port.
const SHELTERED: &[(&str, &[&[&str]])] = &[
    ("domain/src/", &[OUTSIDE, TIME_OF_DAY, &["Instant::now", "RandomState"]]),
    ("understanding/src/", &[OUTSIDE, TIME_OF_DAY, &["Instant::now", "RandomState"]]),
    ("actors/src/", &[OUTSIDE, TIME_OF_DAY, &["std::time::Instant"]]),
    ("supervision/src/", &[OUTSIDE, TIME_OF_DAY, &["std::time::Instant"]]),
];

const TIME_OF_DAY: &[&str] = &["SystemTime::now", "Timestamp::now", "Zoned::now"];

const OUTSIDE: &[&str] = &["std::env::", "std::fs::", "std::net::", "std::process::", "std::thread::"];

#[test]
fn no_layer_reaches_what_it_must_not_know() {
    let workspace = Workspace::load();
    let mut problems = Vec::new();
    for ban in BANS {
        let reach = workspace.reach(ban.member);
        for name in ban.reachable.iter().copied().flatten() {
            problems.extend(reach.get(*name).map(|path| format!("{path}: {}", ban.why)));
        }
        let named = workspace.named(ban.member, Kind::Normal);
        for name in ban.named.iter().copied().flatten().filter(|name| named.contains(**name)) {
            problems.push(format!("{} → {name}: {}", ban.member, ban.why));
        }
    }
    none(problems, "take these dependencies out");
}

#[test]
fn each_sdk_has_one_owner() {
    let workspace = Workspace::load();
    let mut problems = Vec::new();
    for member in workspace.members().keys() {
        let named = workspace.named(member, Kind::Normal);
        let foreign = OWNERS.iter().filter(|(sdk, owner)| named.contains(*sdk) && member != owner);
        problems.extend(foreign.map(|(sdk, owner)| format!("`{member}` names {sdk}, which is `{owner}`'s")));
    }
    none(problems, "go through the port the owner meets");
}

#[test]
fn sheltered_sources_reach_for_no_clock_dice_or_file() {
    let mut problems = Vec::new();
    for path in rust_files() {
        let Some((_, calls)) = SHELTERED.iter().find(|(folder, _)| path.starts_with(folder)) else {
            continue;
        };
        if only_in_tests(&path) {
            continue;
        }
        for (index, line) in read(&path).lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            let found = calls.iter().copied().flatten().filter(|call| line.contains(**call));
            problems.extend(found.map(|call| format!("{path}:{}: {call}", index + 1)));
        }
    }
    none(problems, "make it an argument, or ask a port");
}
