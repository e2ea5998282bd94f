//! Keeps patient data unreadable where it is stored, and derives names that tell nothing.

use super::PortResult;

/// Seals bytes under the installation key.
///
/// - S-1 `open` gives back what `seal` took, under the same context.
/// - S-2 another context, a changed byte or another key is `Permanent`, never wrong bytes.
/// - S-3 sealing the same bytes twice gives different results.
/// - S-4 `keyed_hash` is stable for the installation, differs by purpose and by key.
/// - S-5 `index_hash` is under a key of its own: it is stable while `index_key` is, and no `keyed_hash` equals it.
pub trait Sealer: Send + Sync {
    /// Encrypts and authenticates; `context` names what the bytes are and must be given again to open them.
    ///
    /// # Errors
    /// Only if the system gives no randomness.
    fn seal(&self, context: &str, plain: &[u8]) -> PortResult<Vec<u8>>;
    /// Decrypts.
    ///
    /// # Errors
    /// `Permanent` when the bytes were not sealed under this key and context.
    fn open(&self, context: &str, sealed: &[u8]) -> PortResult<Vec<u8>>;
    /// HMAC-SHA-256 of bytes for one purpose.
    fn keyed_hash(&self, purpose: &str, bytes: &[u8]) -> [u8; 32];
    /// HMAC-SHA-256 of a search term under the index key.
    fn index_hash(&self, term: &str) -> [u8; 32];
    /// Which index key is in use; terms hashed under another are found no more until they are written anew. A new one
    /// may come at any moment, also between two hashes.
    fn index_key(&self) -> u32;
}
