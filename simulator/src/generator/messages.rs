//! The In Basket: messages about charts, numbered by time of receipt.

use jiff::ToSpan;
use jiff::civil::DateTime;

use super::days::{at, before};
use super::hospital::HospitalPlan;
use super::message_texts::{self as texts, Text};
use super::serial::Serial;
use super::story::{Second, Story};
use crate::chart::{Appears, Chart};
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
    /// Number of the earlier message about the same order.
    pub(crate) second_to: Option<usize>,
    /// Number of the later message about the same order.
    pub(crate) followed_by: Option<usize>,
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
        // A story that goes on the next day begins a day earlier.
        let days = dice.between(1, 3).max(if story.second_is_late() { 2 } else { 1 });
        let received = at(before(plan.today, days), &mut dice, 7, 17);
        let from = chart.prescriber.listed_name();
        let text = texts::first(&mut dice, chart, *story);
        let first = message(chart, index, ids.take(), from, received, text);
        if let Some(second) = story.second() {
            all.push(again(&mut dice, &mut ids, chart, *story, second, &first));
        }
        all.push(first);
    }
    number(&mut all, stories, plan.first_message);
    all
}

fn message(
    chart: &Chart,
    index: usize,
    id: String,
    from: String,
    received: DateTime,
    (folder, chart_type, subject, body): Text,
) -> Message {
    Message {
        n: 0,
        id,
        folder: chart.hospital.folder_name(folder),
        subject,
        chart_type,
        from,
        received,
        body,
        chart: index,
        second_to: None,
        followed_by: None,
        appears: Appears::AtStart,
    }
}

/// The second message about an order: some hours later, or the next day where the chart has to change first.
fn again(
    dice: &mut Dice,
    ids: &mut Serial,
    chart: &Chart,
    story: Story,
    second: Second,
    first: &Message,
) -> Message {
    let minutes = dice.between(100, 900);
    let received = match story.second_is_late() {
        false => first.received.saturating_add(minutes.minutes()),
        true => at(first.received.date().saturating_add(1.day()), dice, 7, 17),
    };
    let text = match (second, story) {
        (Second::Duplicate, Story::NoteAgain) => texts::printed_again(dice, chart),
        (Second::Duplicate, _) => texts::patient_asks(dice),
        (Second::Completes, _) => texts::study_arrived(dice, chart),
    };
    message(chart, first.chart, ids.take(), chart.patient.pcp.listed_name(), received, text)
}

/// Sorts by time of receipt, keeps the times apart, sets the numbers and ties first and second together.
fn number(all: &mut [Message], stories: &[Story], first_number: usize) {
    all.sort_by_key(|m| (m.received, m.id.clone()));
    for i in 1..all.len() {
        if all[i].received <= all[i - 1].received {
            all[i].received = all[i - 1].received.saturating_add(1.minute());
        }
    }
    let mut first_of_chart = std::collections::BTreeMap::new();
    for i in 0..all.len() {
        let n = first_number + i;
        all[i].n = n;
        let first = *first_of_chart.entry(all[i].chart).or_insert(i);
        if first == i {
            continue;
        }
        let message = all[first].n;
        all[i].second_to = Some(message);
        all[first].followed_by = Some(n);
        if stories[all[i].chart].second_is_late() {
            all[i].appears = Appears::AfterChartRead { message };
        }
    }
}
