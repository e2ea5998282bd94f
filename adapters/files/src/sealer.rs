//! The installation key and what is derived from it: AES-256-GCM for sealing, HMAC-SHA-256 for names.
//!
//! The key file is made at first start and is the one thing a backup must hold apart from the data: without it
//! the data cannot be read, with it they can.

use crate::atomic::{Draft, folder_of, make_folder, sync_folder};
use crate::classed;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use data_encoding::BASE64;
use domain::ports::{ErrorClass, PortError, PortResult, Sealer};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// An AES-256 key.
const KEY_BYTES: usize = 32;

/// What AES-GCM takes. Random ones are safe for 2^32 seals under one key (NIST SP 800-38D, 8.3), which is
/// decades of pages.
const NONCE_BYTES: usize = 12;

/// First byte of what is sealed, so that another cipher can follow.
const FORMAT: u8 = 1;

/// More than any form of a key file; a larger file is not read.
const KEY_FILE_BYTES_MAX: u64 = 1_024;

/// Seals under the key of one installation. `Debug` shows nothing of it.
pub struct InstallationSealer {
    cipher: Aes256Gcm,
    /// HMAC already keyed; cloned for each hash.
    hashing: Hmac<Sha256>,
}

impl InstallationSealer {
    /// Reads the key file, or makes one with a new random key, readable only by its owner.
    ///
    /// # Errors
    /// `Permanent` when others can read the file, when it holds no 32 bytes (raw or base64), or when it can be
    /// neither read nor made.
    pub fn open_or_create(path: &Path) -> PortResult<Self> {
        match Self::open(path) {
            Err(error) if error.class == ErrorClass::NotFound => {
                create(path)?;
                Self::open(path)
            }
            result => result,
        }
    }

    /// Reads an existing key file.
    ///
    /// # Errors
    /// `NotFound` when there is none; otherwise as [`InstallationSealer::open_or_create`].
    pub fn open(path: &Path) -> PortResult<Self> {
        let thing = thing(path);
        let file = File::open(path).map_err(|error| classed(&thing, &error))?;
        let metadata = file.metadata().map_err(|error| classed(&thing, &error))?;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            let cause = format!("others may read it (mode {mode:o}); run `chmod 600` on it");
            return Err(PortError::permanent(thing, cause));
        }
        let mut content = Vec::new();
        file.take(KEY_FILE_BYTES_MAX).read_to_end(&mut content).map_err(|error| classed(&thing, &error))?;
        let key = decode(&content).ok_or_else(|| {
            let cause = format!(
                "it holds {} bytes that are no key of 32 bytes, raw or in base64; restore it from the backup",
                content.len()
            );
            PortError::permanent(thing, cause)
        })?;
        Ok(Self::from_key(&key))
    }

    /// Seals under a key that comes from elsewhere, such as a secret store.
    pub fn from_key(key: &[u8; KEY_BYTES]) -> Self {
        // Two uses, two keys: neither can weaken the other.
        let cipher = Aes256Gcm::new(&derive(key, "sealing").into());
        Self { cipher, hashing: keyed(&derive(key, "hashing")) }
    }
}

impl Sealer for InstallationSealer {
    fn seal(&self, context: &str, plain: &[u8]) -> PortResult<Vec<u8>> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce)
            .map_err(|error| PortError::transient("system's random numbers", error))?;
        let payload = Payload { msg: plain, aad: context.as_bytes() };
        let body = self
            .cipher
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_| PortError::permanent("sealing", "the bytes are too long for one piece"))?;
        Ok([[FORMAT].as_slice(), &nonce, &body].concat())
    }

    fn open(&self, context: &str, sealed: &[u8]) -> PortResult<Vec<u8>> {
        let refused = || PortError::permanent("sealed bytes", "not sealed under this key and context");
        let (format, rest) = sealed.split_first().ok_or_else(refused)?;
        if *format != FORMAT {
            return Err(PortError::permanent("sealed bytes", "of an unknown format, or damaged"));
        }
        let (nonce, body) = rest.split_first_chunk::<NONCE_BYTES>().ok_or_else(refused)?;
        let payload = Payload { msg: body, aad: context.as_bytes() };
        self.cipher.decrypt(&Nonce::from(*nonce), payload).map_err(|_| refused())
    }

    fn keyed_hash(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        let mut mac = self.hashing.clone();
        // The length keeps the border between purpose and bytes.
        mac.update(&(purpose.len() as u64).to_be_bytes());
        mac.update(purpose.as_bytes());
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for InstallationSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InstallationSealer")
    }
}

fn thing(path: &Path) -> String {
    format!("key file {}", path.display())
}

fn keyed(key: &[u8; KEY_BYTES]) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length (RFC 2104)")]
    <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("a key of any length")
}

fn derive(key: &[u8; KEY_BYTES], purpose: &str) -> [u8; KEY_BYTES] {
    let mut mac = keyed(key);
    mac.update(b"epic-connector/");
    mac.update(purpose.as_bytes());
    mac.finalize().into_bytes().into()
}

/// 32 raw bytes, or their base64 with blanks around it.
fn decode(content: &[u8]) -> Option<[u8; KEY_BYTES]> {
    if let Ok(raw) = content.try_into() {
        return Some(raw);
    }
    BASE64.decode(content.trim_ascii()).ok()?.try_into().ok()
}

/// Makes a key file, unless another process has made one first: its key then is the one.
fn create(path: &Path) -> PortResult<()> {
    let thing = thing(path);
    let mut key = [0; KEY_BYTES];
    getrandom::fill(&mut key).map_err(|error| PortError::transient(&thing, error))?;
    let text = format!("{}\n", BASE64.encode(&key));
    let folder = folder_of(path);
    let made = make_folder(folder)
        .and_then(|()| Draft::file(folder, text.as_bytes(), 0o600))
        .and_then(|draft| match fs::hard_link(&draft.path, path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            // A copy of the key must not stay behind.
            _ => fs::remove_file(&draft.path),
        })
        .and_then(|()| sync_folder(folder));
    made.map_err(|error| classed(&thing, &error))
}
