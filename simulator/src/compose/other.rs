//! Documents that have nothing to do with the order: labs, imaging, other notes, orders and forms.
//!
//! None of them mentions sleep, breathing at night or equipment: a chart must break only the rule its
//! story breaks.

use super::{hospital_head, identity_pairs};
use crate::chart::{Chart, Content, DocumentEntry};
use crate::dice::Dice;
use crate::generator::{date_text, moment_text};
use crate::layout::Block;

/// A document by its content and title.
pub(super) fn blocks(chart: &Chart, entry: &DocumentEntry, dice: &mut Dice) -> Vec<Block> {
    let (department, body) = match entry.content {
        Content::Lab => ("Laboratory Services", lab(entry, dice)),
        Content::Imaging => ("Diagnostic Imaging", imaging(dice)),
        Content::SubstanceUse => ("Behavioral Health", substance_use(dice)),
        Content::OtherOrder => ("Ambulatory Orders", order(chart, entry, dice)),
        Content::Consent => ("Patient Registration", consent(chart)),
        _ => ("Outpatient Clinics", note(entry, dice)),
    };
    let date_label = match entry.layout {
        1 => "Date",
        2 => "Date of Service",
        _ => "Service Date",
    };
    let mut head = identity_pairs(chart, entry.layout);
    if let Some(day) = entry.service_date {
        head.push((date_label, date_text(day)));
    }
    let mut blocks = vec![
        hospital_head(chart, entry.layout, department),
        Block::Title(entry.title.clone()),
        Block::pairs(if entry.layout == 2 { 1 } else { 2 }, head),
    ];
    blocks.extend(body);
    if let Some(at) = entry.edited {
        blocks.push(Block::Gap(6.0));
        blocks.push(Block::Strong(format!(
            "Electronically signed by {} on {}",
            chart.patient.pcp.signed_name(),
            moment_text(at)
        )));
    }
    blocks
}

fn lab(entry: &DocumentEntry, dice: &mut Dice) -> Vec<Block> {
    let tests: &[(&str, i64, i64, &str)] = match entry.title.as_str() {
        "Lipid Panel" => &[
            ("Cholesterol, total", 150, 240, "mg/dL"),
            ("HDL", 35, 70, "mg/dL"),
            ("LDL, calculated", 80, 160, "mg/dL"),
            ("Triglycerides", 90, 220, "mg/dL"),
        ],
        "CBC with Differential" => {
            &[("WBC", 4, 10, "K/uL"), ("Hemoglobin", 12, 16, "g/dL"), ("Platelets", 160, 380, "K/uL")]
        }
        "Hemoglobin A1c" => {
            &[("Hemoglobin A1c", 5, 8, "%"), ("Estimated average glucose", 100, 180, "mg/dL")]
        }
        _ => &[
            ("Sodium", 135, 145, "mmol/L"),
            ("Potassium", 4, 5, "mmol/L"),
            ("Creatinine", 1, 2, "mg/dL"),
            ("Glucose", 85, 140, "mg/dL"),
        ],
    };
    let rows = tests
        .iter()
        .map(|(name, low, high, unit)| {
            vec![
                (*name).to_owned(),
                dice.between(*low, *high).to_string(),
                (*unit).to_owned(),
                format!("{low}-{high}"),
            ]
        })
        .collect();
    vec![
        Block::Heading("Results".into()),
        Block::table(
            &[0.4, 0.2, 0.2, 0.2],
            &["Component", "Value", "Units", "Reference"],
            rows,
            entry.layout != 2,
        ),
        Block::Para("Specimen: blood, venous. Collected fasting. Final result.".into()),
    ]
}

fn imaging(dice: &mut Dice) -> Vec<Block> {
    let findings = dice.pick(&[
        "No acute abnormality. No fracture. Soft tissues are unremarkable.",
        "Mild degenerative change. No focal lesion. Comparison: none.",
        "Normal size and contour. No suspicious finding.",
    ]);
    vec![
        Block::Heading("Findings".into()),
        Block::Para(findings.into()),
        Block::Heading("Impression".into()),
        Block::Para("No acute process.".into()),
    ]
}

