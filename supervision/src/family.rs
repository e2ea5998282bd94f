//! The children of one supervisor: what is done when they start, end, are restarted or stopped.
//!
//! One slot a child. A slot knows its running child by actor id, so news of a child that was
//! replaced or stopped on purpose meets no slot and is dropped. Waits are timers that carry a token;
//! a slot that was given a newer wait ignores the older one. Every decision is made by
//! [`crate::decide`]; this file performs it.

mod dynamic;

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use ractor::{ActorCell, ActorId, ActorRef, SupervisionEvent};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::board::{ChildState, Entry};
use crate::child_spec::{ChildSpec, Restart};
use crate::dice::Dice;
use crate::drain::{Drained, Ended, end};
use crate::dynamic::StopChildError;
use crate::event::{Event, EventKind};
use crate::exit::{Exit, classify};
use crate::restart::{Decision, History, Strategy, decide};
use crate::spec::{Members, SupervisorSpec};
use crate::supervisor::{Escalated, SupervisorMsg};

pub(crate) struct Family {
    spec: Arc<SupervisorSpec>,
    myself: ActorRef<SupervisorMsg>,
    slots: Vec<Slot>,
    history: History,
    began: Instant,
    dice: Dice,
    last_token: u64,
}

struct Slot {
    child: ChildSpec,
    /// Its first start was tried: a temporary child gets no second one.
    tried: bool,
    cell: Option<ActorCell>,
    waiting: Option<Waiting>,
    stopping: Option<Stopping>,
}

/// The wait before a restart, shared by the slots that come back together.
struct Waiting {
    token: u64,
    _timer: Arc<Task>,
}

/// A dynamic child on its way down by request.
struct Stopping {
    replies: Vec<oneshot::Sender<Result<Ended, StopChildError>>>,
    /// Its exit was reported already.
    gone: bool,
    _task: Option<Task>,
}

/// A spawned task that ends with its owner.
struct Task(AbortHandle);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

// === impl Family: starting ===

impl Family {
    pub(crate) fn new(spec: Arc<SupervisorSpec>, myself: ActorRef<SupervisorMsg>) -> Self {
        let slots: Vec<_> = spec.static_children().iter().cloned().map(Slot::new).collect();
        spec.handle.write(|board| {
            board.supervisor = Some(myself.get_cell());
            board.gave_up = None;
            board.drained = Drained::default();
            if matches!(spec.members, Members::Dynamic { .. }) {
                board.entries.clear();
            }
            for slot in &slots {
                board.add(&slot.child.id, slot.child.nested.as_ref().map(|nested| nested.handle.clone()));
            }
        });
        let (dice, began) = (spec.dice(), Instant::now());
        Self { spec, myself, slots, history: History::default(), began, dice, last_token: 0 }
    }

    /// Starts every child, in order.
    pub(crate) async fn start_all(&mut self) -> Result<(), Escalated> {
        let ids = self.slots.iter().map(|slot| slot.child.id.clone()).collect();
        self.start_in_order(ids).await
    }

    /// Starts the children whose wait is over, in order.
    pub(crate) async fn restart_due(&mut self, token: u64) -> Result<(), Escalated> {
        let due = |slot: &&Slot| slot.waiting.as_ref().is_some_and(|waiting| waiting.token == token);
        let ids = self.slots.iter().filter(due).map(|slot| slot.child.id.clone()).collect();
        self.start_in_order(ids).await
    }

    /// A child that cannot be started is treated as one that ended. When that sends its siblings
    /// down as well, those not started yet come back with it, so the rest is left alone.
    async fn start_in_order(&mut self, ids: Vec<String>) -> Result<(), Escalated> {
        for id in ids {
            let Some(index) = self.index_of(&id) else { continue };
            if let Err(exit) = self.start(index).await {
                self.exited(index, exit).await?;
                if self.spec.strategy != Strategy::OneForOne && self.waits(&id) {
                    break;
                }
            }
        }
        Ok(())
    }

    async fn start(&mut self, index: usize) -> Result<(), Exit> {
        let supervisor = self.myself.get_cell();
        let slot = &mut self.slots[index];
        slot.waiting = None;
        slot.tried = true;
        let cell = slot.child.start(supervisor).await?;
        slot.cell = Some(cell.clone());
        let id = slot.child.id.clone();
        self.show(&id, |entry| entry.enter(ChildState::Running, Some(cell)));
        self.emit(&id, EventKind::Started);
        Ok(())
    }
}

// === impl Family: children that end ===

impl Family {
    /// Takes notice of a child's end.
    pub(crate) async fn on_event(&mut self, event: SupervisionEvent) -> Result<(), Escalated> {
        let Some(index) = event.actor_id().and_then(|actor| self.index_of_actor(actor)) else {
            return Ok(());
        };
        let exit = classify(&event, &self.slots[index].child.expected);
        // The event can hold the actor's last state, which must not cross the awaits below.
        drop(event);
        let Some(exit) = exit else { return Ok(()) };
        if let Some(stopping) = &mut self.slots[index].stopping {
            stopping.gone = true;
            if stopping.replies.is_empty() {
                self.forget(index);
            }
            return Ok(());
        }
        self.exited(index, exit).await
    }

