//! The predicates a rule can name, by what they are about. What they do stands in `rules/`.

mod breathing;
mod course;
mod need;
mod order;
mod pap;
mod payer;

pub(crate) use breathing::{BreathingCheck, Criterion, OxygenLimits};
pub(crate) use course::CourseCheck;
pub(crate) use need::Need;
pub(crate) use order::{Element, OrderCheck};
pub(crate) use pap::PapCheck;
pub(crate) use payer::PayerCheck;

use super::inputs::{is_statement, nearest_statement};
use crate::knowledge::decode::Node;

/// A predicate with its parameters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Check {
    /// On the order itself and the supplier's papers about it.
    Order(OrderCheck),
    /// On positive airway pressure and its sleep study.
    Pap(PapCheck),
    /// On treatment that is under way.
    Course(CourseCheck),
    /// On breathing: oxygen, respiratory assist.
    Breathing(BreathingCheck),
    /// On a visit about the condition within so many months before the order.
    FaceToFace { months_before: f64, topics: Vec<String> },
    /// On what a note must state of the patient's need.
    Need(Need),
    /// On what only some payers ask.
    Payer(PayerCheck),
}

impl Check {
    /// Stands for a predicate that is not known; the file it stands in is refused.
    pub(super) const fn unknown() -> Self {
        Self::Order(OrderCheck::Signed)
    }
}

/// Reads the parameters of one predicate.
type Reader = fn(&Node<'_>) -> Check;

/// Reads a rule's predicate.
pub(super) fn read(node: &Node<'_>) -> Option<Check> {
    let mut known: Vec<(&str, Reader)> = Vec::new();
    for group in [order::CHECKS, pap::CHECKS, course::CHECKS, breathing::CHECKS, need::CHECKS, payer::CHECKS]
    {
        known.extend(group);
    }
    node.one_of("check", &known).map(|read| read(node))
}

fn statements_some(node: &Node<'_>, key: &'static str) -> Vec<String> {
    known_statements(node, key, node.texts_some(key))
}

fn statements(node: &Node<'_>, key: &'static str) -> Vec<String> {
    known_statements(node, key, node.texts(key))
}

fn known_statements(node: &Node<'_>, key: &str, names: Vec<String>) -> Vec<String> {
    for name in names.iter().filter(|name| !is_statement(name)) {
        node.mistake(key, format!("`{name}` is nothing a note can state"), nearest_statement(name));
    }
    names
}
