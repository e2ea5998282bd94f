//! The report of a night on which a pressure was sought. Its indices are those left under treatment.

use super::night;
use crate::chart::{Chart, Titration};
use crate::dice::Dice;
use crate::generator::{date_text, moment_text};
use crate::layout::{Align, Block, paragraphs};

/// The report in one of three layouts; nothing when there was no such night.
pub(super) fn blocks(chart: &Chart, layout: u8, dice: &mut Dice) -> Vec<Block> {
    let Some(night) = &chart.titration else { return Vec::new() };
    let align = if layout == 1 { Align::Left } else { Align::Centre };
    let title = match (layout, night.bilevel.is_some()) {
        (1, false) => "CPAP Titration Report",
        (1, true) => "PAP Titration Report",
        (2, _) => "Positive Airway Pressure Titration Study",
        (_, false) => "Titration Polysomnography - CPAP",
        (_, true) => "Titration Polysomnography - CPAP and Bilevel",
    };
    let mut blocks = vec![
        night::head(chart, None, align),
        Block::Title(title.into()),
        Block::pairs(if layout == 2 { 1 } else { 2 }, head(chart, night, layout)),
        Block::Heading(if layout == 2 { "Indication for study" } else { "Indication" }.into()),
        Block::Para("Known obstructive sleep apnea (G47.33). Titration of positive airway pressure.".into()),
    ];
    blocks.extend(match layout {
        1 => tables(night),
        2 => prose(night),
        _ => grid(night),
    });
    blocks.extend(conclusion(night, layout, dice));
    blocks.extend(night::signature(chart, night.interpreted_at));
    blocks
}

fn head(chart: &Chart, titration: &Titration, layout: u8) -> Vec<(&'static str, String)> {
    let mut head = night::identity(chart, None, layout);
    let day = date_text(titration.recording_start.date());
    let doctor = chart.prescriber.signed_name();
    match layout {
        1 => head.extend([("Study Date", day), ("Ordering Provider", doctor)]),
        2 => head.extend([("Referring Practitioner", doctor), ("Date of Study", day)]),
        _ => head.extend([("Test Date", day), ("Device", titration.device.to_owned())]),
    }
    head
}

fn tables(night: &Titration) -> Vec<Block> {
    vec![
        Block::Heading("Recording".into()),
        Block::pairs(
            2,
            [
                ("Recording start", moment_text(night.recording_start)),
                ("Total recording time", format!("{:.1} min", night.trt_min)),
                ("Total sleep time (TST)", format!("{:.1} min", night.tst_min)),
                ("Mask", night.mask.to_owned()),
            ],
        ),
        Block::Heading("Titration".into()),
        Block::table(
            &[0.3, 0.35, 0.35],
            &["Mode", "Pressure (cmH2O)", "Residual AHI (/h)"],
            modes(night),
            true,
        ),
        Block::pairs(1, [("Nadir SpO2 on treatment", format!("{} %", night.nadir_spo2))]),
    ]
}

/// Mode, pressure and the index left: from the first pressure to the last.
fn modes(night: &Titration) -> Vec<Vec<String>> {
    let halfway = (night.cpap + 5) / 2;
    let between = (night.cpap_residual * 1.6 * 10.0).round() / 10.0;
    let mut rows = vec![
        vec!["CPAP".to_owned(), halfway.to_string(), format!("{between:.1}")],
        vec!["CPAP".to_owned(), night.cpap.to_string(), format!("{:.1}", night.cpap_residual)],
    ];
    if let Some((ipap, epap, residual)) = night.bilevel {
        rows.push(vec!["Bilevel".to_owned(), format!("{ipap}/{epap}"), format!("{residual:.1}")]);
    }
    rows
}

fn prose(night: &Titration) -> Vec<Block> {
    let mut blocks = vec![Block::Heading("Results".into())];
    blocks.extend(paragraphs([
        format!(
            "Recording began on {} and lasted {:.1} minutes, with a total sleep time of {:.1} minutes. A {} was used.",
            moment_text(night.recording_start),
            night.trt_min,
            night.tst_min,
            night.mask
        ),
        format!("CPAP was titrated from 5 to {} cm H2O. {}", night.cpap, on_cpap(night)),
    ]));
    if let Some((ipap, epap, residual)) = night.bilevel {
        blocks.push(Block::Para(format!(
            "The patient was then changed to bilevel pressure. At {ipap}/{epap} cm H2O the residual index was {residual:.1} \
             events per hour."
        )));
    }
    blocks.push(Block::Para(format!("The lowest saturation on treatment was {} %.", night.nadir_spo2)));
    blocks
}

fn on_cpap(night: &Titration) -> String {
    match night.bilevel {
        Some(_) => format!(
            "At the highest pressure {:.1} events per hour were left, although the mask was refitted and the pressure was changed \
             several times.",
            night.cpap_residual
        ),
        None => format!("At the final pressure {:.1} events per hour were left.", night.cpap_residual),
    }
}

fn grid(night: &Titration) -> Vec<Block> {
    let mut rows = vec![
        ("TST (min)", format!("{:.1}", night.tst_min)),
        ("TRT (min)", format!("{:.1}", night.trt_min)),
        ("CPAP, final (cmH2O)", night.cpap.to_string()),
        ("Residual AHI on CPAP", format!("{:.1}", night.cpap_residual)),
    ];
    if let Some((ipap, epap, residual)) = night.bilevel {
        rows.push(("Bilevel, final (cmH2O)", format!("{ipap}/{epap}")));
        rows.push(("Residual AHI on Bilevel", format!("{residual:.1}")));
    }
    rows.push(("Mask", night.mask.to_owned()));
    rows.push(("Lowest SpO2 (%)", night.nadir_spo2.to_string()));
    vec![Block::Heading("Titration Summary".into()), Block::pairs(2, rows)]
}

fn conclusion(night: &Titration, layout: u8, dice: &mut Dice) -> Vec<Block> {
    let headings = match layout {
        1 => ["Impression", "Recommendations"],
        2 => ["Conclusion", "Plan"],
        _ => ["Interpretation", "Recommendation"],
    };
    let (found, advice) = match night.bilevel {
        Some((ipap, epap, _)) => (
            dice.pick(&[
                "CPAP was tried and was ineffective despite proper mask fit and pressure adjustments. Bilevel pressure was \
                 effective.",
                "CPAP failed: events persisted at high pressure despite mask refitting and changes of pressure. Bilevel \
                 pressure controlled the events.",
            ]),
            format!("Bilevel positive airway pressure at {ipap}/{epap} cm H2O is recommended."),
        ),
        None => (
            "Sleep apnea was controlled with CPAP.",
            format!("CPAP at {} cm H2O with heated humidification is recommended.", night.cpap),
        ),
    };
    vec![
        Block::Heading(headings[0].into()),
        Block::Para(found.into()),
        Block::Heading(headings[1].into()),
        Block::Para(advice),
    ]
}
