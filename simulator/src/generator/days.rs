//! Calendar steps and how American hospitals print dates.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Weekday};

use crate::dice::Dice;

/// `days` before a day; stops at the calendar's ends.
pub(crate) fn before(day: Date, days: i64) -> Date {
    day.saturating_sub(days.days())
}

/// `days` after a day; stops at the calendar's ends.
pub(crate) fn after(day: Date, days: i64) -> Date {
    day.saturating_add(days.days())
}

/// The day itself, or the Friday before a weekend.
pub(crate) fn office_day(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => before(day, 1),
        Weekday::Sunday => before(day, 2),
        _ => day,
    }
}

/// Some minute of the day between two full hours.
pub(crate) fn at(day: Date, dice: &mut Dice, first_hour: i64, last_hour: i64) -> DateTime {
    let hour = i8::try_from(dice.between(first_hour, last_hour)).unwrap_or(12);
    let minute = i8::try_from(dice.between(0, 59)).unwrap_or(0);
    day.at(hour, minute, 0, 0)
}

/// "11/12/2026".
pub(crate) fn date_text(day: Date) -> String {
    day.strftime("%m/%d/%Y").to_string()
}

/// "11/12/2026 4:10 PM".
pub(crate) fn moment_text(moment: DateTime) -> String {
    moment.strftime("%m/%d/%Y %-I:%M %p").to_string()
}
