//! Back ends by address: `sqlite:PATH` or `mongodb://HOST/DATABASE`, `sqlite:PATH` or `sqs:PREFIX`, `file:PATH` or
//! `s3://BUCKET/PREFIX`, `dir:PATH` or `lambda`. Every combination is fine.

use reqwest::Url;
use std::fmt;
use std::path::{Path, PathBuf};

/// The database of an address that names none.
const DATABASE_DEFAULT: &str = "epic_connector";

/// Where records lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreAddress {
    /// One SQLite file.
    Sqlite(PathBuf),
    /// A MongoDB database.
    MongoDb(MongoAddress),
}

/// A MongoDB database: the connection string without a password, and the database's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MongoAddress {
    /// Connection string, `mongodb://` or `mongodb+srv://`; never with a password in it.
    pub uri: String,
    /// The database.
    pub database: String,
}

/// Where work items wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueueAddress {
    /// One SQLite file; may be the store's.
    Sqlite(PathBuf),
    /// Amazon SQS: every queue's name begins with this.
    Sqs {
        /// Such as `prod_`; may be empty.
        prefix: String,
    },
}

/// Where file contents lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlobAddress {
    /// A folder.
    Folder(PathBuf),
    /// Amazon S3.
    S3 {
        /// The bucket.
        bucket: String,
        /// Every object's key begins with this; empty, or without slashes at its ends.
        prefix: String,
    },
}

/// How code mails come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailAddress {
    /// A folder with one raw mail a file, named by its id.
    Folder(PathBuf),
    /// Somebody else, such as the Lambda function, puts the codes into the store.
    Lambda,
}

/// Where the messages to a fax pipeline go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaxQueueAddress {
    /// A folder of one JSON file a message.
    Folder(PathBuf),
    /// The pipeline's queue on SQS, by its name there.
    Sqs {
        /// Such as `prod_fax_in`, or `prod_fax_in.fifo`.
        name: String,
    },
}

impl FaxQueueAddress {
    pub(super) fn parse(text: &str, base: &Path) -> Result<Self, String> {
        let wanted = "expected \"dir:PATH\" or \"sqs:NAME\"";
        match split(text) {
            ("dir", path) => path_of(path, base).map(Self::Folder).ok_or_else(|| wanted.to_owned()),
            ("sqs", name) => {
                let plain = name.strip_suffix(".fifo").unwrap_or(name);
                let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
                if plain.is_empty() || name.len() > 80 || !plain.chars().all(allowed) {
                    let what = "a queue's name has up to 80 letters, digits, dashes and underscores";
                    return Err(format!("{what}; {wanted}"));
                }
                Ok(Self::Sqs { name: name.to_owned() })
            }
            _ => Err(wanted.to_owned()),
        }
    }
}

impl fmt::Display for FaxQueueAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => path.display().fmt(f),
            Self::Sqs { name } => write!(f, "sqs:{name}"),
        }
    }
}

impl fmt::Display for BlobAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => path.display().fmt(f),
            Self::S3 { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
        }
    }
}

/// A path behind a scheme.
fn path_of(path: &str, base: &Path) -> Option<PathBuf> {
    (!path.is_empty()).then(|| base.join(path))
}

/// The scheme and the rest of an address.
fn split(text: &str) -> (&str, &str) {
    text.split_once(':').unwrap_or((text, ""))
}

impl StoreAddress {
    /// The file of an embedded store.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::MongoDb(_) => None,
        }
    }

    pub(super) fn parse(text: &str, base: &Path) -> Result<Self, String> {
        let wanted = "expected \"sqlite:PATH\" or \"mongodb://HOST/DATABASE\"";
        match split(text) {
            ("sqlite", path) => path_of(path, base).map(Self::Sqlite).ok_or_else(|| wanted.to_owned()),
            ("mongodb" | "mongodb+srv", _) => mongo(text).map(Self::MongoDb),
            _ => Err(wanted.to_owned()),
        }
    }
}

