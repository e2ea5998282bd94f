//! Files of a chart that are not in the packet because nothing of them can be used. Whatever they say is not known, so
//! no order of the packet goes on and no silence of it counts before a person has looked at them.

use domain::parser::Reason;
use domain::patient_scraper::Fragment;
use domain::reassembly::AssembledPacket;
use understanding::{Decision, Knowledge, RequestDecision, Understanding};

/// Sends everything that would go on, or be closed for want of an order, to a person who is told which files, and why.
pub(super) fn tell(
    understanding: &mut Understanding,
    packet: &AssembledPacket,
    fragments: &[Fragment],
    knowledge: &Knowledge,
) {
    let Some(unusable) = packet.unusable(fragments) else { return };
    let words = knowledge.reason(&unusable.code).text;
    let reason = Reason { text: format!("{words} {}", unusable.text), code: unusable.code };
    for draft in &mut understanding.orders {
        match &mut draft.decision {
            Decision::NeedsPerson { reasons } => reasons.push(reason.clone()),
            decision @ Decision::Route => *decision = Decision::NeedsPerson { reasons: vec![reason.clone()] },
            Decision::Cancelled | Decision::Superseded { .. } => {}
        }
    }
    match &mut understanding.request {
        RequestDecision::NeedsPerson { reasons } => reasons.push(reason),
        decision @ RequestDecision::NotDme { .. } => {
            *decision = RequestDecision::NeedsPerson { reasons: vec![reason] };
        }
        RequestDecision::Orders => {}
    }
}
