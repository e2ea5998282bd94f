//! The office note in three layouts: about sleep before and after the study, or about something else.

use super::note_phrases as phrases;
use super::{hospital_head, identity_pairs, topics};
use crate::chart::{Chart, DocumentEntry, Topic, Visit};
use crate::dice::Dice;
use crate::generator::{date_text, moment_text};
use crate::layout::Block;

/// What a note says, independent of its layout.
pub(super) struct Words {
    pub(super) complaint: String,
    pub(super) history: Vec<String>,
    pub(super) review: Vec<String>,
    pub(super) past: Vec<String>,
    pub(super) medications: Vec<String>,
    pub(super) family: String,
    pub(super) social: String,
    pub(super) exam: Vec<String>,
    pub(super) assessment: Vec<String>,
    pub(super) plan: Vec<String>,
}

/// The note in one of three layouts.
pub(super) fn blocks(chart: &Chart, entry: &DocumentEntry, visit: &Visit, dice: &mut Dice) -> Vec<Block> {
    let words = match visit.topic {
        Topic::Evaluation | Topic::Results | Topic::CpapFailed => about_sleep(chart, visit, dice),
        _ => topics::words(chart, visit, dice),
    };
    match entry.layout {
        1 => classic(chart, visit, words),
        2 => dictated(chart, visit, words),
        _ => assessment_first(chart, visit, words),
    }
}

fn about_sleep(chart: &Chart, visit: &Visit, dice: &mut Dice) -> Words {
    let after_study = visit.topic != Topic::Evaluation;
    let mut words = Words {
        complaint: phrases::complaint(after_study, dice),
        history: phrases::history(chart, visit, after_study, dice),
        review: phrases::review(visit, dice),
        past: phrases::past(visit),
        medications: phrases::medications(visit, dice),
        family: phrases::family(dice),
        social: phrases::social(dice),
        exam: phrases::exam(visit, dice),
        assessment: phrases::assessment(visit, after_study, dice),
        plan: phrases::plan(chart, after_study, dice),
    };
    if visit.topic == Topic::CpapFailed {
        topics::cpap_failed(&mut words, dice);
    }
    words
}

fn classic(chart: &Chart, visit: &Visit, words: Words) -> Vec<Block> {
    let mut head = identity_pairs(chart, 1);
    head.extend([
        ("Visit Date", date_text(visit.date)),
        ("Visit Type", "Office Visit (in person)".to_owned()),
        ("Provider", visit.author.signed_name()),
    ]);
    let mut blocks = vec![
        hospital_head(chart, 1, visit.author.practice),
        Block::Title("Office Visit".into()),
        Block::pairs(2, head),
        Block::Heading("Chief Complaint".into()),
        Block::Para(words.complaint),
        Block::Heading("History of Present Illness".into()),
    ];
    blocks.extend(words.history.into_iter().map(Block::Para));
    if visit.topic.measures_sleep() {
        blocks.push(Block::Para(format!("Epworth Sleepiness Scale score: {}/24.", visit.epworth)));
    }
    blocks.extend([
        Block::Heading("Review of Systems".into()),
        Block::Bullets(words.review),
        Block::Heading("Past Medical History".into()),
        Block::Bullets(words.past),
        Block::Heading("Current Medications".into()),
        Block::Bullets(words.medications),
        Block::Heading("Family History".into()),
        Block::Para(words.family),
        Block::Heading("Social History".into()),
        Block::Para(words.social),
        Block::Heading("Vital Signs".into()),
        Block::pairs(2, vital_pairs(chart, visit)),
        Block::Heading("Physical Exam".into()),
    ]);
    blocks.push(Block::Bullets(words.exam));
    blocks.push(Block::Heading("Assessment and Plan".into()));
    blocks.extend(words.assessment.into_iter().map(Block::Para));
    blocks.push(Block::Bullets(words.plan));
    blocks.extend(signature(visit, "Electronically signed by"));
    blocks
}

fn dictated(chart: &Chart, visit: &Visit, words: Words) -> Vec<Block> {
    let mut head = vec![("Date of Service", date_text(visit.date))];
    head.extend(identity_pairs(chart, 2));
    head.push(("Encounter", "Face-to-face, in clinic".to_owned()));
    let saturation =
        visit.saturation.map(|s| format!("oxygen saturation {s} % on room air, ")).unwrap_or_default();
    let neck = match visit.topic.measures_sleep() {
        true => format!(" Neck {:.1} inches.", visit.neck_in),
        false => String::new(),
    };
    let vitals = format!(
        "BP {}, pulse {}, {saturation}weight {} lb, height {}, body mass index {:.1}.{neck}",
        pressure(visit),
        visit.pulse,
        chart.patient.weight_lb,
        feet(chart.patient.height_in),
        visit.bmi,
    );
    let mut blocks = vec![
        hospital_head(chart, 2, visit.author.practice),
        Block::Title("Clinic Note".into()),
        Block::pairs(1, head),
        Block::Heading("Reason for visit".into()),
        Block::Para(words.complaint),
        Block::Heading("HPI".into()),
        Block::Para(words.history.join(" ")),
        Block::Heading("PMH".into()),
        Block::Para(words.past.join("; ") + "."),
        Block::Heading("Medications".into()),
        Block::Para(words.medications.join("; ") + "."),
        Block::Heading("Social and family history".into()),
        Block::Para(format!("{} {}", words.social, words.family)),
        Block::Heading("ROS".into()),
        Block::Para(words.review.join(" ")),
        Block::Heading("Physical examination".into()),
        Block::Para(format!("Vitals: {vitals}")),
        Block::Para(words.exam.join(" ")),
    ];
    if visit.topic.measures_sleep() {
        blocks.push(Block::Para(format!("Epworth Sleepiness Scale: {} out of 24.", visit.epworth)));
    }
    blocks.push(Block::Heading("Impression".into()));
    blocks.extend(
        words.assessment.into_iter().enumerate().map(|(i, a)| Block::Para(format!("{}. {a}", i + 1))),
    );
    blocks.push(Block::Heading("Recommendations".into()));
    blocks.push(Block::Para(words.plan.join(" ")));
    blocks.extend(signature(visit, "Signed electronically by"));
    blocks
}

