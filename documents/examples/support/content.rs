//! What stands on the pages: letters, facesheets, tables of results and two columns of prose, with the
//! numbers and codes that matter in an order for equipment. Nobody in it exists.

use super::Dice;

/// A text at a place: left and baseline in points from the bottom left of a US Letter page, size in points.
pub(crate) struct Placed {
    /// From the left.
    pub(crate) x: f32,
    /// Baseline, from the bottom.
    pub(crate) y: f32,
    /// Font size.
    pub(crate) size: f32,
    /// As printed.
    pub(crate) text: String,
}

/// How a page is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Full lines of prose under a letterhead.
    Letter,
    /// Labels with values far to the right, then prose.
    Facesheet,
    /// Rows of a table with five columns, then prose.
    Table,
    /// Two columns of prose.
    Columns,
}

/// All layouts, in the order in which a batch goes through them.
pub(crate) const LAYOUTS: [Layout; 4] = [Layout::Letter, Layout::Facesheet, Layout::Table, Layout::Columns];

const SENTENCES: [&str; 24] = [
    "The patient was seen in the sleep clinic for a face to face evaluation of daytime fatigue.",
    "She reports loud snoring and witnessed pauses in breathing on most nights of the week.",
    "Diagnostic polysomnography was performed on # and showed an AHI of ~ events per hour.",
    "The lowest oxygen saturation was @% and time below 88% was ~ minutes.",
    "Continuous positive airway pressure is ordered at ~ cm H2O with heated humidifier E0562.",
    "Diagnosis is obstructive sleep apnea, ICD-10 code G47.33, established on #.",
    "Blood pressure 13@/8@, pulse 7@, weight 21@ pounds, body mass index ~.",
    "Supplies include mask A7030, tubing A4604, filters A7038 and chin strap A7036.",
    "The patient understands the risks and benefits and agrees to nightly use of the device.",
    "Compliance download shows use of ~ hours a night on 9@% of nights since #.",
    "Medicare number 1EG4-TE5-MK7@ was verified with the payer on # by telephone.",
    "Home oxygen at ~ liters per minute by nasal cannula was continued without change.",
    "Arterial blood gas on room air showed a partial pressure of oxygen of 5@ mmHg.",
    "Lungs are clear to auscultation, heart is regular without murmur, abdomen is soft.",
    "A follow up visit is planned between the thirty first and ninetieth day after set up.",
    "Epworth sleepiness scale was 1@ of 24 before treatment and improved afterwards.",
    "Please send the signed order and the chart notes to fax number 518-555-01@@.",
    "The prescriber's national provider identifier is 1@9@3@5@7@ and was checked today.",
    "Current medications include lisinopril ~ mg daily and metformin 500 mg twice daily.",
    "No known drug allergies; family history is positive for coronary artery disease.",
    "Length of need is 99 months, replacement every 3 months, quantity 1 per order.",
    "Hospital bed E0260 is medically necessary because of frequent changes of position.",
    "The wheelchair evaluation K0823 was completed by the therapist on # at our office.",
    "Titration continued until respiratory events were controlled at ~ cm H2O pressure.",
];

const LABELS: [(&str, &str); 14] = [
    ("Patient:", "Example, Maria"),
    ("Date of birth:", "#"),
    ("Medical record number:", "00@@@@@@"),
    ("Insurance:", "Medicare Part B"),
    ("Member number:", "E@@@@@@@"),
    ("Group:", "44@@"),
    ("Referring provider:", "Sample, John MD"),
    ("Telephone:", "518-555-01@@"),
    ("Ordered:", "E0601 continuous airway pressure device"),
    ("Diagnosis:", "G47.33 obstructive sleep apnea"),
    ("Date of order:", "#"),
    ("Length of need:", "99 months"),
    ("Weight:", "~ kg"),
    ("Pressure setting:", "~ cm H2O"),
];

