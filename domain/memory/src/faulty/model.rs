//! Faults in front of a language model: a question that never arrives, and an answer that is lost.

use super::Faulty;
use async_trait::async_trait;
use domain::model::ModelQuestion;
use domain::ports::{LanguageModel, ModelError, ModelIdentity, ModelReply};

#[async_trait]
impl<P: LanguageModel + ?Sized> LanguageModel for Faulty<P> {
    fn identity(&self) -> &ModelIdentity {
        self.inner.identity()
    }

    async fn ask(&self, question: &ModelQuestion) -> Result<ModelReply, ModelError> {
        self.call("language model", "ask", self.inner.ask(question)).await
    }
}
