//! A destination that is a folder: one sub-folder a delivery with `packet.pdf`, `order.json`, `summary.txt`,
//! `receipt.json`.
//!
//! Commit point: the rename of the finished sub-folder to its name, which is derived from the delivery's key;
//! a repeat finds it there. Contents are plain, since this is the hand-over: who may read the folder is the
//! deployer's choice.

use crate::atomic::{Draft, make_folder, remove_leftovers, sync_folder, write_synced};
use crate::blocking;
use crate::error::{classed, opening, writing};
use crate::probe::Room;
use async_trait::async_trait;
use domain::ids::DestinationName;
use domain::ports::{Destination, PortError, PortResult};
use domain::router::{Delivery, DeliveryKey, Receipt};
use jiff::Timestamp;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const THING: &str = "folder destination";

const RECEIPT_FILE: &str = "receipt.json";

/// Meets [`Destination`] in one folder. Clones share it.
#[derive(Clone)]
pub struct FolderDestination {
    name: DestinationName,
    root: Arc<Path>,
    room: Arc<Room>,
}

impl FolderDestination {
    /// Opens a folder, making it as needed, and removes deliveries a crash left unfinished.
    ///
    /// # Errors
    /// `Permanent` when the folder cannot be made, read or cleaned; `Transient` while its disk is full or read-only.
    pub fn open(name: DestinationName, root: &Path) -> PortResult<Self> {
        let thing = format!("folder destination {}", root.display());
        let cleaned = make_folder(root)
            .and_then(|()| remove_leftovers(root))
            .map_err(|error| opening(&thing, &error))?;
        if cleaned > 0 {
            tracing::info!(cleaned, "unfinished deliveries of an earlier run removed");
        }
        Ok(Self { name, root: Arc::from(root), room: Arc::default() })
    }

    /// The folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// What is known of its room.
    pub(crate) fn room(&self) -> &Room {
        &self.room
    }

    fn place(&self, key: &DeliveryKey) -> PathBuf {
        self.root.join(key.name())
    }

    fn find_now(&self, key: &DeliveryKey) -> PortResult<Option<Receipt>> {
        let thing = named(key);
        match fs::read(self.place(key).join(RECEIPT_FILE)) {
            Ok(json) => serde_json::from_slice(&json).map(Some).map_err(|_| {
                PortError::permanent(thing, "its receipt.json was changed and cannot be read; restore it")
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(classed(&thing, &error)),
        }
    }

    fn deliver_now(&self, delivery: &Delivery, now: Timestamp) -> PortResult<Receipt> {
        let key = &delivery.key;
        let (thing, place) = (named(key), self.place(key));
        let failed = |error: io::Error| {
            self.room
                .note(&error, delivery.packet_pdf.len() + delivery.order_json.len() + delivery.summary.len());
            writing(&thing, "the destination's folder", &error)
        };
        let durable = || sync_folder(&self.root).map_err(failed);
        if let Some(first) = self.find_now(key)? {
            // Whoever made it may not have come to this yet, and our caller will count on the receipt.
            durable()?;
            return Ok(first);
        }
        let receipt = Receipt { key: key.clone(), reference: place.display().to_string(), at: now };
        let built = build(&self.root, delivery, &receipt).and_then(|draft| fs::rename(&draft.path, &place));
        if let Err(error) = built {
            // Another delivery of the same key was quicker; a rename never replaces a folder with contents.
            let first = self.find_now(key)?.ok_or_else(|| failed(error))?;
            durable()?;
            return Ok(first);
        }
        durable()?;
        Ok(receipt)
    }
}

#[async_trait]
impl Destination for FolderDestination {
    fn name(&self) -> &DestinationName {
        &self.name
    }

    async fn deliver(&self, delivery: &Delivery, now: Timestamp) -> PortResult<Receipt> {
        let (folder, delivery) = (self.clone(), delivery.clone());
        blocking(THING, move || folder.deliver_now(&delivery, now)).await
    }

    async fn find(&self, key: &DeliveryKey) -> PortResult<Option<Receipt>> {
        let (folder, key) = (self.clone(), key.clone());
        blocking(THING, move || folder.find_now(&key)).await
    }
}

/// Builds a delivery in a folder of its own and waits until the disk has it.
fn build(root: &Path, delivery: &Delivery, receipt: &Receipt) -> io::Result<Draft> {
    let receipt = serde_json::to_vec_pretty(receipt).map_err(io::Error::other)?;
    let files: [(&str, &[u8]); 4] = [
        ("packet.pdf", &delivery.packet_pdf),
        ("order.json", &delivery.order_json),
        ("summary.txt", &delivery.summary),
        (RECEIPT_FILE, &receipt),
    ];
    let draft = Draft::folder(root)?;
    for (name, bytes) in files {
        write_synced(&draft.path.join(name), bytes, 0o640)?;
    }
    sync_folder(&draft.path)?;
    Ok(draft)
}

fn named(key: &DeliveryKey) -> String {
    format!("delivery {}", key.name())
}
