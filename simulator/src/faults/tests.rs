//! The documented plan, refusals, and decisions by seed and number.

use super::*;

fn block(text: &str, prefix: &str) -> String {
    let lines = text.lines().map(|line| line.strip_prefix(prefix).unwrap_or(line));
    let inside = lines.skip_while(|line| !line.contains("```toml")).skip(1);
    inside
        .take_while(|line| !line.contains("```"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned() + "\n")
        .collect()
}

#[test]
fn the_guide_shows_the_same_plan() {
    let guide = include_str!("../../../docs/simulator.md");
    assert_eq!(block(include_str!("mod.rs"), "//!"), block(guide, ""));
}

#[test]
fn the_documented_plan_is_valid_but_for_its_placeholder_and_names_every_key() {
    let text = block(include_str!("mod.rs"), "//!");
    let text = text.replace('…', "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
    let plan = FaultPlan::from_toml(&text).unwrap();
    assert_eq!(plan.expire_session_after_requests, [120, 300]);
    assert_eq!(plan.expiry_style, ExpiryStyle::Alternate);
    let documented: toml::Table = toml::from_str(&text).unwrap();
    let serde_json::Value::Object(keys) = serde_json::to_value(&plan).unwrap() else { panic!("no object") };
    for key in keys.keys() {
        assert!(documented.contains_key(key), "{key} is not documented");
    }
}

#[test]
fn unknown_keys_and_impossible_values_are_refused() {
    for text in [
        "bad_gatway_every = 3",
        "truncate_probability = 1.5",
        "inactivity_minutes = 0",
        "totp_secret = \"1\"",
        "slow_page_every = 3",
        "code_late_every = 1",
    ] {
        assert!(FaultPlan::from_toml(text).is_err(), "{text} was taken");
    }
}

#[test]
fn faults_depend_on_seed_and_number_alone() {
    let plan = FaultPlan { bad_gateway_probability: 0.3, truncate_every: 4, ..FaultPlan::default() };
    let run = |seed| (0..200).map(|n| plan.page(seed, n)).collect::<Vec<_>>();
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
    let hits = run(1).iter().filter(|hit| hit.is_some()).count();
    assert!((30..=90).contains(&hits), "{hits} of 200 at 0.3");
    assert_eq!(plan.document(1, 8, None), Some(DocumentFault::Truncated));
    assert_eq!(plan.document(1, 9, None), None);
}

#[test]
fn the_default_plan_does_nothing() {
    let plan = FaultPlan::default();
    for number in 0..500 {
        assert_eq!(plan.page(7, number), None);
        assert_eq!(plan.document(7, number, Some(number)), None);
        assert_eq!(plan.code(number), CodeFaults::default());
        assert!(!plan.stale(number) && plan.slowness_ms(number) == 0);
    }
}

#[test]
fn with_all_faults_on_every_kind_strikes_and_no_request_fails_four_times_in_a_row() {
    for seed in 0..200 {
        let plan = FaultPlan::all(seed);
        plan.check().unwrap();
        let pages: Vec<_> = (1..=2_000).map(|n| plan.page(seed, n)).collect();
        for fault in
            [PageFault::BadGateway, PageFault::InternalError, PageFault::Maintenance, PageFault::Reset]
        {
            assert!(pages.contains(&Some(fault)), "{fault:?} never comes under seed {seed}");
        }
        let documents: Vec<_> = (1..=450).map(|n| plan.document(seed, n, Some(n))).collect();
        for fault in [
            DocumentFault::Truncated,
            DocumentFault::Empty,
            DocumentFault::LoginPage,
            DocumentFault::SlowLoris,
            DocumentFault::Huge,
        ] {
            assert!(documents.contains(&Some(fault)), "{fault:?} never comes under seed {seed}");
        }
        assert!(!pages.windows(4).any(|run| run.iter().all(Option::is_some)), "seed {seed}");
        assert!(!documents.windows(4).any(|run| run.iter().all(Option::is_some)), "seed {seed}");
        assert!((1..=4).any(|n| plan.code(n).ambiguous) && !plan.code(1).ambiguous);
    }
}
