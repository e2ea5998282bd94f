//! What the queues are called on SQS: a prefix before our own names, or names given one by one.

use domain::ids::QueueName;
use domain::ports::{PortError, PortResult};
use std::collections::{BTreeMap, BTreeSet};

/// Added to a queue's name for its dead-letter queue.
const DEAD: &str = "_dead";

/// The longest name of a queue; SQS's limit.
const NAME_MAX: usize = 80;

/// Names on SQS: `prefix` + our name, unless one was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueNames {
    prefix: String,
    given: BTreeMap<QueueName, String>,
}

impl QueueNames {
    /// Every queue is called `prefix` and its own name, such as `prod_epic_ocr`.
    pub fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), given: BTreeMap::new() }
    }

    /// Gives one queue a name, such as `epic_ocr` the name `prod_ocr`. Its dead-letter queue is then called
    /// `prod_ocr_dead`, unless `epic_ocr_dead` is given a name too.
    #[must_use]
    pub fn with(mut self, queue: QueueName, name: &str) -> Self {
        self.given.insert(queue, name.to_owned());
        self
    }

    /// The dead-letter queue of a queue, by our own names.
    pub fn dead(queue: &QueueName) -> QueueName {
        QueueName::new(format!("{queue}{DEAD}"))
    }

    /// The queue's name on SQS.
    pub fn on_sqs(&self, queue: &QueueName) -> String {
        if let Some(name) = self.given.get(queue) {
            return name.clone();
        }
        let source = queue.as_str().strip_suffix(DEAD).map(QueueName::new);
        match source.and_then(|source| self.given.get(&source)) {
            Some(name) => format!("{name}{DEAD}"),
            None => format!("{}{queue}", self.prefix),
        }
    }

    /// Whether every queue and its dead-letter queue has a name of its own that SQS takes.
    ///
    /// # Errors
    /// `Permanent`, naming the queue.
    pub(super) fn validate(&self, queues: &[QueueName]) -> PortResult<()> {
        let mut seen = BTreeSet::new();
        for queue in queues.iter().flat_map(|queue| [queue.clone(), Self::dead(queue)]) {
            let name = self.on_sqs(&queue);
            let wrong =
                |cause: &str| Err(PortError::permanent(format!("work queue {queue}, on SQS {name}"), cause));
            if name.ends_with(".fifo") {
                return wrong("FIFO queues are not supported; name a standard queue");
            }
            let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if name.is_empty() || name.len() > NAME_MAX || !name.chars().all(allowed) {
                return wrong(
                    "SQS takes names of 1 to 80 letters, digits, - and _; give it one in `sqs.names`",
                );
            }
            if !seen.insert(name.clone()) {
                return wrong("another queue has this name; give each its own");
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(name: &str) -> QueueName {
        QueueName::new(name)
    }

    #[test]
    fn a_prefix_names_every_queue_and_a_given_name_wins() {
        let names = QueueNames::new("prod_").with(queue("epic_ocr"), "prod_ocr");
        assert_eq!(names.on_sqs(&queue("epic_parse")), "prod_epic_parse");
        assert_eq!(names.on_sqs(&queue("epic_ocr")), "prod_ocr");
        assert_eq!(names.on_sqs(&QueueNames::dead(&queue("epic_ocr"))), "prod_ocr_dead");
        let names = names.with(queue("epic_ocr_dead"), "letters");
        assert_eq!(names.on_sqs(&QueueNames::dead(&queue("epic_ocr"))), "letters");
    }

    #[test]
    fn names_sqs_does_not_take_are_refused() {
        let queues = [queue("epic_ocr"), queue("epic_parse")];
        assert!(QueueNames::new("").validate(&queues).is_ok());
        for names in [
            QueueNames::new("a.b"),
            QueueNames::new(&"x".repeat(70)),
            QueueNames::new("").with(queue("epic_ocr"), "prod.fifo"),
            QueueNames::new("").with(queue("epic_ocr"), "epic_parse"),
            QueueNames::new("").with(queue("epic_ocr"), ""),
        ] {
            assert!(names.validate(&queues).is_err(), "{names:?}");
        }
    }
}
