//! The report of a diagnostic sleep study.

use super::{night, split};
use crate::chart::{Chart, Study, StudyKind};
use crate::dice::Dice;
use crate::generator::{date_text, moment_text};
use crate::layout::{Align, Block, paragraphs};

/// The report in one of three layouts; nothing when there was no study.
pub(super) fn blocks(chart: &Chart, layout: u8, dice: &mut Dice) -> Vec<Block> {
    let Some(study) = &chart.study else { return Vec::new() };
    let mut blocks = match (&study.treated, layout) {
        (Some(half), _) => split::blocks(chart, study, half, layout, dice),
        (None, 1) => tabular(chart, study, dice),
        (None, 2) => narrative(chart, study, dice),
        (None, _) => grid(chart, study, dice),
    };
    if study.detailed {
        blocks.extend(night::details(study, dice));
    }
    blocks
}

fn tabular(chart: &Chart, study: &Study, dice: &mut Dice) -> Vec<Block> {
    let mut head = night::identity(chart, study.outside.as_ref(), 1);
    head.extend([
        ("Study Date", date_text(study.date())),
        ("Ordering Provider", chart.prescriber.signed_name()),
        ("BMI", format!("{:.1} kg/m2", chart.patient.bmi())),
    ]);
    let time = if home(study) { "Monitoring time" } else { "Total sleep time (TST)" };
    let mut blocks = vec![
        night::head(chart, study.outside.as_ref(), Align::Left),
        Block::Title(title(study).into()),
        Block::pairs(2, head),
        Block::Heading("Indication".into()),
        Block::Para(indication(chart, dice)),
        Block::Heading("Technique".into()),
        Block::Para(technique(study)),
        Block::Heading(if home(study) { "Recording" } else { "Sleep Architecture" }.into()),
        Block::pairs(
            2,
            [
                ("Recording start", moment_text(study.recording_start)),
                ("Total recording time", format!("{:.1} min", study.trt_min)),
                (time, format!("{:.1} min", study.tst_min)),
                (
                    if home(study) { "Usable signal" } else { "Sleep efficiency" },
                    format!("{:.1} %", study.efficiency()),
                ),
            ],
        ),
        Block::Heading("Respiratory Events".into()),
        Block::table(
            &[0.3, 0.2, 0.3, 0.2],
            &["Event", "Count", "Index", "Per hour"],
            event_rows(study),
            true,
        ),
        Block::pairs(1, indices(study)),
        Block::Para(
            if study.both_scorings {
                "Counts of events are those with a 4 % oxygen desaturation. RERAs are not included."
            } else {
                "Hypopneas scored with a 4 % oxygen desaturation. RERAs are not included."
            }
            .into(),
        ),
    ];
    blocks.extend(cut_short(study));
    blocks.push(Block::Heading("Oxygen Saturation".into()));
    blocks.push(Block::pairs(2, oxygen(study)));
    blocks.extend(conclusion(chart, study, dice, ["Impression", "Recommendations"]));
    blocks
}

/// The index; under both rules where the report prints both.
fn indices(study: &Study) -> Vec<(&'static str, String)> {
    if !study.both_scorings {
        return vec![(index_label(study, 1), format!("{:.1} /h", study.ahi))];
    }
    let (three, four) = match home(study) {
        true => ("REI, hypopneas with 3 % desaturation", "REI, hypopneas with 4 % desaturation"),
        false => ("AHI, hypopneas with 3 % desaturation", "AHI, hypopneas with 4 % desaturation"),
    };
    vec![(three, format!("{:.1} /h", study.ahi_3pct)), (four, format!("{:.1} /h", study.ahi))]
}

/// A word on a night that ended early.
fn cut_short(study: &Study) -> Option<Block> {
    let short = study.treated.is_none() && study.tst_min < 120.0;
    short.then(|| Block::Para("The recording was ended early at the request of the patient.".into()))
}

fn event_rows(study: &Study) -> Vec<Vec<String>> {
    let rows = [
        ("Obstructive apneas", study.obstructive, "Supine", study.supine_ahi),
        ("Central apneas", study.central, if home(study) { "Non-supine" } else { "REM" }, study.rem_ahi),
        ("Mixed apneas", study.mixed, "ODI (4%)", study.odi),
        ("Hypopneas", study.hypopneas, "Central index", per_hour(study.central, study)),
        ("Total events", study.events_total, "All events", study.ahi),
    ];
    rows.into_iter()
        .map(|(event, count, index, value)| {
            vec![event.to_owned(), count.to_string(), index.to_owned(), format!("{value:.1}")]
        })
        .collect()
}