const TESTS: [&str; 12] = [
    "Apnea index",
    "Hypopnea index",
    "Lowest saturation",
    "Mean saturation",
    "Sleep efficiency",
    "Arousal index",
    "Total sleep time",
    "Sleep latency",
    "Supine index",
    "Desaturation index",
    "Snoring time",
    "Heart rate",
];

const FIRST_LINE: f32 = 744.0;
const LAST_LINE: f32 = 54.0;
const LEFT: f32 = 54.0;

/// The texts of one page.
pub(crate) fn page(layout: Layout, dice: &mut Dice) -> Vec<Placed> {
    let mut out = Vec::new();
    let mut y = FIRST_LINE;
    let heading = match layout {
        Layout::Letter => "Riverbend Sleep and Pulmonary Clinic",
        Layout::Facesheet => "PATIENT FACESHEET",
        Layout::Table => "RESULTS OF THE SLEEP STUDY",
        Layout::Columns => "Consultation and Plan of Care",
    };
    out.push(Placed { x: LEFT, y, size: 15.0, text: heading.to_owned() });
    y -= 26.0;
    match layout {
        Layout::Letter => {}
        Layout::Facesheet => labels(&mut out, &mut y, dice),
        Layout::Table => table(&mut out, &mut y, dice),
        Layout::Columns => {
            prose(&mut out, LEFT, y, 44, 9.5, dice);
            prose(&mut out, 318.0, y, 44, 9.5, dice);
            return out;
        }
    }
    prose(&mut out, LEFT, y, 88, 10.0, dice);
    out
}

fn labels(out: &mut Vec<Placed>, y: &mut f32, dice: &mut Dice) {
    for (label, value) in LABELS {
        out.push(Placed { x: LEFT, y: *y, size: 11.0, text: label.to_owned() });
        out.push(Placed { x: 240.0, y: *y, size: 11.0, text: filled(value, dice) });
        *y -= 17.0;
    }
    *y -= 12.0;
}

fn table(out: &mut Vec<Placed>, y: &mut f32, dice: &mut Dice) {
    let columns = [LEFT, 200.0, 290.0, 380.0, 470.0];
    let mut row = |texts: [String; 5], y: &mut f32| {
        for (x, text) in columns.iter().zip(texts) {
            out.push(Placed { x: *x, y: *y, size: 10.0, text });
        }
        *y -= 16.0;
    };
    row(["Test", "Baseline", "Treated", "Limit", "Date"].map(str::to_owned), y);
    for test in TESTS {
        let texts = [test.to_owned(), "~".to_owned(), "~".to_owned(), "@@".to_owned(), "#".to_owned()];
        row(texts.map(|text| filled(&text, dice)), y);
    }
    *y -= 12.0;
}

/// Lines of sentences down to the foot of the page.
fn prose(out: &mut Vec<Placed>, x: f32, from: f32, width_chars: usize, size: f32, dice: &mut Dice) {
    let mut y = from;
    let mut line = String::new();
    let mut paragraph = 0;
    while y >= LAST_LINE {
        for word in filled(dice.pick(&SENTENCES), dice).split(' ') {
            if line.len() + 1 + word.len() > width_chars {
                out.push(Placed { x, y, size, text: std::mem::take(&mut line) });
                y -= size * 1.35;
                if y < LAST_LINE {
                    return;
                }
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        paragraph += 1;
        if paragraph % 4 == 0 {
            out.push(Placed { x, y, size, text: std::mem::take(&mut line) });
            y -= size * 2.0;
        }
    }
}

/// `@` becomes a digit, `~` a number with one decimal, `#` a date.
fn filled(pattern: &str, dice: &mut Dice) -> String {
    let mut out = String::new();
    for c in pattern.chars() {
        match c {
            '@' => out.push_str(&dice.below(10).to_string()),
            '~' => out.push_str(&format!("{}.{}", 1 + dice.below(98), dice.below(10))),
            '#' => {
                let (month, day, year) = (1 + dice.below(12), 1 + dice.below(28), 2019 + dice.below(8));
                out.push_str(&format!("{month:02}/{day:02}/{year}"));
            }
            c => out.push(c),
        }
    }
    out
}
