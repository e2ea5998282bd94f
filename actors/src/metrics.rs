//! Every metric the actors emit, with its labels. Labels are bounded: stage, result, cause, portal; never an id.

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
