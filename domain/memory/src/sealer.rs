//! A deterministic sealer without system randomness. It keeps the contract, so that tests meet the same
//! refusals as production; it is not meant to keep a secret.

use domain::ports::{PortError, PortResult, Sealer};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};

const NONCE_BYTES: usize = 8;
const TAG_BYTES: usize = 32;

/// Seals by XOR with a SHA-256 key stream and an HMAC; the nonce is a counter.
pub struct MemorySealer {
    key: [u8; 32],
    sealed: AtomicU64,
}

impl MemorySealer {
    /// The key follows from the seed: two seeds are two installations.
    pub fn new(seed: u64) -> Self {
        let mut digest = Sha256::new();
        digest.update(b"memory sealer");
        digest.update(seed.to_be_bytes());
        Self { key: digest.finalize().into(), sealed: AtomicU64::new(0) }
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC takes keys of any length, so this cannot fail; falling back keeps the function total.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return [0; 32] };
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    fn stream(&self, nonce: &[u8], bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len());
        for (index, block) in (0_u64..).zip(bytes.chunks(32)) {
            let mut digest = Sha256::new();
            digest.update(self.key);
            digest.update(nonce);
            digest.update(index.to_be_bytes());
            out.extend(block.iter().zip(digest.finalize()).map(|(byte, key)| byte ^ key));
        }
        out
    }
}

impl Sealer for MemorySealer {
    fn seal(&self, context: &str, plain: &[u8]) -> PortResult<Vec<u8>> {
        let nonce = self.sealed.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let body = self.stream(&nonce, plain);
        let tag = self.mac(&[b"seal", context.as_bytes(), &nonce, &body]);
        Ok([nonce.as_slice(), &tag, &body].concat())
    }

    fn open(&self, context: &str, sealed: &[u8]) -> PortResult<Vec<u8>> {
        let refused = || PortError::permanent("sealed bytes", "not sealed under this key and context");
        let (nonce, rest) = sealed.split_at_checked(NONCE_BYTES).ok_or_else(refused)?;
        let (tag, body) = rest.split_at_checked(TAG_BYTES).ok_or_else(refused)?;
        if tag != self.mac(&[b"seal", context.as_bytes(), nonce, body]) {
            return Err(refused());
        }
        Ok(self.stream(nonce, body))
    }

    fn keyed_hash(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        self.mac(&[b"hash", purpose.as_bytes(), bytes])
    }

    fn index_hash(&self, term: &str) -> [u8; 32] {
        self.mac(&[b"index", term.as_bytes()])
    }

    fn index_key(&self) -> u32 {
        1
    }
}
