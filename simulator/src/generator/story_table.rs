//! The table of stories: name, what the chart holds, what it teaches, where the first message ends.
//!
//! `docs/stories.md` says the same to users; a test holds the two together.

use super::story::Story;
use crate::truth::ExpectedOutcome::{self, Cancelled, Delivered, NeedsPerson, NotDme, Superseded};

/// What a story is.
#[derive(Clone, Copy)]
pub(super) struct Told {
    pub(super) name: &'static str,
    pub(super) chart: &'static str,
    pub(super) teaches: &'static str,
    pub(super) outcome: ExpectedOutcome,
    pub(super) reason: Option<&'static str>,
}

/// The story's row; the table has every story at its own place.
pub(super) fn told(story: Story) -> &'static Told {
    &TABLE[story as usize]
}

const TABLE: [Told; 35] = [
    row(
        "complete_cpap",
        "facesheet, signed order, visit, later study with an index that qualifies",
        "the plain way through",
        Delivered,
        None,
    ),
    row(
        "no_sleep_study",
        "a complete order, but no sleep study",
        "what is missing is said, not guessed",
        NeedsPerson,
        Some("PAP-2:insufficient"),
    ),
    row(
        "note_after_study",
        "the only visit came after the night of the study",
        "dates of visits count, not those of signatures or print-outs",
        NeedsPerson,
        Some("PAP-1b:unmet"),
    ),
    row(
        "unsigned_order",
        "an order with an empty signature line",
        "an order is not complete without a signature",
        NeedsPerson,
        Some("SIG-1:unmet"),
    ),
    row(
        "non_dme",
        "visits, laboratory and imaging; no order for equipment",
        "what is no order must not wait for anybody",
        NotDme,
        None,
    ),
    row(
        "duplicate_cc",
        "a complete order; hours later a second message about it",
        "one order, one hand-over",
        Delivered,
        None,
    ),
    row(
        "bipap_after_cpap",
        "E0470 for sleep apnea, a diagnostic study, and a titration report or note: CPAP tried, ineffective despite mask fit and pressure changes",
        "the diagnostic index counts, not the one under treatment",
        Delivered,
        None,
    ),
    row(
        "bipap_without_cpap",
        "E0470 for sleep apnea and a diagnostic study",
        "silence is not evidence",
        NeedsPerson,
        Some("PAP-9:insufficient"),
    ),
    row(
        "split_night",
        "one split-night report: a diagnostic half with many events, a half with CPAP with few",
        "the residual index is no diagnostic one",
        Delivered,
        None,
    ),
    row(
        "titration_only",
        "a night with CPAP and its residual index, nothing before it",
        "a study on treatment proves no sleep apnea",
        NeedsPerson,
        Some("PAP-2:insufficient"),
    ),
    row(
        "short_study",
        "80 to 110 minutes of sleep, 30 events or more",
        "a short study counts if it holds the events that two hours need",
        Delivered,
        None,
    ),
    row(
        "short_study_few_events",
        "70 to 95 minutes of sleep, an index of 15 or more, fewer than 30 events",
        "the index alone does not carry a short study",
        NeedsPerson,
        Some("PAP-2:unmet"),
    ),
    row(
        "ahi_14_6",
        "an index between the two bands, symptoms documented",
        "what fits neither band goes to a person",
        NeedsPerson,
        Some("PAP-3:insufficient"),
    ),
    row(
        "two_scorings",
        "a report that prints the index under the 3 % and the 4 % rule, both 15 or more",
        "the 4 % value is the one that counts",
        Delivered,
        None,
    ),
    row(
        "two_scorings_low",
        "3 % index 16 to 20, 4 % index below 5",
        "a high index under the wrong rule does not qualify",
        NeedsPerson,
        Some("PAP-2:unmet"),
    ),
    row(
        "rad",
        "E0470 for ALS or COPD; symptoms of hypoventilation and FVC below 50 % or PaCO2 of 45 and more",
        "the same code under other rules, by diagnosis",
        Delivered,
        None,
    ),
    row(
        "rad_no_evidence",
        "the same device and diagnosis, symptoms, no measurement anywhere",
        "symptoms alone do not qualify",
        NeedsPerson,
        Some("RAD-1:insufficient"),
    ),
    row(
        "oxygen",
        "E1390, often with E0431; a visit within six months with 84 to 88 % at rest on room air",
        "a measurement with its circumstances",
        Delivered,
        None,
    ),
    row(
        "oxygen_not_low",
        "91 to 94 % at rest, nothing else",
        "a value that does not qualify is unmet, not missing",
        NeedsPerson,
        Some("OXY-1:unmet"),
    ),
    row(
        "oxygen_old_visit",
        "a qualifying test, but the only visit seven to nine months before the order",
        "the visit must lie within six months before the order",
        NeedsPerson,
        Some("F2F-1:unmet"),
    ),
    row(
        "pap_supplies",
        "itemised masks, tubing and filters, signed; no study",
        "supplies need no study",
        Delivered,
        None,
    ),
    row(
        "wheelchair",
        "K0001 and a visit about walking",
        "equipment without rules of ours goes to a person",
        NeedsPerson,
        Some("no_rules"),
    ),
    row("hospital_bed", "E0260 and a visit", "the same for another family", NeedsPerson, Some("no_rules")),
    row(
        "corrected_order",
        "two order documents: the first says it is superseded, the second names it",
        "only the order in force counts",
        Delivered,
        None,
    ),
    row(
        "cancelled_order",
        "one order document that says it is cancelled; the message asks for it",
        "nothing is handed over",
        Cancelled,
        None,
    ),
    row(
        "several_orders",
        "separate orders for CPAP and for supplies",
        "each order is handed over by itself",
        Delivered,
        None,
    ),
    row(
        "no_order",
        "visits and a study; the message speaks of a CPAP order",
        "a missing order is not the same as no order meant",
        NeedsPerson,
        Some("order_missing"),
    ),
    row(
        "note_again",
        "a second message; order and note under other document ids with other print dates",
        "print dates do not make a new order",
        Delivered,
        None,
    ),
    row(
        "same_name",
        "two patients with one name, other record numbers and birth dates, each with a complete order",
        "a name alone is no identity",
        Delivered,
        None,
    ),
    row(
        "foreign_page",
        "one page of one document carries another name, birth date and record number",
        "another patient's page stops the packet",
        NeedsPerson,
        Some("quarantine:*"),
    ),
    row(
        "outside_study",
        "a study with that hospital's own record number; name and birth date agree",
        "another number is not another patient",
        Delivered,
        None,
    ),
    row(
        "substance_use",
        "a note with the re-disclosure notice among the documents",
        "what may not be passed on is seen",
        NeedsPerson,
        Some("part2"),
    ),
    row(
        "late_study",
        "everything but the study; with a second message the study appears",
        "a late document completes the order",
        Superseded,
        None,
    ),
    row(
        "break_the_glass",
        "opening the chart asks for a reason and a password",
        "the question is never answered by a machine",
        NeedsPerson,
        Some("break_the_glass"),
    ),
    row(
        "access_ended",
        "opening the chart says that access has ended",
        "lost access has a name of its own",
        NeedsPerson,
        Some("access_ended"),
    ),
];

