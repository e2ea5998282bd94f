//! Documents as they are stored: their format, version and sealed part, and times in them.

use domain::ports::{PortError, PortResult, Version};
use jiff::Timestamp;
use mongodb::bson::{DateTime, Document, doc};

/// The format of every document this release writes.
pub(crate) const FORMAT: i64 = 1;

/// The place of the sealed part.
pub(crate) const SEALED: &str = "sealed";

/// A filter that passes over documents of newer releases, so that none is ever overwritten.
pub(crate) fn ours(mut filter: Document) -> Document {
    filter.insert("format", doc! { "$lte": FORMAT });
    filter
}

/// A stored document of a format this release reads.
pub(crate) struct Stored<'a> {
    name: &'a str,
    document: &'a Document,
}

impl<'a> Stored<'a> {
    /// `name` is what errors call it.
    ///
    /// # Errors
    /// `Permanent` when a newer release wrote it, or no release of ours.
    pub(crate) fn read(name: &'a str, document: &'a Document) -> PortResult<Self> {
        let stored = Self { name, document };
        let format = stored.number("format")?;
        if format > FORMAT {
            return Err(newer(name, format));
        }
        Ok(stored)
    }

    /// A part of a document whose format was looked at.
    pub(crate) const fn part(name: &'a str, document: &'a Document) -> Self {
        Self { name, document }
    }

    pub(crate) fn version(&self) -> PortResult<Version> {
        let version = self.number("version")?;
        u64::try_from(version).map(Version).map_err(|_| self.unfit("version"))
    }

    pub(crate) fn sealed(&self) -> PortResult<&'a [u8]> {
        self.document.get_binary_generic(SEALED).map(Vec::as_slice).map_err(|_| self.unfit(SEALED))
    }

    pub(crate) fn text(&self, field: &str) -> PortResult<&'a str> {
        self.document.get_str(field).map_err(|_| self.unfit(field))
    }

    /// A whole number, however wide another program stored it.
    pub(crate) fn number(&self, field: &str) -> PortResult<i64> {
        let wide = self.document.get_i64(field);
        wide.or_else(|_| self.document.get_i32(field).map(i64::from)).map_err(|_| self.unfit(field))
    }

    fn unfit(&self, field: &str) -> PortError {
        let cause = format!(
            "the stored document has no `{field}` as this program writes it; another program changed it: \
             restore it from a backup"
        );
        PortError::permanent(self.name, cause)
    }
}

fn newer(name: &str, format: i64) -> PortError {
    let cause = format!(
        "was written by a newer release (format {format}, this release knows {FORMAT}); run that release"
    );
    PortError::permanent(name, cause)
}

/// Nanoseconds since 1970, good until the year 2262: exact, so that order and expiry are what the port says. A BSON
/// date has milliseconds and stands beside it for people.
pub(crate) fn nanoseconds(at: Timestamp) -> i64 {
    let nanoseconds = at.as_nanosecond();
    i64::try_from(nanoseconds).unwrap_or(if nanoseconds < 0 { i64::MIN } else { i64::MAX })
}

/// A time as people and the server's tools read it.
pub(crate) fn date(at: Timestamp) -> DateTime {
    DateTime::from_millis(at.as_millisecond())
}

/// A version as it is stored; one beyond the range never matches.
pub(crate) fn stored(version: Version) -> i64 {
    i64::try_from(version.0).unwrap_or(-1)
}

#[cfg(test)]
mod tests {
    use super::{FORMAT, Stored};
    use domain::ports::ErrorClass;
    use mongodb::bson::doc;

    #[test]
    fn a_newer_format_and_none_are_refused_by_name() {
        let cases = [
            (doc! { "format": FORMAT + 1 }, "request r1: was written by a newer release (format 2"),
            (doc! { "format": 2_i32 }, "newer release"),
            (doc! {}, "request r1: the stored document has no `format`"),
            (doc! { "format": "1" }, "no `format`"),
        ];
        for (document, expected) in cases {
            let error = Stored::read("request r1", &document).err().expect("it was read");
            assert!(error.class == ErrorClass::Permanent && error.to_string().contains(expected), "{error}");
        }
        assert!(Stored::read("request r1", &doc! { "format": FORMAT }).is_ok());
    }
}
