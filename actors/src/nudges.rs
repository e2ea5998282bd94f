//! In-process wake-ups: "work may be ready". They carry no data and may be lost; polling covers.

use domain::ids::QueueName;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// One wake-up bell a queue.
#[derive(Default)]
pub struct Nudges {
    bells: Mutex<HashMap<QueueName, Arc<Notify>>>,
}

impl Nudges {
    /// The bell of a queue.
    pub fn bell(&self, queue: &QueueName) -> Arc<Notify> {
        let mut bells = self.bells.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(bells.entry(queue.clone()).or_default())
    }

    /// Rings it; a ring nobody waits for is kept for the next one who does.
    pub fn ring(&self, queue: &QueueName) {
        self.bell(queue).notify_one();
    }
}
