//! Durable queues' behaviour without the disk: leases, tokens, delays.

use crate::locked;
use async_trait::async_trait;
use domain::ids::{QueueName, WorkItemId};
use domain::ports::{Clock, PortError, PortResult, QueueDepth, WorkQueue};
use domain::work::{Lease, WorkItem};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Meets [`WorkQueue`]. An item enqueued while it is leased comes again after it was acknowledged.
pub struct MemoryQueue {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Counts enqueued items: their order, oldest first.
    enqueued: u64,
    /// Counts leases, so that no token comes twice.
    leases: u64,
    queues: BTreeMap<QueueName, BTreeMap<u64, Entry>>,
    places: BTreeMap<WorkItemId, u64>,
}

struct Entry {
    item: WorkItem,
    enqueued_at: Timestamp,
    /// When it can be leased; of a leased item, when the lease ends.
    visible_at: Timestamp,
    token: Option<String>,
    deliveries: u32,
    /// Set when the item was enqueued once more while leased: from when the repeat is visible.
    again_at: Option<Timestamp>,
}

impl Entry {
    fn leased(&self, now: Timestamp) -> bool {
        self.token.is_some() && self.visible_at > now
    }
}

impl State {
    fn add(&mut self, item: WorkItem, now: Timestamp, visible_at: Timestamp) {
        self.enqueued += 1;
        self.places.insert(item.id.clone(), self.enqueued);
        self.queues.entry(item.queue()).or_default().insert(
            self.enqueued,
            Entry { item, enqueued_at: now, visible_at, token: None, deliveries: 0, again_at: None },
        );
    }

    fn entry(&mut self, queue: &QueueName, id: &WorkItemId) -> Option<&mut Entry> {
        let place = self.places.get(id)?;
        self.queues.get_mut(queue)?.get_mut(place)
    }

    fn remove(&mut self, queue: &QueueName, id: &WorkItemId) {
        if let Some(place) = self.places.remove(id)
            && let Some(entries) = self.queues.get_mut(queue)
        {
            entries.remove(&place);
        }
    }

    /// The entry of a lease that still holds.
    fn held(&mut self, lease: &Lease, now: Timestamp) -> PortResult<&mut Entry> {
        self.entry(&lease.queue, &lease.item.id)
            .filter(|entry| entry.leased(now) && entry.token.as_ref() == Some(&lease.token))
            .ok_or_else(|| PortError::lease_lost(format!("work item {}", lease.item.id)))
    }
}

impl MemoryQueue {
    /// Empty queues; leases and delays follow the clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    /// Every item that waits or is leased, by queue and age: what a real queue cannot list.
    pub fn items(&self) -> Vec<WorkItem> {
        let state = locked(&self.state);
        state.queues.values().flat_map(BTreeMap::values).map(|entry| entry.item.clone()).collect()
    }
}

#[async_trait]
impl WorkQueue for MemoryQueue {
    async fn enqueue(&self, items: &[WorkItem], delay: SignedDuration) -> PortResult<()> {
        let now = self.clock.now();
        let visible_at = after(now, delay);
        let mut state = locked(&self.state);
        for item in items {
            match state.entry(&item.queue(), &item.id) {
                None => state.add(item.clone(), now, visible_at),
                Some(entry) if entry.leased(now) => {
                    entry.again_at = Some(entry.again_at.map_or(visible_at, |at| at.min(visible_at)));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    async fn lease(&self, queue: &QueueName, count: usize, ttl: SignedDuration) -> PortResult<Vec<Lease>> {
        let now = self.clock.now();
        let expires_at = after(now, ttl);
        let mut state = locked(&self.state);
        let State { leases, queues, .. } = &mut *state;
        let Some(entries) = queues.get_mut(queue) else { return Ok(Vec::new()) };
        let mut visible: Vec<_> = entries.values_mut().filter(|entry| entry.visible_at <= now).collect();
        // What has been visible longest; the sort is stable, so among equals the one enqueued first.
        visible.sort_by_key(|entry| entry.visible_at);
        Ok(visible
            .into_iter()
            .take(count)
            .map(|entry| {
                *leases += 1;
                let token = leases.to_string();
                entry.token = Some(token.clone());
                entry.visible_at = expires_at;
                entry.deliveries += 1;
                let (item, deliveries) = (entry.item.clone(), entry.deliveries);
                Lease { item, queue: queue.clone(), token, deliveries, expires_at }
            })
            .collect())
    }

    async fn renew(&self, lease: &Lease, ttl: SignedDuration) -> PortResult<()> {
        let now = self.clock.now();
        locked(&self.state).held(lease, now)?.visible_at = after(now, ttl);
        Ok(())
    }

    async fn acknowledge(&self, lease: &Lease) -> PortResult<()> {
        let now = self.clock.now();
        let mut state = locked(&self.state);
        let again_at = state.held(lease, now)?.again_at;
        state.remove(&lease.queue, &lease.item.id);
        if let Some(at) = again_at {
            state.add(lease.item.clone(), now, at);
        }
        Ok(())
    }

    async fn release(&self, lease: &Lease, delay: SignedDuration) -> PortResult<()> {
        let now = self.clock.now();
        let mut state = locked(&self.state);
        let entry = state.held(lease, now)?;
        entry.token = None;
        entry.visible_at = after(now, delay);
        entry.again_at = None;
        Ok(())
    }

    async fn depths(&self) -> PortResult<Vec<QueueDepth>> {
        let now = self.clock.now();
        let state = locked(&self.state);
        Ok(state
            .queues
            .iter()
            .filter(|(_, entries)| !entries.is_empty())
            .map(|(queue, entries)| {
                let leased = entries.values().filter(|entry| entry.leased(now)).count() as u64;
                QueueDepth {
                    queue: queue.clone(),
                    waiting: entries.len() as u64 - leased,
                    leased,
                    oldest: entries.values().map(|entry| entry.enqueued_at).min(),
                }
            })
            .collect())
    }
}

fn after(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}
