//! What a model may answer: quotes with their pages, nothing else.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// Quotes in one answer; more is no answer to our questions.
const FOUND_MAX: usize = 64;
/// Characters of one quote.
const QUOTE_CHARS_MAX: usize = 400;
/// Bytes of an answer.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// Where the things asked for stand. What was not found is left out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelAnswer {
    /// One entry for each place; empty when nothing was found.
    pub found: Vec<LocatedQuote>,
}

/// Where one thing stands.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LocatedQuote {
    /// The name it was asked for by.
    pub field: String,
    /// The page's number as given in the question.
    pub page: u32,
    /// The words of the page that show it, copied letter by letter, with the words that say what it is.
    pub quote: String,
}

impl fmt::Debug for ModelAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelAnswer").field("found", &self.found.len()).finish()
    }
}

impl fmt::Debug for LocatedQuote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocatedQuote").field("page", &self.page).finish_non_exhaustive()
    }
}

impl ModelAnswer {
    /// Reads an answer; none for anything but one JSON object of this form within its bounds.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > ANSWER_BYTES_MAX {
            return None;
        }
        let answer: Self = serde_json::from_str(text).ok()?;
        let fits = answer.found.len() <= FOUND_MAX
            && answer.found.iter().all(|found| found.quote.chars().count() <= QUOTE_CHARS_MAX);
        fits.then_some(answer)
    }

    /// The JSON schema of an answer that names only `fields` and `pages`: generated from the types, and kept to the
    /// keywords that every server with schema output knows.
    pub fn schema(fields: &[&str], pages: &[u32]) -> Value {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
        });
        let mut schema: Value = settings.into_generator().into_root_schema_for::<Self>().into();
        plain(&mut schema);
        if let Some(quote) = schema.pointer_mut("/properties/found/items/properties") {
            quote["field"]["enum"] = fields.into();
            quote["page"]["enum"] = pages.into();
        }
        schema
    }
}

/// Takes away what some servers refuse (`format`, `minimum`) and nobody needs (`title`).
fn plain(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            // Below `properties` the keys are names of ours.
            for key in ["format", "minimum", "title"] {
                if !members.get(key).is_some_and(Value::is_object) {
                    members.remove(key);
                }
            }
            members.values_mut().for_each(plain);
        }
        Value::Array(items) => items.iter_mut().for_each(plain),
        _ => {}
    }
}
