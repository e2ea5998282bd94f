//! The guide to profiles is true: each of its examples is a profile's part that reads and checks, and its table of
//! keys is the one the types give.

use super::profiles::mistakes_of;
use domain::profile::Profile;
use schemars::generate::SchemaSettings;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::fmt::Write;
use toml::{Table, Value};

const GUIDE: &str = include_str!("../../docs/portals.md");
const A: &str = include_str!("../../config/portals/hospital-a.toml");
const B: &str = include_str!("../../config/portals/hospital-b.toml");
const BEGIN: &str = "<!-- keys: begin -->\n";
const END: &str = "<!-- keys: end -->";

/// The examples: the profile each is a part of, its first line, its text.
fn examples() -> Vec<(&'static str, usize, &'static str)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = GUIDE[from..].find("```toml ") {
        let head = from + at + "```toml ".len();
        let start = head + GUIDE[head..].find('\n').expect("a line") + 1;
        let end = start + GUIDE[start..].find("```").expect("an end");
        found.push((GUIDE[head..start].trim(), super::lines::line_at(GUIDE, start), &GUIDE[start..end]));
        from = end + 3;
    }
    found
}

/// A shipped profile with an example in place of what it says of the same keys; rules stand before the shipped ones.
fn merged(base: &str, example: &str) -> Table {
    let mut base: Table = toml::from_str(base).expect("a profile");
    let example: Table = toml::from_str(example).expect("an example is TOML");
    for (key, value) in example {
        match (key.as_str(), base.get_mut(&key), value) {
            ("signals", Some(Value::Array(known)), Value::Array(new)) => drop(known.splice(0..0, new)),
            ("sections", Some(known), new) => *known = new,
            (_, Some(Value::Table(known)), Value::Table(new)) => {
                for (inner, value) in new {
                    match (inner.as_str(), known.get_mut(&inner), value) {
                        ("pages", Some(Value::Array(known)), Value::Array(new)) => {
                            drop(known.splice(0..0, new))
                        }
                        (_, _, value) => drop(known.insert(inner, value)),
                    }
                }
            }
            (_, _, value) => drop(base.insert(key, value)),
        }
    }
    base
}

#[test]
fn every_example_reads_and_checks() {
    let examples = examples();
    assert!(
        examples.len() > 12 && examples.len() == GUIDE.matches("```toml").count(),
        "each names its profile"
    );
    for (base, line, example) in examples {
        let base = match base {
            "hospital-a" => A,
            "hospital-b" => B,
            other => panic!("docs/portals.md:{line}: {other} is no shipped profile"),
        };
        let text = toml::to_string(&merged(base, example)).expect("TOML");
        assert_eq!(mistakes_of(&text), "", "docs/portals.md:{line}");
    }
}

#[test]
fn every_key_is_in_the_table_and_in_an_example() {
    let (_, rest) = GUIDE.split_once(BEGIN).expect("the table's begin");
    let (table, _) = rest.split_once(END).expect("the table's end");
    let expected = keys_table();
    if table != expected {
        let path = std::env::temp_dir().join("portals-keys.md");
        std::fs::write(&path, expected).expect("written");
        panic!("docs/portals.md: the table of keys differs from the types'; put in {}", path.display());
    }
    let mut shown = BTreeSet::new();
    for (_, _, example) in examples() {
        keys_in(&Value::Table(toml::from_str(example).expect("TOML")), &mut shown);
    }
    let missing: Vec<String> = all_keys().into_iter().filter(|key| !shown.contains(key)).collect();
    // A short text stands for it everywhere.
    assert_eq!(missing, ["pointer"], "keys without an example");
}

fn keys_in(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Table(table) => table.iter().for_each(|(key, value)| {
            found.insert(key.clone());
            keys_in(value, found);
        }),
        Value::Array(values) => values.iter().for_each(|value| keys_in(value, found)),
        _ => {}
    }
}

fn schema() -> Json {
    Json::from(SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Profile>())
}

/// The types with keys, each under the name of its part.
fn parts(schema: &Json) -> Vec<(&str, &Json)> {
    let parts = schema["$defs"].as_object().into_iter().flatten();
    std::iter::once(("Profile", schema)).chain(parts.map(|(name, part)| (name.as_str(), part))).collect()
}

fn all_keys() -> BTreeSet<String> {
    let schema = schema();
    parts(&schema).into_iter().flat_map(|(_, part)| shapes(part)).flat_map(keys).collect()
}

/// A part, or each of its ways.
fn shapes(part: &Json) -> Vec<&Json> {
    let ways = part.get("oneOf").and_then(Json::as_array);
    ways.map_or_else(|| vec![part], |ways| ways.iter().collect())
}

fn keys(shape: &Json) -> Vec<String> {
    shape["properties"].as_object().into_iter().flat_map(|all| all.keys().cloned()).collect()
}

fn keys_table() -> String {
    let schema = schema();
    let mut text = String::new();
    for (name, part) in parts(&schema) {
        if shapes(part).iter().all(|shape| keys(shape).is_empty()) {
            continue;
        }
        writeln!(text, "\n### {name}\n\n{}\n", words(part)).expect("text");
        writeln!(text, "| Key | | Meaning |\n|---|---|---|").expect("text");
        for shape in shapes(part) {
            rows(shape, &mut text);
        }
    }
    text.push('\n');
    text
}

fn rows(shape: &Json, text: &mut String) {
    let way = shape.pointer("/properties/by/const").and_then(Json::as_str);
    if let Some(way) = way {
        writeln!(text, "| `by = \"{way}\"` | | {} |", words(shape)).expect("text");
    }
    for (key, value) in shape["properties"].as_object().into_iter().flatten().filter(|(key, _)| *key != "by")
    {
        let needed = shape["required"].as_array().is_some_and(|all| all.iter().any(|one| one == key));
        let what = if value.get("description").is_some() { words(value) } else { words(shape) };
        let need = if needed { "needed" } else { "" };
        writeln!(text, "| `{key}` | {need} | {what} |").expect("text");
    }
}

/// A description on one line, without the links of the code's own documentation.
fn words(schema: &Json) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    let plain = text.replace("[`", "`").replace("`]", "`").replace('|', "\\|");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
