//! Taking work in hand, for every actor that leases: in a task of its own, because a queue may take its time to
//! say that it is empty, and because it may be away.

use crate::environment::Environment;
use crate::outages::{self, Server};
use domain::ids::{QueueName, RequestId};
use domain::ports::PortResult;
use domain::work::Lease;
use jiff::SignedDuration;
use std::time::Duration;

/// Leases up to `count` items. Back ends that are away are waited for, longer and longer, so the call ends only
/// when the queue has answered.
pub(crate) async fn lease(
    environment: &Environment,
    queue: &QueueName,
    count: usize,
    ttl: Duration,
) -> Vec<Lease> {
    let ttl = SignedDuration::try_from(ttl).unwrap_or(SignedDuration::from_secs(30));
    let mut failures = 0;
    loop {
        if let Ok(leases) = try_lease(environment, queue, count, ttl).await {
            return leases;
        }
        failures += 1;
        tokio::time::sleep(outages::wait(failures, (environment.jitter)())).await;
    }
}

async fn try_lease(
    environment: &Environment,
    queue: &QueueName,
    count: usize,
    ttl: SignedDuration,
) -> PortResult<Vec<Lease>> {
    if environment.outages.suspected(Server::Store) {
        // An item that cannot even be looked up would be handed out in vain, and counted by the queue.
        let nobody = RequestId::new("nobody");
        environment.told(Server::Store, environment.requests.get(&nobody).await)?;
    }
    environment.told(Server::Queue, environment.queue.lease(queue, count, ttl).await)
}
