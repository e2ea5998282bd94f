//! Ports met by plain files: the key file, the keyring and their sealer, the blob store, the folder destination.
//!
//! Everything is written whole or not at all ([`write_atomic`]), and blobs lie sealed under names that tell
//! nothing. The folder destination is the exception on purpose: it is the hand-over, so its contents are plain.

mod atomic;
mod back_end;
mod blobs;
mod folder;
mod key;
mod key_file;
mod keyring;
mod private;
mod ring;
mod sealer;

pub use atomic::write_atomic;
pub use blobs::FileBlobStore;
pub use folder::FolderDestination;
pub use key_file::FileKeyWrapper;
pub use keyring::Keyring;
pub use ring::{KeyFacts, KeyPurpose, KeyringFacts};
pub use sealer::InstallationSealer;

use domain::ports::{PortError, PortResult};
use std::io;

/// Classes an error of the file system. Its text is the operating system's, which knows no contents.
fn classed(thing: &str, error: &io::Error) -> PortError {
    use io::ErrorKind::{
        Interrupted, NotFound, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull, TimedOut,
        WouldBlock,
    };
    match error.kind() {
        NotFound => PortError::not_found(thing),
        Interrupted | TimedOut | WouldBlock => PortError::transient(thing, error),
        StorageFull | QuotaExceeded => {
            PortError::permanent(thing, format!("{error}; free space and try again"))
        }
        PermissionDenied | ReadOnlyFilesystem => {
            PortError::permanent(thing, format!("{error}; give the service's user access to the folder"))
        }
        _ => PortError::permanent(thing, error),
    }
}

/// Runs file work on a thread that may block. Work that has begun is finished even if nobody waits for it.
async fn blocking<T: Send + 'static>(
    thing: &'static str,
    work: impl FnOnce() -> PortResult<T> + Send + 'static,
) -> PortResult<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| PortError::transient(thing, "the work was cut short, the service is going down"))?
}
