//! What the charts say about their stories, over several seeds and both hospitals.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::date;

use super::messages::Message;
use super::*;
use crate::chart::{Access, Appears, Chart, Content, PayerKind, Section, Standing, StudyKind, Topic};
use crate::kind::HospitalKind;
use crate::truth::{ExpectedOutcome, MessageTruth, Truth};

/// Hospitals of sixty patients: every story is told in each.
fn hospitals() -> Vec<Hospital> {
    let of = |seed, kind| {
        Hospital::generate(&HospitalPlan {
            kind,
            seed,
            patients: 60,
            today: date(2026, 11, 22),
            first_message: 1,
        })
    };
    (0..6).flat_map(|seed| HospitalKind::BOTH.map(|kind| of(seed, kind))).collect()
}

/// Every chart of a story.
fn told(hospitals: &[Hospital], story: Story) -> Vec<(&Chart, Vec<&Message>)> {
    let mut found = Vec::new();
    for hospital in hospitals {
        for (i, _) in hospital.stories.iter().enumerate().filter(|(_, told)| **told == story) {
            let about = hospital.messages.iter().filter(|message| message.chart == i).collect();
            found.push((&hospital.charts[i], about));
        }
    }
    assert!(found.len() >= hospitals.len(), "{story:?} is told too seldom");
    found
}

#[test]
fn sleep_charts_keep_their_time_line_and_break_the_one_rule_of_their_story() {
    let hospitals = hospitals();
    for story in Story::ALL {
        for (chart, messages) in told(&hospitals, story) {
            let (visit, study) = (chart.visit.as_ref(), chart.study.as_ref());
            assert_eq!(chart.orders.is_empty(), matches!(story, Story::NonDme | Story::NoOrder));
            assert_eq!(
                visit.is_none(),
                matches!(story, Story::NoteAfterStudy | Story::NonDme),
                "{story:?} without a visit"
            );
            if let Some(study) = study {
                assert!(visit.is_none_or(|visit| visit.date < study.date()));
                assert!(chart.follow_up.iter().all(|visit| visit.date > study.interpreted_at.date()));
            }
            for order in &chart.orders {
                assert_eq!(order.signed_at.is_none(), story == Story::UnsignedOrder);
                assert!(study.is_none_or(|study| study.interpreted_at.date() < order.date));
                assert!(chart.titration.iter().all(|night| night.interpreted_at.date() < order.date));
                let mut visits = visit.into_iter().chain(&chart.follow_up);
                assert!(visits.all(|visit| visit.date < order.date));
                assert!(messages.iter().all(|message| message.received.date() > order.date));
            }
            if story.outcome().1.is_some() {
                assert!(
                    chart.patient.coverages[0].kind == PayerKind::Medicare || chart.access != Access::Open
                );
            }
        }
    }
}

#[test]
fn sleep_studies_are_there_where_their_story_has_one() {
    let hospitals = hospitals();
    let without = [
        Story::NoSleepStudy,
        Story::TitrationOnly,
        Story::NonDme,
        Story::Rad,
        Story::RadNoEvidence,
        Story::Oxygen,
        Story::OxygenNotLow,
        Story::OxygenOldVisit,
        Story::PapSupplies,
        Story::Wheelchair,
        Story::HospitalBed,
    ];
    for story in Story::ALL {
        for (chart, _) in told(&hospitals, story) {
            assert_eq!(chart.study.is_none(), without.contains(&story), "{story:?}");
            let titrated = matches!(story, Story::TitrationOnly | Story::BipapAfterCpap);
            assert!(chart.titration.is_none() || titrated);
        }
    }
    assert!(
        told(&hospitals, Story::SplitNight).iter().all(|(chart, _)| {
            chart.study.as_ref().is_some_and(|study| study.kind == StudyKind::SplitNight)
        })
    );
    assert!(told(&hospitals, Story::TitrationOnly).iter().all(|(chart, _)| chart.titration.is_some()));
}

#[test]
fn a_trial_of_cpap_is_told_somewhere_or_nowhere() {
    let hospitals = hospitals();
    let mut ways = BTreeSet::new();
    for (chart, _) in told(&hospitals, Story::BipapAfterCpap) {
        let note = chart.follow_up.as_ref().is_some_and(|visit| visit.topic == Topic::CpapFailed);
        let report = chart.titration.as_ref().is_some_and(|night| night.bilevel.is_some());
        assert!(note || report);
        ways.insert((note, report));
    }
    assert_eq!(ways.len(), 3);
    for (chart, _) in told(&hospitals, Story::BipapWithoutCpap) {
        assert!(chart.follow_up.is_none() && chart.titration.is_none());
        for entry in &chart.documents {
            let draft = crate::compose::compose(chart, entry, 7);
            let text = crate::layout::html_body(&draft).to_lowercase();
            // A relative who uses one is a trap on purpose.
            let text = text.replace("brother uses cpap", "");
            assert!(!text.contains("cpap") && !text.contains("e0601"), "{:?} speaks of CPAP", entry.content);
        }
    }
}

