//! What messages say, and under which type and folder they come.

use super::days::date_text;
use super::story::Story;
use crate::chart::{Chart, Family, Folder};
use crate::dice::Dice;

/// Folder, chart type, subject, body.
pub(super) type Text = (Folder, &'static str, String, String);

/// Ways an order reaches the In Basket; a visit copied to us is the most usual.
const WAYS: [(Folder, &str); 9] = [
    (Folder::Charts, "Office Visit"),
    (Folder::Charts, "Office Visit"),
    (Folder::Charts, "Office Visit"),
    (Folder::Charts, "Orders Only"),
    (Folder::Charts, "Telephone"),
    (Folder::Charts, "Routed Report"),
    (Folder::Staff, "Staff Message"),
    (Folder::Patient, "Patient Message"),
    (Folder::Results, "Result Note"),
];

/// The first, and mostly only, message of a story.
pub(super) fn first(dice: &mut Dice, chart: &Chart, story: Story) -> Text {
    match story {
        Story::NonDme => about_something_else(dice),
        Story::CancelledOrder => cancellation(dice, chart),
        Story::CorrectedOrder => correction(dice, chart),
        Story::SeveralOrders => two_orders(dice, chart),
        _ => order(dice, chart),
    }
}

fn order(dice: &mut Dice, chart: &Chart) -> Text {
    let (folder, chart_type) = dice.pick(&WAYS);
    // A message may speak of an order that is not in the chart.
    let family = chart.orders.first().map_or(Family::Pap, |order| order.family);
    let subject = subject(dice, family);
    let device = device(dice, family);
    let date = order_date(chart);
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

/// The day of the newest order; of one that does not exist, the day the chart was printed.
fn order_date(chart: &Chart) -> String {
    date_text(chart.orders.last().map_or(chart.printed_on, |order| order.date))
}

fn subject(dice: &mut Dice, family: Family) -> &'static str {
    match family {
        Family::Pap => dice.pick(&[
            "DME order - CPAP",
            "New CPAP order",
            "CPAP setup request",
            "Order for PAP device and supplies",
        ]),
        Family::Bilevel => dice.pick(&["DME order - BiPAP", "New BiPAP order", "Order for bilevel device"]),
        Family::PapSupplies => {
            dice.pick(&["DME order - CPAP supplies", "CPAP supplies renewal", "Order for PAP supplies"])
        }
        Family::Oxygen => dice.pick(&["DME order - oxygen", "Home oxygen order", "New oxygen order"]),
        Family::Wheelchair => dice.pick(&["DME order - wheelchair", "Wheelchair order"]),
        Family::Bed => dice.pick(&["DME order - hospital bed", "Hospital bed order"]),
    }
}

fn device(dice: &mut Dice, family: Family) -> &'static str {
    match family {
        Family::Pap => dice.pick(&["CPAP", "PAP device", "CPAP with supplies"]),
        Family::Bilevel => dice.pick(&["BiPAP", "bilevel PAP device"]),
        Family::PapSupplies => dice.pick(&["CPAP supplies", "PAP supplies"]),
        Family::Oxygen => dice.pick(&["home oxygen", "oxygen concentrator"]),
        Family::Wheelchair => dice.pick(&["wheelchair", "manual wheelchair"]),
        Family::Bed => dice.pick(&["hospital bed", "semi-electric hospital bed"]),
    }
}

fn cancellation(dice: &mut Dice, chart: &Chart) -> Text {
    let (folder, chart_type) = dice.pick(&[
        (Folder::Staff, "Staff Message"),
        (Folder::Charts, "Orders Only"),
        (Folder::Charts, "Telephone"),
        (Folder::Patient, "Patient Message"),
    ]);
    let subject = dice.pick(&["Cancel CPAP order", "CPAP order cancelled", "Please cancel DME order - CPAP"]);
    let body = format!(
        "{} The CPAP order dated {} was cancelled in the chart. No delivery is needed.",
        dice.pick(&["Please cancel the CPAP order.", "Please disregard the CPAP order."]),
        order_date(chart)
    );
    (folder, chart_type, subject.to_owned(), body)
}

fn correction(dice: &mut Dice, chart: &Chart) -> Text {
    let (folder, chart_type) = dice.pick(&WAYS);
    let subject =
        dice.pick(&["Corrected CPAP order", "DME order - CPAP (corrected)", "CPAP order correction"]);
    let body = format!(
        "Corrected CPAP order dated {} is in the chart and replaces the earlier one. {}",
        order_date(chart),
        dice.pick(&["Please use the corrected order.", "The mask was changed."])
    );
    (folder, chart_type, subject.to_owned(), body)
}

fn two_orders(dice: &mut Dice, chart: &Chart) -> Text {
    let (folder, chart_type) = dice.pick(&WAYS);
    let subject = dice.pick(&["DME orders - CPAP and supplies", "Two DME orders: CPAP, PAP supplies"]);
    let body = format!(
        "Two DME orders dated {}: CPAP device, and PAP supplies on a separate order. Please fill both.",
        order_date(chart)
    );
    (folder, chart_type, subject.to_owned(), body)
}

/// The same order, sent a second time because somebody asked.
pub(super) fn patient_asks(dice: &mut Dice) -> Text {
    let subject = dice
        .pick(&["Patient asking about CPAP order", "CPAP - patient call", "FW: DME order CPAP"])
        .to_owned();
    let body = "Patient called to ask whether the equipment company has received the CPAP order. Chart copied again, \
                nothing has changed."
        .to_owned();
    (Folder::Patient, "Patient Message", subject, body)
}

/// The same order, printed and filed a second time.
pub(super) fn printed_again(dice: &mut Dice, chart: &Chart) -> Text {
    let subject =
        dice.pick(&["CPAP order re-sent", "DME order - CPAP (copy)", "FW: New CPAP order"]).to_owned();
    let body = format!(
        "Sending order and office note for CPAP again in case they did not come through. Order dated {}.",
        order_date(chart)
    );
    (Folder::Charts, "Routed Report", subject, body)
}

/// What was missing has arrived.
pub(super) fn study_arrived(dice: &mut Dice, chart: &Chart) -> Text {
    let subject =
        dice.pick(&["Sleep study now in chart - CPAP order", "CPAP order: sleep study available"]).to_owned();
    let body = format!(
        "The sleep study report has been filed. Please complete the CPAP order dated {}.",
        order_date(chart)
    );
    (Folder::Results, "Result Note", subject, body)
}

fn about_something_else(dice: &mut Dice) -> Text {
    let (folder, chart_type, subject, body) = dice.pick(&[
        (
            Folder::Results,
            "Result Note",
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
