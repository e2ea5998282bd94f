//! Where a value stands: in JSON, in a table's column, in an element, behind a label.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a value stands within a row, a card or a whole page.
///
/// A plain text is short for a pointer (`"/patient/name"`) or a selector (`"span.mrn"`), told apart by the slash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Value {
    /// A JSON pointer, or a selector.
    Short(String),
    /// Any of the ways.
    Long(Box<ValueAt>),
}

/// The ways to say where a value stands. Exactly one of `pointer`, `header`, `select`, `label`, `group`, `row` and
/// `fixed`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueAt {
    /// In JSON: a pointer; `/` alone is the whole.
    #[serde(default)]
    pub pointer: Option<String>,
    /// In a table: the cell under the header with one of these texts (any case, space made single). Columns may
    /// stand in any order.
    #[serde(default)]
    pub header: Vec<String>,
    /// The first element of this selector.
    #[serde(default)]
    pub select: Option<String>,
    /// What stands behind one of these labels: the next cell of a `th` or `td`, the `dd` of a `dt`, or the words that
    /// follow it in the same element. A colon at its end does not count.
    #[serde(default)]
    pub label: Vec<String>,
    /// In a list with groups: this element of the row's group, such as an accordion's heading.
    #[serde(default)]
    pub group: Option<String>,
    /// The row's own element, for its attribute or its whole text.
    #[serde(default)]
    pub row: bool,
    /// Always this, whatever the page shows.
    #[serde(default)]
    pub fixed: Option<String>,
    /// Of the element found (for `header`: of the cell, or of an element in it that has it): this attribute, not the
    /// text.
    #[serde(default)]
    pub attribute: Option<String>,
    /// A regular expression; the value is its first group, or the whole match where it has none.
    #[serde(default)]
    pub pattern: Option<String>,
}

/// A patient on a screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityAt {
    /// The name.
    pub name: Value,
    /// The MRN.
    pub mrn: Value,
    /// The date of birth, where the screen has one.
    #[serde(default)]
    pub dob: Option<Value>,
}

impl Value {
    /// The long form of a short one.
    pub fn at(&self) -> ValueAt {
        match self {
            Self::Short(text) if text.starts_with('/') => {
                ValueAt { pointer: Some(text.clone()), ..ValueAt::default() }
            }
            Self::Short(text) => ValueAt { select: Some(text.clone()), ..ValueAt::default() },
            Self::Long(at) => (**at).clone(),
        }
    }
}
