//! The adapter keeps every clause of the port.

use crate::server::{Act, Server};
use async_trait::async_trait;
use contract::{Harness, ModelHarness, Played, SeenQuestion};
use domain::ports::LanguageModel;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// A server that is started by whoever needs it first.
#[derive(Default)]
struct OneServer(OnceCell<Server>);

impl OneServer {
    async fn server(&self) -> &Server {
        self.0.get_or_init(Server::start).await
    }
}

#[async_trait]
impl Harness<dyn LanguageModel> for OneServer {
    async fn open(&self) -> Arc<dyn LanguageModel> {
        Arc::new(self.server().await.client())
    }
}

#[async_trait]
impl ModelHarness for OneServer {
    async fn play(&self, played: Played) {
        self.server().await.always(Act::Play(played));
    }

    async fn seen(&self) -> Vec<SeenQuestion> {
        let seen = |body: serde_json::Value| {
            let text = |place: &str| body.pointer(place).and_then(|text| text.as_str()).unwrap_or_default();
            SeenQuestion {
                instructions: text("/messages/0/content").to_owned(),
                content: text("/messages/1/content").to_owned(),
                schema: body["response_format"]["json_schema"]["schema"].clone(),
            }
        };
        self.server().await.seen().into_iter().map(|request| seen(request.body)).collect()
    }
}

contract::language_model_suite!(http, crate::contract_suite::OneServer::default());
