//! This machine's clock, compared with the portals' as their answers tell it (`Date`, RFC 9110, 6.6.1).
//!
//! Codes are taken by the time at which their mails arrived, and computed from the time of day: a wrong clock makes
//! logins fail for no reason that could be seen anywhere else.

use super::CheckLine;
use domain::ids::PortalName;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{AGE, DATE, HeaderMap};

/// More than answers take and clocks in order differ; codes computed from the time live half a minute, mailed ones
/// eight.
const SKEW_MAX: SignedDuration = SignedDuration::from_mins(2);

/// How far this machine is ahead of somebody.
pub(super) type Offset = SignedDuration;

/// How far `now` is ahead of an answer's `Date`; none where it tells none, or was kept by somebody in between.
pub(super) fn offset(headers: &HeaderMap, now: Timestamp) -> Option<Offset> {
    if headers.contains_key(AGE) {
        return None;
    }
    let date = headers.get(DATE)?.to_str().ok()?;
    let there = jiff::fmt::rfc2822::parse(date).ok()?.timestamp();
    Some(now.duration_since(there))
}

/// One line for all portals; none where no portal told its time.
pub(super) fn compared(seen: &[(PortalName, Offset)]) -> Option<CheckLine> {
    let (name, worst) = seen.iter().max_by_key(|(_, offset)| offset.unsigned_abs())?;
    let agrees = |(_, offset): &&(PortalName, Offset)| offset.abs() <= SKEW_MAX;
    let wrong = seen.len() - seen.iter().filter(agrees).count();
    if wrong == 0 {
        let seconds = worst.as_secs().unsigned_abs();
        return Some(CheckLine::good("clock", format!("within {seconds} s of the portals' clocks")));
    }
    let way = if worst.is_negative() { "behind" } else { "ahead of" };
    let others =
        if wrong < seen.len() { "; another portal agrees with it, so that one may be wrong" } else { "" };
    let detail = format!(
        "{} min {way} the clock of portal {name}{others}\n\
         set this machine's clock (`timedatectl set-ntp true`): with a wrong one login codes are not taken",
        (worst.unsigned_abs().as_secs() + 30) / 60,
    );
    Some(CheckLine::bad("clock", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(offsets: &[i64]) -> Option<CheckLine> {
        let name = |number| PortalName::new(format!("portal-{number}"));
        let seen: Vec<_> = offsets
            .iter()
            .enumerate()
            .map(|(number, seconds)| (name(number), SignedDuration::from_secs(*seconds)))
            .collect();
        compared(&seen)
    }

    #[test]
    fn a_clock_an_hour_off_is_told_with_its_direction() {
        assert!(line(&[]).is_none());
        assert!(line(&[0, -1, 119]).is_some_and(|line| line.ok && line.detail.contains("119 s")));
        let ahead = line(&[3_600]).expect("a line");
        assert!(!ahead.ok && ahead.detail.contains("60 min ahead of the clock of portal portal-0"));
        let behind = line(&[-3_660, -3_600]).expect("a line");
        assert!(behind.detail.contains("61 min behind the clock of portal portal-0"), "{}", behind.detail);
        assert!(behind.detail.contains("timedatectl"));
        assert!(line(&[0, 3_600]).is_some_and(|line| line.detail.contains("another portal agrees")));
    }

    #[test]
    fn the_time_there_is_the_answers_own() {
        let now: Timestamp = "2026-11-22T13:00:05Z".parse().expect("a time");
        let mut headers = HeaderMap::new();
        assert_eq!(offset(&headers, now), None);
        headers.insert(DATE, "Sun, 22 Nov 2026 12:00:05 GMT".parse().expect("a value"));
        assert_eq!(offset(&headers, now), Some(SignedDuration::from_hours(1)));
        headers.insert(AGE, "3600".parse().expect("a value"));
        assert_eq!(offset(&headers, now), None, "kept by a cache");
    }
}
