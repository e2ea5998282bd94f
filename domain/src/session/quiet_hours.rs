//! Times of a hospital's day in which nothing is begun at its portal.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Quiet hours a day has at most; more are a slip of the pen.
const SPANS_MAX: usize = 12;

/// Spans of the day such as `22:00-05:30`, in the hospital's own time; one may go past midnight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuietHours(Vec<(Time, Time)>);

impl QuietHours {
    /// Reads spans such as `22:00-05:30`; the end does not belong to them.
    ///
    /// # Errors
    /// What is expected, for the first span that is none; or that no time is left.
    pub fn parse(spans: &[String]) -> Result<Self, String> {
        if spans.len() > SPANS_MAX {
            return Err(format!("expected at most {SPANS_MAX} spans"));
        }
        let hours = Self(spans.iter().map(|span| parse_span(span)).collect::<Result<_, _>>()?);
        let always = (0..24 * 60).all(|minute: i32| hours.is_quiet(minute_of_day(minute)));
        if always { Err("the quiet hours leave no time in which to work".to_owned()) } else { Ok(hours) }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// When the quiet hours around `now` end; none when it is not quiet.
    pub fn quiet_until(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let local = now.to_zoned(zone.clone()).datetime();
        if !self.is_quiet(local.time()) {
            return None;
        }
        // Spans may touch, so the end of one can lie in another.
        let ends = self.boundaries(local.date(), zone, |(_, end)| end);
        let open = |at: &Timestamp| !self.is_quiet(at.to_zoned(zone.clone()).datetime().time());
        // Found within a day, since some time is left; an hour is a guard, not a rule.
        ends.into_iter().filter(|at| *at > now).find(open).or(Some(now + SignedDuration::from_hours(1)))
    }

    /// When quiet hours next begin, after `now`.
    pub fn next_begin(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let today = now.to_zoned(zone.clone()).datetime().date();
        self.boundaries(today, zone, |(begin, _)| begin).into_iter().find(|at| *at > now)
    }

    fn is_quiet(&self, time: Time) -> bool {
        self.0.iter().any(|(begin, end)| {
            if begin < end { *begin <= time && time < *end } else { *begin <= time || time < *end }
        })
    }

    /// One end of every span, today and the two days after it, in order. A time that the clocks pass over is the one
    /// they are set to.
    fn boundaries(
        &self,
        today: Date,
        zone: &TimeZone,
        which: impl Fn((Time, Time)) -> Time,
    ) -> Vec<Timestamp> {
        let mut found = Vec::new();
        for day in 0..3 {
            let date = today.saturating_add(SignedDuration::from_hours(24 * day));
            let times = self.0.iter().map(|span| date.to_datetime(which(*span)));
            found.extend(times.filter_map(|at| zone.to_timestamp(at).ok()));
        }
        found.sort_unstable();
        found
    }
}

fn minute_of_day(minute: i32) -> Time {
    let (hour, minute) = (minute / 60, minute % 60);
    let small = |number: i32| i8::try_from(number).unwrap_or_default();
    Time::constant(small(hour), small(minute), 0, 0)
}

fn parse_span(span: &str) -> Result<(Time, Time), String> {
    let wanted = || "expected a span of the day such as \"22:00-05:30\"".to_owned();
    let (begin, end) = span.split_once('-').ok_or_else(wanted)?;
    let time = |text: &str| jiff::fmt::strtime::parse("%H:%M", text.trim()).and_then(|parts| parts.to_time());
    let (begin, end) = (time(begin).map_err(|_| wanted())?, time(end).map_err(|_| wanted())?);
    if begin == end { Err("a span ends at another time than it begins".to_owned()) } else { Ok((begin, end)) }
}

#[cfg(test)]
mod tests;
