//! Reading `packet.toml`, the order of a packet's documents: every mistake with file, line and reason.

use super::{Knowledge, lines};
use crate::error::Failure;
use domain::reassembly::PacketOrder;

const FILE: &str = "packet.toml";
const WAY_OUT: &str = "mend the file; docs/documents.md says how a packet is made";

impl Knowledge {
    /// The order of a packet's documents.
    ///
    /// # Errors
    /// The file cannot be read, or has mistakes: all of them, each with its line.
    pub fn packet_order(&self) -> Result<PacketOrder, Failure> {
        let text = self.text(FILE)?;
        let shown = self.shown(FILE);
        read(&shown, &text).map_err(|told| Failure::usage(format!("packet order {shown}"), told, WAY_OUT))
    }
}

fn read(shown: &str, text: &str) -> Result<PacketOrder, String> {
    let order: PacketOrder = toml::from_str(text).map_err(|error| {
        let line = lines::line_at(text, error.span().map_or(0, |span| span.start));
        format!("{shown}:{line}: {}", error.message().lines().collect::<Vec<_>>().join("; "))
    })?;
    let mistakes = order.mistakes();
    if mistakes.is_empty() {
        return Ok(order);
    }
    let told = mistakes
        .iter()
        .map(|(key, reason)| format!("{shown}:{}: {key}: {reason}", lines::line_of(text, key)));
    Err(told.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::{BlobRef, FragmentId};
    use domain::patient_scraper::{ContentKind, Fragment, ListedDocument, Section};
    use jiff::Timestamp;
    use jiff::civil::date;

    fn fragment(section: Section, epic_type: &str, title: &str, day: i8) -> Fragment {
        Fragment {
            id: FragmentId::new(title),
            listed: ListedDocument {
                epic_id: title.to_owned(),
                section,
                title: title.into(),
                epic_type: epic_type.to_owned(),
                service_date: Some(date(2026, 2, day)),
                author: None,
                status: None,
                edited: None,
            },
            part: None,
            kind: ContentKind::Pdf,
            blob: BlobRef::new(title),
            bytes: 1,
            printed: None,
            retrieved_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_shipped_order_puts_the_office_note_before_the_sleep_study() {
        let order = Knowledge::new(None).packet_order().unwrap_or_else(|failure| panic!("{failure}"));
        let mut fragments = vec![
            fragment(Section::Media, "Sleep Study", "Polysomnogram report", 20),
            fragment(Section::Media, "Insurance Card", "Card", 25),
            fragment(Section::Notes, "Progress Notes", "Sleep clinic visit", 3),
            fragment(Section::Encounters, "Office Visit", "Visit summary", 2),
            fragment(Section::Media, "Clinical Unknown", "HSAT raw data", 21),
            fragment(Section::Snapshot, "Facesheet", "Facesheet", 26),
            fragment(Section::Notes, "Procedure Note", "CPAP titration study", 22),
            fragment(Section::Orders, "DME order", "CPAP", 27),
        ];
        order.sort(&mut fragments);
        let titles: Vec<&str> = fragments.iter().map(|fragment| fragment.listed.epic_id.as_str()).collect();
        let expected = [
            "CPAP",
            "Facesheet",
            "Sleep clinic visit",
            "Visit summary",
            "CPAP titration study",
            "HSAT raw data",
            "Polysomnogram report",
            "Card",
        ];
        assert_eq!(titles, expected);
    }

    #[test]
    fn a_wrong_file_is_refused_with_file_line_and_reason() {
        let cases = [
            ("[[place]]\nheading = \"A\"\nsectoins = [\"notes\"]\n", "mine.toml:3: unknown field `sectoins`"),
            ("[[place]]\nheading = \"A\"\nsections = [\"note\"]\n", "mine.toml:3: unknown variant `note`"),
            (
                "[[place]]\nheading = \"A\"\n[[place]]\nheading = \"B\"\n",
                "mine.toml:3: place[1]: is never reached",
            ),
            ("\n[[place]]\nheading = \"\"\n", "mine.toml:3: place[0].heading: is empty"),
            ("place = []\n", "mine.toml:1: place: no place is given"),
            ("[[place]\n", "mine.toml:1: "),
        ];
        for (text, expected) in cases {
            let told = read("mine.toml", text).expect_err(text);
            assert!(told.starts_with(expected), "{told}");
        }
    }

    #[test]
    fn an_own_file_takes_the_shipped_ones_place_and_is_named_when_it_is_wrong() {
        let folder = tempfile::tempdir().expect("a directory");
        let knowledge = Knowledge::new(Some(folder.path().to_owned()));
        let write = |text: &str| std::fs::write(folder.path().join(FILE), text).expect("written");
        write("[[place]]\nheading = \"All\"\n");
        assert_eq!(knowledge.packet_order().map(|order| order.places.len()).unwrap_or(0), 1);
        write("[[place]]\nheading = \"\"\n");
        let failure = knowledge.packet_order().expect_err("a mistake").to_string();
        assert!(failure.contains(&folder.path().display().to_string()), "{failure}");
    }
}