/// Reads a connection string as far as we must; the driver reads the rest when it connects.
fn mongo(text: &str) -> Result<MongoAddress, String> {
    let (scheme, rest) = text.split_once("://").ok_or("expected \"mongodb://HOST/DATABASE\"")?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, hosts) =
        authority.rsplit_once('@').map_or((None, authority), |(user, hosts)| (Some(user), hosts));
    if hosts.is_empty() {
        return Err("the address names no host; expected \"mongodb://HOST/DATABASE\"".to_owned());
    }
    if user.is_some_and(|user| user.contains(':')) {
        // The text is not repeated: it holds a password.
        return Err(
            "a password must not stand in the address; give it as a reference in mongodb.password".to_owned()
        );
    }
    let (database, options) =
        path.split_once('?').map_or((path, None), |(database, options)| (database, Some(options)));
    let database = if database.is_empty() { DATABASE_DEFAULT } else { database };
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if database.len() > 63 || !database.chars().all(known) {
        return Err("a database's name has up to 63 letters, digits, dashes and underscores".to_owned());
    }
    let options = options.map_or_else(String::new, |options| format!("?{options}"));
    Ok(MongoAddress { uri: format!("{scheme}://{authority}/{options}"), database: database.to_owned() })
}

impl fmt::Display for MongoAddress {
    /// Hosts and database, without the account.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts = self.uri.split_once("://").map_or("", |(_, rest)| rest);
        let hosts = hosts.split('/').next().unwrap_or_default();
        let hosts = hosts.rsplit_once('@').map_or(hosts, |(_, hosts)| hosts);
        write!(f, "MongoDB at {hosts}, database {}", self.database)
    }
}

impl QueueAddress {
    /// The file of embedded queues.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Sqs { .. } => None,
        }
    }

    pub(super) fn parse(text: &str, base: &Path) -> Result<Self, String> {
        let wanted = "expected \"sqlite:PATH\" or \"sqs:PREFIX\"";
        match split(text) {
            ("sqlite", path) => path_of(path, base).map(Self::Sqlite).ok_or_else(|| wanted.to_owned()),
            ("sqs", prefix) if text.contains(':') => {
                // A queue's name has 80 characters at most, and ours take up to about 40 of them.
                if prefix.len() > 30
                    || !prefix.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
                {
                    return Err(
                        "a prefix of queue names has up to 30 letters, digits, dashes and underscores"
                            .to_owned(),
                    );
                }
                Ok(Self::Sqs { prefix: prefix.to_owned() })
            }
            _ => Err(wanted.to_owned()),
        }
    }
}

impl BlobAddress {
    /// The folder of an embedded blob store.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(path) => Some(path),
            Self::S3 { .. } => None,
        }
    }

    pub(super) fn parse(text: &str, base: &Path) -> Result<Self, String> {
        let wanted = "expected \"file:PATH\" or \"s3://BUCKET/PREFIX\"";
        match split(text) {
            ("file", path) => path_of(path, base).map(Self::Folder).ok_or_else(|| wanted.to_owned()),
            ("s3", _) => {
                let url = Url::parse(text).map_err(|_| wanted.to_owned())?;
                let bucket = url.host_str().filter(|bucket| !bucket.is_empty()).ok_or(wanted)?;
                let prefix = url.path().trim_matches('/').to_owned();
                Ok(Self::S3 { bucket: bucket.to_owned(), prefix })
            }
            _ => Err(wanted.to_owned()),
        }
    }
}