fn narrative(chart: &Chart, study: &Study, dice: &mut Dice) -> Vec<Block> {
    let mut head = night::identity(chart, study.outside.as_ref(), 2);
    head.extend([
        ("Referring Practitioner", chart.prescriber.signed_name()),
        ("Date of Study", date_text(study.date())),
        ("Date of Interpretation", date_text(study.interpreted_at.date())),
    ]);
    let asleep = if home(study) { "with a monitoring time of" } else { "with a total sleep time of" };
    let mut blocks = vec![
        night::head(chart, study.outside.as_ref(), Align::Centre),
        Block::Title(title(study).into()),
        Block::pairs(1, head),
        Block::Heading("Indication for study".into()),
        Block::Para(indication(chart, dice)),
        Block::Heading("Procedure".into()),
        Block::Para(technique(study)),
        Block::Heading("Results".into()),
    ];
    blocks.extend(paragraphs([
        format!(
            "Recording began on {} and lasted {:.1} minutes, {asleep} {:.1} minutes ({:.1} %).",
            moment_text(study.recording_start),
            study.trt_min,
            study.tst_min,
            study.efficiency()
        ),
        format!(
            "There were {} obstructive apneas, {} central apneas, {} mixed apneas and {} hypopneas, a total of {} respiratory events.",
            study.obstructive, study.central, study.mixed, study.hypopneas, study.events_total
        ),
        if study.both_scorings {
            format!(
                "Scored with 4 % desaturation the {} was {:.1} events per hour; scored with 3 % desaturation it was {:.1} events \
                 per hour.",
                if home(study) { "respiratory event index" } else { "apnea hypopnea index" },
                study.ahi,
                study.ahi_3pct
            )
        } else {
            format!("The {} was {:.1} events per hour.", index_label(study, 2), study.ahi)
        },
        format!(
            "In the supine position the index was {:.1} events per hour. The oxygen desaturation index was {:.1} per hour.",
            study.supine_ahi, study.odi
        ),
        format!(
            "Mean oxygen saturation was {} % and the lowest saturation {} %. Time below 88 % was {:.1} minutes.",
            study.mean_spo2, study.nadir_spo2, study.t88_min
        ),
        if study.both_scorings {
            "The counts of events are those with a desaturation of 4 % or more."
        } else {
            "Hypopneas were scored when flow fell by at least 30 % for 10 seconds with a desaturation of 4 % or more."
        }
        .into(),
    ]));
    blocks.extend(cut_short(study));
    blocks.extend(conclusion(chart, study, dice, ["Conclusion", "Plan"]));
    blocks
}

fn grid(chart: &Chart, study: &Study, dice: &mut Dice) -> Vec<Block> {
    let mut head = night::identity(chart, study.outside.as_ref(), 3);
    head.extend([
        ("Sex / Age", format!("{} / {}", chart.patient.sex.letter(), chart.patient.age_on(study.date()))),
        ("Test Date", date_text(study.date())),
        ("Start of Recording", study.recording_start.strftime("%-I:%M %p").to_string()),
        ("Device", study.device.to_owned()),
        ("Referred By", chart.prescriber.listed_name()),
    ]);
    let mut blocks = vec![
        night::head(chart, study.outside.as_ref(), Align::Centre),
        Block::Title(title(study).into()),
        Block::pairs(2, head),
        Block::Heading("Summary".into()),
        Block::pairs(
            2,
            [
                (index_label(study, 3), format!("{:.1}", study.ahi)),
                ("AHI (3%)", format!("{:.1}", study.ahi_3pct)),
                ("Total Events (4%)", study.events_total.to_string()),
                ("ODI", format!("{:.1}", study.odi)),
                (
                    if home(study) { "Monitoring Time (min)" } else { "TST (min)" },
                    format!("{:.1}", study.tst_min),
                ),
                ("TRT (min)", format!("{:.1}", study.trt_min)),
                ("Obstructive / Mixed", format!("{} / {}", study.obstructive, study.mixed)),
                ("Central", study.central.to_string()),
                ("Hypopneas (4%)", study.hypopneas.to_string()),
                ("Supine AHI", format!("{:.1}", study.supine_ahi)),
                ("Lowest SpO2 (%)", study.nadir_spo2.to_string()),
                ("Mean SpO2 (%)", study.mean_spo2.to_string()),
            ],
        ),
        Block::Heading("Reason for Test".into()),
        Block::Para(indication(chart, dice)),
        Block::Heading("Method".into()),
        Block::Para(technique(study)),
    ];
    blocks.extend(cut_short(study));
    blocks.extend(conclusion(chart, study, dice, ["Interpretation", "Recommendation"]));
    blocks
}

