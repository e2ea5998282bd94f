//! A request's documents among all that is remembered of the patient, and what is to be said of each.
//!
//! What two documents are to each other depends on the two alone, and what a document is on its relations and on places
//! in (received, request, page): so nothing depends on which of them was understood first. Nothing is ever dropped.

use super::index::candidates;
use super::ladder::relate;
use crate::knowledge::DuplicatePolicy;
use domain::ids::{DocumentId, RequestId};
use domain::parser::{DocumentRelation, DocumentSignature, RelationKind, SignatureSet, ToldApart};
use jiff::Timestamp;
use jiff::civil::DateTime;
use std::collections::BTreeMap;

/// Documents of one patient that are remembered, the newest; a patient has some dozens, and the record has to stay far
/// below the 16 MB of a MongoDB document.
const DOCUMENTS_MAX: usize = 1_000;

/// What becomes of a document. Whatever it is, it stays in its packet.
#[derive(Clone, Debug, PartialEq)]
pub enum DocumentVerdict {
    /// Nothing of the patient's is like it.
    Original,
    /// It has been here before.
    Duplicate(Likeness),
    /// All of it stands in a larger document.
    Within(Likeness),
    /// A version of another one that is signed, corrected, added to or newer, and counts instead of it.
    Version(Likeness),
    /// It counts instead of other versions, or holds other documents.
    Leads {
        /// Those, the surest first.
        over: Vec<Likeness>,
    },
    /// Raw data and interpretation of one study: both are needed.
    Complementary(Likeness),
    /// It may be another one; kept, and a person or a model is asked.
    Unsure(Likeness),
}

/// The document that another one is like, and why that is thought.
#[derive(Clone, Debug, PartialEq)]
pub struct Likeness {
    /// That document.
    pub of: DocumentId,
    /// How much of them is the same, 0 to 1.
    pub score: f64,
    /// Which step decided.
    pub why: String,
}

/// Puts a request's documents into the patient's set, in place of what was remembered of that request before, and
/// relates them to all others.
pub fn file_documents(
    set: &mut SignatureSet,
    request: &RequestId,
    documents: Vec<DocumentSignature>,
    policy: DuplicatePolicy,
) {
    set.documents.retain(|known| known.request != *request);
    let new: Vec<DocumentId> = documents.iter().map(|document| document.document.clone()).collect();
    set.documents.retain(|known| !new.contains(&known.document));
    set.documents.extend(documents);
    set.documents.sort_by(|a, b| place(a).cmp(&place(b)));
    if let Some(excess) = set.documents.len().checked_sub(DOCUMENTS_MAX) {
        set.documents.drain(..excess);
    }
    let known = |id: &DocumentId| set.documents.iter().any(|document| document.document == *id);
    set.relations.retain(|old| {
        known(&old.one) && known(&old.other) && !new.contains(&old.one) && !new.contains(&old.other)
    });
    for (one, other) in candidates(&set.documents, &new, policy) {
        let (one, other) = (&set.documents[one], &set.documents[other]);
        if !set.is_told_apart(&one.text_hash, &other.text_hash)
            && let Some(found) = relate(one, other, policy)
        {
            let (one, other) = directed(one, other, found.kind);
            let (one, other) = (one.document.clone(), other.document.clone());
            let (kind, score, why) = (found.kind, found.score, found.why.to_owned());
            set.relations.push(DocumentRelation { one, other, kind, score, why });
        }
    }
    set.relations.sort_by(|a, b| (&a.one, &a.other).cmp(&(&b.one, &b.other)));
}

/// What becomes of each document of a set.
pub fn document_verdicts(set: &SignatureSet) -> BTreeMap<DocumentId, DocumentVerdict> {
    set.documents
        .iter()
        .map(|document| (document.document.clone(), document_verdict(set, document)))
        .collect()
}

