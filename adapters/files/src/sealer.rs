//! Sealing and hashing under an installation's keys: AES-256-GCM with the key's id in front, HMAC-SHA-256.
//!
//! A key that another process adds is taken up without a restart: before each seal the keyring's file is looked at
//! (one `stat`), and an unknown key id in front of sealed bytes has it read once more.

use crate::key::{KEY_BYTES, Key, decrypt, encrypt};
use crate::keyring::Keyring;
use crate::private::Stamp;
use crate::ring::{KeyPurpose, Ring, Root, damaged};
use aes_gcm::Aes256Gcm;
use domain::ports::{KeyWrapper, PortError, PortResult, Sealer};
use hmac::{Hmac, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// First byte of what is sealed, so that another cipher can follow. Behind it: the key's id (4 bytes, big-endian),
/// the nonce (12), the ciphertext and its tag (16).
const FORMAT: u8 = 2;

/// Format byte and key id.
const HEADER_BYTES: usize = 5;

/// Seals under the keys of one installation. `Debug` shows nothing of them.
pub struct InstallationSealer {
    /// Hashes names; never changes.
    naming: Hmac<Sha256>,
    keys: Mutex<Arc<Keys>>,
    source: Option<Source>,
}

/// The keys that change.
struct Keys {
    /// What opens, by id.
    sealing: BTreeMap<u32, Aes256Gcm>,
    /// What seals.
    current: u32,
    index_id: u32,
    index: Hmac<Sha256>,
}

/// Where changed keys come from.
struct Source {
    keyring: Keyring,
    root: Arc<Root>,
    /// Which content was last looked at.
    seen: Mutex<Option<Stamp>>,
}

impl InstallationSealer {
    /// Opens the keyring with the key that wraps it. At the first start (`create`: nothing was stored yet) a
    /// keyring with random keys is made, readable only by its owner; processes that start at the same moment
    /// agree on one.
    ///
    /// # Errors
    /// `Permanent` when the keyring is missing although something was stored, is wrapped by another key, damaged,
    /// readable by others or of a newer release; otherwise those of the wrapper.
    pub async fn open_or_create(
        keyring: &Path,
        wrapper: &dyn KeyWrapper,
        create: bool,
        now: Timestamp,
    ) -> PortResult<Self> {
        let keyring = Keyring::at(keyring);
        let (ring, stamp) = keyring.open_or_create(wrapper, create, now).await?;
        let missing = || damaged(&keyring.thing());
        let (_, naming) = ring.of(KeyPurpose::Naming).next().ok_or_else(missing)?;
        let naming = naming.hashing();
        let keys = Keys::of(&ring).ok_or_else(missing)?;
        let source = Source { keyring, root: ring.root, seen: Mutex::new(Some(stamp)) };
        Ok(Self { naming, keys: Mutex::new(Arc::new(keys)), source: Some(source) })
    }

    /// Seals under keys derived from one that comes from elsewhere, without a keyring: they never change.
    pub fn from_key(key: &[u8; KEY_BYTES]) -> Self {
        const ID: u32 = 1;
        let key = Key::new(*key);
        let keys = Keys {
            sealing: BTreeMap::from([(ID, key.derive("sealing").cipher())]),
            current: ID,
            index_id: ID,
            index: key.derive("index").hashing(),
        };
        Self { naming: key.derive("naming").hashing(), keys: Mutex::new(Arc::new(keys)), source: None }
    }

    /// The keys as they were last read.
    fn known(&self) -> Arc<Keys> {
        Arc::clone(&locked(&self.keys))
    }

    /// The keys as the keyring now has them.
    fn fresh(&self) -> Arc<Keys> {
        if let Some(source) = &self.source {
            let mut seen = locked(&source.seen);
            let stamp = source.keyring.stamp();
            if *seen != stamp {
                *seen = stamp;
                self.read_anew(source, &mut seen);
            }
        }
        self.known()
    }

    /// The keys after another look at the keyring, for an id that is not known.
    fn reread(&self) -> Arc<Keys> {
        if let Some(source) = &self.source {
            self.read_anew(source, &mut locked(&source.seen));
        }
        self.known()
    }

    /// Takes up what the keyring holds. A keyring that cannot be opened, or lacks keys that are in use, is not
    /// taken up: work goes on under the keys that are known, and somebody is told.
    fn read_anew(&self, source: &Source, seen: &mut Option<Stamp>) {
        let read = source.keyring.open_with(&source.root).and_then(|(ring, stamp)| {
            *seen = Some(stamp);
            let keys = Keys::of(&ring).ok_or_else(|| damaged(&source.keyring.thing()))?;
            if !self.known().sealing.keys().all(|id| keys.sealing.contains_key(id)) {
                let cause = "it lacks keys that are in use; put back the newest one";
                return Err(PortError::permanent(source.keyring.thing(), cause));
            }
            Ok(keys)
        });
        match read {
            Ok(keys) => *locked(&self.keys) = Arc::new(keys),
            Err(error) => tracing::warn!(
                %error,
                "the keyring cannot be taken up as it is now; this process goes on under the keys it knows"
            ),
        }
    }
}

impl Keys {
    fn of(ring: &Ring) -> Option<Self> {
        let sealing: BTreeMap<_, _> =
            ring.of(KeyPurpose::Sealing).map(|(facts, key)| (facts.id, key.cipher())).collect();
        let in_use = ring.of(KeyPurpose::Sealing).filter(|(facts, _)| facts.retired_at.is_none());
        let current = in_use.map(|(facts, _)| facts.id).max()?;
        let (index, key) = ring.of(KeyPurpose::Index).last()?;
        Some(Self { sealing, current, index_id: index.id, index: key.hashing() })
    }
}

impl Sealer for InstallationSealer {
    fn seal(&self, context: &str, plain: &[u8]) -> PortResult<Vec<u8>> {
        let keys = self.fresh();
        let header = header(keys.current);
        let cipher = keys.sealing.get(&keys.current);
        let cipher = cipher.ok_or_else(|| PortError::permanent("sealing", "there is no key"))?;
        let encrypted = encrypt(cipher, &bound(&header, context), plain)?;
        Ok([header.as_slice(), &encrypted].concat())
    }

    fn open(&self, context: &str, sealed: &[u8]) -> PortResult<Vec<u8>> {
        let refused = || PortError::permanent("sealed bytes", "not sealed under this key and context");
        let (header, encrypted) = sealed.split_first_chunk::<HEADER_BYTES>().ok_or_else(refused)?;
        let [FORMAT, id @ ..] = *header else {
            return Err(PortError::permanent("sealed bytes", "of an unknown format, or damaged"));
        };
        let id = u32::from_be_bytes(id);
        let mut keys = self.known();
        if !keys.sealing.contains_key(&id) {
            keys = self.reread();
        }
        let cipher = keys.sealing.get(&id).ok_or_else(|| self.unknown(id))?;
        decrypt(cipher, &bound(header, context), encrypted).ok_or_else(refused)
    }

    fn keyed_hash(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        let mut mac = self.naming.clone();
        // The length keeps the border between purpose and bytes.
        mac.update(&(purpose.len() as u64).to_be_bytes());
        mac.update(purpose.as_bytes());
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }

    fn index_hash(&self, term: &str) -> [u8; 32] {
        let mut mac = self.fresh().index.clone();
        mac.update(term.as_bytes());
        mac.finalize().into_bytes().into()
    }

    fn index_key(&self) -> u32 {
        self.fresh().index_id
    }
}

impl InstallationSealer {
    fn unknown(&self, id: u32) -> PortError {
        let keyring =
            self.source.as_ref().map_or_else(|| "this key".to_owned(), |source| source.keyring.thing());
        let cause = format!(
            "sealed under key {id}, which {keyring} does not have; put back the newest keyring from the backup, or \
             restart a process that has run since before its keys were wrapped anew"
        );
        PortError::permanent("sealed bytes", cause)
    }
}

impl fmt::Debug for InstallationSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InstallationSealer")
    }
}

fn header(id: u32) -> [u8; HEADER_BYTES] {
    let [a, b, c, d] = id.to_be_bytes();
    [FORMAT, a, b, c, d]
}

/// What is authenticated beside the bytes: the header has a fixed length, so the border to the context is kept.
fn bound(header: &[u8; HEADER_BYTES], context: &str) -> Vec<u8> {
    [header.as_slice(), context.as_bytes()].concat()
}

/// A panic elsewhere leaves nothing half-done here: the sections replace whole values.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
