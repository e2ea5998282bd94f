//! Mistakes in what a profile says as a whole: names, bounds, politeness, dates, the stay.

use super::Mistakes;
use crate::profile::{Limits, Politeness, Profile};
use crate::session::QuietHours;
use std::collections::BTreeSet;

/// Outcomes after which a message may be set Done.
const OUTCOMES: [&str; 6] = ["delivered", "duplicate", "not_dme", "rejected", "cancelled", "superseded"];

/// No wait of ours is longer; a larger number was meant in another unit.
const WAIT_MS_MAX: u64 = 60 * 60 * 1000;

pub(super) fn check(profile: &Profile, found: &mut Mistakes) {
    found.text("title", &profile.title);
    if jiff::tz::TimeZone::get(&profile.zone).is_err() {
        found.add("zone", "is no known IANA time zone, such as America/New_York");
    }
    if profile.wanted_folders.is_empty() {
        found.add("wanted_folders", "is empty; name the In Basket folders to read");
    }
    names("wanted_folders", &profile.wanted_folders, found);
    names("wanted_chart_types", &profile.wanted_chart_types, found);
    names("done_outcomes", &profile.done_outcomes, found);
    for (index, outcome) in profile.done_outcomes.iter().enumerate() {
        if !OUTCOMES.contains(&outcome.as_str()) {
            let known = OUTCOMES.join(", ");
            found.add(
                &format!("done_outcomes[{index}]"),
                format!("{outcome:?} is no outcome; known: {known}"),
            );
        }
    }
    if profile.done.is_none() && !profile.done_outcomes.is_empty() {
        found.add("done_outcomes", "must be empty where nothing says how a message is set Done; add [done]");
    }
    politeness(&profile.politeness, profile.stateless, found);
    limits(&profile.limits, found);
    for (at, patterns) in
        [("formats.dates", &profile.formats.dates), ("formats.date_times", &profile.formats.date_times)]
    {
        if patterns.is_empty() {
            found.add(at, "is empty; give at least one pattern, such as %m/%d/%Y");
        }
        for (index, pattern) in patterns.iter().enumerate() {
            format(&format!("{at}[{index}]"), pattern, at.ends_with("times"), found);
        }
    }
}

/// Names that are there, each once.
fn names(at: &str, all: &[String], found: &mut Mistakes) {
    let mut known = BTreeSet::new();
    for (index, name) in all.iter().enumerate() {
        let at = format!("{at}[{index}]");
        found.text(&at, name);
        if !known.insert(name.trim().to_lowercase()) {
            found.add(&at, "is named twice");
        }
    }
}

fn politeness(politeness: &Politeness, stateless: bool, found: &mut Mistakes) {
    found.positive("politeness.requests_per_minute", u64::from(politeness.requests_per_minute));
    found.positive("politeness.parallel_requests", politeness.parallel_requests as u64);
    found.positive("politeness.open_charts", politeness.open_charts as u64);
    if politeness.open_charts > 1 && !stateless {
        found.add(
            "politeness.open_charts",
            "must be 1 unless stateless = true: this portal keeps the current patient on its server, and a second \
             chart would change what the first one's pages show",
        );
    }
    if let Err(expected) = QuietHours::parse(&politeness.quiet_hours) {
        found.add("politeness.quiet_hours", expected);
    }
}

fn limits(limits: &Limits, found: &mut Mistakes) {
    for (at, wait_ms) in [
        ("limits.request_timeout_ms", limits.request_timeout_ms),
        ("limits.download_timeout_ms", limits.download_timeout_ms),
        ("limits.drawn_timeout_ms", limits.drawn_timeout_ms),
        ("limits.login_step_timeout_ms", limits.login_step_timeout_ms),
        ("limits.keep_alive_secs", limits.keep_alive_secs.saturating_mul(1000)),
    ] {
        found.positive(at, wait_ms);
        if wait_ms > WAIT_MS_MAX {
            let unit = if at.ends_with("_ms") { "milliseconds" } else { "seconds" };
            found.add(at, format!("is more than an hour; it is in {unit}"));
        }
    }
    found.positive("limits.download_bytes_max", limits.download_bytes_max);
    found.positive("limits.page_bytes_max", limits.page_bytes_max);
    found.positive("limits.list_pages_max", u64::from(limits.list_pages_max));
    found.positive("limits.document_parts_max", u64::from(limits.document_parts_max));
}

/// A pattern is sound when what it prints can be read back.
fn format(at: &str, pattern: &str, with_time: bool, found: &mut Mistakes) {
    let sample = jiff::civil::date(2026, 11, 20).at(9, 14, 0, 0);
    let parts =
        jiff::fmt::strtime::format(pattern, sample).and_then(|text| jiff::fmt::strtime::parse(pattern, text));
    let date = parts.as_ref().ok().and_then(|parts| parts.to_date().ok());
    if date != Some(sample.date()) {
        found.add(at, "is no strftime pattern of a whole date, such as %m/%d/%Y");
    } else if with_time && parts.ok().and_then(|parts| parts.to_time().ok()) != Some(sample.time()) {
        found.add(at, "is no strftime pattern of a date with its time of day, such as %m/%d/%Y %I:%M %p");
    }
}

/// The stay.
pub(super) fn session(profile: &Profile, found: &mut Mistakes) {
    let session = &profile.session;
    found.path("session.home_path", &session.home_path);
    found.path("session.login_path", &session.login_path);
    found.path("session.touch_path", &session.touch_path);
    if session.home_path.starts_with(&session.login_path) {
        found.add(
            "session.login_path",
            "is also the beginning of session.home_path: every page would mean an end",
        );
    }
    if session.login_selectors.is_empty() {
        found.add("session.login_selectors", "is empty; an ended session would go unnoticed");
    }
    found.selectors("session.login_selectors", &session.login_selectors);
    if let Some(csrf) = &session.csrf {
        found.selector("session.csrf.selector", &csrf.selector);
        found.text("session.csrf.attribute", &csrf.attribute);
        found.optional_text("session.csrf.header", csrf.header.as_ref());
        found.optional_text("session.csrf.field", csrf.field.as_ref());
        if csrf.header.is_none() == csrf.field.is_none() {
            found.add("session.csrf", "needs exactly one of header and field, in which the token goes back");
        }
    }
}