/// What becomes of one document: the strongest of what its relations say. It is only ever the repeat of a document that
/// it is itself the same as: a chain of resemblances merges nothing.
pub fn document_verdict(set: &SignatureSet, document: &DocumentSignature) -> DocumentVerdict {
    let id = &document.document;
    let of_kind = |kind: RelationKind| set.relations.iter().filter(move |relation| relation.kind == kind);
    let to = |relation: &DocumentRelation, of: &DocumentId| Likeness {
        of: of.clone(),
        score: relation.score,
        why: relation.why.clone(),
    };
    // The one it yields to: `one` of a relation yields to `other`, but of the same the later one does.
    let yields = |kind: RelationKind| {
        let mut found: Vec<Likeness> = of_kind(kind)
            .filter(|relation| relation.one == *id)
            .map(|relation| to(relation, &relation.other))
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.of.cmp(&b.of)));
        found.into_iter().next()
    };
    let originals = of_kind(RelationKind::Same).filter(|relation| relation.other == *id);
    let place_of = |id: &DocumentId| set.documents.iter().position(|document| document.document == *id);
    if let Some(first) = originals.min_by_key(|relation| place_of(&relation.one)) {
        return DocumentVerdict::Duplicate(to(first, &first.one));
    }
    if let Some(found) = yields(RelationKind::Within) {
        return DocumentVerdict::Within(found);
    }
    if let Some(found) = yields(RelationKind::Version) {
        return DocumentVerdict::Version(found);
    }
    let either = |kind: RelationKind| {
        let other = |relation: &DocumentRelation| {
            if relation.one == *id {
                Some(to(relation, &relation.other))
            } else if relation.other == *id {
                Some(to(relation, &relation.one))
            } else {
                None
            }
        };
        let mut found: Vec<Likeness> = of_kind(kind).filter_map(other).collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.of.cmp(&b.of)));
        found
    };
    if let Some(found) = either(RelationKind::Unsure).into_iter().next() {
        return DocumentVerdict::Unsure(found);
    }
    let mut over = either(RelationKind::Version);
    over.extend(either(RelationKind::Within));
    if !over.is_empty() {
        return DocumentVerdict::Leads { over };
    }
    match either(RelationKind::Complementary).into_iter().next() {
        Some(found) => DocumentVerdict::Complementary(found),
        None => DocumentVerdict::Original,
    }
}

/// Takes back what relates a document to others: a person has told them apart. Gives those it was related to; of a
/// document that is told apart from one, `other` names it.
pub fn tell_documents_apart(
    set: &mut SignatureSet,
    document: &DocumentId,
    other: Option<&DocumentId>,
    at: Timestamp,
) -> Vec<DocumentId> {
    let (gone, kept): (Vec<DocumentRelation>, Vec<DocumentRelation>) =
        std::mem::take(&mut set.relations).into_iter().partition(|relation| {
            let partner = if relation.one == *document { &relation.other } else { &relation.one };
            (relation.one == *document || relation.other == *document)
                && relation.kind != RelationKind::Complementary
                && other.is_none_or(|other| other == partner)
        });
    set.relations = kept;
    let text = |id: &DocumentId| {
        set.documents
            .iter()
            .find(|document| document.document == *id)
            .map(|document| document.text_hash.clone())
    };
    let mut apart = Vec::new();
    for relation in gone {
        let partner = if relation.one == *document { relation.other } else { relation.one };
        if let (Some(one), Some(other)) = (text(document), text(&partner)) {
            set.told_apart.push(ToldApart { one, other, at });
        }
        apart.push(partner);
    }
    apart
}

/// Where a document stands among the patient's: by arrival, request and page.
fn place(document: &DocumentSignature) -> (DateTime, &RequestId, usize, &DocumentId) {
    // `packet-10` comes behind `packet-9`.
    (document.received, &document.request, document.document.as_str().len(), &document.document)
}

/// The two in the order in which a relation names them.
fn directed<'a>(
    a: &'a DocumentSignature,
    b: &'a DocumentSignature,
    kind: RelationKind,
) -> (&'a DocumentSignature, &'a DocumentSignature) {
    let first = match kind {
        RelationKind::Within => {
            (a.pages_count.max(1), a.words, place(a)) <= (b.pages_count.max(1), b.words, place(b))
        }
        RelationKind::Version => weight(a) <= weight(b),
        _ => place(a) <= place(b),
    };
    if first { (a, b) } else { (b, a) }
}

/// Which of two versions counts: the signed one; then the one with an addendum or a correction; then the newer one; then
/// the one that says more.
fn weight(document: &DocumentSignature) -> impl Ord + '_ {
    let marks = document.marks;
    (
        marks.signed && !marks.preliminary,
        !marks.preliminary,
        marks.addendum || marks.corrected,
        document.received,
        document.words,
        &document.document,
    )
}