fn conclusion(chart: &Chart, study: &Study, dice: &mut Dice, headings: [&str; 2]) -> Vec<Block> {
    let severity = study.severity();
    let impression = match dice.index(3) {
        0 => format!("1. Obstructive sleep apnea, {severity} (G47.33)."),
        1 => format!("Findings are consistent with {severity} obstructive sleep apnea."),
        _ => format!(
            "{} obstructive sleep apnea with oxygen desaturation to {} %.",
            capital(severity),
            study.nadir_spo2
        ),
    };
    let impression = match study.ahi < 5.0 {
        true => format!("Sleep apnea by the 3 % rule ({severity}); below 5 events per hour by the 4 % rule."),
        false => impression,
    };
    let advice = dice.pick(&[
        "Trial of positive airway pressure therapy is recommended. Avoid alcohol and sedatives at bedtime. Do not drive when drowsy.",
        "CPAP therapy, weight reduction and positional measures are advised. Clinical follow-up with the referring practitioner.",
        "Auto-titrating CPAP is an option. Return for review of adherence after start of therapy.",
    ]);
    // Where nobody may say that CPAP was tried, nobody speaks of it either.
    let advice = match study.silent_on_cpap {
        true => "Treatment is recommended. Avoid alcohol and sedatives at bedtime. Do not drive when drowsy.",
        false => advice,
    };
    let mut blocks = vec![
        Block::Heading(headings[0].into()),
        Block::Para(impression),
        Block::Heading(headings[1].into()),
        Block::Para(advice.into()),
    ];
    blocks.extend(night::signature(chart, study.interpreted_at));
    blocks
}

fn home(study: &Study) -> bool {
    study.kind == StudyKind::HomeTest
}

fn title(study: &Study) -> &'static str {
    if home(study) { "Home Sleep Apnea Test Report" } else { "Diagnostic Polysomnography Report" }
}

/// What reports call the index under the 4 % rule; home tests divide by recording time.
fn index_label(study: &Study, layout: u8) -> &'static str {
    match (layout, home(study)) {
        (1, false) => "Apnea-Hypopnea Index (AHI)",
        (1, true) => "Respiratory Event Index (REI)",
        (2, false) => "apnea hypopnea index (4%)",
        (2, true) => "apnea-hypopnea index (AHI, per hour of monitoring time)",
        (_, false) => "AHI (4%)",
        (_, true) => "REI (4%)",
    }
}

fn technique(study: &Study) -> String {
    match study.kind {
        StudyKind::Polysomnography | StudyKind::SplitNight => format!(
            "Attended overnight in-laboratory polysomnography (Type I) with {}. EEG, EOG, chin and leg EMG, ECG, nasal \
             pressure, oral thermistor, chest and abdominal effort, body position and pulse oximetry were recorded.",
            study.device
        ),
        StudyKind::HomeTest => format!(
            "Unattended home sleep apnea test (Type III) with {}. Nasal pressure, respiratory effort, pulse, body position \
             and pulse oximetry were recorded. The test was dispensed by the sleep laboratory.",
            study.device
        ),
    }
}

fn indication(chart: &Chart, dice: &mut Dice) -> String {
    let patient = &chart.patient;
    let age = patient.age_on(chart.printed_on);
    match dice.index(3) {
        0 => format!(
            "{age}-year-old {} with loud snoring and daytime sleepiness, evaluated for sleep apnea.",
            patient.sex.noun()
        ),
        1 => "Suspected obstructive sleep apnea: snoring, unrefreshing sleep, hypertension.".to_owned(),
        _ => {
            "Excessive daytime sleepiness and habitual snoring; rule out obstructive sleep apnea.".to_owned()
        }
    }
}

fn oxygen(study: &Study) -> [(&'static str, String); 4] {
    [
        ("Mean SpO2", format!("{} %", study.mean_spo2)),
        ("Nadir SpO2", format!("{} %", study.nadir_spo2)),
        ("Time < 88 %", format!("{:.1} min", study.t88_min)),
        ("ODI", format!("{:.1} /h", study.odi)),
    ]
}

fn per_hour(count: i64, study: &Study) -> f64 {
    count as f64 / (study.tst_min / 60.0)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
