//! A wrong rule file is refused, with its file, its line and the reason.

use super::super::*;
use crate::fixtures::sources;
use domain::parser::FindingOutcome;
use jiff::civil::date;

/// The files of `config/` with one text replaced in one of them; what is said of it.
fn refused(file: &str, from: &str, to: &str) -> Vec<KnowledgeError> {
    let mut sources = sources();
    let (_, text) = sources.iter_mut().find(|(name, _)| name.ends_with(file)).expect("a file of config/");
    assert!(text.contains(from), "{file} holds {from}");
    *text = text.replacen(from, to, 1);
    let pairs: Vec<(&str, &str)> =
        sources.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Knowledge::from_toml_sources(&pairs).expect_err("a mistake")
}

/// The line, from 1, of the first place a text stands in a file of `config/`.
fn line_of(file: &str, text: &str) -> usize {
    let sources = sources();
    let (_, whole) = sources.iter().find(|(name, _)| name.ends_with(file)).expect("a file of config/");
    whole[..whole.find(text).expect("it stands there")].matches('\n').count() + 1
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of mistakes")]
fn each_mistake_is_told_with_file_line_and_reason() {
    let pap = "medicare_pap.toml";
    for (file, from, to, reason) in [
        (pap, "check = \"study_index\"", "check = \"study_indices\"", "did you mean `study_index`"),
        (
            pap,
            "\"sleep_study.trt\", \"sleep_study.events_total\"]",
            "\"sleep_study.trt\", \"sleep_study.events_totl\"]",
            "`sleep_study.events_totl` is no field that is read; did you mean `events_total`",
        ),
        (
            pap,
            "courses = [\"continuation\"]",
            "courses = [\"continuing\"]",
            "`continuing` is no course of treatment; did you mean `continuation`",
        ),
        (
            pap,
            "evidence = [\"titration\"",
            "evidence = [\"titrations\"",
            "no class of evidence; did you mean `titration`",
        ),
        (
            pap,
            "is = \"met\"\nsleep_study = { ahi_4pct = 15, events_total = 30 }",
            "is = \"met\"\nsleep_study = { ahi_4pct = 14, events_total = 30 }",
            "the example of PAP-2 must be met, but the rule says unmet",
        ),
        (
            pap,
            "is = \"met\"\nsleep_study = { ahi_4pct = 15, events_total = 30 }",
            "is = \"mett\"\nsleep_study = { ahi_4pct = 15 }",
            "did you mean `met`",
        ),
        (
            pap,
            "sleep_study = { ahi_4pct = 15, events_total = 29 }",
            "sleep_study = { ahi_4 = 15, events_total = 29 }",
            "`ahi_4` is no field that is read",
        ),
        (pap, "source = \"LCD L33718; Noridian PAP page\"\n", "", "source: is missing"),
        (
            pap,
            "source = \"LCD L33718; Noridian PAP page\"\n",
            "source = \" \"\n",
            "must say where the rule comes from",
        ),
        (
            pap,
            "part_of = \"medicare\"",
            "part_of = \"medicair\"",
            "`medicair` is no payer; did you mean `medicare`",
        ),
        (pap, "plan = \"part_b\"", "plan = \"part_c\"", "`part_c` is no plan of medicare"),
        (
            "medicare_orders.toml",
            "effective_to = 2024-01-31",
            "effective_to = 2019-01-31",
            "lies before effective_from",
        ),
        (
            "medicare_orders.toml",
            "effective_to = 2024-01-31",
            "effective_to = 2024-02-01",
            "ORD-3 holds already by the rule set `itemisation-2020`",
        ),
        (
            "medicare_orders.toml",
            "evidence = [\"supplier_record\"]",
            "evidence = [\"supplier_record\"]\nrequired = true",
            "the supplier's own record, so the rule cannot be required",
        ),
        (
            "medicare_breathing.toml",
            "listed = \"face_to_face\"",
            "listed = \"face_to_fase\"",
            "`face_to_fase` is no list of medicare",
        ),
        (
            "medicare_breathing.toml",
            "families = [\"ventilator\"]",
            "families = [\"ventilators\"]",
            "no code belongs to the family `ventilators`",
        ),
        (
            "medicare.toml",
            "decides = [\"pap\",",
            "decides = [\"papp\",",
            "no code belongs to the family `papp`",
        ),
        (
            "other.toml",
            "rules_of = \"medicare\"",
            "rules_of = \"medicar\"",
            "`medicar` is no payer with rules; did you mean `medicare`",
        ),
        (
            "humana.toml",
            "check = \"study_within\"\nmonths = 12",
            "check = \"study_within\"\nmonth = 12",
            "month: is no known key; did you mean `months`",
        ),
    ] {
        let told = refused(file, from, to);
        let found = told.iter().find(|mistake| mistake.to_string().contains(reason));
        let found = found.unwrap_or_else(|| panic!("{reason} in {told:#?}"));
        assert!(found.file.ends_with(file), "{found}");
        assert!(found.line.is_some_and(|line| line > 0), "{found}");
    }
}

#[test]
fn the_line_is_the_one_of_the_key() {
    let told = refused("medicare_pap.toml", "index_below = 15", "index_below = \"15\"");
    assert_eq!(told[0].line, Some(line_of("medicare_pap.toml", "index_below = 15")), "{}", told[0]);
    let overlap = refused("medicare_orders.toml", "effective_to = 2024-01-31\n", "");
    let wanted = line_of("medicare_orders.toml", "name = \"itemisation-2024\"");
    assert!(overlap[0].line.is_some_and(|line| line > wanted), "{}", overlap[0]);
}

#[test]
fn a_rule_without_an_example_of_either_kind_is_refused() {
    let met = "[[plan.ruleset.rule.example]]\nis = \"met\"\npayer = \"Medicaid\"\norder = { prior_authorization = true }\n";
    let told = refused("new_york_medicaid.toml", met, "");
    assert!(told.iter().any(|mistake| mistake.reason.contains("one that meets it")), "{told:#?}");
    let not = "[[plan.ruleset.rule.example]]\nis = \"insufficient\"\npayer = \"Medicaid\"\norder = { order_date = 2026-11-03 }\n";
    let told = refused("new_york_medicaid.toml", not, "");
    assert!(told.iter().any(|mistake| mistake.reason.contains("one that does not meet it")), "{told:#?}");
}

#[test]
fn every_rule_has_its_examples_and_all_come_out() {
    let knowledge = crate::fixtures::knowledge();
    let examples = knowledge.examples();
    assert!(examples.iter().all(crate::ExampleLine::passed));
    let rules = knowledge.rules(None, None);
    for rule in &rules {
        let of = |outcome: FindingOutcome| {
            examples.iter().any(|example| {
                (example.rule.as_str(), example.ruleset.as_str())
                    == (rule.rule.as_str(), rule.ruleset.as_str())
                    && example.wanted == outcome
            })
        };
        assert!(of(FindingOutcome::Met), "{}", rule.rule);
        assert!(of(FindingOutcome::Unmet) || of(FindingOutcome::Insufficient), "{}", rule.rule);
        assert!(
            !rule.source.is_empty() && !rule.inputs.is_empty() && !rule.evidence.is_empty(),
            "{}",
            rule.rule
        );
    }
    let ids: std::collections::BTreeSet<&str> = rules.iter().map(|rule| rule.rule.as_str()).collect();
    let all = [
        "ORD-1", "ORD-2", "ORD-3", "ORD-4", "ORD-5", "F2F-1", "F2F-2", "SIG-1", "SIG-2", "SIG-3", "ID-1",
        "ID-2", "CMN-1", "RET-1", "RFL-1", "PAP-1", "PAP-1a", "PAP-1b", "PAP-2", "PAP-3", "PAP-3a", "PAP-4",
        "PAP-5", "PAP-6", "PAP-7", "PAP-8", "PAP-9", "PAP-10", "PAP-11", "PAP-12", "PAP-13", "PAP-14",
        "PAP-15", "PAP-16", "PAP-17", "OXY-1", "OXY-2", "OXY-3", "OXY-4", "RAD-1", "NIV-1", "BED-1", "MWC-1",
        "PMD-1", "CGM-1", "NEB-1", "ENT-1",
    ];
    let missing: Vec<&&str> = all.iter().filter(|id| !ids.contains(**id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn rules_hold_on_their_days_and_lists_grow() {
    let knowledge = crate::fixtures::knowledge();
    let on = |day, id: &str| {
        knowledge.rules(Some(day), Some("medicare")).iter().filter(|rule| rule.rule == id).count()
    };
    assert_eq!((on(date(2022, 12, 31), "CMN-1"), on(date(2023, 1, 1), "CMN-1")), (0, 1));
    assert_eq!((on(date(2026, 4, 12), "OXY-4"), on(date(2026, 4, 13), "OXY-4")), (0, 1));
    assert_eq!(on(date(2025, 6, 8), "RAD-1") + on(date(2025, 6, 9), "RAD-1"), 2, "one at a time");
    let medicare = knowledge.payers.iter().find(|payer| payer.name == "medicare").expect("medicare");
    let list = medicare.list("face_to_face").expect("the list");
    let held = |day| list.holds("E1390", Some(day));
    assert_eq!(
        (held(date(2026, 4, 12)), held(date(2026, 4, 13)), list.holds("E1390", None)),
        (false, true, true)
    );
    assert!(list.holds("K0823", Some(date(2024, 1, 1))) && !list.holds("E0601", None));
}
