//! Faults in front of queues: besides failing calls, items that come twice and leases that end early.

use super::Faulty;
use crate::locked;
use async_trait::async_trait;
use domain::ids::QueueName;
use domain::ports::{PortError, PortResult, QueueDepth, WorkQueue};
use domain::work::{Lease, WorkItem};
use jiff::SignedDuration;

impl<P: WorkQueue + ?Sized> Faulty<P> {
    /// Takes the repeats due for this queue, at most `count`.
    fn echoes_of(&self, queue: &QueueName, count: usize) -> Vec<Lease> {
        let mut echoes = locked(&self.echoes);
        let (due, kept) = echoes.drain(..).partition::<Vec<_>, _>(|lease| lease.queue == *queue);
        *echoes = kept;
        let mut due = due.into_iter();
        let taken = due.by_ref().take(count).collect();
        echoes.extend(due);
        taken
    }

    /// Ends a lease before its time: the item is visible again and the holder finds out now.
    async fn maybe_expire(&self, lease: &Lease) -> PortResult<()> {
        if !self.dice.hits(self.faults().expire_early) {
            return Ok(());
        }
        self.inner.release(lease, SignedDuration::ZERO).await?;
        self.count(|tally| tally.expired_early += 1);
        Err(PortError::lease_lost(format!("work item {}", lease.item.id)))
    }
}

#[async_trait]
impl<P: WorkQueue + ?Sized> WorkQueue for Faulty<P> {
    async fn enqueue(&self, items: &[WorkItem], delay: SignedDuration) -> PortResult<()> {
        self.call("work queue", "enqueue", self.inner.enqueue(items, delay)).await
    }

    async fn lease(&self, queue: &QueueName, count: usize, ttl: SignedDuration) -> PortResult<Vec<Lease>> {
        let repeats = self.echoes_of(queue, count);
        if !repeats.is_empty() {
            self.count(|tally| tally.delivered_twice += repeats.len() as u64);
            return Ok(repeats);
        }
        let leases = self.call("work queue", "lease", self.inner.lease(queue, count, ttl)).await?;
        let chance = self.faults().deliver_twice;
        let twice = leases.iter().filter(|_| self.dice.hits(chance)).cloned();
        locked(&self.echoes).extend(twice);
        Ok(leases)
    }

    async fn renew(&self, lease: &Lease, ttl: SignedDuration) -> PortResult<()> {
        self.maybe_expire(lease).await?;
        self.call("work queue", "renew", self.inner.renew(lease, ttl)).await
    }

    async fn acknowledge(&self, lease: &Lease) -> PortResult<()> {
        self.maybe_expire(lease).await?;
        self.call("work queue", "acknowledge", self.inner.acknowledge(lease)).await
    }

    async fn release(&self, lease: &Lease, delay: SignedDuration) -> PortResult<()> {
        self.maybe_expire(lease).await?;
        self.call("work queue", "release", self.inner.release(lease, delay)).await
    }

    async fn lease_dead(&self, count: usize, ttl: SignedDuration) -> PortResult<Vec<Lease>> {
        self.call("work queue", "lease_dead", self.inner.lease_dead(count, ttl)).await
    }

    async fn depths(&self) -> PortResult<Vec<QueueDepth>> {
        self.call("work queue", "depths", self.inner.depths()).await
    }
}
