//! `otel-collector.yaml`: its syntax, and its list held against the program's.

use epic_connector::telemetry::attributes::ALLOWED;
use serde_yaml_ng::Value;
use std::collections::BTreeSet;
use std::path::Path;

fn collector() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("otel-collector.yaml");
    serde_yaml_ng::from_str(&std::fs::read_to_string(path).expect("the file")).expect("YAML")
}

fn names(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Mapping(map) => map.keys().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::Sequence(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => BTreeSet::new(),
    }
}

#[test]
fn every_component_of_a_pipeline_is_defined_and_every_defined_one_is_used() {
    let collector = collector();
    let pipelines = collector["service"]["pipelines"].as_mapping().expect("pipelines");
    for kind in ["receivers", "processors", "exporters"] {
        let used: BTreeSet<String> = pipelines.values().flat_map(|pipeline| names(&pipeline[kind])).collect();
        assert_eq!(used, names(&collector[kind]), "{kind}");
    }
}

#[test]
fn nothing_passes_any_pipeline_but_what_the_program_lists() {
    let collector = collector();
    let redaction = &collector["processors"]["redaction"];
    assert_eq!(redaction["allow_all_keys"], Value::Bool(false));
    let allowed: BTreeSet<String> = ALLOWED.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(names(&redaction["allowed_keys"]), allowed);
    for (name, pipeline) in collector["service"]["pipelines"].as_mapping().expect("pipelines") {
        assert!(names(&pipeline["processors"]).contains("redaction"), "{name:?}");
    }
}

#[test]
fn values_that_look_like_dates_or_numbers_of_persons_are_masked() {
    let collector = collector();
    let blocked = collector["processors"]["redaction"]["blocked_values"].as_sequence().expect("patterns");
    let patterns: Vec<regex::Regex> = blocked
        .iter()
        .map(|pattern| regex::Regex::new(pattern.as_str().expect("text")).expect("a pattern"))
        .collect();
    for (value, expected) in [
        ("04/17/1961", true),
        ("1961-04-17", true),
        ("123-45-6789", true),
        ("ocr", false),
        ("00-4bf92f35", false),
    ] {
        assert_eq!(patterns.iter().any(|pattern| pattern.is_match(value)), expected, "{value}");
    }
}
