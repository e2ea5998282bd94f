//! Builds the charts, messages and documents for a cast of stories.

use jiff::civil::Date;

use super::course::clinical_course;
use super::days::before;
use super::documents::{Filing, documents};
use super::expectation;
use super::messages::{Message, messages};
use super::people::{self, Wanted};
use super::serial::Serial;
use super::story::Story;
use crate::chart::{Access, Appears, Chart, PersonName, Sex};
use crate::dice::Dice;
use crate::kind::HospitalKind;
use crate::truth::Truth;

/// What a hospital is generated from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HospitalPlan {
    pub(crate) kind: HospitalKind,
    /// The run's seed; each kind of hospital makes its own of it.
    pub(crate) seed: u64,
    pub(crate) patients: usize,
    /// All dates in the charts lie before it.
    pub(crate) today: Date,
    /// Number of the first message: 1, or one more than the other hospital has.
    pub(crate) first_message: usize,
}

/// The generated hospital.
pub(crate) struct Hospital {
    pub(crate) kind: HospitalKind,
    /// The run's seed, as given.
    pub(crate) run_seed: u64,
    /// This hospital's own seed, for everything that is drawn.
    pub(crate) seed: u64,
    pub(crate) charts: Vec<Chart>,
    /// One per chart.
    pub(crate) stories: Vec<Story>,
    pub(crate) messages: Vec<Message>,
}

impl Hospital {
    /// Generates everything; the documents' page counts are still 1.
    pub(crate) fn generate(plan: &HospitalPlan) -> Self {
        let HospitalPlan { kind, today, .. } = *plan;
        let seed = kind.seed(plan.seed);
        let stories = Story::cast(plan.patients, seed);
        let mut charts = charts(kind, seed, &stories, today);
        let messages = messages(plan, &charts, &stories);
        let mut doc_ids = match kind {
            // Other lengths in other hospitals: no document has another's number.
            HospitalKind::A => Serial::new(seed, "D", 7),
            HospitalKind::B => Serial::new(seed, "D", 8),
        };
        for (i, (chart, story)) in charts.iter_mut().zip(&stories).enumerate() {
            let filing = Filing { story: *story, number: i, today, late: late(&messages, i) };
            let dice = &mut Dice::of(seed, &format!("documents/{i}"));
            chart.documents = documents(dice, &mut doc_ids, chart, &filing);
        }
        Self { kind, run_seed: plan.seed, seed, charts, stories, messages }
    }

    /// What must become of each message.
    pub(crate) fn truth(&self) -> Truth {
        expectation::truth(self)
    }
}

/// When a chart's late documents appear, and the day they were filed; nothing is late where no message is.
fn late(messages: &[Message], chart: usize) -> Option<(Appears, Date)> {
    messages
        .iter()
        .find(|message| message.chart == chart && message.appears != Appears::AtStart)
        .map(|message| (message.appears, message.received.date()))
}

fn charts(kind: HospitalKind, seed: u64, stories: &[Story], today: Date) -> Vec<Chart> {
    let mut serials = Serials::of(kind, seed);
    // Another start in the list of family names for every seed.
    let names_from = Dice::of(seed, "names").index(1000);
    let mut namesake = None;
    let mut charts = Vec::new();
    for (i, story) in stories.iter().enumerate() {
        let mut dice = Dice::of(seed, &format!("chart/{i}"));
        let wanted = Wanted {
            kind,
            number: names_from + i,
            mrn: serials.mrns.take(),
            pat_id: serials.pat_ids.take(),
            commercial_allowed: story.allows_commercial(),
            today,
            // The second of two gets the first one's name.
            namesake: if *story == Story::SameName { namesake.take() } else { None },
        };
        let first_of_two = *story == Story::SameName && wanted.namesake.is_none();
        let chart = chart(&mut dice, wanted, *story, &mut serials);
        if first_of_two {
            namesake = Some(named(&chart));
        }
        charts.push(chart);
    }
    charts
}

fn named(chart: &Chart) -> (PersonName, Sex) {
    (chart.patient.name.clone(), chart.patient.sex)
}

fn chart(dice: &mut Dice, wanted: Wanted, story: Story, serials: &mut Serials) -> Chart {
    let (kind, number, today) = (wanted.kind, wanted.number, wanted.today);
    let patient = people::patient(dice, wanted);
    let sleep_physician = people::clinician(dice, kind, true);
    let specialist = dice.chance(0.5) && !story.is_about_something_else_than_sleep();
    let prescriber = if specialist { sleep_physician.clone() } else { patient.pcp.clone() };
    // Another hospital's study was read by another doctor.
    let elsewhere = people::clinician(dice, kind, true);
    let sleep_physician = if story == Story::OutsideStudy { elsewhere } else { sleep_physician };
    let mut chart = Chart {
        hospital: kind,
        access: Access::Open,
        patient,
        prescriber,
        sleep_physician,
        visit: None,
        follow_up: None,
        study: None,
        titration: None,
        orders: Vec::new(),
        stranger: None,
        documents: Vec::new(),
        printed_on: before(today, 4),
    };
    clinical_course(dice, &mut chart, story, today);
    if story == Story::ForeignPage {
        let stranger = Wanted {
            kind,
            // Far from the hospital's own names.
            number: number + 61,
            mrn: serials.mrns.take(),
            pat_id: serials.pat_ids.take(),
            commercial_allowed: false,
            today,
            namesake: None,
        };
        chart.stranger = Some(people::patient(dice, stranger));
    }
    chart
}

struct Serials {
    mrns: Serial,
    pat_ids: Serial,
}

impl Serials {
    /// Numbers of the hospital's own form.
    fn of(kind: HospitalKind, seed: u64) -> Self {
        match kind {
            HospitalKind::A => Self { mrns: Serial::new(seed, "00", 6), pat_ids: Serial::new(seed, "P", 6) },
            HospitalKind::B => Self { mrns: Serial::new(seed, "E", 7), pat_ids: Serial::new(seed, "Z", 7) },
        }
    }
}
