//! Ports met by plain files: the key file, the keyring and their sealer, the blob store, the folder destination, the
//! two ends of a fax pipeline, evidence of failures.
//!
//! Everything is written whole or not at all ([`write_atomic`]), and blobs lie sealed under names that tell
//! nothing. The destinations are the exception on purpose: they are the hand-over, so their contents are plain.

mod atomic;
mod back_end;
mod blobs;
mod error;
mod evidence;
mod fax;
mod folder;
mod key;
mod key_file;
mod keyring;
mod private;
mod probe;
mod recordings;
mod ring;
mod sealer;

pub use atomic::write_atomic;
pub use blobs::FileBlobStore;
pub use evidence::FileEvidence;
pub use fax::{FaxFolder, FaxOutbox};
pub use folder::FolderDestination;
pub use key_file::FileKeyWrapper;
pub use keyring::Keyring;
pub use recordings::FolderRecordings;
pub use ring::{KeyFacts, KeyPurpose, KeyringFacts};
pub use sealer::InstallationSealer;

use domain::ports::{PortError, PortResult};

/// Runs file work on a thread that may block. Work that has begun is finished even if nobody waits for it.
async fn blocking<T: Send + 'static>(
    thing: &'static str,
    work: impl FnOnce() -> PortResult<T> + Send + 'static,
) -> PortResult<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| PortError::transient(thing, "the work was cut short, the service is going down"))?
}
