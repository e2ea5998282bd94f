//! The scripted model keeps every clause of the port, as it is and behind seeded faults.

use async_trait::async_trait;
use contract::model::USAGE;
use contract::{Harness, ModelHarness, Played, SeenQuestion};
use domain::model::{ModelAnswer, ModelQuestion};
use domain::ports::{LanguageModel, ModelError, ModelFailure, ModelReply};
use jiff::SignedDuration;
use memory::{Faults, Faulty, MemoryModel};
use std::sync::Arc;

pub(crate) struct Scripted {
    model: Arc<MemoryModel>,
    faults: Faults,
}

impl Scripted {
    pub(crate) fn new(faults: Faults) -> Self {
        let model = MemoryModel::new(|_| Err(ModelError::new(ModelFailure::Unavailable, "nobody plays yet")));
        Self { model: Arc::new(model), faults }
    }
}

/// What a real adapter makes of what its server does.
fn answer(played: &Played) -> Result<ModelReply, ModelError> {
    let failed = |failure, usage| Err(ModelError { failure, cause: "as played".to_owned(), usage });
    match played {
        Played::Text(text) => match ModelAnswer::parse(text) {
            Some(answer) => Ok(ModelReply { answer, usage: Some(USAGE) }),
            None => failed(ModelFailure::Malformed, Some(USAGE)),
        },
        Played::CutOff => failed(ModelFailure::Truncated, Some(USAGE)),
        Played::Refusal => failed(ModelFailure::Refused, Some(USAGE)),
        Played::Filtered => failed(ModelFailure::Refused, None),
        Played::Nothing => failed(ModelFailure::Malformed, None),
        Played::Busy(seconds) => {
            let retry_after = Some(SignedDuration::from_secs(i64::from(*seconds)));
            failed(ModelFailure::Throttled { retry_after }, None)
        }
        Played::Down => failed(ModelFailure::Unavailable, None),
        Played::Slow => failed(ModelFailure::TimedOut, None),
        Played::Denied => failed(ModelFailure::Denied, None),
    }
}

#[async_trait]
impl Harness<dyn LanguageModel> for Scripted {
    async fn open(&self) -> Arc<dyn LanguageModel> {
        if self.faults == Faults::default() {
            return Arc::clone(&self.model) as Arc<dyn LanguageModel>;
        }
        Arc::new(Faulty::new(Arc::clone(&self.model), self.faults, 7))
    }
}

#[async_trait]
impl ModelHarness for Scripted {
    async fn play(&self, played: Played) {
        self.model.play(move |_| answer(&played));
    }

    async fn seen(&self) -> Vec<SeenQuestion> {
        let seen = |question: ModelQuestion| SeenQuestion {
            schema: question.schema(),
            content: question.content(),
            instructions: question.instructions,
        };
        self.model.asked().into_iter().map(seen).collect()
    }
}

contract::language_model_suite!(plain, crate::model::Scripted::new(memory::Faults::default()));
contract::language_model_suite!(rough, crate::model::Scripted::new(memory::Faults::retryable()));
