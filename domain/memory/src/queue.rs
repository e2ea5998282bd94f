//! Durable queues' behaviour without the disk: leases, tokens, delays, dead letters.
//!
//! Two kinds behind one face. The plain one behaves as the embedded queue does: the oldest first, one entry an
//! item. The standard one behaves as Amazon SQS standard queues do: no order, every enqueue a message of its own,
//! so that one item can be in two hands, and now and then a message comes twice.

use crate::dice::Dice;
use crate::locked;
use async_trait::async_trait;
use domain::ids::{QueueName, WorkItemId};
use domain::ports::{Clock, PortError, PortResult, QueueDepth, WorkQueue, check_delay};
use domain::work::{DELIVERIES_DEAD, Lease, WorkItem, dead_letters};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Meets [`WorkQueue`].
pub struct MemoryQueue {
    clock: Arc<dyn Clock>,
    dead_after: u32,
    standard: Option<Standard>,
    state: Mutex<State>,
}

/// What makes a queue a standard one.
struct Standard {
    dice: Dice,
    /// Chances in a thousand that a message comes once more.
    repeats: u32,
}

#[derive(Default)]
struct State {
    /// Counts messages: their numbers, oldest first.
    enqueued: u64,
    queues: BTreeMap<QueueName, BTreeMap<u64, Message>>,
    /// Where an item lies in a plain queue, which holds it once.
    places: BTreeMap<(QueueName, WorkItemId), u64>,
}

#[derive(Clone)]
struct Message {
    item: WorkItem,
    enqueued_at: Timestamp,
    /// When it can be leased; of a leased message, when the lease ends.
    visible_at: Timestamp,
    token: Option<String>,
    deliveries: u32,
    /// Set when a plain queue was given the item once more while leased: from when the repeat is visible.
    again_at: Option<Timestamp>,
}

impl Message {
    fn new(item: WorkItem, now: Timestamp, visible_at: Timestamp) -> Self {
        Self { item, enqueued_at: now, visible_at, token: None, deliveries: 0, again_at: None }
    }

    fn leased(&self, now: Timestamp) -> bool {
        self.token.is_some() && self.visible_at > now
    }
}

impl State {
    fn add(&mut self, queue: &QueueName, message: Message) {
        self.enqueued += 1;
        self.places.insert((queue.clone(), message.item.id.clone()), self.enqueued);
        self.queues.entry(queue.clone()).or_default().insert(self.enqueued, message);
    }

    /// The item's only message in a plain queue.
    fn only(&mut self, queue: &QueueName, id: &WorkItemId) -> Option<&mut Message> {
        let place = self.places.get(&(queue.clone(), id.clone()))?;
        self.queues.get_mut(queue)?.get_mut(place)
    }

    fn remove(&mut self, queue: &QueueName, number: u64) -> Option<Message> {
        let message = self.queues.get_mut(queue)?.remove(&number)?;
        let place = (queue.clone(), message.item.id.clone());
        if self.places.get(&place) == Some(&number) {
            self.places.remove(&place);
        }
        Some(message)
    }

    /// The message of a lease that still holds, and its number.
    fn held(&mut self, lease: &Lease, now: Timestamp) -> PortResult<(u64, &mut Message)> {
        let number = lease.token.split('.').next().and_then(|number| number.parse().ok());
        number
            .and_then(|number| Some((number, self.queues.get_mut(&lease.queue)?.get_mut(&number)?)))
            .filter(|(_, message)| message.leased(now) && message.token.as_ref() == Some(&lease.token))
            .ok_or_else(|| PortError::lease_lost(format!("work item {}", lease.item.id)))
    }

    /// Puts what was handed out too often among the dead letters; of an item that lies there already, the newer.
    fn bury(&mut self, queue: &QueueName, dead_after: u32, now: Timestamp) {
        let worn = |message: &Message| message.visible_at <= now && message.deliveries >= dead_after;
        let Some(messages) = self.queues.get(queue) else { return };
        let numbers: Vec<u64> =
            messages.iter().filter(|(_, message)| worn(message)).map(|(number, _)| *number).collect();
        for number in numbers {
            let Some(message) = self.remove(queue, number) else { continue };
            let place = (dead_letters(), message.item.id.clone());
            if let Some(older) = self.places.get(&place).copied() {
                self.remove(&dead_letters(), older);
            }
            // What was asked for meanwhile is work of its own.
            if let Some(at) = message.again_at {
                self.add(queue, Message::new(message.item.clone(), now, at));
            }
            self.add(&dead_letters(), Message { token: None, visible_at: now, again_at: None, ..message });
        }
    }
}

