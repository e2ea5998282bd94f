//! How hospital A prints names, dates and times.

use jiff::civil::{Date, DateTime};

use crate::chart::PersonName;

/// "DOE,JANE A": the form of lists.
pub(super) fn list_name(name: &PersonName) -> String {
    name.last_first().to_uppercase().replacen(", ", ",", 1)
}

/// "20 Nov 2026": the form of lists.
pub(super) fn list_date(day: Date) -> String {
    day.strftime("%d %b %Y").to_string()
}

/// "20 Nov 2026 0914": the form of lists.
pub(super) fn list_moment(moment: DateTime) -> String {
    moment.strftime("%d %b %Y %H%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_print_names_and_times_their_own_way() {
        let name =
            PersonName { family: "Doe".into(), given: "John".into(), middle: Some('A'), suffix: Some("Jr.") };
        assert_eq!(list_name(&name), "DOE JR.,JOHN A");
        let moment = jiff::civil::date(2026, 11, 5).at(9, 4, 0, 0);
        assert_eq!(list_moment(moment), "05 Nov 2026 0904");
        assert_eq!(list_date(moment.date()), "05 Nov 2026");
    }
}
