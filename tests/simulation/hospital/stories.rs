//! The story table: why each patient is in the hospital, and what must become of each message. The
//! expectations are the field's rules, stated by hand.

use super::script::{Access, Chart, ChartFile, Message, Person, Script, Shows};
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
    /// The banner over the media shows somebody else once, and a viewer does.
    Hiccups,
    /// The banner over the media shows somebody else, always.
    OtherBanner,
    /// The chart is behind Break-the-Glass.
    BreakTheGlass,
    /// Access to the chart has ended.
    AccessEnded,
    /// A complete order whose study comes in parts, in a list that grows.
    InParts,
    /// A complete order whose study is too large to be downloaded.
    HugeStudy,
    /// A complete order of which neither message nor list says what it is for.
    Untold,
}

impl Story {
    /// One of each.
    pub(crate) const ALL: [Self; 14] = [
        Self::Complete,
        Self::NoStudy,
        Self::NoteAfterStudy,
        Self::Unsigned,
        Self::NonDme,
        Self::Repeated(2),
        Self::MixUp,
        Self::Hiccups,
        Self::OtherBanner,
        Self::BreakTheGlass,
        Self::AccessEnded,
        Self::InParts,
        Self::HugeStudy,
        Self::Untold,
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
        let files = files(*story, &person, index);
        let (access, banner) = (access(*story), banner(*story));
        script.charts.push(Chart { files, person, access, banner });
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
        Story::Untold => format!("{} was seen here. Please look at the chart.", person.name),
        _ => format!("Please see the attached order for CPAP for {}.", person.name),
    }
}

const fn access(story: Story) -> Access {
    match story {
        Story::BreakTheGlass => Access::BreakTheGlass,
        Story::AccessEnded => Access::Ended,
        _ => Access::Open,
    }
}

const fn banner(story: Story) -> Shows {
    match story {
        Story::Hiccups => Shows::AnotherOnce,
        Story::OtherBanner => Shows::Another,
        _ => Shows::Patient,
    }
}

fn expectation(story: Story, ids: &[String]) -> Expected {
    match story {
        Story::Complete | Story::Hiccups | Story::InParts | Story::Untold => Expected::Delivered,
        Story::NoStudy => Expected::NeedsPerson("PAP-2:insufficient"),
        Story::NoteAfterStudy => Expected::NeedsPerson("PAP-1b:unmet"),
        Story::Unsigned => Expected::NeedsPerson("SIG-1:unmet"),
        Story::NonDme => Expected::NotDme,
        Story::Repeated(_) => Expected::OneOf(ids.to_vec()),
        Story::MixUp | Story::OtherBanner => Expected::NeedsPerson("quarantine:mrn"),
        Story::BreakTheGlass => Expected::NeedsPerson("break_the_glass"),
        Story::AccessEnded => Expected::NeedsPerson("access_ended"),
        Story::HugeStudy => Expected::NeedsPerson("incomplete:media"),
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
        viewer: Shows::Patient,
        in_parts: false,
        huge: false,
        broken: false,
        late: false,
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
    let title = if story == Story::Untold { "Standard Written Order" } else { "DME order" };
    files.push(file("order", Section::Orders, title, ORDER_DATE, texts::order(person, facts)));
    let note = texts::office_note(person, visit);
    files.push(ChartFile {
        kind: ContentKind::Html,
        ..file("note", Section::Notes, "Office Visit", visit, note)
    });
    if story != Story::NoStudy {
        let text = texts::study(person, STUDY_NIGHT);
        let in_parts = story == Story::InParts;
        files.push(ChartFile {
            viewer: if story == Story::Hiccups { Shows::AnotherOnce } else { Shows::Patient },
            in_parts,
            huge: story == Story::HugeStudy,
            ..file(
                "study",
                Section::Media,
                "Sleep study",
                STUDY_NIGHT,
                if in_parts { in_two(&text) } else { text },
            )
        });
    }
    if story == Story::MixUp {
        let mixed = file("mixed", Section::Media, "Outside records", ORDER_DATE, String::new());
        files.push(ChartFile { viewer: Shows::Another, ..mixed });
    }
    if story == Story::InParts {
        let late =
            file("late", Section::Encounters, "Lab result", ORDER_DATE, texts::lab(person, ORDER_DATE));
        files.push(ChartFile { late: true, ..late });
    }
    files
}

/// A text on two pages: the second begins with its own heading.
fn in_two(text: &str) -> String {
    text.replacen("\n\nRespiratory Events", "\u{c}Respiratory Events", 1)
}
