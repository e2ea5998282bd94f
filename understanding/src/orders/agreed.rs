//! Which reading of a name or number goes on, where a packet prints it several times and recognition read it
//! differently: the one that stands most often. Nothing is made up; a value that stands once is taken as it stands.

use super::text_of;
use crate::case_file::{OrderCase, date};
use domain::parser::{Document, Field};
use domain::patient::name_words;

/// Readings of one value differ in at most so many letters.
const LETTERS: usize = 2;

/// A name of the order's own documents, or the packet's reading of it that stands more often.
pub(super) fn name(
    case: &OrderCase,
    documents: &[Document],
    own: &[&str],
    elsewhere: &[&str],
) -> Option<String> {
    let first = own.iter().find_map(|name| text_of(super::field_of(case, documents, name)));
    let readings = || {
        documents
            .iter()
            .flat_map(|document| &document.fields)
            .filter(|field| elsewhere.contains(&field.name.as_str()))
    };
    let all: Vec<String> = readings().filter_map(|field| text_of(Some(field))).collect();
    let Some(first) = first else { return Some(all.first()?.clone()).filter(|_| agree(&all)) };
    let near = |other: &&String| strsim::osa_distance(&key(other), &key(&first)) <= LETTERS;
    let count = |wanted: &str| all.iter().filter(|other| key(other) == wanted).count();
    let best = all.iter().filter(near).max_by_key(|other| count(&key(other)))?;
    let proven = count(&key(best)) > count(&key(&first)).max(1);
    Some(if proven { best.clone() } else { first })
}

/// Whether all readings are one.
fn agree(all: &[String]) -> bool {
    all.iter().all(|other| key(other) == key(&all[0]))
}

/// A name by its words, without initials, in any order.
fn key(name: &str) -> String {
    let mut words: Vec<String> =
        name_words(name).into_iter().filter(|word| word.chars().count() > 1).collect();
    words.sort();
    words.join(" ")
}

/// The value of a field that most places of the packet agree on, as `read` gives it: that of the order's own documents
/// unless another stands at least twice and more often; without one on the order, the only one of the packet.
pub(super) fn value<T: Clone + PartialEq>(
    case: &OrderCase,
    documents: &[Document],
    name: &str,
    read: impl Fn(&Field) -> Option<T>,
) -> Option<T> {
    let own = case
        .documents
        .iter()
        .filter_map(|index| documents.get(*index))
        .find_map(|document| document.fields_named(name).find_map(&read));
    let all: Vec<T> =
        documents.iter().flat_map(|document| document.fields_named(name)).filter_map(&read).collect();
    let count = |wanted: &T| all.iter().filter(|other| *other == wanted).count();
    match own {
        Some(own) => {
            let best = all.iter().max_by_key(|other| count(other))?;
            Some(if count(best) > count(&own).max(1) { best.clone() } else { own })
        }
        None => all.first().filter(|first| count(first) == all.len()).cloned(),
    }
}

/// A date of birth.
pub(super) fn day(field: &Field) -> Option<jiff::civil::Date> {
    date(field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case_file::Standing;
    use crate::fixtures::document;
    use domain::parser::{DocumentClass, FieldValue};

    fn case() -> OrderCase {
        OrderCase {
            documents: vec![0],
            family: "pap".to_owned(),
            lines: Vec::new(),
            unclear: false,
            main_diagnosis: None,
            standing: Standing::Live,
        }
    }

    #[test]
    fn the_reading_that_stands_most_often_goes_on() {
        let paper = |name: &str| {
            document(DocumentClass::Order, &[("patient_name", FieldValue::Text(name.to_owned()))])
        };
        let read = |names: &[&str]| {
            let documents: Vec<Document> = names.iter().map(|name| paper(name)).collect();
            name(&case(), &documents, &["patient_name"], &["patient_name"])
        };
        assert_eq!(read(&["Abemathy, Jo", "Abernathy, Jo", "Jo Abernathy"]).as_deref(), Some("Jo Abernathy"));
        assert_eq!(
            read(&["Abemathy, Jo", "Abernathy, Jo"]).as_deref(),
            Some("Abemathy, Jo"),
            "one against one"
        );
        assert_eq!(
            read(&["Doe, Jane", "Roe, Mary", "Roe, Mary"]).as_deref(),
            Some("Doe, Jane"),
            "another person"
        );
    }
}
