//! What a server's answer is: one whole answer, or why there is none. The server's own texts could quote the question,
//! so none of them gets further than here; of its codes only those we know.

use domain::model::{ModelAnswer, TokenUsage};
use domain::ports::{ModelError, ModelFailure, ModelReply};
use jiff::SignedDuration;
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde::Deserialize;

/// How long a server may want to be left alone; more is a slip of its pen.
const RETRY_AFTER_MAX: SignedDuration = SignedDuration::from_hours(24);

/// Codes of servers that say what is wrong, and what then is to be done.
const CODES: [(&str, ModelFailure, &str); 9] = [
    ("content_filter", ModelFailure::Refused, "a content filter stopped the question"),
    ("context_length_exceeded", ModelFailure::Truncated, "the document is longer than the model takes"),
    ("insufficient_quota", ModelFailure::Denied, "the account has no money left; see its billing"),
    ("invalid_api_key", ModelFailure::Denied, "the key is not taken; see `model.key`"),
    ("model_not_found", ModelFailure::Denied, "there is no such model; see `model.name`"),
    ("DeploymentNotFound", ModelFailure::Denied, "there is no such deployment; see `model.name`"),
    ("unsupported_parameter", ModelFailure::Denied, "see `model.token_limit` and `model.deterministic`"),
    ("unsupported_value", ModelFailure::Denied, "see `model.deterministic`"),
    ("invalid_json_schema", ModelFailure::Denied, "the server takes no JSON schema; use a newer one"),
];

#[derive(Deserialize)]
struct Completion {
    #[serde(default)]
    choices: Vec<Choice>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    refusal: Option<String>,
}

#[derive(Deserialize)]
struct Usage {
    #[serde(default)]
    prompt_tokens: u64,
    #[serde(default)]
    completion_tokens: u64,
}

#[derive(Deserialize)]
struct Failed {
    error: FailedError,
}

#[derive(Deserialize)]
struct FailedError {
    code: Option<String>,
    r#type: Option<String>,
}

/// What a body says that came with success.
pub(crate) fn read(body: &[u8]) -> Result<ModelReply, ModelError> {
    let malformed = |cause: &str| ModelError::new(ModelFailure::Malformed, cause);
    let Ok(completion) = serde_json::from_slice::<Completion>(body) else {
        return Err(malformed("the server's answer is no chat completion"));
    };
    let usage = completion
        .usage
        .map(|usage| TokenUsage { input: usage.prompt_tokens, output: usage.completion_tokens });
    answer(completion.choices)
        .map(|answer| ModelReply { answer, usage })
        .map_err(|(failure, cause)| ModelError { failure, cause: cause.to_owned(), usage })
}

fn answer(choices: Vec<Choice>) -> Result<ModelAnswer, (ModelFailure, &'static str)> {
    let Some(choice) = choices.into_iter().next() else {
        return Err((ModelFailure::Malformed, "the server's answer holds none"));
    };
    let refused = choice.message.refusal.is_some_and(|refusal| !refusal.is_empty());
    match choice.finish_reason.as_deref() {
        Some("length") => Err((ModelFailure::Truncated, "the answer was cut off at its longest")),
        Some("content_filter") => Err((ModelFailure::Refused, "a content filter stopped the answer")),
        _ if refused => Err((ModelFailure::Refused, "the model would not answer")),
        Some("stop") => {
            let answer = choice.message.content.as_deref().and_then(ModelAnswer::parse);
            answer.ok_or((ModelFailure::Malformed, "the answer is none of the form"))
        }
        _ => Err((ModelFailure::Malformed, "the answer has no end that we know")),
    }
}

