//! The shell's lists: folders, messages, a chart's sections; as tables, cards, accordions or JSON.

use super::{Act, Ask, IdentityAt, Says, Value};
use crate::patient_scraper::Section;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The shape of any list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListShape {
    /// The rows: a JSON pointer to an array, or the selector of the rows, cards or panels.
    pub rows: String,
    /// A table's header cells, for values found by `header`.
    #[serde(default)]
    pub headers: Option<String>,
    /// The element that holds the rows of one group, for values found by `group`.
    #[serde(default)]
    pub group: Option<String>,
    /// What an HTML page says that lists nothing. A page without rows that does not say so is not what the profile
    /// describes; JSON has an empty array.
    #[serde(default)]
    pub empty: Option<Says>,
    /// The number of rows the portal claims over all pages; fewer or more is a list that changed while it was read,
    /// and it is read again.
    #[serde(default)]
    pub total: Option<Value>,
    /// A filter that may have been left on.
    #[serde(default)]
    pub filter: Option<ListFilter>,
    /// How its pages follow each other.
    #[serde(default)]
    pub paging: Paging,
}

/// A filter that hides rows, kept by the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListFilter {
    /// It is on when this element is there (and holds `words`, where given).
    pub on: String,
    /// Words in it.
    #[serde(default)]
    pub words: Option<String>,
    /// What takes it away; the list is then read from its first page.
    pub clear: Act,
}

/// How the pages of a list follow each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum Paging {
    /// All on one page.
    #[default]
    Single,
    /// By `{page}`, from 1.
    Number {
        /// The number of the page shown; must be the one asked for.
        page: Value,
        /// How many there are.
        count: Value,
    },
    /// By a link or button that is there on every page but the last (or there disabled). The portal may keep the
    /// page itself.
    Next {
        /// The link or button.
        press: String,
    },
    /// By `{offset}`, in rows from 0: also lists that grow as one scrolls. Ends with the first page that is not full,
    /// or at the list's `total`.
    Offset {
        /// Rows a page.
        size: u32,
    },
    /// By `{cursor}`, a text that each page gives for the next.
    Cursor {
        /// The next cursor; absent on the last page. The first page is asked for with an empty one.
        next: Value,
    },
}

/// The In Basket's folders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FolderList {
    /// How it is asked for.
    pub ask: Ask,
    /// Its shape.
    pub list: ListShape,
    /// In a row: the folder's id.
    pub id: Value,
    /// In a row: the folder's name.
    pub name: Value,
}

/// A folder's messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageList {
    /// How it is asked for; `{folder}`, and what its paging needs.
    pub ask: Ask,
    /// Its shape.
    pub list: ListShape,
    /// In a row: the message's id.
    pub message_id: Value,
    /// In a row: the subject.
    #[serde(default)]
    pub subject: Option<Value>,
    /// In a row: the kind of chart routing.
    #[serde(default)]
    pub chart_type: Option<Value>,
    /// In a row: the sender.
    #[serde(default)]
    pub from: Option<Value>,
    /// In a row: when it arrived.
    pub received: Value,
    /// In a row: the hidden key by which the chart is opened.
    pub chart_ref: Value,
    /// In a row: the patient.
    pub patient: IdentityAt,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageDetail {
    /// How it is asked for; `{message}`.
    pub ask: Ask,
    /// Its free text.
    pub body: Value,
    /// The patient it is about.
    pub patient: IdentityAt,
}

/// Setting a message Done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageDone {
    /// Open the message first: what is pressed stands on its page.
    #[serde(default)]
    pub on_message: bool,
    /// What is done; `{message}`.
    pub act: Act,
}

/// Opening a chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChartOpening {
    /// How it is asked for; `{chart}`.
    pub ask: Ask,
    /// The banner of the opened chart.
    pub banner: Banner,
}

/// A banner: who the open chart belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Banner {
    /// Where it stands; none: in the answer itself. Asked for after the answer that stands under it.
    #[serde(default)]
    pub ask: Option<Ask>,
    /// The patient in it.
    pub patient: IdentityAt,
}

/// The list of one or several chart sections that look alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SectionList {
    /// The sections, each with the portal's name of it. One that no list names is absent.
    #[schemars(extend("propertyNames" = {"enum": Section::ALL.map(Section::name)}))]
    pub names: BTreeMap<Section, String>,
    /// How it is asked for; `{section}` (the portal's name), and what its paging needs.
    pub ask: Ask,
    /// Its shape.
    pub list: ListShape,
    /// The banner the list stands under.
    pub banner: Banner,
    /// In a row: the document's id.
    pub id: Value,
    /// In a row: the title.
    #[serde(default)]
    pub title: Option<Value>,
    /// In a row: Epic's document type.
    #[serde(default)]
    pub epic_type: Option<Value>,
    /// In a row: the date of service.
    #[serde(default)]
    pub service_date: Option<Value>,
    /// In a row: the author.
    #[serde(default)]
    pub author: Option<Value>,
    /// In a row: such as `Signed`.
    #[serde(default)]
    pub status: Option<Value>,
    /// In a row: when it was last changed.
    #[serde(default)]
    pub edited: Option<Value>,
}
