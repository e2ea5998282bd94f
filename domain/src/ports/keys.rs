//! What wraps the installation's keys: a file's key, or a key management service.

use super::PortResult;
use async_trait::async_trait;

/// Wraps keys under a key that never leaves its home.
///
/// - K-1 `unwrap` gives back what `wrap` took, under the same purpose.
/// - K-2 another purpose, changed bytes or another wrapping key is `Permanent`, never wrong bytes.
#[async_trait]
pub trait KeyWrapper: Send + Sync {
    /// Names the wrapping key, such as `file:3f9c…` or a KMS key's ARN; written beside what it wrapped.
    fn id(&self) -> String;
    /// Wraps a key.
    async fn wrap(&self, purpose: &str, key: &[u8; 32]) -> PortResult<Vec<u8>>;
    /// Unwraps a key.
    async fn unwrap(&self, purpose: &str, wrapped: &[u8]) -> PortResult<[u8; 32]>;
}
