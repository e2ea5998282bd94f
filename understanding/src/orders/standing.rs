//! Which of a packet's orders are in force: a corrected order takes the place of the one it names, an order that says it
//! was replaced or cancelled is none any more.

use super::{field_of, text_of};
use crate::case_file::{OrderCase, Standing, date};
use domain::parser::{Document, FieldValue};

/// What an order's document, or the chart's list, says of its being in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing against it. The numbers or dates of orders it takes the place of; `-` for one it does not name.
    Live { corrects: Vec<String> },
    /// Another order took its place.
    Replaced,
    /// It was withdrawn.
    Withdrawn,
}

impl Said {
    /// Reads it. An order that corrects another speaks of that one's end too, so only its own status counts then.
    pub(super) fn of(document: &Document, listed: Option<&str>) -> Self {
        let corrects: Vec<String> =
            document.fields_named("order.corrects").filter_map(|field| text_of(Some(field))).collect();
        let listed = listed.map(str::to_lowercase).unwrap_or_default();
        let says = |words: &[&str]| words.iter().any(|word| listed.contains(word));
        let status = |wanted: &str| {
            corrects.is_empty()
                && document
                    .fields_named("order.status")
                    .any(|field| matches!(&field.value, FieldValue::Text(text) if text == wanted))
        };
        if status("cancelled") || says(&["cancel", "withdrawn", "void"]) {
            Self::Withdrawn
        } else if status("superseded") || says(&["supersed", "replaced"]) {
            Self::Replaced
        } else if status("discontinued") || says(&["discontinu"]) {
            Self::Withdrawn
        } else {
            Self::Live { corrects }
        }
    }

    /// Whether two documents of one order say the same of it.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// Puts orders in force first and says what became of the others.
pub(super) fn settle(cases: Vec<(OrderCase, Said)>, documents: &[Document]) -> Vec<OrderCase> {
    let successors: Vec<Option<usize>> =
        (0..cases.len()).map(|index| successor(index, &cases, documents)).collect();
    let in_force = |index: usize| matches!(cases[index].1, Said::Live { .. }) && successors[index].is_none();
    let mut order: Vec<usize> = (0..cases.len()).collect();
    order.sort_by_key(|index| !in_force(*index));
    let place = |old: usize| order.iter().position(|index| *index == old).unwrap_or(old);
    let standing = |index: usize| match (&cases[index].1, successors[index]) {
        (_, Some(by)) => Standing::Superseded { by: place(by) },
        (Said::Live { .. }, None) => Standing::Live,
        (Said::Replaced, None) => Standing::Replaced,
        (Said::Withdrawn, None) => Standing::Cancelled,
    };
    let standings: Vec<Standing> = order.iter().map(|index| standing(*index)).collect();
    let mut cases: Vec<Option<OrderCase>> = cases.into_iter().map(|(case, _)| Some(case)).collect();
    order
        .iter()
        .zip(standings)
        .filter_map(|(index, standing)| Some(OrderCase { standing, ..cases[*index].take()? }))
        .collect()
}

/// The order in force that took this one's place. An order that takes another's place itself is replaced by nobody.
fn successor(index: usize, cases: &[(OrderCase, Said)], documents: &[Document]) -> Option<usize> {
    let (old, said) = &cases[index];
    if matches!(said, Said::Live { corrects } if !corrects.is_empty()) {
        return None;
    }
    let newer = || {
        cases.iter().enumerate().filter(move |(other, _)| *other != index).filter_map(
            |(other, (case, said))| match said {
                Said::Live { corrects } => Some((other, case, corrects)),
                Said::Replaced | Said::Withdrawn => None,
            },
        )
    };
    let named = newer().find(|(_, _, corrects)| corrects.iter().any(|name| is_named(old, name, documents)));
    let unnamed = || {
        newer().find(|(_, case, corrects)| {
            corrects.iter().any(|name| can_be(old, name, documents))
                && case.family == old.family
                && !is_younger(old, case, documents)
        })
    };
    let of_family = || newer().find(|(_, case, _)| case.family == old.family);
    let found = named.or_else(unnamed);
    let found = if matches!(said, Said::Live { .. }) { found } else { found.or_else(of_family) };
    found.map(|(other, ..)| other)
}

/// Whether an order's number or date is the one named.
fn is_named(case: &OrderCase, name: &str, documents: &[Document]) -> bool {
    let id = text_of(field_of(case, documents, "order_id"));
    let day = field_of(case, documents, "order_date").and_then(date).map(|day| day.to_string());
    id.is_some_and(|id| same_id(&id, name)) || day.is_some_and(|day| day == name)
}

fn same_id(a: &str, b: &str) -> bool {
    let plain = |id: &str| id.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
    plain(a) == plain(b)
}

/// Whether the order may be meant: none is named, or its own number or date is not legible.
fn can_be(case: &OrderCase, name: &str, documents: &[Document]) -> bool {
    let is_date = name.len() == 10 && name.as_bytes().get(4) == Some(&b'-');
    let own = if is_date { "order_date" } else { "order_id" };
    name == "-" || field_of(case, documents, own).is_none()
}

fn is_younger(old: &OrderCase, new: &OrderCase, documents: &[Document]) -> bool {
    let day = |case| field_of(case, documents, "order_date").and_then(date);
    matches!((day(old), day(new)), (Some(old), Some(new)) if old > new)
}
