//! The order of a packet's documents, by rules a deployer writes (`config/packet.toml`), and the headings they stand
//! under. Epic's lists order by section; payers read for a reason, such as that the office note comes before the
//! sleep study it led to.

use crate::patient_scraper::{Fragment, ListedDocument, Section};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The heading of what no place takes.
const OTHERS: &str = "Other documents";

/// One place in the packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Its entry in the packet's outline.
    pub heading: String,
    /// The sections its documents are listed in; none: any.
    #[serde(default)]
    pub sections: Vec<Section>,
    /// Words of which Epic's type or title holds one; none: any document.
    #[serde(default)]
    pub words: Vec<String>,
    /// Words of which Epic's type and title hold none.
    #[serde(default)]
    pub never_words: Vec<String>,
    /// Whether the oldest document comes first; the newest unless said.
    #[serde(default)]
    pub oldest_first: bool,
}

/// The places of a packet, in order. A document takes the first one that it meets; what meets none comes last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PacketOrder {
    /// In packet order.
    #[serde(rename = "place")]
    pub places: Vec<Place>,
}

impl Default for PacketOrder {
    /// The sections as Epic has them.
    fn default() -> Self {
        let place = |section: Section| Place {
            heading: match section {
                Section::Orders => "Orders",
                Section::Snapshot => "SnapShot",
                Section::Notes => "Notes",
                Section::Media => "Media",
                Section::Encounters => "Encounters",
            }
            .to_owned(),
            sections: vec![section],
            words: Vec::new(),
            never_words: Vec::new(),
            oldest_first: false,
        };
        Self { places: Section::ALL.map(place).to_vec() }
    }
}

impl Place {
    fn takes(&self, listed: &ListedDocument, text: &str) -> bool {
        let has = |words: &[String]| words.iter().any(|word| text.contains(&word.to_lowercase()));
        (self.sections.is_empty() || self.sections.contains(&listed.section))
            && (self.words.is_empty() || has(&self.words))
            && !has(&self.never_words)
    }

    /// Whether everything is taken, so that no later place ever is.
    fn takes_all(&self) -> bool {
        let sections: BTreeSet<Section> = self.sections.iter().copied().collect();
        (sections.is_empty() || sections.len() == Section::ALL.len())
            && self.words.is_empty()
            && self.never_words.is_empty()
    }
}

impl PacketOrder {
    /// What is wrong with it beyond its syntax: the dotted key, and the reason.
    pub fn mistakes(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        if self.places.is_empty() {
            found.push((
                "place".to_owned(),
                "no place is given; a packet needs at least one [[place]]".to_owned(),
            ));
        }
        let mut headings = BTreeSet::new();
        for (index, place) in self.places.iter().enumerate() {
            let mut wrong =
                |key: &str, reason: &str| found.push((format!("place[{index}]{key}"), reason.to_owned()));
            if place.heading.trim().is_empty() {
                wrong(".heading", "is empty; it names the place in the packet's outline");
            } else if !headings.insert(place.heading.trim().to_lowercase()) {
                wrong(
                    ".heading",
                    "is another place's heading too; write both as one place, or name them apart",
                );
            }
            for (key, words) in [(".words", &place.words), (".never_words", &place.never_words)] {
                if words.iter().any(|word| word.trim().is_empty()) {
                    wrong(key, "holds an empty word, which stands in every title");
                }
            }
            if self.places[..index].iter().any(Place::takes_all) {
                wrong("", "is never reached: a place before it takes every document");
            }
        }
        found
    }

    /// The heading a document stands under.
    pub fn heading(&self, listed: &ListedDocument) -> &str {
        self.places.get(self.place_of(listed)).map_or(OTHERS, |place| place.heading.as_str())
    }

    /// Sorts fragments into packet order: by place, inside a place by date, then by Epic id, a document's parts in their
    /// order, so that the same chart always makes the same packet.
    pub fn sort(&self, fragments: &mut [Fragment]) {
        fragments.sort_by_cached_key(|fragment| {
            let listed = &fragment.listed;
            let place = self.place_of(listed);
            let oldest_first = self.places.get(place).is_some_and(|place| place.oldest_first);
            // Without a date last, either way.
            let date = listed.service_date;
            let (newest, oldest) = if oldest_first { (None, date) } else { (date, None) };
            let tail = (listed.epic_id.clone(), fragment.part, fragment.id.clone());
            (place, date.is_none(), Reverse(newest), oldest, tail)
        });
    }

