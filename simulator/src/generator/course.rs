//! The clinical course of a story: what happened when, and what was ordered.
//!
//! Time line of a complete order: visit, study two to four weeks later, perhaps a follow-up visit,
//! order, message. A story leaves out, moves or adds exactly what it is about; the rest is drawn in the
//! same sequence for all, so that stories differ in nothing else.

use jiff::civil::Date;

use super::clinical::{hypoventilation, visit};
use super::days::{after, before, office_day};
use super::order;
use super::sleep::{Wish, study, titration};
use super::story::Story;
use crate::chart::{Access, Chart, OutsideFacility, Standing, Topic};
use crate::dice::Dice;

/// Fills visits, studies and orders of a chart.
pub(crate) fn clinical_course(dice: &mut Dice, chart: &mut Chart, story: Story, today: Date) {
    let order_day = office_day(before(today, dice.between(4, 8)));
    match story {
        Story::NonDme => {}
        Story::PapSupplies => on_therapy(dice, chart, order_day),
        Story::Rad | Story::RadNoEvidence => assisted(dice, chart, story, order_day),
        Story::Oxygen | Story::OxygenNotLow | Story::OxygenOldVisit => oxygen(dice, chart, story, order_day),
        Story::Wheelchair | Story::HospitalBed => mobility(dice, chart, story, order_day),
        _ => sleep(dice, chart, story, order_day),
    }
    chart.access = match story {
        Story::BreakTheGlass => Access::BreakTheGlass,
        Story::AccessEnded => Access::Ended,
        _ => Access::Open,
    };
}

/// Everything about sleep apnea and its first device.
fn sleep(dice: &mut Dice, chart: &mut Chart, story: Story, order_day: Date) {
    let visit_day = office_day(before(order_day, dice.between(50, 90)));
    let night = after(visit_day, dice.between(12, 26));
    let follow_up_day = office_day(after(night, dice.between(12, 18)));
    let author = chart.prescriber.clone();
    let ordered = order::pap(dice, order_day, story != Story::UnsignedOrder);
    let first = visit(dice, &chart.patient, &author, visit_day, Topic::Evaluation);
    let tested = study(dice, night, wish(story));
    let again = visit(dice, &chart.patient, &author, follow_up_day, Topic::Results);
    let seen_again = dice.chance(0.5);
    chart.orders = vec![ordered];
    if story != Story::NoteAfterStudy {
        chart.visit = Some(first);
    }
    if !matches!(story, Story::NoSleepStudy | Story::TitrationOnly) {
        chart.study = Some(tested);
        if story == Story::NoteAfterStudy || (seen_again && has_room_for_follow_up(story)) {
            chart.follow_up = Some(again);
        }
    }
    match story {
        Story::BipapAfterCpap | Story::BipapWithoutCpap => bilevel(dice, chart, story, night, order_day),
        Story::TitrationOnly => chart.titration = Some(titration(dice, night, false)),
        Story::CorrectedOrder => correct(dice, chart, order_day),
        Story::CancelledOrder => cancel(dice, chart, order_day),
        Story::SeveralOrders => {
            chart.orders.iter_mut().for_each(order::device_alone);
            chart.orders.push(order::supplies(dice, order_day));
        }
        Story::NoOrder => chart.orders.clear(),
        Story::OutsideStudy => {
            if let Some(study) = &mut chart.study {
                study.outside = Some(outside(dice));
            }
        }
        _ => {}
    }
}

/// A follow-up visit would tell what these charts must not hold yet, or ever.
fn has_room_for_follow_up(story: Story) -> bool {
    !matches!(
        story,
        Story::BipapAfterCpap | Story::BipapWithoutCpap | Story::LateStudy | Story::TwoScoringsLow
    )
}

fn wish(story: Story) -> Wish {
    match story {
        Story::BipapAfterCpap | Story::BipapWithoutCpap => Wish::HighInLaboratory,
        Story::SplitNight => Wish::Split,
        Story::ShortStudy => Wish::Short,
        Story::ShortStudyFewEvents => Wish::ShortFewEvents,
        Story::Ahi146 => Wish::Between,
        Story::TwoScorings => Wish::BothHigh,
        Story::TwoScoringsLow => Wish::OnlyThreePercentHigh,
        _ => Wish::Qualifying,
    }
}

