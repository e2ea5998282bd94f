//! Children that come and go at run time: adding one, stopping one without holding up the others.
//!
//! Restarts, escalation and the drain are the family's own and the same for every child.

use ractor::{ActorCell, ActorId, ActorStatus};
use tokio::sync::oneshot;

use super::{Family, Slot, Stopping, Task};
use crate::board::ChildState;
use crate::child_spec::{ChildSpec, Shutdown};
use crate::drain::{Ended, end};
use crate::dynamic::{StartChildError, StopChildError};
use crate::event::EventKind;
use crate::spec::Members;
use crate::supervisor::SupervisorMsg;

impl Family {
    /// Starts a child that was not known before. If that fails nothing is kept: whoever asked is
    /// there to be told, unlike at a later restart.
    pub(crate) async fn add(&mut self, mut child: ChildSpec) -> Result<ActorCell, StartChildError> {
        let Members::Dynamic { limit, grace, .. } = self.spec.members else {
            return Err(StartChildError::Unavailable);
        };
        if let Some(index) = self.index_of(&child.id) {
            let slot = &self.slots[index];
            return Err(match &slot.cell {
                Some(cell) if slot.stopping.is_none() && cell.get_status() < ActorStatus::Draining => {
                    StartChildError::AlreadyRunning(cell.clone())
                }
                _ => StartChildError::Busy { id: child.id },
            });
        }
        if self.slots.len() >= limit {
            return Err(StartChildError::Full { limit });
        }
        if let Shutdown::Drain(own) = child.shutdown {
            child.shutdown = Shutdown::Drain(own.min(grace));
        }
        let supervisor = self.myself.get_cell();
        let cell = child.start(supervisor).await?;
        let id = child.id.clone();
        self.spec.handle.write(|board| {
            board.add(&id, child.nested.as_ref().map(|nested| nested.handle.clone()));
        });
        self.slots.push(Slot { tried: true, cell: Some(cell.clone()), ..Slot::new(child) });
        self.show(&id, |entry| entry.enter(ChildState::Running, Some(cell.clone())));
        self.emit(&id, EventKind::Started);
        Ok(cell)
    }

    /// Begins to stop a child; the answer follows when it is gone, and others are served meanwhile.
    pub(crate) fn stop_child(&mut self, id: &str, reply: oneshot::Sender<Result<Ended, StopChildError>>) {
        let Some(index) = self.index_of(id).filter(|_| self.is_dynamic()) else {
            let _ = reply.send(Err(StopChildError::NotRunning { id: id.to_owned() }));
            return;
        };
        let myself = self.myself.clone();
        let slot = &mut self.slots[index];
        let Some(cell) = slot.cell.clone() else {
            // It waits for a restart that now never comes.
            let _ = reply.send(Ok(Ended::Stopped));
            self.forget(index);
            return;
        };
        let shutdown = slot.child.shutdown;
        let stopping =
            slot.stopping.get_or_insert_with(|| Stopping { replies: Vec::new(), gone: false, _task: None });
        stopping.replies.push(reply);
        if stopping.replies.len() == 1 {
            let task = tokio::spawn(async move {
                let (actor, how) = (cell.get_id(), end(&cell, shutdown).await);
                // A supervisor that is gone has stopped the child itself.
                let _ = myself.send_message(SupervisorMsg::StopEnded { actor, how });
            });
            stopping._task = Some(Task(task.abort_handle()));
            self.show(id, |entry| entry.enter(ChildState::Stopping, None));
        }
    }

    /// Answers those who asked for the stop. A stuck child keeps its place until it ends.
    pub(crate) fn stop_ended(&mut self, actor: ActorId, how: Ended) {
        let Some(index) = self.index_of_actor(actor) else { return };
        let id = self.slots[index].child.id.clone();
        let Some(stopping) = &mut self.slots[index].stopping else { return };
        for reply in stopping.replies.drain(..) {
            let _ = reply.send(Ok(how));
        }
        let gone = stopping.gone || how != Ended::Stuck;
        self.emit(&id, EventKind::Stopped { how });
        if gone {
            self.forget(index);
        }
    }

    /// Removes a dynamic child.
    pub(super) fn forget(&mut self, index: usize) {
        let slot = self.slots.remove(index);
        self.spec.handle.write(|board| board.entries.retain(|entry| entry.id != slot.child.id));
    }
}
