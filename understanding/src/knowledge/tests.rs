//! The files of `config/` load, and mistakes are all told at once.

use super::*;
use crate::fixtures::sources;

#[test]
fn the_files_of_config_load() {
    let sources = sources();
    let pairs: Vec<(&str, &str)> =
        sources.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let knowledge = Knowledge::from_toml_sources(&pairs).expect("config/ is right");
    assert!(knowledge.codes.hcpcs.len() > 60);
    assert_eq!(knowledge.codes.family_of("E0601"), Some("pap"));
    assert_eq!(knowledge.plan_for(["pap"]).sections.len(), 5);
    assert_eq!(knowledge.version().len(), 26);
}

#[test]
fn every_mistake_is_told_with_file_key_and_nearest() {
    let mut sources = sources();
    for (name, text) in &mut sources {
        if name.ends_with("medicare_orders.toml") {
            *text = text
                .replacen("check = \"order_signed\"", "check = \"order_singed\"", 1)
                .replacen("required = true", "requird = true", 1)
                .replacen("effective_from = 2020-01-01", "effective_from = \"2020\"", 1);
        }
        if name.ends_with("outcomes.toml") {
            *text = text.replacen("\"unmet\"", "\"unmeet\"", 1);
        }
        if name.ends_with("collection.toml") {
            *text = text.replacen("look_back_days", "lookback_days", 1);
        }
        if name.ends_with("sleep_study.toml") {
            *text = text.replacen("\ntst =", "\nmrn = \"whose it is\"\ntsst =", 1).replacen(
                "version = 1",
                "version = 0",
                1,
            );
        }
        if name.ends_with("lab.toml") {
            *text = text.replacen("[\"lab\"]", "[\"lob\"]", 1);
        }
        if name.ends_with("pap.toml") {
            *text = text.replacen("E0601", "E601", 1);
        }
    }
    sources.push(("config/codes/broken.toml".to_owned(), "a = 1\nb = [".to_owned()));
    let pairs: Vec<(&str, &str)> =
        sources.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let mistakes = Knowledge::from_toml_sources(&pairs).expect_err("six mistakes");
    let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    for wanted in [
        "did you mean `order_signed`",
        "did you mean `required`",
        "a date such as 2026-01-31",
        "did you mean `unmet`",
        "did you mean `look_back_days`",
        "not a letter and four digits",
        "version: must be a whole number from 1",
        "fields.mrn: is nothing a model may be asked for",
        "did you mean `tst`",
        "did you mean `lab`",
        "broken.toml:2",
    ] {
        assert!(told.iter().any(|line| line.contains(wanted)), "{wanted} in {told:#?}");
    }
}

#[test]
fn any_change_of_a_source_changes_the_version() {
    let mut sources = sources();
    let version = |sources: &[(String, String)]| {
        let pairs: Vec<(&str, &str)> = sources.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        super::version(&pairs)
    };
    let before = version(&sources);
    sources.reverse();
    assert_eq!(version(&sources), before, "the order of files does not count");
    sources[0].1.push('\n');
    assert_ne!(version(&sources), before);
}

#[test]
fn a_wrong_letter_or_keep_list_is_refused() {
    let told = |file: &str, from: &str, to: &str| -> Vec<String> {
        let mut sources = sources();
        let (_, text) = sources.iter_mut().find(|(name, _)| name.ends_with(file)).expect("a file");
        assert!(text.contains(from), "{from}");
        *text = text.replacen(from, to, 1);
        let pairs: Vec<(&str, &str)> =
            sources.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        Knowledge::from_toml_sources(&pairs).expect_err("a mistake").iter().map(ToString::to_string).collect()
    };
    for (file, from, to, wanted) in [
        (
            "letters.toml",
            "code = \"SIG-1:unmet\"",
            "code = \"SIG-1:unmett\"",
            "`SIG-1:unmet` can stop an order",
        ),
        ("letters.toml", "code = \"quarantine\"", "code = \"quarantined\"", "did you mean `quarantined`"),
        ("letters.toml", "who = [\"prescriber\"]", "who = [\"prescribers\"]", "did you mean `prescriber`"),
        ("letters.toml", "kind = \"missing\"", "kind = \"mising\"", "did you mean `missing`"),
        ("letters.toml", "dated {order_date}", "dated {orderdate}", "did you mean `order_date`"),
        ("letters.toml", "\nask = ", "\nasks = ", "a letter needs all of"),
        ("letters.toml", "\nsettle_first = true", "\nsettle_first = 1", "must be true or false"),
        ("keep.toml", "\"office_note\"", "\"office_notes\"", "did you mean `office_note`"),
        (
            "keep.toml",
            "families = [\"pap\"]",
            "families = [\"papp\"]",
            "no code belongs to the family `papp`",
        ),
        (
            "keep.toml",
            "held = [\"psychotherapy note\"",
            "hold = [\"psychotherapy note\"",
            "must name at least one",
        ),
    ] {
        let told = told(file, from, to);
        assert!(told.iter().any(|line| line.contains(wanted)), "{wanted} in {told:#?}");
        assert!(told.iter().all(|line| line.contains(".toml")), "{told:#?}");
    }
}

mod rule_files;