    /// Decides and performs what follows the end of the child at `index`.
    async fn exited(&mut self, index: usize, exit: Exit) -> Result<(), Escalated> {
        let slot = &mut self.slots[index];
        slot.cell = None;
        if let Some(nested) = &slot.child.nested {
            nested.handle.mark_down();
        }
        let (id, rule) = (slot.child.id.clone(), slot.child.restart);
        self.show(&id, |entry| entry.last_exit = Some(exit.clone()));
        self.emit(&id, EventKind::Exited { exit: exit.clone() });
        let now = self.began.elapsed();
        match decide(&self.spec.policy, rule, &id, &exit, &self.history, now, self.dice.roll()) {
            Decision::Leave if self.is_dynamic() => self.forget(index),
            Decision::Leave => self.show(&id, |entry| entry.enter(ChildState::Finished, None)),
            Decision::Restart { after, counted } => {
                self.history.record(&id, now, counted, self.spec.policy.intensity.period);
                self.show(&id, |entry| match counted {
                    true => entry.restarts_counted += 1,
                    false => entry.restarts_expected += 1,
                });
                self.emit(&id, EventKind::Restarting { after, counted });
                self.restart(index, after).await;
            }
            Decision::Escalate => return Err(self.escalate(&id, exit).await),
        }
        Ok(())
    }

    /// Stops the siblings that go down with the child at `index`, last first, and sets the timer
    /// after which all come back. Temporary siblings do not.
    async fn restart(&mut self, index: usize, after: Duration) {
        let affected = self.spec.strategy.affected(index, self.slots.len());
        for sibling in affected.clone().rev() {
            self.stop(sibling).await;
        }
        self.last_token += 1;
        let token = self.last_token;
        let timer = self.myself.send_after(after, move || SupervisorMsg::RestartDue { token });
        let timer = Arc::new(Task(timer.abort_handle()));
        let at = Instant::now() + after;
        for sibling in affected {
            let slot = &mut self.slots[sibling];
            let id = slot.child.id.clone();
            if slot.tried && slot.child.restart == Restart::Temporary {
                self.show(&id, |entry| entry.enter(ChildState::Finished, None));
                continue;
            }
            slot.waiting = Some(Waiting { token, _timer: Arc::clone(&timer) });
            self.show(&id, |entry| entry.enter(ChildState::Restarting { at }, None));
        }
    }

    async fn escalate(&mut self, child: &str, exit: Exit) -> Escalated {
        self.emit(child, EventKind::Escalated { exit: exit.clone() });
        self.drain().await;
        let intensity = self.spec.policy.intensity;
        let escalated = Escalated {
            supervisor: self.spec.handle.name().to_string(),
            child: child.to_owned(),
            exit,
            restarts: intensity.restarts,
            period: intensity.period,
        };
        self.spec.handle.write(|board| board.gave_up = Some(escalated.clone()));
        escalated
    }
}

// === impl Family: stopping ===

impl Family {
    /// Stops every child: static ones in reverse start order, dynamic ones at the same time.
    pub(crate) async fn drain(&mut self) {
        if self.is_dynamic() {
            let running = self.slots.iter().filter_map(|slot| Some((slot, slot.cell.clone()?)));
            let ends = running.map(|(slot, cell)| {
                let (id, shutdown) = (slot.child.id.clone(), slot.child.shutdown);
                async move { (id, end(&cell, shutdown).await) }
            });
            let ends: Vec<_> = ends.collect();
            for (id, how) in join_all(ends).await {
                self.stopped(&id, how);
            }
            self.slots.clear();
            self.spec.handle.write(|board| board.entries.clear());
        } else {
            for index in (0..self.slots.len()).rev() {
                self.slots[index].waiting = None;
                self.stop(index).await;
            }
        }
        self.spec.handle.mark_down();
    }

    /// Stops the child at `index`, if it runs, and waits until it is gone.
    async fn stop(&mut self, index: usize) {
        let slot = &mut self.slots[index];
        let Some(cell) = slot.cell.take() else { return };
        let (id, shutdown) = (slot.child.id.clone(), slot.child.shutdown);
        self.show(&id, |entry| entry.enter(ChildState::Stopping, None));
        let how = end(&cell, shutdown).await;
        self.stopped(&id, how);
    }

    /// Books the end of a child stopped on purpose, and what it says of its own children.
    fn stopped(&mut self, id: &str, how: Ended) {
        let nested = self.index_of(id).and_then(|index| self.slots[index].child.nested.clone());
        let below = nested.map(|nested| {
            let below = nested.handle.read(|board| board.drained.clone());
            nested.handle.mark_down();
            below
        });
        self.spec.handle.write(|board| {
            board.drained.note(id, how);
            board.drained.merge(id, below.unwrap_or_default());
        });
        self.show(id, |entry| entry.enter(ChildState::Idle, None));
        self.emit(id, EventKind::Stopped { how });
    }
}

// === impl Family: small things ===

impl Family {
    fn is_dynamic(&self) -> bool {
        matches!(self.spec.members, Members::Dynamic { .. })
    }

    fn waits(&self, id: &str) -> bool {
        self.index_of(id).is_some_and(|index| self.slots[index].waiting.is_some())
    }

    fn index_of(&self, id: &str) -> Option<usize> {
        self.slots.iter().position(|slot| slot.child.id == id)
    }

    fn index_of_actor(&self, actor: ActorId) -> Option<usize> {
        self.slots.iter().position(|slot| slot.cell.as_ref().is_some_and(|cell| cell.get_id() == actor))
    }

    fn show(&self, id: &str, change: impl FnOnce(&mut Entry)) {
        self.spec.handle.write(|board| {
            board.entry(id).map(change);
        });
    }

    fn emit(&self, child: &str, kind: EventKind) {
        let event = Event { supervisor: Arc::clone(self.spec.handle.name()), child: child.to_owned(), kind };
        event.log();
        if let Some(hook) = &self.spec.on_event {
            hook(&event);
        }
    }
}

impl Slot {
    fn new(child: ChildSpec) -> Self {
        Self { child, tried: false, cell: None, waiting: None, stopping: None }
    }
}
