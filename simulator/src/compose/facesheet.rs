//! The facesheet: demographics, contacts, coverage.

use super::{hospital_head, identity_pairs};
use crate::chart::{Chart, Coverage, PayerKind};
use crate::generator::{dashed_mbi, date_text};
use crate::layout::Block;

/// The facesheet in one of three layouts.
pub(super) fn blocks(chart: &Chart, layout: u8) -> Vec<Block> {
    match layout {
        1 => headed_pairs(chart),
        2 => coverage_first(chart),
        _ => grid(chart),
    }
}

fn headed_pairs(chart: &Chart) -> Vec<Block> {
    let patient = &chart.patient;
    let mut person = identity_pairs(chart, 1);
    person.extend([
        ("Age", format!("{} y", patient.age_on(chart.printed_on))),
        ("Legal Sex", patient.sex.word().to_owned()),
        ("Home Phone", patient.phone.clone()),
    ]);
    if let Some(mobile) = &patient.mobile {
        person.push(("Mobile Phone", mobile.clone()));
    }
    let mut blocks = vec![
        hospital_head(chart, 1, "Patient Registration"),
        Block::Title("Patient Facesheet".into()),
        Block::Heading("Patient".into()),
        Block::pairs(2, person),
        Block::pairs(1, [("Address", patient.address.one_line())]),
        Block::Heading("Contacts".into()),
        Block::pairs(
            1,
            [
                ("Emergency Contact", emergency(chart)),
                ("Guarantor", format!("{} (Self)", patient.name.last_first())),
            ],
        ),
    ];
    for (i, coverage) in patient.coverages.iter().enumerate() {
        let rank = if i == 0 { "Coverage 1 (Primary)" } else { "Coverage 2 (Secondary)" };
        blocks.push(Block::Heading(rank.into()));
        let id_label = if coverage.kind == PayerKind::Medicare { "Medicare ID (MBI)" } else { "Member ID" };
        blocks.push(Block::pairs(
            2,
            [
                ("Payer", coverage.payer.to_owned()),
                ("Plan", coverage.plan.to_owned()),
                (id_label, printed_id(coverage, true)),
                ("Group", coverage.group.clone().unwrap_or_else(|| "None".into())),
                ("Effective", date_text(coverage.effective)),
                ("Subscriber", "Self".to_owned()),
            ],
        ));
    }
    blocks.push(Block::Heading("Providers".into()));
    blocks.push(Block::pairs(
        1,
        [
            ("Primary Care Provider", patient.pcp.signed_name()),
            ("PCP Phone", patient.pcp.phone.clone()),
            ("PCP NPI", patient.pcp.npi.clone()),
        ],
    ));
    blocks
}

fn coverage_first(chart: &Chart) -> Vec<Block> {
    let patient = &chart.patient;
    let mut blocks =
        vec![hospital_head(chart, 2, "Health Information Management"), Block::Title("Face Sheet".into())];
    blocks.push(Block::pairs(1, identity_pairs(chart, 2)));
    for (i, coverage) in patient.coverages.iter().enumerate() {
        let rank = if i == 0 { "Primary insurance" } else { "Secondary insurance" };
        blocks.push(Block::Heading(rank.into()));
        let id_label = if coverage.kind == PayerKind::Medicare { "Medicare Number" } else { "Policy Number" };
        let mut rows = vec![
            ("Insurance Company", coverage.payer.to_owned()),
            ("Plan Name", coverage.plan.to_owned()),
            (id_label, printed_id(coverage, true)),
        ];
        if let Some(group) = &coverage.group {
            rows.push(("Group Number", group.clone()));
        }
        rows.push(("Coverage Start", date_text(coverage.effective)));
        blocks.push(Block::pairs(1, rows));
    }
    blocks.push(Block::Heading("Demographics".into()));
    let mut rows = vec![
        ("Street Address", patient.address.street.clone()),
        (
            "City, State, Zip",
            format!("{}, {} {}", patient.address.city, patient.address.state, patient.address.zip),
        ),
        ("Telephone", patient.phone.clone()),
        ("Gender", patient.sex.word().to_owned()),
        ("Next of Kin", emergency(chart)),
    ];
    if let Some(mobile) = &patient.mobile {
        rows.insert(3, ("Cell", mobile.clone()));
    }
    blocks.push(Block::pairs(1, rows));
    blocks.push(Block::Heading("Attending and primary care".into()));
    blocks.push(Block::pairs(
        1,
        [
            ("PCP", patient.pcp.signed_name()),
            ("Practice", patient.pcp.practice.to_owned()),
            ("Fax", patient.pcp.fax.clone()),
        ],
    ));
    blocks
}

fn grid(chart: &Chart) -> Vec<Block> {
    let patient = &chart.patient;
    let mut person = identity_pairs(chart, 3);
    person.extend([
        ("Sex", patient.sex.letter().to_owned()),
        ("Phone", patient.phone.clone()),
        ("Mobile", patient.mobile.clone().unwrap_or_else(|| "-".into())),
    ]);
    let coverages = patient
        .coverages
        .iter()
        .enumerate()
        .map(|(i, c)| {
            vec![
                (i + 1).to_string(),
                format!("{} / {}", c.payer, c.plan),
                printed_id(c, false),
                c.group.clone().unwrap_or_else(|| "-".into()),
                date_text(c.effective),
            ]
        })
        .collect();
    vec![
        hospital_head(chart, 3, "SnapShot - Registration"),
        Block::Title("Registration Facesheet".into()),
        Block::Heading("Patient Information".into()),
        Block::pairs(2, person),
        Block::pairs(1, [("Address", patient.address.one_line())]),
        Block::Heading("Coverage".into()),
        Block::table(
            &[0.08, 0.38, 0.22, 0.14, 0.18],
            &["#", "Payer / Plan", "Subscriber ID", "Group", "Effective"],
            coverages,
            true,
        ),
        Block::Heading("Emergency Contacts".into()),
        Block::table(
            &[0.4, 0.3, 0.3],
            &["Name", "Relation", "Phone"],
            vec![vec![
                patient.emergency_name.clone(),
                patient.emergency_relation.to_owned(),
                patient.emergency_phone.clone(),
            ]],
            true,
        ),
        Block::Heading("Care Team".into()),
        Block::pairs(
            2,
            [
                ("PCP", patient.pcp.listed_name()),
                ("NPI", patient.pcp.npi.clone()),
                ("Phone", patient.pcp.phone.clone()),
                ("Fax", patient.pcp.fax.clone()),
            ],
        ),
    ]
}

fn emergency(chart: &Chart) -> String {
    let p = &chart.patient;
    format!("{} ({}) {}", p.emergency_name, p.emergency_relation, p.emergency_phone)
}

/// Cards show an MBI with dashes, systems store it without; both get printed.
fn printed_id(coverage: &Coverage, dashes: bool) -> String {
    match coverage.kind {
        PayerKind::Medicare if dashes => dashed_mbi(&coverage.member_id),
        _ => coverage.member_id.clone(),
    }
}
