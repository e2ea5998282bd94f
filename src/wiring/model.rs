//! The language model, from its settings; none where none is set.

use crate::error::Failure;
use crate::settings::{ModelSettings, Settings};
use actors::parser::ModelDesk;
use domain::ports::LanguageModel;
use model::HttpModel;
use std::sync::Arc;

/// The way to a configured model; nothing is sent yet.
///
/// # Errors
/// The address may not be used, the key cannot be sent, or no client can be made.
pub fn language_model(settings: &ModelSettings) -> Result<Arc<dyn LanguageModel>, Failure> {
    let model = HttpModel::new(settings.options())
        .map_err(|error| Failure::usage("the language model", error, "mend the section [model]"))?;
    Ok(Arc::new(model))
}

/// The model with its limits, as the parser uses it.
pub(super) fn desk(settings: &Settings) -> Result<Option<Arc<ModelDesk>>, Failure> {
    let Some(settings) = &settings.model else { return Ok(None) };
    let model = language_model(settings)?;
    tracing::info!(
        model = model.identity().name,
        host = model.identity().host,
        "a language model is asked beside the rules"
    );
    Ok(Some(Arc::new(ModelDesk::new(model, settings.limits))))
}
