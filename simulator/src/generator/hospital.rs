//! Builds charts for a cast of stories on a consistent time line.
//!
//! Time line of a complete order: visit, study two to four weeks later, perhaps a follow-up visit,
//! order, message. A story leaves out or moves exactly one of these.

use jiff::civil::Date;

use super::clinical;
use super::days::{after, before, office_day};
use super::documents::documents;
use super::expectation;
use super::messages::{Message, messages};
use super::order::order;
use super::people;
use super::serial::Serial;
use super::story::Story;
use crate::chart::{Access, Chart};
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
        let mut serials = Serials::of(kind, seed);
        // Another start in the list of family names for every seed.
        let names_from = Dice::of(seed, "names").index(1000);
        let charts: Vec<Chart> = stories
            .iter()
            .enumerate()
            .map(|(i, story)| chart(kind, seed, i, names_from, *story, &mut serials, today))
            .collect();
        let messages = messages(plan, &charts, &stories);
        Self { kind, run_seed: plan.seed, seed, charts, stories, messages }
    }

    /// What must become of each message.
    pub(crate) fn truth(&self) -> Truth {
        expectation::truth(self)
    }
}

struct Serials {
    mrns: Serial,
    pat_ids: Serial,
    doc_ids: Serial,
}

impl Serials {
    /// Numbers of the hospital's own form; document numbers differ in length, so that none is in both.
    fn of(kind: HospitalKind, seed: u64) -> Self {
        match kind {
            HospitalKind::A => Self {
                mrns: Serial::new(seed, "00", 6),
                pat_ids: Serial::new(seed, "P", 6),
                doc_ids: Serial::new(seed, "D", 7),
            },
            HospitalKind::B => Self {
                mrns: Serial::new(seed, "E", 7),
                pat_ids: Serial::new(seed, "Z", 7),
                doc_ids: Serial::new(seed, "D", 8),
            },
        }
    }
}

fn chart(
    kind: HospitalKind,
    seed: u64,
    number: usize,
    names_from: usize,
    story: Story,
    serials: &mut Serials,
    today: Date,
) -> Chart {
    let dice = &mut Dice::of(seed, &format!("chart/{number}"));
    let (mrn, pat_id) = (serials.mrns.take(), serials.pat_ids.take());
    let patient = people::patient(dice, names_from + number, mrn, pat_id, story.allows_commercial(), today);
    let sleep_physician = people::clinician(dice, true);
    let prescriber = if dice.chance(0.5) { sleep_physician.clone() } else { patient.pcp.clone() };
    let mut chart = Chart {
        hospital: kind,
        access: Access::Open,
        patient,
        prescriber,
        sleep_physician,
        visit: None,
        follow_up: None,
        study: None,
        order: None,
        documents: Vec::new(),
        printed_on: before(today, 4),
    };
    if story != Story::NonDme {
        clinical_course(dice, &mut chart, story, today);
    }
    let documents_dice = &mut Dice::of(seed, &format!("documents/{number}"));
    chart.documents = documents(documents_dice, &mut serials.doc_ids, &chart, story, number, today);
    chart
}

fn clinical_course(dice: &mut Dice, chart: &mut Chart, story: Story, today: Date) {
    let order_day = office_day(before(today, dice.between(4, 8)));
    let visit_day = office_day(before(order_day, dice.between(50, 90)));
    let night = after(visit_day, dice.between(12, 26));
    let follow_up_day = office_day(after(night, dice.between(12, 18)));
    let author = chart.prescriber.clone();
    chart.order = Some(order(dice, order_day, story != Story::UnsignedOrder));
    // Drawn in every story, so that stories differ in nothing else.
    let visit = clinical::visit(dice, &chart.patient, &author, visit_day);
    let study = clinical::study(dice, night);
    let late = clinical::visit(dice, &chart.patient, &author, follow_up_day);
    let seen_again = dice.chance(0.5);
    if story != Story::NoteAfterStudy {
        chart.visit = Some(visit);
    }
    if story != Story::NoSleepStudy {
        chart.study = Some(study);
        if story == Story::NoteAfterStudy || seen_again {
            chart.follow_up = Some(late);
        }
    }
}
