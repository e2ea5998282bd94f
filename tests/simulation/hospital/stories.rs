//! The story table: why each patient is in the hospital, and what must become of each message. The
//! expectations are the field's rules, stated by hand.

use super::script::{Chart, ChartFile, Message, Person, Script};
use super::texts::{self, OrderFacts};
use domain::patient_scraper::{ContentKind, Section};
use jiff::civil::{Date, date};

/// Why a patient is in the hospital.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Story {
    /// A complete order.
    Complete,
    /// Everything but the sleep study.
    NoStudy,
    /// The evaluation is younger than the study.
    NoteAfterStudy,
    /// Nobody signed the order.
    Unsigned,
    /// The message is about something else.
    NonDme,
    /// A complete order that comes in this many messages.
    Repeated(u32),
    /// A document's viewer shows somebody else.
    MixUp,
}

impl Story {
    /// One of each.
    pub(crate) const ALL: [Self; 7] = [
        Self::Complete,
        Self::NoStudy,
        Self::NoteAfterStudy,
        Self::Unsigned,
        Self::NonDme,
        Self::Repeated(2),
        Self::MixUp,
    ];
}

/// What must become of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Handed over.
    Delivered,
    /// One of these messages' orders again; which of them is the original, the domain's tie rule says.
    OneOf(Vec<String>),
    /// Nothing we deliver.
    NotDme,
    /// Waits for a person for this reason.
    NeedsPerson(&'static str),
}

/// Family names no document says otherwise, one a patient; planted to be searched for.
const FAMILIES: [&str; 12] = [
    "Quillfeather",
    "Brackenthorpe",
    "Zimmerwald",
    "Okonkwerry",
    "Vandersloot",
    "Pemberwick",
    "Jagielska",
    "Thistlewood",
    "Ruttenberg",
    "Hallowmere",
    "Castellanz",
    "Yarborogh",
];
const GIVENS: [&str; 6] = ["Zebulonia", "Marigoldine", "Philippina", "Ottolie", "Wilhelmyna", "Desdemonda"];

/// Writes the hospital of these stories and says what must become of each message, by its id.
pub(crate) fn tell(stories: &[Story]) -> (Script, Vec<(String, Expected)>) {
    let mut script = Script::default();
    let mut expected = Vec::new();
    for (index, story) in stories.iter().enumerate() {
        let person = person(index);
        let copies = if let Story::Repeated(copies) = story { *copies } else { 1 };
        let ids: Vec<String> = (1..=copies).map(|copy| format!("M-{index}-{copy}")).collect();
        for id in &ids {
            script.messages.push(Message {
                id: id.clone(),
                folder: "CC'd Charts".to_owned(),
                received: date(2026, 11, 19).at(8, i8::try_from(index % 60).expect("below 60"), 0, 0),
                body: body(*story, &person),
                chart: index,
            });
            expected.push((id.clone(), expectation(*story, &ids)));
        }
        script.charts.push(Chart { files: files(*story, &person, index), person });
    }
    (script, expected)
}

/// Every word by which one of the first `count` patients could be recognised in a log.
pub(crate) fn planted_words(count: usize) -> Vec<String> {
    let mut words = vec!["1EG4TE5MK73".to_owned()];
    for person in (0..count).map(person) {
        let (family, given) = person.name.split_once(", ").expect("family, given");
        words.extend([family.to_owned(), given.to_owned(), person.mrn.clone(), person.dob.to_string()]);
        words.push(person.dob.strftime("%m/%d/%Y").to_string());
    }
    words
}

fn person(index: usize) -> Person {
    let (family, given) = (FAMILIES[index % FAMILIES.len()], GIVENS[index % GIVENS.len()]);
    let round = index / FAMILIES.len();
    let suffix = ["", "holm", "stead", "croft", "worth", "field"][round % 6];
    let day = i8::try_from(1 + index % 28).expect("a day");
    Person {
        name: format!("{family}{suffix}, {given}"),
        mrn: format!("E77{:05}", 40_213 + 1_117 * index),
        dob: date(1951 + i16::try_from(round).expect("few"), 3, day),
    }
}

fn body(story: Story, person: &Person) -> String {
    match story {
        Story::NonDme => format!("Lab results of {} for your records. No action needed.", person.name),
        _ => format!("Please see the attached order for CPAP for {}.", person.name),
    }
}

fn expectation(story: Story, ids: &[String]) -> Expected {
    match story {
        Story::Complete => Expected::Delivered,
        Story::NoStudy => Expected::NeedsPerson("PAP-2:insufficient"),
        Story::NoteAfterStudy => Expected::NeedsPerson("PAP-1b:unmet"),
        Story::Unsigned => Expected::NeedsPerson("SIG-1:unmet"),
        Story::NonDme => Expected::NotDme,
        Story::Repeated(_) => Expected::OneOf(ids.to_vec()),
        Story::MixUp => Expected::NeedsPerson("quarantine:mrn"),
    }
}

const STUDY_NIGHT: Date = date(2026, 10, 5);
const ORDER_DATE: Date = date(2026, 11, 10);

fn files(story: Story, person: &Person, index: usize) -> Vec<ChartFile> {
    let file = |suffix: &str, section, title: &str, service_date, text| ChartFile {
        epic_id: format!("D{index}-{suffix}"),
        section,
        title: format!("{title} {}", person.name),
        service_date: Some(service_date),
        edited: Some(date(2026, 11, 18).at(12, 0, 0, 0)),
        kind: ContentKind::Pdf,
        text,
        mixed_up: false,
    };
    let visit = if story == Story::NoteAfterStudy { date(2026, 10, 20) } else { date(2026, 9, 1) };
    let facts = OrderFacts { date: ORDER_DATE, signed: story != Story::Unsigned };
    let mut files = vec![file("face", Section::Snapshot, "Facesheet", ORDER_DATE, texts::facesheet(person))];
    if story == Story::NonDme {
        files.push(file(
            "lab",
            Section::Encounters,
            "Lab result",
            ORDER_DATE,
            texts::lab(person, ORDER_DATE),
        ));
        return files;
    }
    files.push(file("order", Section::Orders, "DME order", ORDER_DATE, texts::order(person, facts)));
    let note = texts::office_note(person, visit);
    files.push(ChartFile {
        kind: ContentKind::Html,
        ..file("note", Section::Notes, "Office Visit", visit, note)
    });
    if story != Story::NoStudy {
        files.push(file(
            "study",
            Section::Media,
            "Sleep study",
            STUDY_NIGHT,
            texts::study(person, STUDY_NIGHT),
        ));
    }
    if story == Story::MixUp {
        let mixed = file("mixed", Section::Media, "Outside records", ORDER_DATE, String::new());
        files.push(ChartFile { mixed_up: true, ..mixed });
    }
    files
}
