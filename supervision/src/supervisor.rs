//! The supervisor actor: a thin shell over [`Family`], which holds the children.
//!
//! Owns nothing but its family. Starting is a self-message, so a child that cannot be started is met
//! on the same path as one that ends later. Stopping the supervisor stops its children in
//! `post_stop`; giving up stops them too and then fails, which the parent sees as an error. A killed
//! supervisor takes its children with it (ractor kills linked actors).

use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorCell, ActorId, ActorProcessingErr, ActorRef, SupervisionEvent};
use thiserror::Error;
use tokio::sync::oneshot;

use crate::child_spec::ChildSpec;
use crate::drain::Ended;
use crate::dynamic::{StartChildError, StopChildError};
use crate::exit::Exit;
use crate::family::Family;
use crate::spec::SupervisorSpec;

pub(crate) struct Supervisor;

pub(crate) enum SupervisorMsg {
    /// Start all children, in order.
    StartAll,
    /// The wait of the children that hold this token is over.
    RestartDue { token: u64 },
    /// Start a dynamic child.
    StartChild { child: Box<ChildSpec>, reply: oneshot::Sender<Result<ActorCell, StartChildError>> },
    /// Stop a dynamic child and forget it.
    StopChild { id: String, reply: oneshot::Sender<Result<Ended, StopChildError>> },
    /// The stop of the child that was this actor is over.
    StopEnded { actor: ActorId, how: Ended },
}

/// A supervisor gave up: more counted restarts were due than its intensity allows.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "supervisor `{supervisor}` gave up: child `{child}` ended ({exit}) after {restarts} restarts within {} s",
    period.as_secs()
)]
pub struct Escalated {
    /// Name of the supervisor.
    pub supervisor: String,
    /// The child whose exit was one too many.
    pub child: String,
    /// That exit; for a nested supervisor it holds the text of its own giving up.
    pub exit: Exit,
    /// Restarts the intensity allows.
    pub restarts: u32,
    /// The window they are counted in.
    pub period: Duration,
}

impl Actor for Supervisor {
    type Msg = SupervisorMsg;
    type State = Family;
    type Arguments = Arc<SupervisorSpec>;

    async fn pre_start(
        &self,
        myself: ActorRef<Self::Msg>,
        spec: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        spec.validate()?;
        Ok(Family::new(spec, myself))
    }

    async fn post_start(
        &self,
        myself: ActorRef<Self::Msg>,
        _family: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        myself.send_message(SupervisorMsg::StartAll)?;
        Ok(())
    }

    async fn handle(
        &self,
        _myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        family: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            SupervisorMsg::StartAll => family.start_all().await?,
            SupervisorMsg::RestartDue { token } => family.restart_due(token).await?,
            SupervisorMsg::StartChild { child, reply } => {
                let _ = reply.send(family.add(*child).await);
            }
            SupervisorMsg::StopChild { id, reply } => family.stop_child(&id, reply),
            SupervisorMsg::StopEnded { actor, how } => family.stop_ended(actor, how),
        }
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        _myself: ActorRef<Self::Msg>,
        event: SupervisionEvent,
        family: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        family.on_event(event).await?;
        Ok(())
    }

    async fn post_stop(
        &self,
        _myself: ActorRef<Self::Msg>,
        family: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        family.drain().await;
        Ok(())
    }
}
