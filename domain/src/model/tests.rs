//! Answers that are none, schemas that servers take, and limits that nothing passes.

use super::*;
use crate::redacted::Redacted;
use proptest::prelude::*;

fn question(text: &str) -> ModelQuestion {
    ModelQuestion {
        prompt: "sleep_study".to_owned(),
        version: 1,
        instructions: "Find.".to_owned(),
        asked: vec![AskedField { field: "tst".to_owned(), what: "total sleep time".to_owned() }],
        pages: vec![AskedPage { page: 3, text: Redacted::from(text) }],
        answer_tokens_max: 100,
    }
}

#[test]
fn only_a_whole_answer_of_the_form_is_one() {
    let whole = r#"{"found":[{"field":"tst","page":3,"quote":"TST 385.8 min"}]}"#;
    assert_eq!(ModelAnswer::parse(whole).expect("whole").found.len(), 1);
    assert_eq!(ModelAnswer::parse(r#"{"found":[]}"#).expect("nothing found").found.len(), 0);
    let long = "x".repeat(401);
    let many = format!(r#"{{"found":[{}]}}"#, vec![r#"{"field":"a","page":1,"quote":"b"}"#; 65].join(","));
    for none in [
        "",
        "null",
        "[]",
        "{}",
        "It is 22.4.",
        r#"{"found":[],"route_to":"elsewhere"}"#,
        r#"{"found":[{"field":"tst","page":3,"quote":"a","value":"b"}]}"#,
        r#"{"found":[{"field":"tst","page":-3,"quote":"a"}]}"#,
        r#"{"found":[{"field":"tst","page":3}]}"#,
        r#"{"found":[]} {"found":[]}"#,
        &whole[..whole.len() - 3],
        &format!("```json\n{whole}\n```"),
        &format!(r#"{{"found":[{{"field":"tst","page":3,"quote":"{long}"}}]}}"#),
        &many,
    ] {
        assert_eq!(ModelAnswer::parse(none), None, "{none}");
    }
}

#[test]
fn the_schema_names_what_was_asked_and_nothing_a_server_refuses() {
    let schema = question("text").schema();
    let expected = serde_json::json!({
        "description": schema["description"],
        "type": "object",
        "properties": {
            "found": {
                "description": schema["properties"]["found"]["description"],
                "type": "array",
                "items": {
                    "description": schema["properties"]["found"]["items"]["description"],
                    "type": "object",
                    "properties": {
                        "field": {
                            "description": "The name it was asked for by.", "type": "string", "enum": ["tst"]
                        },
                        "page": {
                            "description": "The page's number as given in the question.",
                            "type": "integer",
                            "enum": [3]
                        },
                        "quote": {
                            "description": schema
                                ["properties"]["found"]["items"]["properties"]["quote"]["description"],
                            "type": "string"
                        },
                    },
                    "additionalProperties": false,
                    "required": ["field", "page", "quote"],
                },
            },
        },
        "additionalProperties": false,
        "required": ["found"],
    });
    assert_eq!(schema, expected);
}

#[test]
fn a_question_shows_nothing_of_its_document() {
    let question = question("Quillfeather");
    assert!(!format!("{question:?} {:?}", question.pages).contains("Quillfeather"));
    assert!(question.content().contains("Quillfeather"));
}

proptest! {
    /// However a text is made, it stays one string of the JSON object.
    #[test]
    fn no_text_leaves_its_string(text in "\\PC{0,80}|[\"\\\\{}\\[\\]:,\n\r\t\u{0}]{0,40}") {
        let content: serde_json::Value = serde_json::from_str(&question(&text).content()).expect("JSON");
        prop_assert_eq!(&content["pages"][0]["text"], &serde_json::Value::from(text.clone()));
        prop_assert_eq!(content.as_object().map(serde_json::Map::len), Some(2));
    }

    /// Whatever is reserved, settled and released in whatever order, never more than the limit is committed.
    #[test]
    fn nothing_passes_the_limit(
        limit in 0_u64..5_000,
        steps in prop::collection::vec((0_u8..4, 0_u8..6, 0_u64..2_000, 0_u64..500), 0..40),
    ) {
        let prices = Prices { input: 400_000, output: 1_600_000 };
        let mut spending = Spending::default();
        for (what, call, bytes, tokens) in steps {
            let call = call.to_string();
            match what {
                0 | 1 => drop(spending.reserve(&call, prices.most(bytes, 500), limit)),
                2 => {
                    let known = spending.set_aside.contains_key(&call);
                    // The server never counts more tokens than there were bytes, nor more than it was allowed.
                    let usage = known.then_some(TokenUsage { input: 0, output: tokens });
                    spending.settle(&call, usage, &prices);
                }
                _ => spending.release(&call),
            }
            prop_assert!(spending.committed() <= limit);
        }
    }

    /// The most is never less than what a call costs whose tokens are no shorter than a byte.
    #[test]
    fn the_most_is_never_passed(bytes in 0_u64..200_000, input in 0_u64..200_000, output in 0_u32..4_000) {
        let prices = Prices { input: 2_500_000, output: 10_000_000 };
        let usage = TokenUsage { input: input.min(bytes), output: u64::from(output) };
        prop_assert!(prices.cost(usage) <= prices.most(bytes, output));
    }
}

#[test]
fn a_call_is_settled_once_and_costs_are_rounded_up() {
    let prices = Prices { input: 400_000, output: 1_600_000 };
    assert_eq!(prices.cost(TokenUsage { input: 1, output: 0 }), 1);
    assert_eq!(prices.cost(TokenUsage { input: 1_000_000, output: 1_000_000 }), 2_000_000);
    let mut spending = Spending::default();
    assert!(spending.reserve("a", 600, 1_000));
    assert!(spending.reserve("a", 600, 1_000), "told again after a lost answer");
    assert!(!spending.reserve("b", 600, 1_000));
    for _ in 0..2 {
        spending.settle("a", Some(TokenUsage { input: 500, output: 50 }), &prices);
        assert_eq!((spending.calls, spending.micro_usd, spending.committed()), (1, 280, 280));
    }
    assert!(spending.reserve("b", 600, 1_000));
    spending.settle("b", None, &prices);
    assert_eq!(spending.micro_usd, 880, "what the server did not tell counts in full");
}