const fn row(
    name: &'static str,
    chart: &'static str,
    teaches: &'static str,
    outcome: ExpectedOutcome,
    reason: Option<&'static str>,
) -> Told {
    Told { name, chart, teaches, outcome, reason }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    const DOC: &str = include_str!("../../../docs/stories.md");

    #[test]
    fn every_story_has_the_row_at_its_place() {
        for (place, (row, story)) in TABLE.iter().zip(Story::ALL).enumerate() {
            assert_eq!(story as usize, place);
            assert_eq!(serde_json::to_value(story).unwrap(), row.name);
            assert_eq!(row.reason.is_some(), row.outcome == NeedsPerson, "{}", row.name);
        }
    }

    #[test]
    fn the_document_for_users_tells_the_same_stories() {
        let mut table = String::from("| Story | The chart | Teaches | Must become |\n|---|---|---|---|\n");
        for story in Story::ALL {
            let (name, chart, teaches) = (story.name(), story.chart(), story.teaches());
            writeln!(table, "| `{name}` | {chart} | {teaches} | {} |", story.expected()).unwrap();
        }
        let written: Vec<&str> = DOC.lines().filter(|line| line.starts_with('|')).collect();
        let wanted: Vec<&str> = table.lines().collect();
        assert_eq!(written, wanted, "put this table into docs/stories.md:\n{table}");
    }
}
