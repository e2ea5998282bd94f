//! Classes: every document of a packet against the documents that were told apart.

use super::fields::Scored;
use super::tally::{Miss, Reason, Tallies};
use domain::parser::{Document, DocumentClass};

/// Classes that a paper of ours may be given as, by the names the domain has or may come to have.
const GIVEN_AS: [(&str, &[&str]); 6] = [
    ("cmn", &["medical_necessity_form", "cmn"]),
    ("adherence", &["adherence_report", "adherence"]),
    ("prior_auth", &["prior_authorization", "prior_auth"]),
    ("consent", &["consent"]),
    ("raw_study", &["raw_study_data", "raw_study"]),
    ("telehealth_note", &["telehealth_note"]),
];

/// The name the domain gives a class.
pub(crate) fn class_name(class: DocumentClass) -> String {
    serde_json::to_value(class).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The name under which the domain knows a class of ours; what it has no class for is `other`.
fn known_as(class: &str) -> String {
    let own = [class];
    let names = GIVEN_AS.iter().find(|(name, _)| *name == class).map_or(&own[..], |(_, names)| names);
    let known =
        |name: &&&str| serde_json::from_value::<DocumentClass>(serde_json::Value::from(**name)).is_ok();
    names.iter().find(known).map_or_else(|| "other".to_owned(), |name| (*name).to_owned())
}

/// Counts classes and first and last pages.
pub(crate) fn score_classes(scored: &Scored<'_>, tallies: &mut Tallies) {
    let mut left: Vec<&Document> = scored.documents.iter().collect();
    for paper in &scored.packet.documents {
        let class = known_as(&paper.class);
        let exact = |document: &&Document| (document.page_first, document.page_last) == paper.pages;
        let split = tallies.splits.entry(scored.side).or_default();
        if scored.documents.iter().any(|document| exact(&document)) {
            split.0 += 1;
        } else {
            split.1 += 1;
        }
        let over = |document: &Document| {
            let first = document.page_first.max(paper.pages.0);
            let last = document.page_last.min(paper.pages.1);
            let both = (last + 1).saturating_sub(first);
            let either = (document.page_last.max(paper.pages.1) + 1) - document.page_first.min(paper.pages.0);
            2 * both > either
        };
        let found = left.iter().position(|document| over(document) && class_name(document.class) == class);
        let count = tallies.classes.entry((scored.side, class.clone())).or_default();
        if let Some(at) = found {
            count.right += 1;
            left.remove(at);
            continue;
        }
        count.missing += 1;
        let touching = scored
            .documents
            .iter()
            .filter(|document| document.page_first <= paper.pages.1 && document.page_last >= paper.pages.0);
        let given: Vec<String> = touching
            .map(|document| {
                let words = document.decided_by.join(", ");
                format!(
                    "{} p{}-{} ({words})",
                    class_name(document.class),
                    document.page_first,
                    document.page_last
                )
            })
            .collect();
        tallies.misses.push(Miss {
            side: scored.side,
            about: "class",
            name: class,
            reason: Reason::Missing,
            packet: scored.packet.number,
            page: paper.pages.0,
            family: paper.family.clone(),
            stated: format!("p{}-{}", paper.pages.0, paper.pages.1),
            given: given.join("; "),
            line: paper.title.clone(),
        });
    }
    for document in left {
        let class = class_name(document.class);
        tallies.classes.entry((scored.side, class)).or_default().wrong += 1;
    }
}
