//! How something is asked of the portal after the login: paths, forms, buttons, frames, pages drawn by script.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a request is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A GET; `fields` stay empty.
    #[default]
    Get,
    /// A POST without a body.
    Post,
    /// A POST of form fields.
    PostForm,
    /// A POST of a JSON object whose values are texts.
    PostJson,
}

/// One request. `{placeholders}` in path and field values are filled in, encoded for where they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// Path and query on the portal's host.
    pub path: String,
    /// How.
    #[serde(default)]
    pub method: Method,
    /// Form fields or JSON members.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// A form whose hidden fields go along (such as `__VIEWSTATE`); `fields` stand above them.
    #[serde(default)]
    pub hidden_of: Option<HiddenOf>,
    /// The answer is a frameset, or a page with iframes: these lead to the part that is meant, outermost first.
    #[serde(default)]
    pub frames: Vec<String>,
    /// The page is drawn by its script: it is opened in a browser and read once it is drawn. GET only.
    #[serde(default)]
    pub drawn: Option<Drawn>,
}

/// A form whose hidden fields a later request needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HiddenOf {
    /// The form's selector on the page at hand: the last list, message or viewer page read for the same purpose.
    pub form: String,
    /// Where the form is found when no page is at hand, or the one at hand has gone stale.
    #[serde(default)]
    pub page: Option<String>,
}

/// When a page drawn by script is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Drawn {
    /// The element that is there only then.
    pub ready: String,
}

/// Something done on the page at hand: exactly one of the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Act {
    /// Press this link or button: a link's address is asked for, a button's form is sent with all it holds.
    Press(String),
    /// Ask this.
    Ask(Box<Ask>),
}
