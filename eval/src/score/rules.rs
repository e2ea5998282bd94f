//! Rules: what each must say of the packet's facts against what it says.

use super::fields::Scored;
use super::tally::{Miss, Reason, Tallies};
use crate::expect::expected;
use domain::parser::{Finding, FindingOutcome};
use understanding::OrderDraft;

/// Counts the findings of the packet's order.
pub(crate) fn score_rules(scored: &Scored<'_>, orders: &[OrderDraft], tallies: &mut Tallies) {
    let expectations = expected(scored.packet);
    if expectations.is_empty() {
        return;
    }
    let page =
        scored.packet.documents.iter().find(|paper| paper.class == "order").map_or(1, |paper| paper.pages.0);
    let draft = orders
        .iter()
        .find(|draft| draft.order.documents.iter().any(|id| id.to_string().ends_with(&page.to_string())))
        .or_else(|| orders.first());
    for expectation in expectations {
        let finding: Option<&Finding> = draft
            .and_then(|draft| draft.order.findings.iter().find(|finding| finding.rule == expectation.rule));
        // A rule that says nothing does not concern the order; without an order nothing is decided at all.
        let given = match (finding, draft) {
            (Some(finding), _) => finding.outcome.name(),
            (None, Some(_)) => FindingOutcome::NotApplicable.name(),
            (None, None) => "no order",
        };
        let count = tallies.rules.entry((scored.side, expectation.rule.to_owned())).or_default();
        if expectation.allowed.contains(&given) {
            count.right += 1;
            continue;
        }
        let false_met = given == "met";
        if false_met {
            count.wrong += 1;
        } else {
            count.missing += 1;
        }
        tallies.misses.push(Miss {
            side: scored.side,
            about: "rule",
            name: expectation.rule.to_owned(),
            reason: if false_met { Reason::MadeUp } else { Reason::Wrong },
            packet: scored.packet.number,
            page,
            family: scored.packet.house.clone(),
            stated: format!("{} ({})", expectation.allowed.join(" or "), expectation.why),
            given: given.to_owned(),
            line: finding.map(|finding| finding.message.clone()).unwrap_or_default(),
        });
    }
}