impl MemoryQueue {
    /// Empty plain queues; leases and delays follow the clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, dead_after: DELIVERIES_DEAD, standard: None, state: Mutex::default() }
    }

    /// Empty standard queues, which repeat a message by these chances in a thousand at each lease and each
    /// acknowledgement. The same seed and the same order of calls give the same order and repeats.
    pub fn standard(clock: Arc<dyn Clock>, seed: u64, repeats: u32) -> Self {
        Self { standard: Some(Standard { dice: Dice::new(seed), repeats }), ..Self::new(clock) }
    }

    /// Gives an item up after so many deliveries instead of the usual number.
    #[must_use]
    pub fn dead_after(self, deliveries: u32) -> Self {
        Self { dead_after: deliveries, ..self }
    }

    /// Every item that waits, is leased or is dead, by queue and age: what a real queue cannot list.
    pub fn items(&self) -> Vec<WorkItem> {
        let state = locked(&self.state);
        state.queues.values().flat_map(BTreeMap::values).map(|message| message.item.clone()).collect()
    }

    /// Numbers of the messages that can be leased, in the order they are handed out in.
    fn visible(&self, messages: &BTreeMap<u64, Message>, now: Timestamp) -> Vec<u64> {
        let visible = |(_, message): &(&u64, &Message)| message.visible_at <= now;
        let mut found: Vec<_> = messages.iter().filter(visible).collect();
        // What has been visible longest; the sort is stable, so among equals the one enqueued first.
        found.sort_by_key(|(_, message)| message.visible_at);
        let mut numbers: Vec<u64> = found.into_iter().map(|(number, _)| *number).collect();
        if let Some(Standard { dice, .. }) = &self.standard {
            for last in (1..numbers.len()).rev() {
                let other = usize::try_from(dice.below(last as u64 + 1)).unwrap_or(last);
                numbers.swap(last, other);
            }
        }
        numbers
    }

    fn hand_out(&self, queue: &QueueName, count: usize, ttl: SignedDuration) -> Vec<Lease> {
        let now = self.clock.now();
        let expires_at = after(now, ttl);
        let mut state = locked(&self.state);
        if *queue != dead_letters() {
            state.bury(queue, self.dead_after, now);
        }
        let Some(messages) = state.queues.get_mut(queue) else { return Vec::new() };
        let mut leases = Vec::new();
        let mut repeats = Vec::new();
        for number in self.visible(messages, now).into_iter().take(count) {
            let Some(message) = messages.get_mut(&number) else { continue };
            if self.repeats() {
                repeats.push(Message { visible_at: now, ..message.clone() });
            }
            message.deliveries += 1;
            // Never the same twice: numbers are never used again, and deliveries only grow.
            let token = format!("{number}.{}", message.deliveries);
            message.token = Some(token.clone());
            message.visible_at = expires_at;
            let (item, deliveries) = (message.item.clone(), message.deliveries);
            leases.push(Lease { item, queue: queue.clone(), token, deliveries, expires_at });
        }
        repeats.into_iter().for_each(|message| state.add(queue, message));
        leases
    }

    fn repeats(&self) -> bool {
        self.standard.as_ref().is_some_and(|standard| standard.dice.hits(standard.repeats))
    }
}

#[async_trait]
impl WorkQueue for MemoryQueue {
    async fn enqueue(&self, items: &[WorkItem], delay: SignedDuration) -> PortResult<()> {
        check_delay(delay)?;
        let now = self.clock.now();
        let visible_at = after(now, delay);
        let mut state = locked(&self.state);
        for item in items {
            let queue = item.queue();
            let only = if self.standard.is_some() { None } else { state.only(&queue, &item.id) };
            match only {
                None => state.add(&queue, Message::new(item.clone(), now, visible_at)),
                Some(message) if message.leased(now) => {
                    message.again_at = Some(message.again_at.map_or(visible_at, |at| at.min(visible_at)));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    async fn lease(&self, queue: &QueueName, count: usize, ttl: SignedDuration) -> PortResult<Vec<Lease>> {
        Ok(self.hand_out(queue, count, ttl))
    }

    async fn renew(&self, lease: &Lease, ttl: SignedDuration) -> PortResult<()> {
        let now = self.clock.now();
        locked(&self.state).held(lease, now)?.1.visible_at = after(now, ttl);
        Ok(())
    }

    async fn acknowledge(&self, lease: &Lease) -> PortResult<()> {
        let now = self.clock.now();
        let mut state = locked(&self.state);
        let (number, _) = state.held(lease, now)?;
        let again_at = state.remove(&lease.queue, number).and_then(|message| message.again_at);
        let again_at = again_at.or_else(|| self.repeats().then_some(now));
        if let Some(at) = again_at {
            state.add(&lease.queue, Message::new(lease.item.clone(), now, at));
        }
        Ok(())
    }

    async fn release(&self, lease: &Lease, delay: SignedDuration) -> PortResult<()> {
        check_delay(delay)?;
        let now = self.clock.now();
        let mut state = locked(&self.state);
        let (_, message) = state.held(lease, now)?;
        message.token = None;
        message.visible_at = after(now, delay);
        message.again_at = None;
        Ok(())
    }

    async fn lease_dead(&self, count: usize, ttl: SignedDuration) -> PortResult<Vec<Lease>> {
        Ok(self.hand_out(&dead_letters(), count, ttl))
    }

    async fn depths(&self) -> PortResult<Vec<QueueDepth>> {
        let now = self.clock.now();
        let state = locked(&self.state);
        Ok(state
            .queues
            .iter()
            .filter(|(_, messages)| !messages.is_empty())
            .map(|(queue, messages)| {
                let leased = messages.values().filter(|message| message.leased(now)).count() as u64;
                QueueDepth {
                    queue: queue.clone(),
                    waiting: messages.len() as u64 - leased,
                    leased,
                    oldest: messages.values().map(|message| message.enqueued_at).min(),
                }
            })
            .collect())
    }
}

fn after(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}
