//! Servers and disks behind the ports: whether they can be worked with at this moment.

use super::PortResult;
use async_trait::async_trait;

/// One back end, such as a database or a queue service. `/readyz` and `check --connect` ask it.
#[async_trait]
pub trait BackEnd: Send + Sync {
    /// What it is and where, such as `MongoDB at db.internal:27017/epic`; no secret.
    fn name(&self) -> String;

    /// One cheap round trip that uses the credentials and, where it can without leaving a trace, the right to
    /// write. Says what was found, such as the server's version.
    async fn ping(&self) -> PortResult<String>;

    /// How many requests it has been sent since it was opened, where that is counted: what a server bills or bears.
    fn requests(&self) -> Option<u64> {
        None
    }
}
