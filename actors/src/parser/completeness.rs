//! What follows from how much of a chart was read: an order for which it was not read has it read once more, and
//! silence of a chart that was not captured whole is nobody's evidence.

use domain::parser::Reason;
use domain::patient_scraper::Section;
use domain::request::{CapturedChart, Request};
use understanding::{Decision, Knowledge, RequestDecision, Understanding};

/// How often a chart is read for more within one revision: once shows what the orders are for, and a second time would
/// show the same.
const ROUNDS_MAX: u32 = 1;

/// The families the chart has to be read for as well; none: it was read for what is ordered, or once more already.
pub(super) fn to_be_read_for(
    request: &Request,
    understanding: &Understanding,
    knowledge: &Knowledge,
) -> Option<Vec<String>> {
    let captured = request.captured.as_ref().filter(|_| request.round < ROUNDS_MAX)?;
    let ordered = understanding.orders.iter().filter_map(|draft| draft.order.family.as_deref());
    Some(knowledge.families_missed(&captured.families, ordered)).filter(|missed| !missed.is_empty())
}

/// Tells of the gaps wherever they may be the reason: beside every rule that found nothing, in place of "no order", and
/// for every order where a document of the orders themselves is missing, which may replace it.
pub(super) fn tell_gaps(understanding: &mut Understanding, captured: &CapturedChart, knowledge: &Knowledge) {
    let Some(incomplete) = captured.incomplete() else { return };
    let gap = knowledge.reason(&incomplete.code);
    let missing = |section| captured.ledger.iter().any(|line| line.is_gap() && line.section == section);
    for draft in &mut understanding.orders {
        match &mut draft.decision {
            Decision::NeedsPerson { reasons } => {
                if missing(Section::Orders) || reasons.iter().any(found_nothing) {
                    reasons.push(gap.clone());
                }
            }
            decision @ Decision::Route if missing(Section::Orders) => {
                *decision = Decision::NeedsPerson { reasons: vec![gap.clone()] };
            }
            Decision::Route | Decision::Cancelled | Decision::Superseded { .. } => {}
        }
    }
    match &mut understanding.request {
        RequestDecision::NeedsPerson { reasons } => reasons.push(gap),
        decision @ RequestDecision::NotDme { .. } if missing(Section::Orders) || missing(Section::Media) => {
            *decision = RequestDecision::NeedsPerson { reasons: vec![gap] };
        }
        RequestDecision::NotDme { .. } | RequestDecision::Orders => {}
    }
}

fn found_nothing(reason: &Reason) -> bool {
    reason.code.ends_with(":insufficient")
}
