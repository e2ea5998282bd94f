//! The file's format: opening it, its tables, and the steps from one format to the next.

use crate::error::{StoreError, classed, opening};
use domain::ports::{PortError, PortResult};
use domain::vault::Vault;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params};
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

/// Marks our files: `EPIC` in ASCII.
const APPLICATION_ID: i32 = 0x4550_4943;

/// How long a statement waits for another process's transaction; ours take milliseconds.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// Format n is what the first n steps make; the file's `user_version` counts those it has seen. A step that
/// was released is never changed.
const MIGRATIONS: [&str; 1] = [include_str!("schema/001.sql")];

/// Sealed at creation: opening it tells whether the key is still the same.
const KEY_CHECK: &[u8] = b"epic-connector";

/// Opens the writing connection, making or migrating the file as needed.
pub(crate) fn open(path: &Path, vault: &Vault) -> PortResult<Connection> {
    let thing = format!("store {}", path.display());
    make_private(path).map_err(|error| opening(&thing, &error))?;
    prepare(path, vault).map_err(|error| match error {
        StoreError::Sql(error) => classed(&thing, &error),
        StoreError::Port(error) => PortError { thing, ..error },
    })
}

/// Opens one reading connection on a file that [`open`] has prepared.
pub(crate) fn connect_reader(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect(path)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// Makes an empty file only its owner can read; SQLite gives the files beside it the same mode. One that is there
/// must be writable: SQLite would quietly open it for reading only.
fn make_private(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            OpenOptions::new().write(true).open(path).map(drop)
        }
        made => made.map(drop),
    }
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_WAIT)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn prepare(path: &Path, vault: &Vault) -> Result<Connection, StoreError> {
    let mut connection = connect(path)?;
    // A foreign file is refused before anything of it is changed, its journal mode included.
    refuse_foreign(&connection)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    migrate(&transaction)?;
    check_key(&transaction, vault)?;
    transaction.commit()?;
    Ok(connection)
}

fn refuse_foreign(connection: &Connection) -> Result<(), StoreError> {
    let id: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if id != APPLICATION_ID && tables > 0 {
        let cause = "the file is another program's database; move it away or name another path";
        return Err(PortError::permanent("store", cause).into());
    }
    Ok(())
}

fn migrate(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let format: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = MIGRATIONS.len();
    let done = usize::try_from(format).ok().filter(|done| *done <= known).ok_or_else(|| {
        let cause = format!(
            "the file was written by a newer release (format {format}, this release knows {known}); \
             run that release, or restore a backup made before it"
        );
        PortError::permanent("store", cause)
    })?;
    for (step, sql) in MIGRATIONS.iter().enumerate().skip(done) {
        transaction.execute_batch(sql)?;
        tracing::info!(format = step + 1, "store migrated");
    }
    if done < known {
        transaction.pragma_update(None, "user_version", i64::try_from(known).unwrap_or(i64::MAX))?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    Ok(())
}

fn check_key(transaction: &Transaction<'_>, vault: &Vault) -> Result<(), StoreError> {
    const CONTEXT: &str = "meta/key_check";
    let sealed: Option<Vec<u8>> = transaction
        .query_row("SELECT value FROM meta WHERE name = 'key_check'", [], |row| row.get(0))
        .optional()?;
    let Some(sealed) = sealed else {
        let sealed = vault.seal_bytes(CONTEXT, KEY_CHECK)?;
        transaction.execute("INSERT INTO meta (name, value) VALUES ('key_check', ?1)", params![sealed])?;
        return Ok(());
    };
    if vault.open_bytes(CONTEXT, &sealed).is_ok_and(|plain| plain == KEY_CHECK) {
        return Ok(());
    }
    let cause = "the file is sealed under another key; put back the key file it was made with, \
                 or name another path to begin anew";
    Err(PortError::permanent("store", cause).into())
}
