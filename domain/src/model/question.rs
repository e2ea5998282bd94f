//! What a model is asked of one document. The instructions are the prompt file's words and nothing else; the
//! document's text travels as strings of one JSON object, so that no text can end where it is quoted.

use super::ModelAnswer;
use crate::redacted::Redacted;
use serde::Serialize;
use serde_json::Value;
use std::fmt;

/// One question about one document. `Debug` shows counts only.
#[derive(Clone)]
pub struct ModelQuestion {
    /// The prompt, such as `sleep_study`.
    pub prompt: String,
    /// Its version.
    pub version: u32,
    /// What the model is to do; the same for every document of a class.
    pub instructions: String,
    /// What is asked for.
    pub asked: Vec<AskedField>,
    /// The document.
    pub pages: Vec<AskedPage>,
    /// The longest answer that is wanted, in tokens.
    pub answer_tokens_max: u32,
}

/// One thing that is asked for, in the words of the prompt's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AskedField {
    /// Such as `recording_start`.
    pub field: String,
    /// What it is.
    pub what: String,
}

/// One page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AskedPage {
    /// Its number in the packet.
    pub page: u32,
    /// What a person sees on it, line by line, known identifiers of the patient masked.
    pub text: Redacted<String>,
}

#[derive(Serialize)]
struct Content<'a> {
    asked: &'a [AskedField],
    pages: &'a [AskedPage],
}

impl fmt::Debug for ModelQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelQuestion")
            .field("prompt", &self.prompt)
            .field("version", &self.version)
            .field("asked", &self.asked.len())
            .field("pages", &self.pages.len())
            .finish_non_exhaustive()
    }
}

impl ModelQuestion {
    /// The message with the questions and the document, as one JSON object.
    pub fn content(&self) -> String {
        let content = Content { asked: &self.asked, pages: &self.pages };
        // Strings and numbers under text keys are always JSON.
        serde_json::to_string(&content).unwrap_or_default()
    }

    /// The schema an answer must fit.
    pub fn schema(&self) -> Value {
        let fields: Vec<&str> = self.asked.iter().map(|asked| asked.field.as_str()).collect();
        let pages: Vec<u32> = self.pages.iter().map(|page| page.page).collect();
        ModelAnswer::schema(&fields, &pages)
    }

    /// Bytes that are sent, the schema included.
    pub fn bytes(&self) -> u64 {
        (self.instructions.len() + self.content().len() + self.schema().to_string().len()) as u64
    }
}