/// What a body says that came with a failure.
pub(crate) fn failed(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> ModelError {
    let told: Option<FailedError> = serde_json::from_slice::<Failed>(body).ok().map(|failed| failed.error);
    let codes = told.into_iter().flat_map(|error| [error.code, error.r#type]).flatten();
    let known = |code: String| CODES.iter().find(|(known, ..)| *known == code);
    if let Some((code, failure, cause)) = codes.filter_map(known).next() {
        return ModelError::new(*failure, format!("{} {code}: {cause}", status.as_u16()));
    }
    let (failure, cause) = match status {
        StatusCode::TOO_MANY_REQUESTS => {
            (ModelFailure::Throttled { retry_after: retry_after(headers) }, "too many requests")
        }
        StatusCode::SERVICE_UNAVAILABLE if headers.contains_key(RETRY_AFTER) => {
            (ModelFailure::Throttled { retry_after: retry_after(headers) }, "busy")
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT | StatusCode::TOO_EARLY => {
            (ModelFailure::Unavailable, "could not be asked just now")
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            (ModelFailure::Denied, "the key is not taken; see `model.key`")
        }
        StatusCode::NOT_FOUND => {
            (ModelFailure::Denied, "nothing is there; see `model.address` and `model.name`")
        }
        _ if status.is_server_error() => (ModelFailure::Unavailable, "the server failed"),
        _ if status.is_redirection() => {
            (ModelFailure::Denied, "the server sends elsewhere, where no text goes; see `model.address`")
        }
        _ => (ModelFailure::Denied, "the server does not take the question; see the guide for its settings"),
    };
    ModelError::new(failure, format!("{}: {cause}", status.as_u16()))
}

/// How long the server wants to be left alone: in milliseconds, in seconds, or until a time by its own clock.
fn retry_after(headers: &HeaderMap) -> Option<SignedDuration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let number = |name: &str| text(name)?.parse::<u32>().ok().map(i64::from);
    if let Some(millis) = number("retry-after-ms") {
        return Some(SignedDuration::from_millis(millis).min(RETRY_AFTER_MAX));
    }
    if let Some(seconds) = number(RETRY_AFTER.as_str()) {
        return Some(SignedDuration::from_secs(seconds).min(RETRY_AFTER_MAX));
    }
    let time = |name: &str| jiff::fmt::rfc2822::parse(text(name)?).ok();
    let (until, now) = (time(RETRY_AFTER.as_str())?, time(DATE.as_str())?);
    Some(until.timestamp().duration_since(now.timestamp()).clamp(SignedDuration::ZERO, RETRY_AFTER_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_says_in_three_ways_how_long_it_is_busy() {
        for (headers, expected) in [
            (&[("retry-after", "30")][..], Some(SignedDuration::from_secs(30))),
            (&[("retry-after", "30"), ("retry-after-ms", "1500")], Some(SignedDuration::from_millis(1_500))),
            (
                &[
                    ("retry-after", "Fri, 20 Nov 2026 13:00:40 GMT"),
                    ("date", "Fri, 20 Nov 2026 13:00:00 GMT"),
                ],
                Some(SignedDuration::from_secs(40)),
            ),
            (&[("retry-after", "Fri, 20 Nov 2026 13:00:40 GMT")], None),
            (&[("retry-after", "4000000000")], Some(RETRY_AFTER_MAX)),
            (&[("retry-after", "soon")], None),
            (&[("retry-after", "-5")], None),
            (&[], None),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(*name, value.parse().expect("a value"));
            }
            assert_eq!(retry_after(&map), expected, "{headers:?}");
        }
    }

    #[test]
    fn known_codes_say_what_to_do_and_unknown_texts_go_no_further() {
        let said = |status: u16, body: &str| {
            let status = StatusCode::from_u16(status).expect("a status");
            failed(status, &HeaderMap::new(), body.as_bytes())
        };
        let filter = r#"{"error":{"code":"content_filter","message":"Quillfeather"}}"#;
        assert_eq!(said(400, filter).failure, ModelFailure::Refused);
        let quota = r#"{"error":{"type":"insufficient_quota","code":null}}"#;
        assert_eq!(said(429, quota).failure, ModelFailure::Denied);
        let long = r#"{"error":{"code":"context_length_exceeded"}}"#;
        assert_eq!(said(400, long).failure, ModelFailure::Truncated);
        let odd = r#"{"error":{"code":"Quillfeather","message":"Quillfeather"}}"#;
        for (status, body, expected) in [
            (400, odd, ModelFailure::Denied),
            (401, "", ModelFailure::Denied),
            (302, "", ModelFailure::Denied),
            (500, odd, ModelFailure::Unavailable),
            (529, "", ModelFailure::Unavailable),
            (429, "<html>", ModelFailure::Throttled { retry_after: None }),
        ] {
            let error = said(status, body);
            assert_eq!(error.failure, expected, "{status}");
            assert!(!format!("{error:?}").contains("Quill"), "{error:?}");
        }
    }
}
