//! What a keyring holds and how it is written: keys by id and purpose, sealed under a root key that alone is
//! wrapped by the installation's [`KeyWrapper`].
//!
//! The root key spares a running service every call to a key management service but the one at its start: a key
//! that another process adds is read with the root at hand. Wrapping anew makes a new root, so that whoever had
//! the old wrapping key cannot open what comes later.

use crate::key::{KEY_BYTES, Key, decrypt, encrypt};
use data_encoding::BASE64;
use domain::ports::{ErrorClass, KeyWrapper, PortError, PortResult};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The one form there has been.
const VERSION: u32 = 1;

/// What the root key is wrapped for.
const ROOT: &str = "epic-connector keyring";

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPurpose {
    /// Ids, blob addresses and the audit chain are hashed under it; it never changes.
    Naming,
    /// Patient data is sealed under the current one; older ones still open.
    Sealing,
    /// Search terms are hashed under it; a new one takes its place and the terms are written anew.
    Index,
}

/// What everybody may know of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFacts {
    /// Names the key; part of what is sealed under it. Never given twice.
    pub id: u32,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it opens, but seals no more; none while it is in use.
    pub retired_at: Option<Timestamp>,
}

/// What everybody may know of a keyring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyringFacts {
    /// The id of the [`KeyWrapper`] that opens it.
    pub wrapped_by: String,
    /// Its keys, in order of id.
    pub keys: Vec<KeyFacts>,
}

/// The file's content.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    version: u32,
    wrapped_by: String,
    /// The root key, wrapped; base64.
    root: String,
    keys: Vec<KeyFacts>,
    /// The keys themselves in the order of `keys`, sealed under the root and bound to all of the above; base64.
    sealed: String,
}

/// A form that only says which it is.
#[derive(Deserialize)]
struct AnyVersion {
    version: u32,
}

impl Written {
    pub(crate) fn parse(thing: &str, content: &[u8]) -> PortResult<Self> {
        let any: AnyVersion = serde_json::from_slice(content).map_err(|_| damaged(thing))?;
        if any.version > VERSION {
            let cause = format!(
                "it was written by a newer release (form {}, this one knows {VERSION}); run that release",
                any.version
            );
            return Err(PortError::permanent(thing, cause));
        }
        serde_json::from_slice(content).map_err(|_| damaged(thing))
    }

    pub(crate) fn facts(self) -> KeyringFacts {
        KeyringFacts { wrapped_by: self.wrapped_by, keys: self.keys }
    }

    /// The root key.
    pub(crate) async fn root(&self, thing: &str, wrapper: &dyn KeyWrapper) -> PortResult<Arc<Root>> {
        let given = wrapper.id();
        if self.wrapped_by != given {
            let cause = format!(
                "it is wrapped by {}, but the configuration names {given}; name the key file or KMS key it was \
                 wrapped by",
                self.wrapped_by
            );
            return Err(PortError::permanent(thing, cause));
        }
        let wrapped = BASE64.decode(self.root.as_bytes()).map_err(|_| damaged(thing))?;
        match wrapper.unwrap(ROOT, &wrapped).await {
            Ok(root) => {
                Ok(Arc::new(Root { key: Key::new(root), wrapped: self.root.clone(), wrapped_by: given }))
            }
            // The wrapper's own words stay: only it knows what its key's home said.
            Err(error) if error.class == ErrorClass::Permanent => {
                let cause = format!("{}; restore it from the backup", error.cause);
                Err(PortError::permanent(format!("{thing}, {}", error.thing), cause))
            }
            Err(error) => Err(error),
        }
    }

    /// What the sealed keys are bound to.
    fn bound(&self) -> PortResult<Vec<u8>> {
        serde_json::to_vec(&(self.version, &self.wrapped_by, &self.root, &self.keys))
            .map_err(|error| PortError::permanent("keyring", error))
    }
}

/// A root key, and how it is written.
pub(crate) struct Root {
    key: Key,
    /// Base64.
    wrapped: String,
    wrapped_by: String,
}

/// An opened keyring.
pub(crate) struct Ring {
    pub(crate) root: Arc<Root>,
    keys: Vec<(KeyFacts, Key)>,
}

