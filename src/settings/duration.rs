//! Durations as people write them: a whole number and its unit, such as `300ms`, `2s`, `15m`, `12h`.

use std::time::Duration;

/// The longest duration a setting may have; more is a slip of the pen.
const DURATION_MAX: Duration = Duration::from_secs(7 * 24 * 3600);

/// Reads a duration.
///
/// # Errors
/// What is expected, without the text that was written.
pub fn parse(text: &str) -> Result<Duration, String> {
    let wanted = "expected a duration such as \"300ms\", \"2s\", \"15m\" or \"12h\"";
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| wanted.to_owned())?;
    let millis = match unit.trim() {
        "ms" => number,
        "s" => number.saturating_mul(1_000),
        "m" => number.saturating_mul(60_000),
        "h" => number.saturating_mul(3_600_000),
        _ => return Err(wanted.to_owned()),
    };
    let duration = Duration::from_millis(millis);
    if duration.is_zero() || duration > DURATION_MAX {
        return Err("expected a duration of more than nothing and at most 168h".to_owned());
    }
    Ok(duration)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use std::time::Duration;

    #[test]
    fn durations_are_numbers_with_units() {
        for (text, expected) in [
            ("300ms", Some(Duration::from_millis(300))),
            ("2s", Some(Duration::from_secs(2))),
            (" 15 m ", Some(Duration::from_secs(900))),
            ("12h", Some(Duration::from_secs(43_200))),
            ("2", None),
            ("s", None),
            ("", None),
            ("0s", None),
            ("-1s", None),
            ("1.5s", None),
            ("99999999999999999999h", None),
            ("18446744073709551615h", None),
        ] {
            assert_eq!(parse(text).ok(), expected, "{text}");
        }
    }
}
