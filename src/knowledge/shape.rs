//! The shape of a profile: every unknown key with the known one it resembles, every key that is missing, every value
//! of a wrong kind, in one run. The parser stops at the first; this walks the whole file along the schema of the types.

use crate::settings::hint;
use domain::profile::{Profile, ProfileMistake};
use schemars::generate::SchemaSettings;
use serde_json::Value as Json;
use toml::{Table, Value};

/// What is wrong with a file's shape. Keys that are unknown are taken out of `table`, so that the rest can be read.
pub(super) fn mistakes(table: &mut Table) -> Vec<ProfileMistake> {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Profile>();
    let root = Json::from(schema);
    let mut walk = Walk { root: &root, found: Vec::new() };
    walk.table(&root, table, "");
    walk.found
}

struct Walk<'a> {
    root: &'a Json,
    found: Vec<ProfileMistake>,
}

impl<'a> Walk<'a> {
    fn add(&mut self, at: &str, what: String) {
        self.found.push(ProfileMistake { at: at.to_owned(), what });
    }

    /// The schema behind a reference.
    fn resolve(&self, schema: &'a Json) -> &'a Json {
        let name = schema.get("$ref").and_then(Json::as_str).and_then(|text| text.strip_prefix('#'));
        name.and_then(|pointer| self.root.pointer(pointer)).unwrap_or(schema)
    }

    fn value(&mut self, schema: &'a Json, value: &mut Value, at: &str) {
        let schema = self.resolve(schema);
        let Some(branches) = branches(schema) else { return self.plain(schema, value, at) };
        let branches: Vec<&Json> = branches.iter().map(|branch| self.resolve(branch)).collect();
        if let Value::String(text) = value {
            return self.word(&branches, text, at);
        }
        let fitting: Vec<&Json> = branches.into_iter().filter(|branch| fits(branch, value)).collect();
        match (fitting.as_slice(), value) {
            ([], value) => self.add(at, format!("is {}, which is not expected here", kind(value))),
            ([one], value) => self.value(one, value, at),
            (several, Value::Table(table)) => self.one_of(several, table, at),
            _ => {}
        }
    }

    /// A text where several are known, or any.
    fn word(&mut self, branches: &[&'a Json], text: &str, at: &str) {
        let mut known = Vec::new();
        for branch in branches {
            match (branch.get("const"), branch.get("enum"), branch.get("type")) {
                (Some(one), _, _) => known.extend(one.as_str()),
                (_, Some(Json::Array(all)), _) => known.extend(all.iter().filter_map(Json::as_str)),
                (_, _, Some(kind)) if kind == "string" => return,
                _ => {}
            }
            if let Some(inner) = self::branches(branch) {
                // An optional value of several shapes: one of them may be any text.
                if inner.iter().any(|one| {
                    self.resolve(one).get("type").is_some_and(|kind| kind == "string")
                        && one.get("const").is_none()
                        && one.get("enum").is_none()
                }) {
                    return;
                }
                known.extend(inner.iter().filter_map(|one| one.get("const")?.as_str()));
            }
        }
        if known.is_empty() {
            self.add(at, "is a text, and a table is expected here".into());
        } else if !known.contains(&text) {
            self.add(at, format!("{text:?} is unknown; {}", hint(text, known)));
        }
    }

    /// A table of one of several shapes: told by its `by`, or by its only key.
    fn one_of(&mut self, shapes: &[&'a Json], table: &mut Table, at: &str) {
        let tag =
            |shape: &Json| shape.pointer("/properties/by/const").and_then(Json::as_str).map(str::to_owned);
        let tags: Vec<String> = shapes.iter().filter_map(|shape| tag(shape)).collect();
        if tags.is_empty() {
            let keys: Vec<&str> = shapes.iter().filter_map(|shape| required(shape).next()).collect();
            let given = shapes.iter().find(|shape| required(shape).all(|key| table.contains_key(key)));
            return match given {
                Some(shape) => self.table(shape, table, at),
                None => self.add(at, format!("needs exactly one of {}", keys.join(", "))),
            };
        }
        let known = || tags.iter().map(String::as_str);
        match table.get("by").map(|by| by.as_str().map(str::to_owned)) {
            None => self.add(at, format!("lacks by; known: {}", known().collect::<Vec<_>>().join(", "))),
            Some(None) => self.add(&key_at(at, "by"), "is no text".into()),
            Some(Some(by)) => match shapes.iter().find(|shape| tag(shape).as_ref() == Some(&by)) {
                Some(shape) => self.table(shape, table, at),
                None => {
                    let what = format!("{by:?} is unknown; {}", hint(&by, known().collect::<Vec<_>>()));
                    self.add(&key_at(at, "by"), what);
                }
            },
        }
    }

    fn table(&mut self, schema: &'a Json, table: &mut Table, at: &str) {
        let properties = schema.get("properties").and_then(Json::as_object);
        let others = schema.get("additionalProperties").filter(|others| others.is_object());
        let names = schema.pointer("/propertyNames/enum").and_then(Json::as_array);
        let known = || -> Vec<&str> {
            let named = names.into_iter().flatten().filter_map(Json::as_str);
            properties.into_iter().flat_map(|all| all.keys()).map(String::as_str).chain(named).collect()
        };
        let mut unknown = Vec::new();
        for (key, value) in table.iter_mut() {
            let inner = key_at(at, key);
            let named = names.is_none_or(|names| names.iter().any(|name| name == key));
            match properties.and_then(|all| all.get(key)).or(others.filter(|_| named)) {
                Some(schema) => self.value(schema, value, &inner),
                None => {
                    self.add(&inner, format!("is unknown here; {}", hint(key, known())));
                    unknown.push(key.clone());
                }
            }
        }
        unknown.iter().for_each(|key| drop(table.remove(key)));
        for key in required(schema).filter(|key| !table.contains_key(*key)) {
            self.add(at, format!("lacks {key}{}", meaning(properties.and_then(|all| all.get(key)))));
        }
    }

    fn plain(&mut self, schema: &'a Json, value: &mut Value, at: &str) {
        if !fits(schema, value) {
            let expected = expected(schema);
            return self.add(at, format!("is {}, and {expected} is expected here", kind(value)));
        }
        match value {
            Value::Table(table) => self.table(schema, table, at),
            Value::Array(values) => {
                let Some(items) = schema.get("items") else { return };
                for (index, value) in values.iter_mut().enumerate() {
                    self.value(items, value, &format!("{at}[{index}]"));
                }
            }
            Value::Integer(number) if *number < 0 => self.add(at, "must not be negative".into()),
            Value::Integer(number)
                if schema.get("format").is_some_and(|format| format == "uint32")
                    && u32::try_from(*number).is_err() =>
            {
                self.add(at, format!("is more than {}", u32::MAX));
            }
            _ => {}
        }
    }
}

fn branches(schema: &Json) -> Option<&Vec<Json>> {
    schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Json::as_array)
}

fn required(schema: &Json) -> impl Iterator<Item = &str> {
    schema.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str)
}

/// Whether a value is of a kind that the schema takes; a schema of several shapes takes tables.
fn fits(schema: &Json, value: &Value) -> bool {
    let kind = match value {
        Value::String(_) => "string",
        Value::Integer(_) => "integer",
        Value::Float(_) => "number",
        Value::Boolean(_) => "boolean",
        Value::Array(_) => "array",
        Value::Table(_) => "object",
        Value::Datetime(_) => "date",
    };
    match schema.get("type") {
        Some(Json::String(one)) => one == kind,
        Some(Json::Array(several)) => several.iter().any(|one| one == kind),
        _ => {
            branches(schema).is_some_and(|all| all.iter().any(|one| fits(one, value)))
                || schema.get("$ref").is_some()
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) | Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
        Value::Datetime(_) => "a date",
    }
}

fn expected(schema: &Json) -> &'static str {
    let first = match schema.get("type") {
        Some(Json::Array(several)) => several.first(),
        one => one,
    };
    match first.and_then(Json::as_str) {
        Some("string") => "a text",
        Some("integer") => "a whole number",
        Some("boolean") => "true or false",
        Some("array") => "a list",
        _ => "a table",
    }
}

/// The first line of a key's own description.
fn meaning(schema: Option<&Json>) -> String {
    let text = schema.and_then(|schema| schema.get("description")).and_then(Json::as_str);
    let first = text.and_then(|text| text.lines().next()).unwrap_or_default();
    if first.is_empty() { String::new() } else { format!(" ({})", first.trim_end_matches('.')) }
}

fn key_at(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}
