//! What is wrong with a knowledge file: where, which key, why, and what was probably meant.

use super::payers::Place;
use std::fmt;

/// One mistake in one file. All mistakes of all files are reported together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct KnowledgeError {
    /// The file, as it was named by the caller.
    pub file: String,
    /// The line it stands on, from 1, where it can be told.
    pub line: Option<usize>,
    /// The key's path, such as `plan.0.ruleset.1.rule.3.check`; empty for the file as a whole.
    pub key: String,
    /// What is wrong with it.
    pub reason: String,
    /// The known key or value that was probably meant.
    pub nearest: Option<String>,
}

impl fmt::Display for KnowledgeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: ", self.file)?,
            None => write!(f, "{}: ", self.file)?,
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        write!(f, "{}", self.reason)?;
        if let Some(nearest) = &self.nearest {
            write!(f, "; did you mean `{nearest}`?")?;
        }
        Ok(())
    }
}

impl KnowledgeError {
    /// A mistake at a key of a table that was read before.
    pub(crate) fn at(place: &Place, key: &str, reason: impl Into<String>) -> Self {
        let key = match (place.path.as_str(), key) {
            ("", key) => key.to_owned(),
            (path, "") => path.to_owned(),
            (path, key) => format!("{path}.{key}"),
        };
        Self { file: place.file.clone(), line: None, key, reason: reason.into(), nearest: None }
    }
}

/// Below this Jaro-Winkler similarity a suggestion would only confuse.
const SIMILAR_MIN: f64 = 0.7;

/// The known word most like `word`, if any is like it at all.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(similarity, _)| *similarity >= SIMILAR_MIN)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate.to_owned())
}
