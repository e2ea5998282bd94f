//! The report of a split night: a diagnostic half, and a half with CPAP whose index proves nothing.

use super::night;
use crate::chart::{Chart, Study, TreatedHalf};
use crate::dice::Dice;
use crate::generator::{date_text, moment_text};
use crate::layout::{Align, Block, paragraphs};

/// The report in one of three layouts.
pub(super) fn blocks(
    chart: &Chart,
    study: &Study,
    half: &TreatedHalf,
    layout: u8,
    dice: &mut Dice,
) -> Vec<Block> {
    let (columns, align) = if layout == 1 { (2, Align::Left) } else { (2, Align::Centre) };
    let title = match layout {
        1 => "Split-Night Polysomnography Report",
        2 => "Polysomnogram, Split Night with CPAP Titration",
        _ => "Split Night Study",
    };
    let mut blocks = vec![
        night::head(chart, None, align),
        Block::Title(title.into()),
        Block::pairs(if layout == 2 { 1 } else { columns }, head(chart, study, layout)),
    ];
    blocks.extend(match layout {
        1 => tables(study, half),
        2 => prose(study, half),
        _ => grid(study, half),
    });
    blocks.extend(conclusion(study, half, layout, dice));
    blocks.extend(night::signature(chart, study.interpreted_at));
    blocks
}

fn head(chart: &Chart, study: &Study, layout: u8) -> Vec<(&'static str, String)> {
    let mut head = night::identity(chart, None, layout);
    let doctor = chart.prescriber.signed_name();
    match layout {
        1 => head.extend([("Study Date", date_text(study.date())), ("Ordering Provider", doctor)]),
        2 => head.extend([("Referring Practitioner", doctor), ("Date of Study", date_text(study.date()))]),
        _ => head.extend([
            ("Test Date", date_text(study.date())),
            ("Start of Recording", study.recording_start.strftime("%-I:%M %p").to_string()),
            ("Device", study.device.to_owned()),
            ("Referred By", chart.prescriber.listed_name()),
        ]),
    }
    head
}

fn tables(study: &Study, half: &TreatedHalf) -> Vec<Block> {
    let events = [
        ("Obstructive apneas", study.obstructive),
        ("Central apneas", study.central),
        ("Mixed apneas", study.mixed),
        ("Hypopneas", study.hypopneas),
        ("Total events", study.events_total),
    ];
    vec![
        Block::Heading("Technique".into()),
        Block::Para(technique(study)),
        Block::Heading("Diagnostic Portion".into()),
        Block::pairs(
            2,
            [
                ("Recording start", moment_text(study.recording_start)),
                ("Total recording time", format!("{:.1} min", study.trt_min)),
                ("Total sleep time (TST)", format!("{:.1} min", study.tst_min)),
                ("Nadir SpO2", format!("{} %", study.nadir_spo2)),
                ("Mean SpO2", format!("{} %", study.mean_spo2)),
            ],
        ),
        Block::table(
            &[0.5, 0.3],
            &["Event", "Count"],
            events.iter().map(|(event, count)| vec![(*event).to_owned(), count.to_string()]).collect(),
            true,
        ),
        Block::pairs(1, [("Apnea-Hypopnea Index (AHI)", format!("{:.1} /h", study.ahi))]),
        Block::Para("Hypopneas scored with a 4 % oxygen desaturation. RERAs are not included.".into()),
        Block::Heading("Titration Portion".into()),
        Block::pairs(
            2,
            [
                ("Sleep time on CPAP", format!("{:.1} min", half.tst_min)),
                ("Final CPAP pressure", format!("{} cmH2O", half.pressure)),
                ("Events on CPAP", half.events.to_string()),
                ("Residual AHI on CPAP", format!("{:.1} /h", half.residual_ahi)),
            ],
        ),
    ]
}

fn prose(study: &Study, half: &TreatedHalf) -> Vec<Block> {
    let mut blocks = vec![
        Block::Heading("Procedure".into()),
        Block::Para(technique(study)),
        Block::Heading("Results of the diagnostic portion".into()),
    ];
    blocks.extend(paragraphs([
        format!(
            "Recording began on {} and lasted {:.1} minutes before CPAP was started, with a total sleep time of {:.1} minutes.",
            moment_text(study.recording_start),
            study.trt_min,
            study.tst_min
        ),
        format!(
            "There were {} obstructive apneas, {} central apneas, {} mixed apneas and {} hypopneas, a total of {} respiratory \
             events.",
            study.obstructive, study.central, study.mixed, study.hypopneas, study.events_total
        ),
        format!("The apnea hypopnea index (4%) was {:.1} events per hour.", study.ahi),
        format!(
            "Mean oxygen saturation was {} % and the lowest saturation {} %.",
            study.mean_spo2, study.nadir_spo2
        ),
    ]));
    blocks.push(Block::Heading("Results of the treatment portion".into()));
    blocks.push(Block::Para(format!(
        "CPAP was titrated to {} cm H2O. During {:.1} minutes of sleep on CPAP {} events were left, a residual index of {:.1} \
         events per hour.",
        half.pressure, half.tst_min, half.events, half.residual_ahi
    )));
    blocks
}

fn grid(study: &Study, half: &TreatedHalf) -> Vec<Block> {
    vec![
        Block::Heading("Diagnostic Part".into()),
        Block::pairs(
            2,
            [
                ("AHI (4%)", format!("{:.1}", study.ahi)),
                ("AHI (3%)", format!("{:.1}", study.ahi_3pct)),
                ("Total Events (4%)", study.events_total.to_string()),
                ("ODI", format!("{:.1}", study.odi)),
                ("TST (min)", format!("{:.1}", study.tst_min)),
                ("TRT (min)", format!("{:.1}", study.trt_min)),
                ("Obstructive / Mixed", format!("{} / {}", study.obstructive, study.mixed)),
                ("Central", study.central.to_string()),
                ("Hypopneas (4%)", study.hypopneas.to_string()),
                ("Lowest SpO2 (%)", study.nadir_spo2.to_string()),
            ],
        ),
        Block::Heading("Part with CPAP".into()),
        Block::pairs(
            2,
            [
                ("Pressure (cmH2O)", half.pressure.to_string()),
                ("Residual AHI", format!("{:.1}", half.residual_ahi)),
                ("Sleep on CPAP (min)", format!("{:.1}", half.tst_min)),
                ("Events on CPAP", half.events.to_string()),
            ],
        ),
        Block::Heading("Method".into()),
        Block::Para(technique(study)),
    ]
}

fn technique(study: &Study) -> String {
    format!(
        "Attended overnight in-laboratory polysomnography (Type I) with {}. The first part of the night was diagnostic. As the \
         criteria for a split night were met, CPAP was titrated in the second part.",
        study.device
    )
}

fn conclusion(study: &Study, half: &TreatedHalf, layout: u8, dice: &mut Dice) -> Vec<Block> {
    let headings = match layout {
        1 => ["Impression", "Recommendations"],
        2 => ["Conclusion", "Plan"],
        _ => ["Interpretation", "Recommendation"],
    };
    let impression = dice.pick(&[
        "obstructive sleep apnea (G47.33) in the diagnostic portion, well controlled on CPAP.",
        "obstructive sleep apnea (G47.33). CPAP was effective.",
    ]);
    vec![
        Block::Heading(headings[0].into()),
        Block::Para(format!("{} {impression}", capital(study.severity()))),
        Block::Heading(headings[1].into()),
        Block::Para(format!("CPAP at {} cm H2O with heated humidification is recommended.", half.pressure)),
    ]
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
