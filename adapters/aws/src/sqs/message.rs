//! A work item as a message: JSON in the body, trace and version beside it as attributes, so that tools on the way
//! (redrive consoles, filters) can see them without reading the body.

use aws_sdk_sqs::error::BuildError;
use aws_sdk_sqs::types::{Message, MessageAttributeValue, SendMessageBatchRequestEntry};
use domain::ports::{PortError, PortResult};
use domain::work::{WORK_ITEM_VERSION, WorkItem};
use serde::Deserialize;

/// W3C trace context.
pub(super) const TRACE: &str = "traceparent";
/// The item's format.
pub(super) const VERSION: &str = "work_item_version";

/// What a message holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A work item of this release.
    Item(Box<WorkItem>),
    /// A work item of a newer release.
    Newer,
    /// Something else.
    Foreign,
}

/// Writes an item as one entry of a batch.
pub(super) fn entry(
    index: usize,
    item: &WorkItem,
    delay_seconds: i32,
) -> PortResult<SendMessageBatchRequestEntry> {
    let unwritable =
        || PortError::permanent(format!("work item {}", item.id), "it cannot be written as a message");
    let body = serde_json::to_string(item).map_err(|_| unwritable())?;
    let version = attribute("Number", &item.version.to_string()).map_err(|_| unwritable())?;
    let mut entry = SendMessageBatchRequestEntry::builder()
        .id(index.to_string())
        .message_body(body)
        .delay_seconds(delay_seconds)
        .message_attributes(VERSION, version);
    // SQS refuses an attribute without a value.
    if let Some(trace) = item.traceparent.as_deref().filter(|trace| !trace.is_empty()) {
        entry = entry.message_attributes(TRACE, attribute("String", trace).map_err(|_| unwritable())?);
    }
    entry.build().map_err(|_| unwritable())
}

/// Reads a message.
pub(super) fn content(message: &Message) -> Content {
    let attribute =
        |name: &str| message.message_attributes().and_then(|attributes| attributes.get(name)?.string_value());
    read(message.body().unwrap_or_default(), attribute(TRACE))
}

fn attribute(kind: &str, value: &str) -> Result<MessageAttributeValue, BuildError> {
    MessageAttributeValue::builder().data_type(kind).string_value(value).build()
}

fn read(body: &str, trace: Option<&str>) -> Content {
    /// What every version of the format has; the marks by which an item of a newer one is known.
    #[derive(Deserialize)]
    struct Marks {
        version: u16,
        #[serde(rename = "id")]
        _id: String,
        #[serde(rename = "stage")]
        _stage: String,
    }
    if let Ok(mut item) = serde_json::from_str::<WorkItem>(body)
        && item.version <= WORK_ITEM_VERSION
    {
        item.traceparent = item.traceparent.or_else(|| trace.map(str::to_owned));
        return Content::Item(Box::new(item));
    }
    match serde_json::from_str::<Marks>(body) {
        Ok(marks) if marks.version > WORK_ITEM_VERSION => Content::Newer,
        _ => Content::Foreign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::sample;
    use domain::work::Stage;

    const TRACEPARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn item() -> WorkItem {
        WorkItem { traceparent: Some(TRACEPARENT.to_owned()), ..sample::item(1, Stage::Ocr) }
    }

    #[test]
    fn an_item_is_written_with_trace_and_version_beside_it() {
        let entry = entry(3, &item(), 7).expect("an entry");
        assert_eq!((entry.id(), entry.delay_seconds()), ("3", Some(7)));
        let attributes = entry.message_attributes().expect("attributes");
        assert_eq!(attributes[TRACE].string_value(), Some(TRACEPARENT));
        assert_eq!(attributes[VERSION].string_value(), Some("1"));
        assert_eq!(read(entry.message_body(), None), Content::Item(Box::new(item())));
    }

    #[test]
    fn a_trace_beside_the_body_fills_one_that_has_none() {
        let without = WorkItem { traceparent: None, ..item() };
        let body = serde_json::to_string(&without).expect("JSON");
        assert_eq!(read(&body, Some(TRACEPARENT)), Content::Item(Box::new(item())));
        let body = serde_json::to_string(&item()).expect("JSON");
        assert_eq!(read(&body, Some("another")), Content::Item(Box::new(item())));
    }

    #[test]
    fn newer_and_foreign_messages_are_told_apart() {
        let mut newer = serde_json::to_value(item()).expect("JSON");
        newer["version"] = 2.into();
        assert_eq!(read(&newer.to_string(), None), Content::Newer);
        newer["new_field"] = "x".into();
        assert_eq!(read(&newer.to_string(), None), Content::Newer);
        let mut changed = newer.clone();
        changed["version"] = 1.into();
        for foreign in [changed.to_string().as_str(), "", "hello", "{}", "{\"version\":9}", "[1]"] {
            assert_eq!(read(foreign, None), Content::Foreign, "{foreign}");
        }
    }
}
