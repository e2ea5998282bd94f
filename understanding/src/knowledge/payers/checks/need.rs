//! The predicate on what a note must state of a patient's need, by which beds, chairs, monitors and the like are covered.

use super::{Check, Reader, statements};
use crate::knowledge::decode::Node;

/// What must be stated, diagnosed and measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Need {
    /// One of these must be stated; empty: none need be.
    pub(crate) any: Vec<String>,
    /// Each of these must be stated.
    pub(crate) all: Vec<String>,
    /// Orders with one of these codes …
    pub(crate) extra_items: Vec<String>,
    /// … need each of these as well.
    pub(crate) extra: Vec<String>,
    /// Codes that are never covered.
    pub(crate) not_covered: Vec<String>,
    /// The order must show a diagnosis that begins so; empty: any.
    pub(crate) diagnoses: Vec<String>,
    /// Arterial carbon dioxide from here on, mmHg.
    pub(crate) paco2_min: Option<f64>,
    /// What is stated must be of a visit within so many months before the order.
    pub(crate) visit_months: Option<f64>,
}

pub(super) const CHECKS: &[(&str, Reader)] = &[("need", |node| Check::Need(read(node)))];

fn read(node: &Node<'_>) -> Need {
    let need = Need {
        any: statements(node, "any"),
        all: statements(node, "all"),
        extra_items: node.texts("extra_items"),
        extra: statements(node, "extra"),
        not_covered: node.texts("not_covered"),
        diagnoses: node.texts("diagnoses"),
        paco2_min: node.number_opt("paco2_min"),
        visit_months: node.number_opt("visit_months"),
    };
    if need.any.is_empty() && need.all.is_empty() {
        node.mistake("all", "a need is shown by at least one statement, in `any` or `all`", None);
    }
    if need.extra_items.is_empty() != need.extra.is_empty() {
        node.mistake("extra", "`extra_items` and `extra` go together", None);
    }
    need
}
