//! Every metric the actors emit, with its labels. Labels are bounded: stage, result, cause, portal; never an id.

use domain::ids::PortalName;
use domain::model::{ModelEnd, TokenUsage};
use domain::patient_scraper::{InterlockVerdict, Screen};
use domain::retry::Cause;
use domain::work::Stage;
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram};
use std::time::Duration;

/// How a work item was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The next stage has it.
    Advanced,
    /// It had been done before; the next stage was told again.
    Repeated,
    /// It comes back later.
    Retried(Cause),
    /// A person has to look.
    Parked(Cause),
    /// The lease was lost; somebody else has it.
    LeaseLost,
}

impl Settled {
    const fn labels(self) -> (&'static str, &'static str) {
        match self {
            Self::Advanced => ("advanced", ""),
            Self::Repeated => ("repeated", ""),
            Self::Retried(cause) => ("retried", cause.name()),
            Self::Parked(cause) => ("parked", cause.name()),
            Self::LeaseLost => ("lease_lost", ""),
        }
    }
}

/// The instruments of the stages.
#[derive(Clone, Debug)]
pub struct StageMetrics {
    settled: Counter<u64>,
    seconds: Histogram<f64>,
}

impl Default for StageMetrics {
    fn default() -> Self {
        let meter = opentelemetry::global::meter("epic-connector");
        Self {
            settled: meter
                .u64_counter("epic_connector.stage.settled")
                .with_description("work items settled, by stage, result and cause")
                .build(),
            seconds: meter
                .f64_histogram("epic_connector.stage.duration")
                .with_unit("s")
                .with_description("time from lease to settling, by stage and result")
                .build(),
        }
    }
}

impl StageMetrics {
    /// Counts one settled item.
    pub fn settled(&self, stage: Stage, settled: Settled, took: Duration) {
        let (result, cause) = settled.labels();
        let labels = [KeyValue::new("stage", stage.name()), KeyValue::new("result", result)];
        self.seconds.record(took.as_secs_f64(), &labels);
        let [stage, result] = labels;
        self.settled.add(1, &[stage, result, KeyValue::new("cause", cause)]);
    }
}

/// The instrument of the interlock against the wrong patient.
#[derive(Clone, Debug)]
pub struct IdentityMetrics(Counter<u64>);

impl Default for IdentityMetrics {
    fn default() -> Self {
        let meter = opentelemetry::global::meter("epic-connector");
        let counter = meter
            .u64_counter("epic_connector.identity_mismatch")
            .with_description("screens that showed another patient, by portal, screen and what followed")
            .build();
        Self(counter)
    }
}

impl IdentityMetrics {
    /// Counts a screen that showed another patient: `hiccup` when it is looked at again, else `quarantine`.
    pub fn mismatch(&self, portal: &PortalName, screen: Screen, verdict: InterlockVerdict) {
        let result = match verdict {
            InterlockVerdict::GoOn | InterlockVerdict::LookAgain => "hiccup",
            InterlockVerdict::Quarantine(_) => "quarantine",
        };
        self.0.add(
            1,
            &[
                KeyValue::new("portal", portal.to_string()),
                KeyValue::new("screen", screen.name()),
                KeyValue::new("result", result),
            ],
        );
    }
}

/// The instruments of asking a language model.
#[derive(Clone, Debug)]
pub struct ModelMetrics {
    ends: Counter<u64>,
    tokens: Counter<u64>,
    micro_usd: Counter<u64>,
}

impl Default for ModelMetrics {
    fn default() -> Self {
        let meter = opentelemetry::global::meter("epic-connector");
        Self {
            ends: meter
                .u64_counter("epic_connector.model.questions")
                .with_description("questions to a language model, by how asking ended")
                .build(),
            tokens: meter
                .u64_counter("epic_connector.model.tokens")
                .with_description("tokens as the model's server counted them, by question and answer")
                .build(),
            micro_usd: meter
                .u64_counter("epic_connector.model.cost")
                .with_description("what the answers cost by the configured prices, in millionths of a dollar")
                .build(),
        }
    }
}

impl ModelMetrics {
    /// Counts one question that ended, asked or not.
    pub fn ended(&self, end: ModelEnd) {
        self.ends.add(1, &[KeyValue::new("result", end.name())]);
    }

    /// Counts what one call took.
    pub fn spent(&self, usage: Option<TokenUsage>, micro_usd: u64) {
        let usage = usage.unwrap_or_default();
        self.tokens.add(usage.input, &[KeyValue::new("part", "question")]);
        self.tokens.add(usage.output, &[KeyValue::new("part", "answer")]);
        self.micro_usd.add(micro_usd, &[]);
    }
}
