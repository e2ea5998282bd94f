//! Tables of quiet hours, around midnight and around the days on which clocks change.

use super::QuietHours;
use jiff::Timestamp;
use jiff::tz::TimeZone;

fn hours(spans: &[&str]) -> QuietHours {
    QuietHours::parse(&spans.iter().map(|span| (*span).to_owned()).collect::<Vec<_>>()).expect("spans")
}

fn zone() -> TimeZone {
    TimeZone::get("America/New_York").expect("a zone")
}

fn at(text: &str) -> Timestamp {
    let civil: jiff::civil::DateTime = text.parse().expect("a time");
    zone().to_timestamp(civil).expect("a time")
}

#[test]
fn a_span_past_midnight_ends_in_the_morning() {
    let night = hours(&["22:00-05:30"]);
    for (now, until) in [
        ("2026-11-20T21:59:59", None),
        ("2026-11-20T22:00:00", Some("2026-11-21T05:30:00")),
        ("2026-11-21T00:00:00", Some("2026-11-21T05:30:00")),
        ("2026-11-21T05:29:59", Some("2026-11-21T05:30:00")),
        ("2026-11-21T05:30:00", None),
    ] {
        assert_eq!(night.quiet_until(at(now), &zone()), until.map(at), "{now}");
    }
    assert_eq!(night.next_begin(at("2026-11-20T12:00:00"), &zone()), Some(at("2026-11-20T22:00:00")));
    assert_eq!(night.next_begin(at("2026-11-20T22:00:00"), &zone()), Some(at("2026-11-21T22:00:00")));
}

#[test]
fn spans_that_touch_are_one() {
    let rounds = hours(&["07:00-08:00", "08:00-09:15", "12:00-12:30"]);
    assert_eq!(rounds.quiet_until(at("2026-11-20T07:10:00"), &zone()), Some(at("2026-11-20T09:15:00")));
    assert_eq!(rounds.quiet_until(at("2026-11-20T10:00:00"), &zone()), None);
    assert_eq!(rounds.next_begin(at("2026-11-20T10:00:00"), &zone()), Some(at("2026-11-20T12:00:00")));
}

#[test]
fn the_days_on_which_clocks_change_have_their_quiet_hours_too() {
    let night = hours(&["01:00-02:30"]);
    // In spring 02:30 is passed over: the clocks show 03:30 then, an hour and a half after the begin.
    let begin = at("2026-03-08T01:00:00");
    let until = night.quiet_until(begin, &zone()).expect("quiet");
    assert!(until > begin && night.quiet_until(until, &zone()).is_none());
    // In autumn 01:30 comes twice and is quiet both times.
    let first = at("2026-11-01T01:30:00");
    let second = first + jiff::SignedDuration::from_hours(1);
    assert!(night.quiet_until(first, &zone()).is_some() && night.quiet_until(second, &zone()).is_some());
    assert_eq!(night.quiet_until(second, &zone()), Some(at("2026-11-01T02:30:00")));
}

#[test]
fn what_is_no_span_is_refused() {
    let none = hours(&[]);
    assert!(none.is_empty() && none.quiet_until(at("2026-11-20T03:00:00"), &zone()).is_none());
    for spans in [
        vec!["22:00"],
        vec!["22-5"],
        vec!["25:00-05:00"],
        vec!["05:00-05:00"],
        vec!["00:00-12:00", "12:00-00:00"],
    ] {
        let spans: Vec<String> = spans.into_iter().map(str::to_owned).collect();
        assert!(QuietHours::parse(&spans).is_err(), "{spans:?}");
    }
}