fn order(chart: &Chart, entry: &DocumentEntry, dice: &mut Dice) -> Vec<Block> {
    let (detail, code) = dice.pick(&[
        ("Routine, standing order for 12 months", "Z00.00"),
        ("Routine, one time", "I10"),
        ("Elective, 8 visits", "M54.50"),
    ]);
    vec![
        Block::Heading("Order".into()),
        Block::pairs(
            1,
            [
                ("Order", entry.title.clone()),
                ("Priority", detail.to_owned()),
                ("Diagnosis", code.to_owned()),
                ("Ordering provider", chart.patient.pcp.signed_name()),
            ],
        ),
    ]
}

fn consent(chart: &Chart) -> Vec<Block> {
    vec![
        Block::Para(format!(
            "I consent to examination and treatment by the staff of {} and its clinics.",
            chart.hospital.name()
        )),
        Block::Para("I have received the notice of privacy practices. I may withdraw this consent at any time in writing.".into()),
        Block::pairs(1, [("Relationship", "Self")]),
    ]
}

fn note(entry: &DocumentEntry, dice: &mut Dice) -> Vec<Block> {
    let (history, exam, plan) = match entry.title.as_str() {
        "Orthopedics Office Visit" | "Physical Therapy Note" => (
            "Right knee pain for three weeks after a misstep. Denies locking or giving way. No fever, denies chest pain.",
            "Mild effusion, range of motion 0 to 115 degrees, ligaments stable.",
            "Ice, acetaminophen as needed, home exercises. Recheck in 6 weeks.",
        ),
        "Dermatology Consult" => (
            "Itchy patch on the left forearm. No new soaps or medications. Denies fever.",
            "Scaly plaque of 2 cm, no ulceration.",
            "Hydrocortisone 2.5 % cream twice daily for 2 weeks.",
        ),
        "Telephone Encounter" => dice.pick(&[
            (
                "Patient called for a refill of blood pressure medication.",
                "Not examined.",
                "Refill sent to pharmacy.",
            ),
            (
                "Patient asked about the date of the next flu vaccine clinic.",
                "Not examined.",
                "Information given.",
            ),
            ("Caller reports a lost lab slip.", "Not examined.", "New slip mailed to home address."),
        ]),
        _ => (
            "Annual wellness visit. Feels well. Colon screening up to date. Denies falls, denies chest pain.",
            "Well appearing. Heart regular, lungs clear, abdomen soft.",
            "Continue current medications. Vaccines given today. Return in one year.",
        ),
    };
    vec![
        Block::Heading("History".into()),
        Block::Para(history.into()),
        Block::Heading("Exam".into()),
        Block::Para(exam.into()),
        Block::Heading("Plan".into()),
        Block::Para(plan.into()),
    ]
}

/// A note of a programme under 42 CFR Part 2, with the notice that has to go with it (42 CFR 2.32).
fn substance_use(dice: &mut Dice) -> Vec<Block> {
    let notice = dice.pick(&[
        "42 CFR part 2 prohibits unauthorized use or disclosure of these records.",
        "This record which has been disclosed to you is protected by federal confidentiality rules (42 CFR part 2). These \
         rules prohibit you from using or disclosing this record, or testimony that describes the information contained in \
         this record, in any civil, criminal, administrative, or legislative proceedings, unless authorized by consent or \
         court order.",
        "This information has been disclosed to you from records protected by Federal confidentiality rules (42 CFR Part \
         2). The Federal rules prohibit you from making any further disclosure of this information unless further \
         disclosure is expressly permitted by the written consent of the person to whom it pertains.",
    ]);
    let history = dice.pick(&[
        "Attends the outpatient program weekly. No cravings since the last visit. Buprenorphine 8 mg daily, no side effects.",
        "In recovery for 14 months. Group sessions continue. Naltrexone 50 mg daily is well tolerated.",
    ]);
    vec![
        Block::Heading("History".into()),
        Block::Para(history.into()),
        Block::Heading("Plan".into()),
        Block::Para("Continue treatment for substance use disorder. Return in two weeks.".into()),
        Block::Heading("Notice Prohibiting Redisclosure".into()),
        Block::Para(notice.into()),
    ]
}
