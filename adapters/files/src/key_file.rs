//! The key file: 32 random bytes, readable by their owner only, under which the keyring's keys are wrapped.
//!
//! It is made at first start and is the one thing a backup must hold apart from the data: with keyring and data
//! alone nothing can be read. A missing one is never replaced where a keyring or data exist.

use crate::atomic::create_whole;
use crate::key::{KEY_BYTES, Key, decrypt, encrypt};
use crate::private::read_private;
use aes_gcm::Aes256Gcm;
use async_trait::async_trait;
use data_encoding::{BASE32_NOPAD, BASE64};
use domain::ports::{ErrorClass, KeyWrapper, PortError, PortResult};
use hmac::Mac;
use std::fmt;
use std::path::Path;

/// First byte of a wrapped key, so that another cipher can follow.
const FORMAT: u8 = 1;

/// More than any form of a key file; a larger file is no key.
const KEY_FILE_BYTES_MAX: u64 = 1_024;

/// Of the keyed hash that names a key: enough that no two installations meet, too little to help anybody.
const ID_BYTES: usize = 10;

/// Wraps keys under the key of a file. `Debug` shows its id only.
pub struct FileKeyWrapper {
    id: String,
    cipher: Aes256Gcm,
}

impl FileKeyWrapper {
    /// Reads an existing key file.
    ///
    /// # Errors
    /// `NotFound` when there is none; `Permanent` when others can read it, or when it holds no 32 bytes (raw or
    /// base64).
    pub fn open(path: &Path) -> PortResult<Self> {
        let thing = thing(path);
        let (content, _) = read_private(&thing, path, KEY_FILE_BYTES_MAX)?;
        let key = decode(&content).ok_or_else(|| {
            let cause = format!(
                "it holds {} bytes that are no key of 32 bytes, raw or in base64; restore it from the backup",
                content.len()
            );
            PortError::permanent(thing, cause)
        })?;
        Ok(Self::from_key(&key))
    }

    /// Reads the key file, or makes one with a new random key: for keys that are wrapped anew.
    ///
    /// # Errors
    /// As [`FileKeyWrapper::open`], or it cannot be made.
    pub fn open_or_create(path: &Path) -> PortResult<Self> {
        match Self::open(path) {
            Err(error) if error.class == ErrorClass::NotFound => {
                create(path)?;
                Self::open(path)
            }
            result => result,
        }
    }

    /// Reads the key file of an installation. At its first start (`create`: nothing was stored yet, and there is
    /// no keyring) one is made.
    ///
    /// # Errors
    /// `Permanent` when the file is missing although something was sealed; otherwise as [`FileKeyWrapper::open`].
    pub fn of_installation(path: &Path, keyring: &Path, create: bool) -> PortResult<Self> {
        if create && !keyring.exists() {
            return Self::open_or_create(path);
        }
        // The key file comes before the keyring, so one that is missing now did not come with a first start
        // beside this one.
        Self::open(path).map_err(|error| match error.class {
            ErrorClass::NotFound => {
                let cause = "it is missing, but there is a keyring, or there are data; put back the key file: a \
                             new one cannot open what was sealed";
                PortError::permanent(error.thing, cause)
            }
            _ => error,
        })
    }

    /// Wraps under a key that comes from elsewhere, such as a secret store.
    pub fn from_key(key: &[u8; KEY_BYTES]) -> Self {
        let key = Key::new(*key);
        let mut mac = key.derive("wrapping id").hashing();
        mac.update(b"id");
        let hash = mac.finalize().into_bytes();
        let id = format!("file:{}", BASE32_NOPAD.encode(&hash[..ID_BYTES]).to_ascii_lowercase());
        Self { id, cipher: key.derive("wrapping").cipher() }
    }
}

#[async_trait]
impl KeyWrapper for FileKeyWrapper {
    fn id(&self) -> String {
        self.id.clone()
    }

    async fn wrap(&self, purpose: &str, key: &[u8; KEY_BYTES]) -> PortResult<Vec<u8>> {
        Ok([[FORMAT].as_slice(), &encrypt(&self.cipher, &bound(purpose), key)?].concat())
    }

    async fn unwrap(&self, purpose: &str, wrapped: &[u8]) -> PortResult<[u8; KEY_BYTES]> {
        let plain = match wrapped.split_first() {
            Some((&FORMAT, rest)) => decrypt(&self.cipher, &bound(purpose), rest),
            _ => None,
        };
        plain.and_then(|key| key.try_into().ok()).ok_or_else(|| {
            let cause = format!("it was not wrapped by {} for this purpose, or it is damaged", self.id);
            PortError::permanent("wrapped key", cause)
        })
    }
}

impl fmt::Debug for FileKeyWrapper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileKeyWrapper({})", self.id)
    }
}

fn thing(path: &Path) -> String {
    format!("key file {}", path.display())
}

fn bound(purpose: &str) -> Vec<u8> {
    [[FORMAT].as_slice(), purpose.as_bytes()].concat()
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
    let text = format!("{}\n", BASE64.encode(Key::random()?.bytes()));
    create_whole(path, text.as_bytes(), 0o600).map_err(|error| crate::error::opening(&thing(path), &error))
}