impl MailAddress {
    pub(super) fn parse(text: &str, base: &Path) -> Result<Self, String> {
        let wanted = "expected \"dir:PATH\", or \"lambda\" when a function puts the codes into the store";
        match split(text) {
            ("dir", path) => path_of(path, base).map(Self::Folder).ok_or_else(|| wanted.to_owned()),
            ("lambda", "") => Ok(Self::Lambda),
            _ => Err(wanted.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "/srv";

    #[test]
    fn embedded_addresses_are_relative_to_the_base() {
        let base = Path::new(BASE);
        assert_eq!(
            StoreAddress::parse("sqlite:data/a.db", base),
            Ok(StoreAddress::Sqlite("/srv/data/a.db".into()))
        );
        assert_eq!(QueueAddress::parse("sqlite:/q.db", base), Ok(QueueAddress::Sqlite("/q.db".into())));
        assert_eq!(BlobAddress::parse("file:/b", base), Ok(BlobAddress::Folder("/b".into())));
        assert_eq!(MailAddress::parse("dir:m", base), Ok(MailAddress::Folder("/srv/m".into())));
        assert_eq!(MailAddress::parse("lambda", base), Ok(MailAddress::Lambda));
        assert_eq!(FaxQueueAddress::parse("dir:out", base), Ok(FaxQueueAddress::Folder("/srv/out".into())));
    }

    #[test]
    fn servers_are_named_by_address() {
        let base = Path::new(BASE);
        let Ok(StoreAddress::MongoDb(mongo)) =
            StoreAddress::parse("mongodb://connector@a:27017,b/epic?replicaSet=rs0", base)
        else {
            panic!("a database")
        };
        assert_eq!(mongo.uri, "mongodb://connector@a:27017,b/?replicaSet=rs0");
        assert_eq!(mongo.to_string(), "MongoDB at a:27017,b, database epic");
        let Ok(StoreAddress::MongoDb(mongo)) = StoreAddress::parse("mongodb+srv://h", base) else {
            panic!("a database")
        };
        assert_eq!((mongo.uri.as_str(), mongo.database.as_str()), ("mongodb+srv://h/", "epic_connector"));
        assert_eq!(QueueAddress::parse("sqs:prod_", base), Ok(QueueAddress::Sqs { prefix: "prod_".into() }));
        assert_eq!(QueueAddress::parse("sqs:", base), Ok(QueueAddress::Sqs { prefix: String::new() }));
        let s3 =
            |bucket: &str, prefix: &str| BlobAddress::S3 { bucket: bucket.into(), prefix: prefix.into() };
        assert_eq!(BlobAddress::parse("s3://charts/epic/prod/", base), Ok(s3("charts", "epic/prod")));
        assert_eq!(BlobAddress::parse("s3://charts", base), Ok(s3("charts", "")));
        for name in ["prod_fax-in", "prod_fax.fifo"] {
            let queue = FaxQueueAddress::Sqs { name: name.into() };
            assert_eq!(FaxQueueAddress::parse(&format!("sqs:{name}"), base), Ok(queue));
        }
    }

    #[test]
    fn what_is_no_address_is_refused_and_a_password_is_not_repeated() {
        let base = Path::new(BASE);
        for text in [
            "data.db",
            "sqlite:",
            "file:x",
            "mongodb:",
            "mongodb://",
            "mongodb:///db",
            "mongodb://h/a b",
            "s3://b",
        ] {
            assert!(StoreAddress::parse(text, base).is_err(), "{text}");
        }
        for text in ["sqs", "sqs:a/b", "sqs:a.fifo", "mongodb://h", "sqlite:"] {
            assert!(QueueAddress::parse(text, base).is_err(), "{text}");
        }
        for text in ["s3:", "s3://", "s3:///x", "file:", "sqlite:x"] {
            assert!(BlobAddress::parse(text, base).is_err(), "{text}");
        }
        for text in ["dir:", "sqs:", "sqs:a/b", "sqs:.fifo", "sqlite:q.db", "outbox"] {
            assert!(FaxQueueAddress::parse(text, base).is_err(), "{text}");
        }
        for text in ["dir:", "lambda:x", "s3://mails"] {
            assert!(MailAddress::parse(text, base).is_err(), "{text}");
        }
        let error = StoreAddress::parse("mongodb://connector:hunter2@h/db", base).expect_err("refused");
        assert!(error.contains("mongodb.password") && !error.contains("hunter2"), "{error}");
    }
}