/// The trial of CPAP stands in a titration report, in a note, or in both; or nowhere.
fn bilevel(dice: &mut Dice, chart: &mut Chart, story: Story, night: Date, order_day: Date) {
    chart.orders = vec![order::bilevel(dice, order_day, order::OSA)];
    let (days_later, days_before) = (dice.between(11, 14), dice.between(1, 4));
    let second_night = titration(dice, after(night, days_later), true);
    let author = chart.prescriber.clone();
    let told_on = office_day(before(order_day, days_before));
    let told = visit(dice, &chart.patient, &author, told_on, Topic::CpapFailed);
    let where_told = dice.index(3);
    if story == Story::BipapWithoutCpap {
        if let Some(study) = &mut chart.study {
            study.silent_on_cpap = true;
        }
        return;
    }
    if where_told != 1 {
        chart.titration = Some(second_night);
    }
    if where_told != 0 {
        chart.follow_up = Some(told);
    }
}

fn correct(dice: &mut Dice, chart: &mut Chart, order_day: Date) {
    let Some(mut earlier) = chart.orders.pop() else { return };
    // One day of the week is left between the two, and the message comes after both.
    earlier.date = office_day(before(order_day, 2));
    earlier.signed_at = earlier.signed_at.map(|at| earlier.date.at(at.hour(), at.minute(), 0, 0));
    let new = order::corrected(dice, &earlier, order_day);
    earlier.standing = Standing::Superseded { by: new.order_id.clone(), on: order_day };
    chart.orders = vec![earlier, new];
}

fn cancel(dice: &mut Dice, chart: &mut Chart, order_day: Date) {
    let why = dice.pick(&[
        "patient declined therapy",
        "patient will use another supplier",
        "entered in error, patient already has a device",
    ]);
    for order in &mut chart.orders {
        order.standing = Standing::Cancelled { on: after(order_day, 1), why };
    }
}

fn outside(dice: &mut Dice) -> OutsideFacility {
    let (name, address) = dice.pick(&[
        ("Lakeview Sleep Institute", "77 Shore Drive, Lakeview, OH 43331"),
        ("Mercy Valley Hospital Sleep Center", "5 Convent Road, Mercy Valley, PA 17844"),
        ("Northern Plains Sleep Laboratory", "310 Elevator Street, Aberdeen, SD 57401"),
    ]);
    OutsideFacility { name, address, mrn: format!("{}-{}", dice.digits(3), dice.digits(4)) }
}

fn on_therapy(dice: &mut Dice, chart: &mut Chart, order_day: Date) {
    let day = office_day(before(order_day, dice.between(20, 120)));
    let author = chart.prescriber.clone();
    chart.orders = vec![order::supplies(dice, order_day)];
    chart.visit = Some(visit(dice, &chart.patient, &author, day, Topic::OnTherapy));
}

fn assisted(dice: &mut Dice, chart: &mut Chart, story: Story, order_day: Date) {
    let (topic, diagnosis) =
        if dice.chance(0.5) { (Topic::Nerves, order::ALS) } else { (Topic::Lungs, order::COPD) };
    let day = office_day(before(order_day, dice.between(9, 40)));
    let author = chart.prescriber.clone();
    chart.orders = vec![order::bilevel(dice, order_day, diagnosis)];
    let mut seen = visit(dice, &chart.patient, &author, day, topic);
    // No saturation either: whoever looks for a measurement finds the one that is meant, or none.
    seen.saturation = None;
    if story == Story::Rad {
        hypoventilation(dice, &mut seen);
    }
    chart.visit = Some(seen);
}

fn oxygen(dice: &mut Dice, chart: &mut Chart, story: Story, order_day: Date) {
    let (recent, old) = (dice.between(6, 70), dice.between(216, 266));
    let (low, not_low) = (dice.between(84, 88), dice.between(91, 94));
    let day = office_day(before(order_day, if story == Story::OxygenOldVisit { old } else { recent }));
    let author = chart.prescriber.clone();
    chart.orders = vec![order::oxygen(dice, order_day)];
    let mut seen = visit(dice, &chart.patient, &author, day, Topic::Lungs);
    seen.saturation = Some(if story == Story::OxygenNotLow { not_low } else { low });
    chart.visit = Some(seen);
}

fn mobility(dice: &mut Dice, chart: &mut Chart, story: Story, order_day: Date) {
    let day = office_day(before(order_day, dice.between(5, 40)));
    let author = chart.prescriber.clone();
    chart.orders = vec![match story {
        Story::Wheelchair => order::wheelchair(dice, order_day),
        _ => order::bed(dice, order_day),
    }];
    chart.visit = Some(visit(dice, &chart.patient, &author, day, Topic::Mobility));
}
