//! The code mailbox, by the store's address.

use crate::settings::{Settings, Store};
use domain::ports::{Clock, CodeMailbox, PortError, PortResult, Sealer};
use domain::redacted::Redacted;
use jiff::Timestamp;
use mongo::{MongoOptions, MongoStore};
use sqlite::SqliteStore;
use std::fmt::Write;
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
            let options =
                MongoOptions { app_name: "epic-connector mail".to_owned(), ..MongoOptions::default() };
            let uri = with_password(uri, password.as_ref());
            Ok(Arc::new(MongoStore::connect(&uri, Some(database), sealer, &options).await?))
        }
    }
}

/// The connection string with the account's password in it; not to be shown.
fn with_password(uri: &str, password: Option<&Redacted<String>>) -> String {
    let Some((password, (account, rest))) = password.zip(uri.split_once('@')) else { return uri.to_owned() };
    let mut encoded = String::new();
    for byte in password.reveal().bytes() {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    format!("{account}:{encoded}@{rest}")
}

fn open_file(path: &Path, sealer: Arc<dyn Sealer>) -> PortResult<Arc<dyn CodeMailbox>> {
    if !path.is_file() {
        let cause = "there is no such file; name the store of a service that has run";
        return Err(PortError::permanent(format!("store {}", path.display()), cause));
    }
    Ok(Arc::new(SqliteStore::open(path, sealer, Arc::new(SystemClock))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_comes_in_whatever_it_is_made_of() {
        let password = Redacted::<String>::from("p@:/%ä");
        let uri = with_password("mongodb://u@h:1,i/?a=b", Some(&password));
        assert_eq!(uri, "mongodb://u:p%40%3A%2F%25%C3%A4@h:1,i/?a=b");
        assert_eq!(with_password("mongodb://h/", Some(&password)), "mongodb://h/");
    }
}
