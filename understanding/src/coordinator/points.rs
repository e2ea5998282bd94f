//! What is missing or contradicted, and who supplies it: one point a reason, then what the rules advise.

use super::CaseFacts;
use crate::knowledge::{Knowledge, PointKind, PointText, Supplies};
use domain::parser::{Finding, FindingOutcome, Reason};
use schemars::JsonSchema;
use serde::Serialize;

/// One thing to be done about an order.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OpenPoint {
    /// The reason's stable code, such as `PAP-1:insufficient`.
    pub code: String,
    /// Whether something is missing, contradicted or to be decided.
    pub kind: PointKind,
    /// Whether the order waits for it; advice never stops an order.
    pub stops: bool,
    /// The paper it is about.
    pub document: String,
    /// Whether only the supplier's own file can show it, whatever a chart holds: told apart from what is to be done.
    pub own_file: bool,
    /// What was found, in the rule's words.
    pub found: String,
    /// Who can supply it, the likeliest first.
    pub who: Vec<Supplies>,
    /// The same in words.
    pub who_in_words: String,
    /// What to do about it.
    pub to_do: String,
    /// Whether the letter to the prescriber asks for it.
    pub in_letter: bool,
    /// Pages of the packet to look at.
    pub pages: Vec<u32>,
}

/// The points that stop the order in the order of its reasons, then those that only advise.
pub(super) fn points(facts: &CaseFacts<'_>, knowledge: &Knowledge) -> Vec<OpenPoint> {
    let findings = facts.order.map_or(&[][..], |(_, order)| order.findings.as_slice());
    let mut points: Vec<OpenPoint> = facts
        .reasons
        .iter()
        .map(|reason| {
            let finding = findings.iter().find(|finding| code_of(finding) == reason.code);
            point(reason, true, finding, knowledge)
        })
        .collect();
    for finding in findings.iter().filter(|finding| is_open(finding)) {
        let reason = Reason { code: code_of(finding), text: finding.message.clone() };
        if !points.iter().any(|point| point.code == reason.code) {
            points.push(point(&reason, false, Some(finding), knowledge));
        }
    }
    points
}

/// A finding's code as reasons have it.
pub(super) fn code_of(finding: &Finding) -> String {
    format!("{}:{}", finding.rule, finding.outcome.name())
}

fn is_open(finding: &Finding) -> bool {
    matches!(finding.outcome, FindingOutcome::Unmet | FindingOutcome::Insufficient)
}

fn point(reason: &Reason, stops: bool, finding: Option<&Finding>, knowledge: &Knowledge) -> OpenPoint {
    let mut pages: Vec<u32> =
        finding.into_iter().flat_map(|finding| &finding.evidence).map(|evidence| evidence.page).collect();
    pages.sort_unstable();
    pages.dedup();
    let text = knowledge.letters.point(reason);
    let who = text.map_or_else(|| vec![Supplies::Coordinator], |text| text.who.clone());
    OpenPoint {
        code: reason.code.clone(),
        kind: text.map_or_else(|| kind_of(finding), |text| text.kind),
        stops,
        own_file: !stops
            && finding.is_some_and(|finding| finding.outcome == FindingOutcome::Insufficient)
            && who.iter().all(|who| matches!(who, Supplies::Supplier | Supplies::Coordinator)),
        document: text.map_or_else(|| "The order's documents".to_owned(), |text| text.document.clone()),
        found: reason.text.clone(),
        who_in_words: in_words(&who),
        who,
        to_do: text.map_or_else(|| "Look at the packet.".to_owned(), |text| text.do_this.clone()),
        in_letter: stops && text.is_some_and(|text| text.letter.is_some()),
        pages,
    }
}

/// A rule nobody wrote words for: by its outcome.
fn kind_of(finding: Option<&Finding>) -> PointKind {
    match finding.map(|finding| finding.outcome) {
        Some(FindingOutcome::Unmet) => PointKind::Contradicted,
        Some(FindingOutcome::Insufficient) => PointKind::Missing,
        _ => PointKind::ToDecide,
    }
}

/// `the prescriber's office, else the sleep laboratory`.
pub(super) fn in_words(who: &[Supplies]) -> String {
    who.iter().map(|who| who.words()).collect::<Vec<_>>().join(", else ")
}

/// The words of a point that stops, by its code and what was found.
pub(super) fn words<'k>(point: &OpenPoint, knowledge: &'k Knowledge) -> Option<&'k PointText> {
    knowledge.letters.point(&Reason { code: point.code.clone(), text: point.found.clone() })
}