fn assessment_first(chart: &Chart, visit: &Visit, words: Words) -> Vec<Block> {
    let mut head = identity_pairs(chart, 3);
    head.extend([
        ("Encounter Date", date_text(visit.date)),
        ("Provider", visit.author.listed_name()),
        ("Modality", "In person".to_owned()),
    ]);
    let mut blocks = vec![
        hospital_head(chart, 3, visit.author.practice),
        Block::Title("Progress Note".into()),
        Block::pairs(2, head),
        Block::Heading("Assessment & Plan".into()),
    ];
    blocks.extend(words.assessment.into_iter().map(Block::Para));
    blocks.push(Block::Bullets(words.plan));
    blocks.push(Block::Heading("Subjective".into()));
    blocks.push(Block::pairs(1, [("CC", words.complaint)]));
    blocks.extend(words.history.into_iter().map(Block::Para));
    blocks.extend([
        Block::Heading("Review of Systems".into()),
        Block::Para(words.review.join(" ")),
        Block::Heading("Objective".into()),
        Block::table(
            &[0.18, 0.32, 0.18, 0.32],
            &["Vital", "Value", "Measure", "Value"],
            vital_rows(visit),
            true,
        ),
    ]);
    blocks.push(Block::Bullets(words.exam));
    blocks.push(Block::Heading("History".into()));
    blocks.push(Block::pairs(
        1,
        [
            ("Problem List", words.past.join("; ")),
            ("Medications", words.medications.join("; ")),
            ("Family", words.family),
            ("Social", words.social),
        ],
    ));
    blocks.extend(signature(visit, "Electronically signed by"));
    blocks
}

fn vital_pairs(chart: &Chart, visit: &Visit) -> Vec<(&'static str, String)> {
    let mut rows = vec![("BP", pressure(visit)), ("Pulse", visit.pulse.to_string())];
    if let Some(saturation) = visit.saturation {
        rows.push(("SpO2", format!("{saturation} % on room air")));
    }
    rows.extend([
        ("Weight", format!("{} lb", chart.patient.weight_lb)),
        ("Height", feet(chart.patient.height_in)),
        ("BMI", format!("{:.1} kg/m2", visit.bmi)),
    ]);
    if visit.topic.measures_sleep() {
        rows.push(("Neck circumference", format!("{:.1} in", visit.neck_in)));
    }
    rows
}

fn vital_rows(visit: &Visit) -> Vec<Vec<String>> {
    let mut cells = vec![("BP", pressure(visit))];
    if visit.topic.measures_sleep() {
        cells.push(("ESS", format!("{} / 24", visit.epworth)));
    }
    cells.extend([("Pulse", visit.pulse.to_string()), ("BMI", format!("{:.1}", visit.bmi))]);
    if let Some(saturation) = visit.saturation {
        let air = if visit.topic == Topic::Lungs { " on room air" } else { "" };
        cells.push(("SpO2", format!("{saturation} %{air}")));
    }
    if visit.topic.measures_sleep() {
        cells.push(("Neck", format!("{:.1} in ({:.0} cm)", visit.neck_in, visit.neck_in * 2.54)));
    }
    cells
        .chunks(2)
        .map(|pair| {
            let mut row: Vec<String> =
                pair.iter().flat_map(|(name, value)| [(*name).to_owned(), value.clone()]).collect();
            row.resize(4, String::new());
            row
        })
        .collect()
}

fn signature(visit: &Visit, phrase: &str) -> [Block; 3] {
    [
        Block::Gap(8.0),
        Block::Line,
        Block::Strong(format!("{phrase} {} on {}", visit.author.signed_name(), moment_text(visit.signed_at))),
    ]
}

fn pressure(visit: &Visit) -> String {
    format!("{}/{}", visit.blood_pressure.0, visit.blood_pressure.1)
}

/// 66 inches as "5 ft 6 in".
fn feet(inches: i64) -> String {
    format!("{} ft {} in", inches / 12, inches % 12)
}
