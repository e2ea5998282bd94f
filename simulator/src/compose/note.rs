//! The office note about sleep, before or after the study.

use super::note_phrases as phrases;
use super::{hospital_head, identity_pairs};
use crate::chart::{Chart, Content, DocumentEntry, Visit};
use crate::dice::Dice;
use crate::generator::{date_text, moment_text};
use crate::layout::Block;

/// What a note says, independent of its layout.
struct Words {
    complaint: String,
    history: Vec<String>,
    review: Vec<String>,
    past: Vec<String>,
    medications: Vec<String>,
    family: String,
    social: String,
    exam: Vec<String>,
    assessment: Vec<String>,
    plan: Vec<String>,
}

/// The note in one of three layouts.
pub(super) fn blocks(chart: &Chart, entry: &DocumentEntry, visit: &Visit, dice: &mut Dice) -> Vec<Block> {
    let after_study = entry.content == Content::FollowUp;
    let words = Words {
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
    match entry.layout {
        1 => classic(chart, visit, words),
        2 => dictated(chart, visit, words),
        _ => assessment_first(chart, visit, words),
    }
}

fn classic(chart: &Chart, visit: &Visit, words: Words) -> Vec<Block> {
    let mut head = identity_pairs(chart, 1);
    head.extend([
        ("Visit Date", date_text(visit.date)),
        ("Visit Type", "Office Visit (in person)".to_owned()),
        ("Provider", visit.author.signed_name()),
    ]);
    let mut blocks = vec![
        hospital_head(1, visit.author.practice),
        Block::Title("Office Visit".into()),
        Block::pairs(2, head),
        Block::Heading("Chief Complaint".into()),
        Block::Para(words.complaint),
        Block::Heading("History of Present Illness".into()),
    ];
    blocks.extend(words.history.into_iter().map(Block::Para));
    blocks.extend([
        Block::Para(format!("Epworth Sleepiness Scale score: {}/24.", visit.epworth)),
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
        Block::pairs(
            2,
            [
                ("BP", pressure(visit)),
                ("Pulse", visit.pulse.to_string()),
                ("SpO2", format!("{} % on room air", visit.saturation)),
                ("Weight", format!("{} lb", chart.patient.weight_lb)),
                ("Height", feet(chart.patient.height_in)),
                ("BMI", format!("{:.1} kg/m2", visit.bmi)),
                ("Neck circumference", format!("{:.1} in", visit.neck_in)),
            ],
        ),
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
    let vitals = format!(
        "BP {}, pulse {}, oxygen saturation {} % on room air, weight {} lb, height {}, body mass index {:.1}. Neck {:.1} inches.",
        pressure(visit),
        visit.pulse,
        visit.saturation,
        chart.patient.weight_lb,
        feet(chart.patient.height_in),
        visit.bmi,
        visit.neck_in
    );
    let mut blocks = vec![
        hospital_head(2, visit.author.practice),
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
        Block::Para(format!("Epworth Sleepiness Scale: {} out of 24.", visit.epworth)),
        Block::Heading("Impression".into()),
    ];
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
    let vitals = vec![
        vec!["BP".to_owned(), pressure(visit), "ESS".to_owned(), format!("{} / 24", visit.epworth)],
        vec!["Pulse".to_owned(), visit.pulse.to_string(), "BMI".to_owned(), format!("{:.1}", visit.bmi)],
        vec![
            "SpO2".to_owned(),
            format!("{} %", visit.saturation),
            "Neck".to_owned(),
            format!("{:.1} in ({:.0} cm)", visit.neck_in, visit.neck_in * 2.54),
        ],
    ];
    let mut blocks = vec![
        hospital_head(3, visit.author.practice),
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
        Block::table(&[0.18, 0.32, 0.18, 0.32], &["Vital", "Value", "Measure", "Value"], vitals, true),
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