#[test]
fn measurements_are_there_where_the_story_has_them() {
    let hospitals = hospitals();
    let visit = |chart: &Chart| chart.visit.clone().unwrap();
    for (chart, _) in told(&hospitals, Story::Rad) {
        let visit = visit(chart);
        assert!(visit.fvc.is_some_and(|fvc| fvc < 50) || visit.paco2.is_some_and(|mmhg| mmhg >= 52));
    }
    for (chart, _) in told(&hospitals, Story::RadNoEvidence) {
        let visit = visit(chart);
        assert_eq!((visit.fvc, visit.paco2, visit.saturation), (None, None, None));
    }
    for (story, range, months) in [
        (Story::Oxygen, 84..=88, 0..6),
        (Story::OxygenNotLow, 91..=94, 0..6),
        (Story::OxygenOldVisit, 84..=88, 7..9),
    ] {
        for (chart, _) in told(&hospitals, story) {
            let (visit, ordered) = (visit(chart), chart.orders[0].date);
            assert!(range.contains(&visit.saturation.unwrap()));
            assert!(visit.date >= ordered.saturating_sub(months.end.months()));
            assert!(visit.date <= ordered.saturating_sub(months.start.months()));
            let visits = |entry: &&crate::chart::DocumentEntry| {
                entry.section == Section::Notes
                    && entry.service_date.is_some_and(|day| day > ordered.saturating_sub(6.months()))
            };
            let recent = chart.documents.iter().filter(visits).count();
            assert_eq!(recent == 0, story == Story::OxygenOldVisit);
        }
    }
}

#[test]
fn orders_are_replaced_withdrawn_and_told_apart() {
    let hospitals = hospitals();
    for (chart, _) in told(&hospitals, Story::CorrectedOrder) {
        let [first, second] = chart.orders.as_slice() else { panic!("two orders") };
        assert_eq!(first.standing, Standing::Superseded { by: second.order_id.clone(), on: second.date });
        assert!(first.date < second.date && second.in_force() && !first.in_force());
    }
    for (chart, messages) in told(&hospitals, Story::CancelledOrder) {
        assert!(chart.in_force().next().is_none());
        assert!(messages[0].body.to_lowercase().contains("cancel") || messages[0].subject.contains("ancel"));
    }
    for (chart, _) in told(&hospitals, Story::SeveralOrders) {
        assert_eq!(chart.in_force().count(), 2);
        let codes: Vec<_> = chart.orders.iter().flat_map(|o| &o.items).map(|i| i.hcpcs).collect();
        assert_eq!(codes.len(), codes.iter().collect::<BTreeSet<_>>().len());
    }
    for (chart, messages) in told(&hospitals, Story::NoOrder) {
        assert!(chart.documents.iter().all(|entry| !matches!(entry.content, Content::Order(_))));
        assert!(messages[0].subject.contains("CPAP") || messages[0].subject.contains("PAP"));
    }
}

#[test]
fn late_things_appear_after_the_first_message_was_read() {
    let hospitals = hospitals();
    for story in [Story::LateStudy, Story::NoteAgain] {
        for (chart, mut messages) in told(&hospitals, story) {
            messages.sort_by_key(|message| message.n);
            let [first, second] = messages.as_slice() else { panic!("two messages") };
            let after = Appears::AfterChartRead { message: first.n };
            assert_eq!((first.appears, second.appears), (Appears::AtStart, after));
            assert!(first.received.date() < second.received.date());
            let late: Vec<Content> =
                chart.documents.iter().filter(|entry| entry.appears == after).map(|e| e.content).collect();
            match story {
                Story::LateStudy => assert_eq!(late, [Content::Study]),
                _ => {
                    assert_eq!(late, [Content::Order(0), Content::Visit]);
                    let ids: BTreeSet<&str> = chart.documents.iter().map(|e| e.id.as_str()).collect();
                    assert_eq!(ids.len(), chart.documents.len());
                }
            }
        }
    }
}

#[test]
fn namesakes_share_the_name_alone() {
    for hospital in hospitals() {
        let all = [hospital];
        let pairs = told(&all, Story::SameName);
        let [(one, _), (other, _)] = pairs.as_slice() else { panic!("two patients") };
        assert_eq!(one.patient.name.last_first(), other.patient.name.last_first());
        assert_ne!(one.patient.mrn, other.patient.mrn);
        assert_ne!(one.patient.dob, other.patient.dob);
        assert_ne!(one.orders[0].order_id, other.orders[0].order_id);
    }
}

