//! How facts are printed: dates, names and numbers in the many ways of real papers.

use crate::facts::{Facts, Name, Value};
use jiff::civil::{Date, Time};

/// A value printed one way, what of it remains to be found, and how far off a number may be.
pub(crate) struct Printed {
    pub(crate) text: String,
    pub(crate) value: Value,
    pub(crate) within: f64,
}

/// Prints a value in a format; none where the format does not fit it.
pub(crate) fn printed(value: &Value, format: &str) -> Option<Printed> {
    let plain = |text: String| Some(Printed { text, value: value.clone(), within: 0.0 });
    match value {
        Value::Text(text) => plain(of_text(text, format)?),
        Value::Name(name) => plain(of_name(name, format)?),
        Value::Date(date) => plain(of_date(*date, format)?),
        Value::DateTime(at) => {
            let text = of_date(at.date(), format).or_else(|| of_time(at.time(), format))?;
            plain(text)
        }
        Value::Count(count) => of_number(*count as f64, if format.is_empty() { "0" } else { format })
            .map(|(text, within)| Printed { text, value: value.clone(), within }),
        Value::Number(number) => of_number(*number, if format.is_empty() { "1" } else { format })
            .map(|(text, within)| Printed { text, value: value.clone(), within }),
        Value::Flag(_) => plain(String::new()),
    }
}

fn of_text(text: &str, format: &str) -> Option<String> {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    let part = |from: usize, to: usize| digits.get(from..to).map(|part| part.iter().collect::<String>());
    Some(match format {
        "" => text.to_owned(),
        "up" => text.to_uppercase(),
        "low" => text.to_lowercase(),
        "paren" => format!("({}) {}-{}", part(0, 3)?, part(3, 6)?, part(6, 10)?),
        "dash" => format!("{}-{}-{}", part(0, 3)?, part(3, 6)?, part(6, 10)?),
        "dot" => format!("{}.{}.{}", part(0, 3)?, part(3, 6)?, part(6, 10)?),
        "mbi" => format!("{}-{}-{}", text.get(0..4)?, text.get(4..7)?, text.get(7..)?),
        "spaced" => {
            let letters: Vec<String> = text.chars().map(|c| c.to_string()).collect();
            letters.join(" ")
        }
        "nodot" => text.replace('.', ""),
        _ => return None,
    })
}

fn of_name(name: &Name, format: &str) -> Option<String> {
    let Name { first, middle, last } = name;
    let with = |end: &str| if middle.is_empty() { String::new() } else { format!(" {middle}{end}") };
    Some(match format {
        "" | "lf" => format!("{last}, {first}{}", with("")),
        "LF" => format!("{last}, {first}{}", with("")).to_uppercase(),
        "LcF" => format!("{last},{first}{}", with("")).to_uppercase(),
        "fl" => format!("{first}{} {last}", with(".")),
        "FL" => format!("{first}{} {last}", with("")).to_uppercase(),
        "f-l" => format!("{first} {last}"),
        "l-f" => format!("{last}, {first}"),
        "last" => last.clone(),
        "LAST" => last.to_uppercase(),
        "first" => first.clone(),
        "FIRST" => first.to_uppercase(),
        "init" => format!("{}{}", first.get(0..1)?, last.get(0..1)?),
        "mid" => middle.clone(),
        _ => return None,
    })
}

fn of_date(date: Date, format: &str) -> Option<String> {
    let pattern = match format {
        "" | "mdy" => "%m/%d/%Y",
        "md-y" => "%-m/%-d/%Y",
        "mdyy" => "%m/%d/%y",
        "md-yy" => "%-m/%-d/%y",
        "iso" => "%Y-%m-%d",
        "dash" => "%m-%d-%Y",
        "dot" => "%m.%d.%Y",
        "long" => "%B %-d, %Y",
        "mon" => "%b %-d, %Y",
        "MON" => "%b %d, %Y",
        "dmony" => "%d-%b-%Y",
        "dmony2" => "%d %b %Y",
        "dow" => "%A, %B %-d, %Y",
        "dow3" => "%a %m/%d/%Y",
        "year" => "%Y",
        "month" => "%B %Y",
        "md" => "%-m/%-d",
        _ => return None,
    };
    let text = date.strftime(pattern).to_string();
    Some(if format == "MON" || format == "dmony" { text.to_uppercase() } else { text })
}

fn of_time(time: Time, format: &str) -> Option<String> {
    let pattern = match format {
        "hm" => "%H:%M",
        "hms" => "%H:%M:%S",
        "hm12" => "%-I:%M %p",
        "hms12" => "%-I:%M:%S %p",
        "hhmm" => "%H%M",
        _ => return None,
    };
    Some(time.strftime(pattern).to_string())
}

/// A number with its digits, and half of the last one printed.
fn of_number(number: f64, format: &str) -> Option<(String, f64)> {
    let rounded = |number: f64, digits: usize| format!("{number:.digits$}");
    let minutes = number.round() as i64;
    Some(match format {
        "0" => (rounded(number, 0), 0.5),
        "1" => (rounded(number, 1), 0.051),
        "2" => (rounded(number, 2), 0.0051),
        "in" => (rounded(number / 2.54, 1), 0.15),
        "in0" => (rounded(number / 2.54, 0), 1.4),
        "lb" => (rounded(number * 2.204_62, 0), 0.35),
        "lb1" => (rounded(number * 2.204_62, 1), 0.1),
        "ftin" => {
            let inches = (number / 2.54).round() as i64;
            (format!("{}' {}\"", inches / 12, inches % 12), 1.4)
        }
        "ft-in" => {
            let inches = (number / 2.54).round() as i64;
            (format!("{} ft {} in", inches / 12, inches % 12), 1.4)
        }
        "h" => (rounded(number / 60.0, 1), 3.1),
        "h2" => (rounded(number / 60.0, 2), 0.4),
        "hmin" => (format!("{} h {} min", minutes / 60, minutes % 60), 0.6),
        "h:mm" => (format!("{}:{:02}", minutes / 60, minutes % 60), 0.6),
        "hms" => {
            let seconds = (number * 60.0).round() as i64;
            (format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60), 0.02)
        }
        "f" => (rounded(number * 9.0 / 5.0 + 32.0, 1), 0.1),
        _ => return None,
    })
}

/// Several names of a list joined as in a sentence.
pub(crate) fn joined(items: &[Facts], key: &str, last: &str) -> String {
    let names: Vec<String> = items.iter().filter_map(|item| item.get(key)).map(Value::shown).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [some @ .., end] => format!("{} {last} {end}", some.join(", ")),
    }
}