    fn place_of(&self, listed: &ListedDocument) -> usize {
        let text = format!("{} {}", listed.epic_type, listed.title.reveal()).to_lowercase();
        let taken = self.places.iter().position(|place| place.takes(listed, &text));
        taken.unwrap_or(self.places.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{BlobRef, FragmentId};
    use crate::patient_scraper::ContentKind;
    use jiff::Timestamp;
    use jiff::civil::date;

    fn fragment(id: &str, section: Section, title: &str, day: Option<i8>) -> Fragment {
        Fragment {
            id: FragmentId::new(id),
            listed: ListedDocument {
                epic_id: id.to_owned(),
                section,
                title: title.into(),
                epic_type: "Document".to_owned(),
                service_date: day.map(|day| date(2026, 3, day)),
                author: None,
                status: None,
                edited: None,
            },
            part: None,
            kind: ContentKind::Pdf,
            blob: BlobRef::new(id),
            bytes: 1,
            printed: None,
            retrieved_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn place(heading: &str, sections: &[Section], words: &[&str], oldest_first: bool) -> Place {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        let (heading, sections) = (heading.to_owned(), sections.to_vec());
        Place { heading, sections, words, never_words: Vec::new(), oldest_first }
    }

    fn sorted(order: &PacketOrder, mut fragments: Vec<Fragment>) -> Vec<String> {
        order.sort(&mut fragments);
        fragments.iter().map(|fragment| fragment.id.to_string()).collect()
    }

    #[test]
    fn by_default_sections_stand_as_epic_has_them_and_the_newest_first() {
        let fragments = vec![
            fragment("e", Section::Media, "Study", None),
            fragment("d", Section::Media, "Study", Some(3)),
            fragment("b", Section::Notes, "Note", Some(1)),
            fragment("a", Section::Orders, "Order", Some(9)),
            fragment("c", Section::Notes, "Note", Some(2)),
        ];
        assert_eq!(sorted(&PacketOrder::default(), fragments), ["a", "c", "b", "d", "e"]);
    }

    #[test]
    fn a_document_takes_the_first_place_it_meets_and_the_rest_comes_last() {
        let order = PacketOrder {
            places: vec![
                place("Notes", &[Section::Notes, Section::Encounters], &[], true),
                place("Studies", &[], &["Polysomn"], false),
            ],
        };
        let fragments = vec![
            fragment("rest", Section::Media, "Facesheet", Some(1)),
            fragment("study", Section::Media, "POLYSOMNOGRAM", Some(1)),
            fragment("late", Section::Encounters, "Visit", Some(8)),
            fragment("undated", Section::Notes, "Note", None),
            fragment("early", Section::Notes, "Polysomnogram discussed", Some(2)),
        ];
        assert_eq!(order.heading(&fragments[0].listed), OTHERS);
        assert_eq!(order.heading(&fragments[1].listed), "Studies");
        assert_eq!(sorted(&order, fragments), ["early", "late", "undated", "study", "rest"]);
    }

    #[test]
    fn what_can_never_work_is_told() {
        assert_eq!(PacketOrder::default().mistakes(), []);
        let mut never = place("", &[], &[" "], false);
        never.never_words = vec![String::new()];
        let places = vec![place("All", &Section::ALL, &[], false), never, place("all ", &[], &["x"], false)];
        let told: Vec<String> = PacketOrder { places }.mistakes().into_iter().map(|(key, _)| key).collect();
        let expected = [
            "place[1].heading",
            "place[1].words",
            "place[1].never_words",
            "place[1]",
            "place[2].heading",
            "place[2]",
        ];
        assert_eq!(told, expected);
        assert_eq!(PacketOrder { places: Vec::new() }.mistakes().len(), 1);
    }
}
