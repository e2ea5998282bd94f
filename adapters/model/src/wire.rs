//! A question as the protocol has it: the instructions as the system's message, questions and document as the user's,
//! the schema beside them. No tools, no memory, one answer.

use crate::options::ModelOptions;
use domain::model::ModelQuestion;
use serde_json::{Value, json};

/// The seed of deterministic answers; any will do, as long as it stays.
const SEED: u32 = 1;

/// What the schema is called.
const SCHEMA_NAME: &str = "located";

/// The request's body.
pub(crate) fn body(options: &ModelOptions, question: &ModelQuestion) -> Value {
    let mut body = json!({
        "model": options.model,
        "messages": [
            { "role": "system", "content": question.instructions },
            { "role": "user", "content": question.content() },
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": { "name": SCHEMA_NAME, "strict": true, "schema": question.schema() },
        },
        "stream": false,
        "n": 1,
    });
    body[options.token_limit.name()] = question.answer_tokens_max.into();
    if options.deterministic {
        body["temperature"] = 0.into();
        body["seed"] = SEED.into();
    }
    body
}