#[test]
fn messages_come_under_every_type_and_folder() {
    let hospitals = hospitals();
    let types: BTreeSet<&str> = hospitals.iter().flat_map(|h| &h.messages).map(|m| m.chart_type).collect();
    assert_eq!(
        types.into_iter().collect::<Vec<_>>(),
        [
            "Office Visit",
            "Orders Only",
            "Patient Message",
            "Result Note",
            "Routed Report",
            "Staff Message",
            "Telephone"
        ]
    );
    for hospital in &hospitals {
        let folders: BTreeSet<&str> = hospital.messages.iter().map(|m| m.folder).collect();
        assert_eq!(folders.len(), 4);
    }
}

#[test]
fn some_charts_need_a_second_page_of_each_list() {
    for hospital in hospitals() {
        for section in [Section::Orders, Section::Notes, Section::Media] {
            let long = |chart: &Chart| chart.documents.iter().filter(|e| e.section == section).count() > 10;
            assert!(hospital.charts.iter().any(long), "{section:?}");
        }
    }
}

#[test]
fn two_hospitals_of_one_run_share_no_number_and_merge_into_one_truth() {
    let plan = HospitalPlan {
        kind: HospitalKind::A,
        seed: 7,
        patients: 60,
        today: date(2026, 11, 22),
        first_message: 1,
    };
    let a = Hospital::generate(&plan).truth();
    let next = HospitalPlan { kind: HospitalKind::B, first_message: a.messages.len() + 1, ..plan };
    let b = Hospital::generate(&next).truth();
    let (count_a, count_b) = (a.messages.len(), b.messages.len());
    let merged = Truth::merged([a, b]);
    assert_eq!(merged.portals, ["hospital-a", "hospital-b"]);
    let numbers: Vec<usize> = merged.messages.iter().map(|message| message.n).collect();
    assert_eq!(numbers, (1..=count_a + count_b).collect::<Vec<_>>());
    let unique = |of: fn(&MessageTruth) -> Vec<String>| {
        let by_portal = |portal: &str| -> BTreeSet<String> {
            merged.messages.iter().filter(|message| message.portal == portal).flat_map(of).collect()
        };
        assert!(by_portal("hospital-a").is_disjoint(&by_portal("hospital-b")));
    };
    unique(|message| vec![message.message_id.clone()]);
    unique(|message| vec![message.patient.mrn.clone()]);
    unique(|message| message.documents.iter().map(|document| document.id.clone()).collect());
    let mrns = merged.messages.iter().filter(|m| m.portal == "hospital-a").map(|m| &m.patient.mrn);
    assert!(mrns.clone().all(|mrn| mrn.len() == 8 && mrn.bytes().all(|b| b.is_ascii_digit())));
    let json = serde_json::to_string(&merged).unwrap();
    assert_eq!(serde_json::from_str::<Truth>(&json).unwrap(), merged);
}

#[test]
fn the_truth_says_of_every_message_what_its_story_says() {
    for truth in hospitals().iter().map(Hospital::truth) {
        for message in &truth.messages {
            let expect = &message.expect;
            let name = message.story.name();
            assert_eq!(expect.reason.is_some(), expect.outcome == ExpectedOutcome::NeedsPerson, "{name}");
            let deliveries = match (expect.outcome, message.story) {
                (ExpectedOutcome::Delivered, Story::SeveralOrders) => 2,
                (ExpectedOutcome::Delivered, _) => 1,
                _ => 0,
            };
            assert_eq!(expect.deliveries, deliveries, "{name}");
            let of = |n: usize| truth.messages.iter().find(|other| other.n == n).unwrap();
            if let Some(n) = expect.duplicate_of {
                assert_eq!(of(n).expect.outcome, ExpectedOutcome::Delivered);
                assert!(n < message.n && of(n).patient == message.patient);
            }
            if let Some(n) = expect.superseded_by {
                assert_eq!(of(n).expect.outcome, ExpectedOutcome::Delivered);
                assert!(n > message.n && of(n).patient == message.patient);
                assert!(!expect.fields.contains_key("ahi") && of(n).expect.fields.contains_key("ahi"));
            }
            assert_eq!(expect.superseded_by.is_some(), expect.outcome == ExpectedOutcome::Superseded);
            assert_eq!(expect.duplicate_of.is_some(), expect.outcome == ExpectedOutcome::Duplicate);
        }
    }
}
