//! Enqueueing: batches of ten, and of a batch only what was refused is sent again.

use super::{BATCH, Inner, message};
use crate::calls::Call;
use crate::error::{classed, entry_refused};
use aws_sdk_sqs::types::{BatchResultErrorEntry, SendMessageBatchRequestEntry};
use domain::ids::QueueName;
use domain::ports::{ErrorClass, PortError, PortResult};
use domain::work::WorkItem;
use std::time::Duration;

/// How often the refused entries of one batch are sent again.
const REPEATS_MAX: u32 = 3;

/// The pause before the first repeat; each next one is twice as long.
const PAUSE: Duration = Duration::from_millis(100);

impl Inner {
    /// Sends items to one queue. After an error some may have been sent: enqueueing again repeats those.
    pub(super) async fn send(
        &self,
        queue: &QueueName,
        items: &[&WorkItem],
        delay_seconds: i32,
    ) -> PortResult<()> {
        for batch in items.chunks(BATCH) {
            let entries: PortResult<Vec<_>> = batch
                .iter()
                .enumerate()
                .map(|(index, item)| message::entry(index, item, delay_seconds))
                .collect();
            self.send_batch(queue, entries?).await?;
        }
        Ok(())
    }

    async fn send_batch(
        &self,
        queue: &QueueName,
        mut entries: Vec<SendMessageBatchRequestEntry>,
    ) -> PortResult<()> {
        let url = self.url(queue).await?;
        let mut repeat = 0;
        loop {
            self.counter.count(Call::SendMessageBatch);
            let request = self.client.send_message_batch().queue_url(&url).set_entries(Some(entries.clone()));
            let sent = request.send().await.map_err(|error| {
                self.note(queue, classed(Call::SendMessageBatch, &self.thing(queue), &error))
            })?;
            let Some((class, cause)) = worst(sent.failed()) else { return Ok(()) };
            if class != ErrorClass::Transient || repeat == REPEATS_MAX {
                let (failed, all) = (sent.failed().len(), entries.len());
                let cause = format!("{failed} of {all} messages were not taken: {cause}");
                return Err(PortError::new(class, self.thing(queue), cause));
            }
            entries.retain(|entry| sent.failed().iter().any(|failed| failed.id() == entry.id()));
            tokio::time::sleep(PAUSE * 2_u32.pow(repeat)).await;
            repeat += 1;
        }
    }
}

/// The refusal that decides: one that a repeat does not help, if there is one.
fn worst(failed: &[BatchResultErrorEntry]) -> Option<(ErrorClass, String)> {
    let mut classed: Vec<_> = failed
        .iter()
        .map(|entry| match entry_refused(Call::SendMessageBatch, entry.code()) {
            // A code we do not know is the service's own fault unless it says that it is ours.
            (ErrorClass::Permanent, cause) if !entry.sender_fault() => (ErrorClass::Transient, cause),
            other => other,
        })
        .collect();
    classed.sort_by_key(|(class, _)| *class == ErrorClass::Transient);
    classed.into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(code: &str, sender_fault: bool) -> BatchResultErrorEntry {
        let entry = BatchResultErrorEntry::builder().id("0").code(code).sender_fault(sender_fault).build();
        entry.expect("an entry")
    }

    #[test]
    fn a_refusal_that_stays_decides_over_one_that_passes() {
        let class = |failed: &[BatchResultErrorEntry]| worst(failed).map(|(class, _)| class);
        assert_eq!(class(&[]), None);
        assert_eq!(class(&[failed("InternalError", false)]), Some(ErrorClass::Transient));
        assert_eq!(class(&[failed("RequestThrottled", true)]), Some(ErrorClass::Transient));
        assert_eq!(class(&[failed("Odd", false)]), Some(ErrorClass::Transient));
        let both = [failed("InternalError", false), failed("InvalidMessageContents", true)];
        assert_eq!(class(&both), Some(ErrorClass::Permanent));
    }
}
