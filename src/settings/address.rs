//! Back ends by address: `sqlite:PATH`, `file:PATH`, `dir:PATH`. Addresses of back ends this release does not
//! have are recognised and refused by name.

use std::path::{Path, PathBuf};

/// Where records and queues lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseAddress {
    /// One SQLite file.
    Sqlite(PathBuf),
}

/// Where file contents lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlobAddress {
    /// A folder.
    Folder(PathBuf),
}

/// Where code mails come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailAddress {
    /// A folder with one raw mail a file, named by its id.
    Folder(PathBuf),
}

/// An address scheme we know of.
struct Scheme {
    name: &'static str,
    what: &'static str,
}

/// Schemes that later releases bring.
const LATER: [Scheme; 4] = [
    Scheme { name: "mongodb", what: "MongoDB" },
    Scheme { name: "mongodb+srv", what: "MongoDB" },
    Scheme { name: "sqs", what: "SQS" },
    Scheme { name: "s3", what: "S3" },
];

/// Splits an address and checks its scheme against the one that is supported.
fn path_of(text: &str, scheme: &str, base: &Path) -> Result<PathBuf, String> {
    let wanted = format!("expected an address such as \"{scheme}:PATH\"");
    let Some((written, path)) = text.split_once(':') else { return Err(wanted) };
    if let Some(later) = LATER.iter().find(|later| later.name == written) {
        return Err(format!("{} is not supported in this release; use \"{scheme}:PATH\"", later.what));
    }
    if written != scheme || path.is_empty() {
        return Err(wanted);
    }
    Ok(base.join(path))
}

impl DatabaseAddress {
    /// The file.
    pub fn path(&self) -> &Path {
        let Self::Sqlite(path) = self;
        path
    }

    pub(super) fn parse(text: &str, base: &Path) -> Result<Self, String> {
        path_of(text, "sqlite", base).map(Self::Sqlite)
    }
}

impl BlobAddress {
    pub(super) fn parse(text: &str, base: &Path) -> Result<Self, String> {
        path_of(text, "file", base).map(Self::Folder)
    }
}

impl MailAddress {
    pub(super) fn parse(text: &str, base: &Path) -> Result<Self, String> {
        path_of(text, "dir", base).map(Self::Folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_relative_to_the_base_and_later_back_ends_are_refused_by_name() {
        let base = Path::new("/srv");
        assert_eq!(
            DatabaseAddress::parse("sqlite:data/a.db", base),
            Ok(DatabaseAddress::Sqlite("/srv/data/a.db".into()))
        );
        assert_eq!(BlobAddress::parse("file:/b", base), Ok(BlobAddress::Folder("/b".into())));
        for (text, word) in [
            ("mongodb://h/db", "MongoDB"),
            ("sqs:prod", "SQS"),
            ("s3://bucket/x", "S3"),
            ("sqlite:", "sqlite:PATH"),
            ("data.db", "sqlite:PATH"),
            ("file:x", "sqlite:PATH"),
        ] {
            let error = DatabaseAddress::parse(text, base).expect_err("refused");
            assert!(error.contains(word), "{error}");
        }
    }
}
