//! Any server that speaks the chat-completions protocol of OpenAI with JSON-schema output: OpenAI, Azure, vLLM, Ollama.
//!
//! It goes to one host, which must be on the list of those allowed, follows no redirect, takes no proxy but one that was
//! named, reads no more than an answer can have, and gives back either one whole answer of the form or an error.

mod client;
mod options;
mod reply;
mod wire;

pub use client::HttpModel;
pub use options::{ModelOptions, OptionsError, TokenLimit};
