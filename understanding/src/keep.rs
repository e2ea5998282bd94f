//! What is to be known of a packet's documents before they are used for an order: not needed, of unknown kind, to be
//! looked at first, held back. Nothing is dropped.

use crate::knowledge::KeepLists;
use crate::protected::{Kind, Protection};
use domain::parser::{Document, DocumentClass, DocumentMark, MarkKind, Order};

/// The marks of an order's documents, in page order; one without a mark is needed. What gave evidence to a rule is
/// needed whatever its class.
pub(crate) fn marks(
    order: &Order,
    documents: &[Document],
    protections: &[Option<Protection>],
    lists: &KeepLists,
) -> Vec<DocumentMark> {
    let family = order.family.as_deref().unwrap_or_default();
    let evidence = |document: &Document| {
        let pages = document.page_first..=document.page_last;
        order
            .findings
            .iter()
            .flat_map(|finding| &finding.evidence)
            .any(|evidence| pages.contains(&evidence.page))
    };
    documents
        .iter()
        .zip(protections)
        .filter_map(|(document, protection)| {
            let mark =
                |mark: MarkKind, why: String| Some(DocumentMark { document: document.id.clone(), mark, why });
            if let Some(protection) = protection {
                let kind = if protection.certain { MarkKind::HeldBack } else { MarkKind::LookFirst };
                return mark(kind, format!("{}, told by {}", kind_words(protection), protection.by));
            }
            if evidence(document) {
                return None;
            }
            if document.class == DocumentClass::Other {
                return mark(MarkKind::Unknown, "its kind could not be told".to_owned());
            }
            match lists.needs(family, document.class) {
                Some(false) => {
                    mark(MarkKind::NotNeeded, format!("no order of this kind ({family}) needs one"))
                }
                Some(true) | None => None,
            }
        })
        .collect()
}

fn kind_words(protection: &Protection) -> &'static str {
    match (protection.kind, protection.certain) {
        (Kind::SubstanceUse, true) => "a record of substance-use treatment (42 CFR Part 2)",
        (Kind::SubstanceUse, false) => "it may be a record of substance-use treatment (42 CFR Part 2)",
        (Kind::Psychotherapy, true) => "a psychotherapy note (45 CFR 164.501)",
        (Kind::Psychotherapy, false) => "it may be a psychotherapy note (45 CFR 164.501)",
    }
}

#[cfg(test)]
mod tests;