impl Ring {
    /// Three random keys.
    pub(crate) async fn new(wrapper: &dyn KeyWrapper, now: Timestamp) -> PortResult<Self> {
        let mut ring = Self::of_keys(Vec::new(), wrapper).await?;
        for purpose in [KeyPurpose::Naming, KeyPurpose::Sealing, KeyPurpose::Index] {
            ring.add(purpose, now)?;
        }
        Ok(ring)
    }

    /// Opens what was written, with its root key.
    pub(crate) fn open(thing: &str, written: &Written, root: Arc<Root>) -> PortResult<Self> {
        if written.root != root.wrapped {
            let cause = "its keys were wrapped anew; restart this process with the configuration that names the new \
                         key file or KMS key";
            return Err(PortError::permanent(thing, cause));
        }
        let sealed = BASE64.decode(written.sealed.as_bytes()).map_err(|_| damaged(thing))?;
        let plain = decrypt(&root.key.cipher(), &written.bound()?, &sealed).ok_or_else(|| damaged(thing))?;
        let (keys, rest) = plain.as_chunks::<KEY_BYTES>();
        if !rest.is_empty() || keys.len() != written.keys.len() {
            return Err(damaged(thing));
        }
        let keys = written.keys.iter().cloned().zip(keys.iter().copied().map(Key::new)).collect();
        Ok(Self { root, keys })
    }

    /// The file's content.
    pub(crate) fn text(&self) -> PortResult<String> {
        let plain: Vec<u8> = self.keys.iter().flat_map(|(_, key)| *key.bytes()).collect();
        let mut written = Written {
            version: VERSION,
            wrapped_by: self.root.wrapped_by.clone(),
            root: self.root.wrapped.clone(),
            keys: self.keys.iter().map(|(facts, _)| facts.clone()).collect(),
            sealed: String::new(),
        };
        written.sealed = BASE64.encode(&encrypt(&self.root.key.cipher(), &written.bound()?, &plain)?);
        let text = serde_json::to_string_pretty(&written);
        text.map(|text| text + "\n").map_err(|error| PortError::permanent("keyring", error))
    }

    /// A new sealing key; those before it only open from now on.
    pub(crate) fn rotate(&mut self, now: Timestamp) -> PortResult<u32> {
        for (facts, _) in &mut self.keys {
            if facts.purpose == KeyPurpose::Sealing && facts.retired_at.is_none() {
                facts.retired_at = Some(now);
            }
        }
        self.add(KeyPurpose::Sealing, now)
    }

    /// A new index key in the place of the present one, which nothing needs any more.
    pub(crate) fn renew_index(&mut self, now: Timestamp) -> PortResult<u32> {
        // Added before the other goes, so that its id is not given again.
        let id = self.add(KeyPurpose::Index, now)?;
        self.keys.retain(|(facts, _)| facts.purpose != KeyPurpose::Index || facts.id == id);
        Ok(id)
    }

    /// The same keys under a new root that another key wraps.
    pub(crate) async fn rewrapped(self, wrapper: &dyn KeyWrapper) -> PortResult<Self> {
        Self::of_keys(self.keys, wrapper).await
    }

    /// The keys of a purpose, in order of id.
    pub(crate) fn of(&self, purpose: KeyPurpose) -> impl Iterator<Item = &(KeyFacts, Key)> {
        self.keys.iter().filter(move |(facts, _)| facts.purpose == purpose)
    }

    async fn of_keys(keys: Vec<(KeyFacts, Key)>, wrapper: &dyn KeyWrapper) -> PortResult<Self> {
        let key = Key::random()?;
        let wrapped = BASE64.encode(&wrapper.wrap(ROOT, key.bytes()).await?);
        Ok(Self { root: Arc::new(Root { key, wrapped, wrapped_by: wrapper.id() }), keys })
    }

    fn add(&mut self, purpose: KeyPurpose, now: Timestamp) -> PortResult<u32> {
        let id = 1 + self.keys.iter().map(|(facts, _)| facts.id).max().unwrap_or(0);
        self.keys.push((KeyFacts { id, purpose, created_at: now, retired_at: None }, Key::random()?));
        Ok(id)
    }
}

pub(crate) fn damaged(thing: &str) -> PortError {
    PortError::permanent(thing, "it is damaged, or was changed by hand; restore it from the backup")
}
