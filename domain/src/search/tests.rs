//! A request is found by each of its words and by no others.

use super::*;
use crate::ids::{MessageKey, PatientKey, PortalName, RequestId};
use crate::inbox::InboxRow;
use crate::patient::PatientIdentity;
use jiff::Timestamp;
use jiff::civil::{DateTime, date};
use proptest::prelude::*;

fn request(name: &str, mrn: &str, dob: Option<Date>) -> Request {
    let row = InboxRow {
        message_id: "m".into(),
        folder: String::new(),
        chart_type: String::new(),
        subject: "".into(),
        from: "".into(),
        received: DateTime::default(),
        patient: PatientIdentity { name: name.into(), mrn: mrn.into(), dob: dob.map(Redacted::new) },
        chart_ref: "c".into(),
    };
    let (portal, message, patient) = (PortalName::new("p"), MessageKey::new("m"), PatientKey::new("k"));
    Request::new(RequestId::new("r"), portal, message, patient, row, None, Timestamp::UNIX_EPOCH)
}

/// Whether all that was typed is among the request's terms.
fn finds(typed: &str, request: &Request) -> bool {
    let (wanted, terms) = (query(typed), terms(request));
    !wanted.is_empty() && wanted.iter().all(|term| terms.contains(term))
}

#[test]
fn what_a_person_types_finds_the_patient() {
    let jane = request("O'Neil-Smith, Séan Jr. A", "00-12 345", Some(date(1961, 4, 2)));
    for (typed, expected) in [
        ("ONEIL", true),
        ("o’neil", true),
        ("smi", true),
        ("sm", false),
        ("sean a", true),
        ("SÉAN", true),
        ("sean b", false),
        ("mith", false),
        ("smithson", false),
        ("O'Neil-Smith, Séan Jr. A", true),
        ("00-12 345", true),
        ("0012345", true),
        ("001234", false),
        ("1961-04-02", true),
        ("4/2/1961", true),
        ("04/02/1961", true),
        ("2/4/1961", false),
        ("sean 4/2/1961 0012345", true),
        ("sean 4/3/1961 0012345", false),
        ("Jr.", false),
        ("", false),
        (" ,\t", false),
    ] {
        assert_eq!(finds(typed, &jane), expected, "{typed}");
    }
}

#[test]
fn eight_digits_are_an_mrn_and_no_date() {
    let jane = request("Doe, Jane", "19610402", Some(date(1950, 1, 1)));
    let born_then = request("Roe, Jane", "E1", Some(date(1961, 4, 2)));
    assert!(finds("19610402", &jane));
    assert!(!finds("19610402", &born_then) && !finds("1961-04-02", &jane));
}

#[test]
fn letters_without_ascii_forms_are_found_in_any_case() {
    let patient = request("Łøvås, Ægir", "Ñ7", None);
    for typed in ["ŁØVÅS", "łøv", "ægir", "ÆGI", "Ñ7", "ñ7"] {
        assert!(finds(typed, &patient), "{typed}");
    }
}

#[test]
fn the_most_telling_term_comes_first() {
    let order = |text| query(text).iter().map(|term| term.reveal().clone()).collect::<Vec<_>>();
    assert_eq!(
        order("li alexandria 4/2/1961 e77 jo"),
        ["mrn:E77", "dob:1961-04-02", "name:alexandria", "name:jo", "name:li"]
    );
    assert_eq!(order("jane JANE jane"), ["name:jane"]);
}

#[test]
fn a_term_shows_nothing_by_accident() {
    let shown = format!("{:?} {}", query("zyxwvutova"), query("zyxwvutova")[0]);
    assert!(!shown.contains("zyx"), "{shown}");
}

fn any_name() -> impl Strategy<Value = String> {
    // Letters of several alphabets and cases, marks, digits, apostrophes, hyphens, commas, blanks.
    "[A-Za-zÀ-ſΑ-ω0-9'’.,\\- /\u{301}]{0,24}"
}

fn any_date() -> impl Strategy<Value = Date> {
    (1900_i16..2030, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| date(year, month, day))
}

proptest! {
    #[test]
    fn a_name_or_number_copied_from_the_screen_finds_its_request(
        name in any_name(), mrn in "[A-Za-z0-9 \\-]{1,14}", dob in proptest::option::of(any_date()),
    ) {
        let request = request(&name, &mrn, dob);
        for typed in [&name, &mrn, &name.to_uppercase(), &mrn.to_lowercase(), &format!("{mrn} {name}")] {
            prop_assert!(query(typed).is_empty() || finds(typed, &request));
        }
        if let Some(dob) = dob {
            for typed in [dob.to_string(), dob.strftime("%m/%d/%Y").to_string(), dob.strftime("%-m/%-d/%Y").to_string()] {
                prop_assert!(finds(&typed, &request));
            }
        }
    }

    #[test]
    fn every_word_and_every_beginning_of_three_finds_and_a_shorter_one_does_not(
        words in proptest::collection::vec("[a-z]{1,12}", 1..4),
    ) {
        let request = request(&words.join(" "), "E1", None);
        let kept = name_words(&words.join(" "));
        for word in &kept {
            for end in 1..=word.len() {
                let part = &word[..end];
                let expected = kept.iter().any(|other| other == part || (end >= PREFIX_CHARS_MIN && other.starts_with(part)));
                // A beginning that is a title or a suffix, such as "mrs" of "mrski", is no term to look for.
                prop_assert_eq!(finds(part, &request), expected && !name_words(part).is_empty(), "{}", part);
            }
        }
    }

    #[test]
    fn another_patient_is_not_found(
        own in "[a-m]{3,9}", other in "[n-z]{3,9}", number in 1_u32..1_000_000, dob in any_date(),
    ) {
        prop_assume!(!name_words(&other).is_empty());
        let request = request(&own, &format!("E{number}"), Some(dob));
        for typed in [
            other.clone(),
            format!("{own} {other}"),
            format!("E{}", number + 1),
            number.to_string(),
            format!("{own} E{}", number + 1),
            dob.saturating_add(jiff::Span::new().days(1)).to_string(),
            // A kind of term is not found as another.
            format!("name:{own}"),
            format!("mrn:E{number}"),
        ] {
            prop_assert!(!finds(&typed, &request), "{}", typed);
        }
    }

    #[test]
    fn any_text_is_a_query(text in "\\PC{0,60}") {
        let terms = query(&text);
        let distinct: BTreeSet<_> = terms.iter().collect();
        prop_assert_eq!(distinct.len(), terms.len());
    }
}
