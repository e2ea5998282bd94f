//! Everything that is remembered of one patient to recognise what comes again: orders, documents, how the documents
//! relate, and what a person has told apart. One record, changed by compare-and-set.

use super::{DocumentClass, Shingles, Signature};
use crate::ids::{BlobRef, DocumentId, OrderId, RequestId};
use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A patient's set.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SignatureSet {
    /// The orders, in the order in which they were decided.
    pub orders: Vec<Signature>,
    /// The documents, by (received, id).
    pub documents: Vec<DocumentSignature>,
    /// Every pair of documents that are not simply different, each once.
    pub relations: Vec<DocumentRelation>,
    /// Pairs that a person has told apart.
    pub told_apart: Vec<ToldApart>,
}

impl SignatureSet {
    /// A set that knows only these orders.
    pub fn of_orders(orders: Vec<Signature>) -> Self {
        Self { orders, ..Self::default() }
    }

    /// Whether a person has said that two things are not the same. See [`ToldApart`] for their names.
    pub fn is_told_apart(&self, one: &str, other: &str) -> bool {
        self.told_apart
            .iter()
            .any(|pair| (pair.one == one && pair.other == other) || (pair.one == other && pair.other == one))
    }
}

/// The fields of a set, as they are stored.
#[derive(Deserialize)]
struct Fields {
    orders: Vec<Signature>,
    #[serde(default)]
    documents: Vec<DocumentSignature>,
    #[serde(default)]
    relations: Vec<DocumentRelation>,
    #[serde(default)]
    told_apart: Vec<ToldApart>,
}

impl<'de> Deserialize<'de> for SignatureSet {
    /// The first release wrote a list of orders.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListOrFields)
    }
}

struct ListOrFields;

impl<'de> Visitor<'de> for ListOrFields {
    type Value = SignatureSet;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a signature set")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<SignatureSet, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(SignatureSet::of_orders)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SignatureSet, A::Error> {
        let Fields { orders, documents, relations, told_apart } =
            Fields::deserialize(MapAccessDeserializer::new(map))?;
        Ok(SignatureSet { orders, documents, relations, told_apart })
    }
}

/// What is remembered of one document. Keyed hashes and counts only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocumentSignature {
    /// The document.
    pub document: DocumentId,
    /// The request it came with.
    pub request: RequestId,
    /// When that message arrived, in the hospital's local time.
    pub received: DateTime,
    /// What it is.
    pub class: DocumentClass,
    /// The file it is the whole of.
    #[serde(default)]
    pub file: Option<BlobRef>,
    /// Hash of its normalised text; empty if it has none.
    pub text_hash: String,
    /// Hash of each page's normalised text, short pages left out.
    #[serde(default)]
    pub pages: Vec<u64>,
    /// How many pages have words.
    #[serde(default)]
    pub pages_count: u32,
    /// How many words it has.
    pub words: u32,
    /// Whether a page of it was recognised from a picture.
    #[serde(default)]
    pub scanned: bool,
    /// Hashes of its runs of words.
    pub shingles: Shingles,
    /// A sample of the hashes of its runs of letters, which outlast recognition errors.
    #[serde(default)]
    pub letters: Shingles,
    /// One of 2^n runs of letters is in the sample.
    #[serde(default)]
    pub letters_scale: u8,
    /// How many letters it has.
    #[serde(default)]
    pub letters_count: u32,
    /// Hashes of its numbers: the exact one above 32 bits of what recognition cannot confuse.
    #[serde(default)]
    pub numbers: Vec<u64>,
    /// Hashes of the days of service it prints.
    #[serde(default)]
    pub days: Vec<u64>,
    /// Hash of the day of service the chart lists.
    #[serde(default)]
    pub listed_day: Option<u64>,
    /// Hashes of its study, accession or order numbers.
    #[serde(default)]
    pub studies: Vec<u64>,
    /// Hashes of the values of each field, as for `numbers`.
    #[serde(default)]
    pub facts: BTreeMap<String, Vec<u64>>,
    /// What it says of its own standing.
    #[serde(default)]
    pub marks: DocumentMarks,
}

/// What a document says of its own standing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DocumentMarks {
    /// It is signed, or the chart lists it as signed or final.
    pub signed: bool,
    /// It has an addendum.
    pub addendum: bool,
    /// It corrects or amends itself.
    pub corrected: bool,
    /// It is preliminary or a draft.
    pub preliminary: bool,
    /// It holds somebody's interpretation of a study.
    pub interpreted: bool,
    /// It holds a study's raw data.
    pub raw: bool,
}

/// How two documents of a patient relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// They are one document.
    Same,
    /// Two versions of one document: one is corrected, has an addendum or was signed.
    Version,
    /// `one` stands whole in `other`, which holds more.
    Within,
    /// Raw data and interpretation of one study: both are needed.
    Complementary,
    /// They may be one document; nobody has decided yet.
    Unsure,
}

impl RelationKind {
    /// The stable name used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Version => "version",
            Self::Within => "within",
            Self::Complementary => "complementary",
            Self::Unsure => "unsure",
        }
    }
}

/// A pair of documents that are not simply different.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocumentRelation {
    /// The one; for [`RelationKind::Within`] the part, for [`RelationKind::Version`] the one that gives way, else the
    /// earlier one.
    pub one: DocumentId,
    /// The other.
    pub other: DocumentId,
    /// How they relate.
    pub kind: RelationKind,
    /// How much of them is the same, 0 to 1.
    pub score: f64,
    /// For people: which rung of the ladder decided.
    pub why: String,
}

/// A pair that a person has told apart: two order ids, or the text hashes of two documents (a document that is read
/// again has another id and the same text).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldApart {
    /// The one.
    pub one: String,
    /// The other.
    pub other: String,
    /// When it was said.
    pub at: Timestamp,
}

/// Why an order was held for a repeat of another, or may be one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Likeness {
    /// The other order.
    pub of: OrderId,
    /// How much of the texts is the same, 0 to 1.
    pub score: f64,
    /// For people: which rung of the ladder decided.
    pub why: String,
    /// Whether it is not certain: the order waits for a person, and is nobody's repeat.
    #[serde(default)]
    pub unsure: bool,
}

#[cfg(test)]
mod tests {
    use super::SignatureSet;

    #[test]
    fn what_the_first_release_wrote_is_read() {
        let order = r#"{"request":"r","order":"r.1","received":"2026-11-20T08:00:00","order_key":"k",
            "text_hash":"t","shingles":[1,2],"duplicate_of":null}"#;
        let old: SignatureSet = serde_json::from_str(&format!("[{order}]")).expect("a list");
        assert_eq!((old.orders.len(), old.documents.len()), (1, 0));
        let text = serde_json::to_string(&old).expect("written");
        assert!(text.starts_with("{\"orders\""), "{text}");
        assert_eq!(serde_json::from_str::<SignatureSet>(&text).expect("a set"), old);
        assert!(serde_json::from_str::<SignatureSet>("7").is_err());
    }
}
