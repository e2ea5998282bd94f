//! The In Basket: messages about charts, numbered by time of receipt.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

use super::days::{at, before, date_text};
use super::hospital::HospitalPlan;
use super::serial::Serial;
use super::story::Story;
use crate::chart::{Appears, Chart, Folder};
use crate::dice::Dice;
use crate::kind::HospitalKind;

/// A message as the In Basket shows it.
#[derive(Clone)]
pub(crate) struct Message {
    /// Number by time of receipt, from the plan's first.
    pub(crate) n: usize,
    pub(crate) id: String,
    /// The hospital's own name of the folder.
    pub(crate) folder: &'static str,
    pub(crate) subject: String,
    pub(crate) chart_type: &'static str,
    pub(crate) from: String,
    pub(crate) received: DateTime,
    pub(crate) body: String,
    /// Index of the chart in the hospital.
    pub(crate) chart: usize,
    /// Number of the earlier message that brought the same order.
    pub(crate) duplicate_of: Option<usize>,
    /// Since when it is in the In Basket.
    pub(crate) appears: Appears,
}

/// All messages of a hospital.
pub(crate) fn messages(plan: &HospitalPlan, charts: &[Chart], stories: &[Story]) -> Vec<Message> {
    let seed = plan.kind.seed(plan.seed);
    // Other lengths in other hospitals: no message has another's number.
    let mut ids = match plan.kind {
        HospitalKind::A => Serial::new(seed, "M", 8),
        HospitalKind::B => Serial::new(seed, "M", 9),
    };
    let mut all = Vec::new();
    for (index, (chart, story)) in charts.iter().zip(stories).enumerate() {
        let mut dice = Dice::of(seed, &format!("message/{index}"));
        let first = message(&mut dice, &mut ids, chart, *story, index, plan.today);
        if *story == Story::DuplicateCc {
            all.push(again(&mut dice, &mut ids, chart, &first));
        }
        all.push(first);
    }
    number(&mut all, plan.first_message);
    all
}

/// Sorts by time of receipt, keeps the times apart and sets the numbers.
fn number(all: &mut [Message], first_number: usize) {
    all.sort_by_key(|m| (m.received, m.id.clone()));
    for i in 1..all.len() {
        if all[i].received <= all[i - 1].received {
            all[i].received = all[i - 1].received.saturating_add(1.minute());
        }
    }
    let mut first_of_chart = std::collections::BTreeMap::new();
    for (i, message) in all.iter_mut().enumerate() {
        message.n = first_number + i;
        message.duplicate_of = first_of_chart.get(&message.chart).copied();
        first_of_chart.entry(message.chart).or_insert(message.n);
    }
}

fn message(
    dice: &mut Dice,
    ids: &mut Serial,
    chart: &Chart,
    story: Story,
    index: usize,
    today: Date,
) -> Message {
    let days = dice.between(1, 3);
    let received = at(before(today, days), dice, 7, 17);
    let (folder, chart_type, subject, body) = match &chart.order {
        Some(order) if story != Story::NonDme => order_text(dice, chart, order.date),
        _ => other_text(dice),
    };
    let from = chart.prescriber.listed_name();
    Message {
        n: 0,
        id: ids.take(),
        folder: chart.hospital.folder_name(folder),
        subject,
        chart_type,
        from,
        received,
        body,
        chart: index,
        duplicate_of: None,
        appears: Appears::AtStart,
    }
}

/// The same order sent a second time, under another type, some hours later.
fn again(dice: &mut Dice, ids: &mut Serial, chart: &Chart, first: &Message) -> Message {
    Message {
        id: ids.take(),
        folder: chart.hospital.folder_name(Folder::Patient),
        chart_type: "Patient Message",
        subject: dice.pick(&["Patient asking about CPAP order", "CPAP - patient call", "FW: DME order CPAP"]).to_owned(),
        from: chart.patient.pcp.listed_name(),
        received: first.received.saturating_add(dice.between(100, 900).minutes()),
        body: "Patient called to ask whether the equipment company has received the CPAP order. Chart copied again, \
               nothing has changed."
            .to_owned(),
        ..first.clone()
    }
}

type Text = (Folder, &'static str, String, String);

fn order_text(dice: &mut Dice, chart: &Chart, order_date: Date) -> Text {
    let (folder, chart_type) = dice.pick(&[
        (Folder::Charts, "Office Visit"),
        (Folder::Charts, "Office Visit"),
        (Folder::Charts, "Orders Only"),
        (Folder::Charts, "Telephone"),
        (Folder::Staff, "Staff Message"),
    ]);
    let subject = dice.pick(&[
        "DME order - CPAP",
        "New CPAP order",
        "CPAP setup request",
        "Order for PAP device and supplies",
    ]);
    let device = dice.pick(&["CPAP", "PAP device", "CPAP with supplies"]);
    let date = date_text(order_date);
    let body = match dice.index(3) {
        0 => format!("Please see the {device} order dated {date}. Documentation is in the chart."),
        1 => format!(
            "New DME order for {device} placed {date} by {}. Please contact the patient to arrange setup.",
            chart.prescriber.signed_name()
        ),
        _ => {
            format!("Chart routed to DME supplier. Order: {device} ({date}). Facesheet and notes available.")
        }
    };
    (folder, chart_type, subject.to_owned(), body)
}

fn other_text(dice: &mut Dice) -> Text {
    let (folder, chart_type, subject, body) = dice.pick(&[
        (
            Folder::Results,
            "Lab Result",
            "Lipid panel result",
            "Fasting lipid panel resulted. LDL slightly above goal. Continue current dose and recheck in 6 months. \
             Copied for your information.",
        ),
        (
            Folder::Staff,
            "Staff Message",
            "Referral question",
            "Patient asks which physical therapy location is closest to home. Can you confirm the referral was sent to \
             the right clinic?",
        ),
        (
            Folder::Charts,
            "Office Visit",
            "Appointment note",
            "Seen today for right knee pain after a fall. Home exercises given, follow up in 6 weeks. No new orders.",
        ),
    ]);
    (folder, chart_type, subject.to_owned(), body.to_owned())
}
