//! One document: its viewer, and the ways in which a portal hands out the bytes.

use super::{Ask, Banner, Drawn, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentPages {
    /// The viewer; `{document}`, `{section}`. None: the content is asked for at once.
    #[serde(default)]
    pub viewer: Option<Ask>,
    /// Who the document belongs to: in the viewer, or on a page of its own.
    pub header: Banner,
    /// Ways to the content; the first that the viewer offers is taken. `ask`, `blob` and `print` are always offered, so
    /// they stand last.
    pub content: Vec<Content>,
    /// The number of parts the viewer claims (the last number in the value); as many must come.
    #[serde(default)]
    pub parts: Option<Value>,
    /// Look again after the bytes whose they were, on the header's own page, else the chart's banner, else the viewer:
    /// for portals that keep the current patient on the server.
    #[serde(default)]
    pub recheck: bool,
}

/// One way to a document's bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum Content {
    /// An address known from the document's id; `{document}`, `{section}`.
    Ask {
        /// How it is asked for.
        ask: Box<Ask>,
    },
    /// A link of the viewer, or an embedded frame, object or picture; each that matches is a part.
    Link {
        /// The element.
        select: String,
        /// The attribute that holds the address.
        attribute: String,
    },
    /// A form of the viewer that is sent; each that matches is a part.
    Form {
        /// The form, or its button.
        select: String,
    },
    /// The viewer's own page is the document, or this element of it.
    Page {
        /// The element; none: the whole page.
        #[serde(default)]
        select: Option<String>,
    },
    /// Base64 in the viewer's page or JSON.
    Data {
        /// Where.
        value: Value,
    },
    /// A file that the viewer's script makes: the viewer is opened in a browser, and the `blob:` or `data:` address
    /// is read there.
    Blob {
        /// When the script is done.
        drawn: Drawn,
        /// The element with the address.
        select: String,
        /// The attribute that holds it.
        attribute: String,
    },
    /// The viewer is opened in a browser and printed to PDF.
    Print {
        /// When it is ready.
        drawn: Drawn,
    },
}
