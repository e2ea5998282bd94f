//! A key of 32 bytes and what is done with one: AES-256-GCM, HMAC-SHA-256, and keys derived for other uses.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use domain::ports::{PortError, PortResult};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// An AES-256 key.
pub(crate) const KEY_BYTES: usize = 32;

/// What AES-GCM takes. Random ones are safe for 2^32 seals under one key (NIST SP 800-38D, 8.3): at a hundred
/// pages a second that is more than a year, so keys are made new every year.
const NONCE_BYTES: usize = 12;

/// A secret key. It has no `Debug`, so that no text can show it.
pub(crate) struct Key([u8; KEY_BYTES]);

impl Key {
    pub(crate) const fn new(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    pub(crate) fn random() -> PortResult<Self> {
        let mut bytes = [0; KEY_BYTES];
        fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    pub(crate) const fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    /// A key of its own for one use: neither use can weaken the other.
    pub(crate) fn derive(&self, purpose: &str) -> Self {
        let mut mac = self.hashing();
        mac.update(b"epic-connector/");
        mac.update(purpose.as_bytes());
        Self(mac.finalize().into_bytes().into())
    }

    pub(crate) fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&self.0.into())
    }

    /// HMAC already keyed; cloned for each hash.
    pub(crate) fn hashing(&self) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of every length (RFC 2104)")]
        <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0).expect("a key of any length")
    }
}

/// Nonce and ciphertext with tag; `bound` is authenticated beside it.
pub(crate) fn encrypt(cipher: &Aes256Gcm, bound: &[u8], plain: &[u8]) -> PortResult<Vec<u8>> {
    let mut nonce = [0; NONCE_BYTES];
    fill(&mut nonce)?;
    let body = cipher
        .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: bound })
        .map_err(|_| PortError::permanent("sealing", "the bytes are too long for one piece"))?;
    Ok([nonce.as_slice(), &body].concat())
}

/// The plain bytes; none where key, `bound` or a byte is another.
pub(crate) fn decrypt(cipher: &Aes256Gcm, bound: &[u8], encrypted: &[u8]) -> Option<Vec<u8>> {
    let (nonce, body) = encrypted.split_first_chunk::<NONCE_BYTES>()?;
    cipher.decrypt(&Nonce::from(*nonce), Payload { msg: body, aad: bound }).ok()
}

fn fill(bytes: &mut [u8]) -> PortResult<()> {
    getrandom::fill(bytes).map_err(|error| PortError::transient("system's random numbers", error))
}
