//! Tasks that belong to somebody: dropped with their owner, never detached.

use std::future::Future;
use tokio::task::{JoinError, JoinHandle};

/// A running task that is aborted when this handle is dropped.
#[derive(Debug)]
pub struct OwnedTask<T>(JoinHandle<T>);

impl<T: Send + 'static> OwnedTask<T> {
    /// Starts a task.
    pub fn spawn(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self(tokio::spawn(future))
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// When it panicked.
    pub async fn join(mut self) -> Result<T, JoinError> {
        (&mut self.0).await
    }

    /// Whether it has ended.
    pub fn is_finished(&self) -> bool {
        self.0.is_finished()
    }
}

impl<T> Drop for OwnedTask<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
