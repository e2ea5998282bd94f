//! Charts by seed: an order, a facesheet, a note and a study of an invented patient, with something left open for the
//! model: a date read with little confidence, a number no rule finds, a night without a label.

use domain::ocr_pool::{PageText, ReadMethod, Word};
use memory::Dice;

/// One invented patient's papers.
#[derive(Clone, Debug)]
pub(crate) struct Chart {
    pub(crate) name: String,
    pub(crate) mrn: String,
    pub(crate) birth: jiff::civil::Date,
    /// Order, facesheet, note, study.
    pub(crate) papers: Vec<String>,
    /// Whether the order's date is hard to read.
    pub(crate) faint: bool,
}

const FAMILY: [&str; 8] = [
    "Quillfeather",
    "Marrowby",
    "Oskarsen",
    "Tillington",
    "Vandermeer",
    "Brackwater",
    "Zyxwvutova",
    "Hollis",
];
const GIVEN: [&str; 6] = ["Nora", "Edwin", "Pilar", "Samuel", "Ingrid", "Theo"];

fn pick<'a>(dice: &Dice, from: &[&'a str]) -> &'a str {
    from[usize::try_from(dice.below(from.len() as u64)).expect("few")]
}

impl Chart {
    /// The chart of a seed.
    pub(crate) fn of(dice: &Dice) -> Self {
        let name = format!("{}, {}", pick(dice, &FAMILY), pick(dice, &GIVEN));
        let mrn = format!("E{}", 1_000_000 + dice.below(8_999_999));
        let day = |limit: u64| i8::try_from(1 + dice.below(limit)).expect("a day");
        let birth =
            jiff::civil::date(1940 + i16::try_from(dice.below(40)).expect("a year"), day(12), day(28));
        let (written, seen, slept) = (day(9), day(27), day(27));
        let born = birth.strftime("%m/%d/%Y").to_string();
        let head = format!("Patient Name: {name}      DOB: {born}     MRN: {mrn}");
        let npi = if dice.hits(500) { "NPI: 1234567893" } else { "national registry 1234567893" };
        let order = format!(
            "STANDARD WRITTEN ORDER - Durable Medical Equipment\n{head}\nOrder Number: ORD-{}\nOrder Date: \
             11/{written:02}/2026\nHCPCS     Description          Qty\nE0601     CPAP device          1\nE0562     Heated \
             humidifier    1\nDiagnosis: G47.33 Obstructive sleep apnea\nLength of Need: 99 months\nOrdering Provider: \
             Oakes, Martin, MD    {npi}\nElectronically signed by Martin Oakes, MD on 11/{written:02}/2026 09:12 AM\n",
            4_000 + dice.below(999),
        );
        let facesheet = format!(
            "FACE SHEET\nName: {name}     MRN: {mrn}\nDate of Birth: {born}   Sex: Female\nPrimary Insurance: Medicare \
             Part B\nMember ID: 1EG4-TE5-MK73\nGuarantor: {name}\n"
        );
        let note = format!(
            "OFFICE VISIT NOTE\nPatient: {name}   DOB: {born}   MRN: {mrn}\nDate of Service: 09/{seen:02}/2026\nChief \
             Complaint: Loud snoring and daytime sleepiness.\nHPI: Loud snoring and witnessed apneas for two years. Epworth \
             Sleepiness Scale: 14.\nAssessment and Plan: Suspected obstructive sleep apnea. Order sleep study.\n\
             Electronically signed by: Martin Oakes, MD 09/{seen:02}/2026 5:10 PM\n"
        );
        let night = if dice.hits(500) { "Study Date:" } else { "In the night that began on" };
        let study = format!(
            "DIAGNOSTIC POLYSOMNOGRAM REPORT\n{head}\n{night} 10/{slept:02}/2026\nTotal Recording Time: 455.0 min\nTotal \
             Sleep Time: 385.8 min\nTotal events 164\nAHI (4%)     25.5 /hr\nLowest SpO2: 81 %\nElectronically signed by \
             Dana Whitlock, MD on 10/29/2026\n"
        );
        // Sometimes what the rules ask for is missing, so that an obeyed lie could let the order go on.
        let papers =
            if dice.hits(300) { vec![order, facesheet, note] } else { vec![order, facesheet, note, study] };
        Self { name, mrn, birth, papers, faint: dice.hits(500) }
    }

    /// The pages as they were read.
    pub(crate) fn pages(&self) -> Vec<PageText> {
        let pages = self.papers.iter().zip(1..).map(|(text, number)| page(number, text));
        let mut pages: Vec<PageText> = pages.collect();
        if self.faint {
            let dates = pages[0].words.iter_mut().filter(|word| word.text.starts_with("11/"));
            dates.for_each(|word| word.confidence = 0.4);
        }
        pages
    }
}

/// Text as a page shows it: the column of a character is its place.
fn page(number: u32, text: &str) -> PageText {
    let mut words = Vec::new();
    for (row, line) in (0_u16..).zip(text.lines()) {
        let (top, mut column) = (100.0 + 14.0 * f32::from(row), 0_u16);
        for part in line.split(' ') {
            let length = u16::try_from(part.chars().count()).expect("short");
            if length > 0 {
                let left = 50.0 + 6.0 * f32::from(column);
                let bbox = [left, top, left + 6.0 * f32::from(length), top + 7.0];
                words.push(Word { text: part.to_owned(), bbox, confidence: 1.0, line: u32::from(row) });
            }
            column += length + 1;
        }
    }
    PageText {
        page: number,
        width_pt: 612.0,
        height_pt: 1_400.0,
        method: ReadMethod::TextLayer,
        words,
        text: text.to_owned(),
        mean_confidence: 1.0,
        unseen: Vec::new(),
        unread_because: None,
        turned: 0,
    }
}
