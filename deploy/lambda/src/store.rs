//! The code mailbox, by the store's address.

use crate::settings::{Settings, Store};
use domain::ports::{Clock, CodeMailbox, PortError, PortResult, Sealer};
use jiff::Timestamp;
use mongo::{MongoOptions, MongoStore};
use sqlite::SqliteStore;
use std::path::Path;
use std::sync::Arc;

/// The system's clock.
struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Opens the mailbox of the service's store. Nothing is made or migrated here but what the adapter needs to work.
///
/// # Errors
/// There is no such store, it cannot be reached, or it is sealed under other keys.
pub(crate) async fn open_mailbox(
    settings: &Settings,
    sealer: Arc<dyn Sealer>,
) -> PortResult<Arc<dyn CodeMailbox>> {
    match &settings.store {
        Store::Sqlite(path) => open_file(path, sealer),
        Store::MongoDb { uri, database, password } => {
            let options = MongoOptions {
                app_name: "epic-connector mail".to_owned(),
                password: password.clone(),
                ..MongoOptions::default()
            };
            Ok(Arc::new(MongoStore::connect(uri, Some(database), sealer, &options).await?))
        }
    }
}

fn open_file(path: &Path, sealer: Arc<dyn Sealer>) -> PortResult<Arc<dyn CodeMailbox>> {
    if !path.is_file() {
        let cause = "there is no such file; name the store of a service that has run";
        return Err(PortError::permanent(format!("store {}", path.display()), cause));
    }
    Ok(Arc::new(SqliteStore::open(path, sealer, Arc::new(SystemClock))?))
}
