//! A model that answers by a script, and writes down what it was asked.

use crate::locked;
use async_trait::async_trait;
use domain::model::ModelQuestion;
use domain::ports::{LanguageModel, ModelError, ModelIdentity, ModelReply};
use std::sync::{Arc, Mutex};

/// Answers a question.
type Script = Arc<dyn Fn(&ModelQuestion) -> Result<ModelReply, ModelError> + Send + Sync>;

/// Meets [`LanguageModel`].
pub struct MemoryModel {
    identity: ModelIdentity,
    script: Mutex<Script>,
    asked: Mutex<Vec<ModelQuestion>>,
}

impl MemoryModel {
    /// A model that answers like this.
    pub fn new(
        script: impl Fn(&ModelQuestion) -> Result<ModelReply, ModelError> + Send + Sync + 'static,
    ) -> Self {
        let identity = ModelIdentity { name: "memory".to_owned(), host: "model.invalid".to_owned() };
        Self { identity, script: Mutex::new(Arc::new(script)), asked: Mutex::default() }
    }

    /// From now on it answers like this.
    pub fn play(
        &self,
        script: impl Fn(&ModelQuestion) -> Result<ModelReply, ModelError> + Send + Sync + 'static,
    ) {
        *locked(&self.script) = Arc::new(script);
    }

    /// Every question so far.
    pub fn asked(&self) -> Vec<ModelQuestion> {
        locked(&self.asked).clone()
    }
}

#[async_trait]
impl LanguageModel for MemoryModel {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    async fn ask(&self, question: &ModelQuestion) -> Result<ModelReply, ModelError> {
        locked(&self.asked).push(question.clone());
        let script = Arc::clone(&locked(&self.script));
        script(question)
    }
}
