//! What is sent and to whom, what is tried again, and what is read of an answer.

use crate::server::{Act, NOTHING_FOUND, Seen, Server};
use contract::Played;
use contract::model::USAGE;
use domain::model::{AskedField, AskedPage, ModelQuestion};
use domain::ports::{LanguageModel, ModelFailure};
use jiff::SignedDuration;
use model::{HttpModel, ModelOptions, TokenLimit};
use serde_json::json;
use std::time::Duration;

fn question() -> ModelQuestion {
    ModelQuestion {
        prompt: "sleep_study".to_owned(),
        version: 1,
        instructions: "Find.".to_owned(),
        asked: vec![AskedField { field: "tst".to_owned(), what: "total sleep time".to_owned() }],
        pages: vec![AskedPage { page: 3, text: "TST 385.8 min".into() }],
        answer_tokens_max: 300,
    }
}

fn answer() -> Act {
    Act::Play(Played::Text(NOTHING_FOUND.to_owned()))
}

async fn asked(server: &Server, options: ModelOptions) -> (Option<ModelFailure>, Vec<Seen>) {
    let model = HttpModel::new(options).expect("allowed");
    let reply = model.ask(&question()).await;
    (reply.err().map(|error| error.failure), server.seen())
}

#[tokio::test]
async fn a_question_is_one_system_message_one_user_message_and_a_schema() {
    let server = Server::start().await;
    let key = Some("s3cret".to_owned().into());
    let (failure, seen) = asked(&server, ModelOptions { key, ..server.options() }).await;
    assert_eq!((failure, seen.len()), (None, 1));
    assert_eq!(seen[0].uri.to_string(), "/v1/chat/completions");
    assert_eq!(seen[0].headers["authorization"], "Bearer s3cret");
    assert_eq!(seen[0].headers["content-type"], "application/json");
    assert!(seen[0].headers["user-agent"].to_str().expect("text").starts_with("epic-connector/"));
    let expected = json!({
        "model": "small",
        "messages": [
            { "role": "system", "content": "Find." },
            { "role": "user", "content": question().content() },
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": { "name": "located", "strict": true, "schema": question().schema() },
        },
        "stream": false,
        "n": 1,
        "max_completion_tokens": 300,
        "temperature": 0,
        "seed": 1,
    });
    assert_eq!(seen[0].body, expected);
}

#[tokio::test]
async fn azure_and_older_servers_are_asked_in_their_own_way() {
    let server = Server::start().await;
    let options = ModelOptions {
        address: server.address.replace("/v1", ""),
        azure_api_version: Some("2024-10-21".to_owned()),
        key: Some("s3cret".to_owned().into()),
        token_limit: TokenLimit::MaxTokens,
        deterministic: false,
        ..server.options()
    };
    let (failure, seen) = asked(&server, options).await;
    assert_eq!(failure, None);
    let expected = "/openai/deployments/small/chat/completions?api-version=2024-10-21";
    assert_eq!(seen[0].uri.to_string(), expected);
    assert_eq!(seen[0].headers["api-key"], "s3cret");
    assert!(!seen[0].headers.contains_key("authorization"));
    assert_eq!((&seen[0].body["max_tokens"], seen[0].body.get("seed")), (&json!(300), None));
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let (server, other) = (Server::start().await, Server::start().await);
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{}/chat/completions", other.address);
        server.next([Act::Raw(status, vec![("location", to)], String::new())]);
        let (failure, _) = asked(&server, server.options()).await;
        assert_eq!(failure, Some(ModelFailure::Denied), "{status}");
    }
    assert!(other.seen().is_empty(), "no text goes where it was not meant to");
}

#[tokio::test]
async fn only_a_named_proxy_is_used() {
    let (server, proxy) = (Server::start().await, Server::start().await);
    let address = proxy.address.replace("/v1", "").parse().expect("an address");
    let (failure, seen) = asked(&server, ModelOptions { proxy: Some(address), ..server.options() }).await;
    assert_eq!((failure, seen.len(), proxy.seen().len()), (None, 0, 1));
    let (failure, seen) = asked(&server, server.options()).await;
    assert_eq!((failure, seen.len(), proxy.seen().len()), (None, 1, 1));
}

#[tokio::test]
async fn busy_and_failing_servers_are_tried_again_as_long_as_they_may() {
    let server = Server::start().await;
    let wait = |seconds: u32| Act::Raw(429, vec![("retry-after", seconds.to_string())], String::new());
    let down = || Act::Play(Played::Down);
    let patient = ModelOptions { retries: 2, retry_wait_max: Duration::from_millis(600), ..server.options() };
    let after =
        |seconds| Some(ModelFailure::Throttled { retry_after: Some(SignedDuration::from_secs(seconds)) });
    for (acts, expected, requests) in [
        (vec![wait(0), answer()], None, 2),
        (vec![wait(0), wait(0), answer()], None, 3),
        (vec![wait(0), wait(0), wait(0)], after(0), 3),
        (vec![wait(30), answer()], after(30), 1),
        (vec![down(), answer()], None, 2),
        (vec![Act::Play(Played::Denied), answer()], Some(ModelFailure::Denied), 1),
        (vec![Act::Play(Played::CutOff), answer()], Some(ModelFailure::Truncated), 1),
        (vec![Act::Play(Played::Slow), answer()], Some(ModelFailure::TimedOut), 1),
    ] {
        let server = Server::start().await;
        server.next(acts.clone());
        let options = ModelOptions { address: server.address.clone(), ..patient.clone() };
        let (failure, seen) = asked(&server, options).await;
        assert_eq!((failure, seen.len()), (expected, requests), "{acts:?}");
    }
}

#[tokio::test]
async fn no_more_is_read_than_an_answer_has() {
    let server = Server::start().await;
    for (act, expected) in [
        (Act::Endless, ModelFailure::Malformed),
        (Act::HalfAnswer, ModelFailure::TimedOut),
        (Act::Raw(200, Vec::new(), "<html>".to_owned()), ModelFailure::Malformed),
        (Act::Raw(200, Vec::new(), String::new()), ModelFailure::Malformed),
    ] {
        server.next([act.clone()]);
        // The endless one needs its time for half a megabyte on a busy machine.
        let timeout =
            if matches!(act, Act::Endless) { Duration::from_secs(30) } else { server.options().timeout };
        let (failure, _) = asked(&server, ModelOptions { timeout, ..server.options() }).await;
        assert_eq!(failure, Some(expected), "{act:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable_and_one_that_does_not_count_is_fine() {
    let server = Server::start().await;
    let nobody = ModelOptions { address: "http://127.0.0.1:1/v1".to_owned(), ..server.options() };
    assert_eq!(asked(&server, nobody).await.0, Some(ModelFailure::Unavailable));
    let body = json!({
        "choices": [{ "message": { "content": NOTHING_FOUND }, "finish_reason": "stop" }]
    });
    server.next([Act::Raw(200, Vec::new(), body.to_string()), answer()]);
    let model = server.client();
    let usage = model.ask(&question()).await.map(|reply| reply.usage);
    assert_eq!(usage.expect("an answer"), None);
    let usage = model.ask(&question()).await.map(|reply| reply.usage);
    assert_eq!(usage.expect("an answer"), Some(USAGE));
}
