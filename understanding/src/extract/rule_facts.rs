//! Fields that only the payers' rules ask for: the course of a treatment, the nights of a device's record, the form of a signature,
//! the kind of a home test, and papers that go with an order. Each kind in a file of its own.

mod course;
mod nights;
mod papers;
mod signature_form;
mod test_kind;

use crate::find::DocView;
use domain::parser::{DocumentClass, Field, FieldValue};
use regex::Regex;
use std::sync::LazyLock;

/// A pattern that must compile.
type Pattern = LazyLock<Option<Regex>>;

/// Reads them by the document's class.
pub(super) fn fields(view: &DocView<'_>, class: DocumentClass) -> Vec<Field> {
    let mut fields = match class {
        DocumentClass::Order => [course::fields(view), signature_form::fields(view)].concat(),
        DocumentClass::SleepStudy => test_kind::fields(view),
        DocumentClass::Facesheet | DocumentClass::InsuranceCard | DocumentClass::CoverSheet => {
            return Vec::new();
        }
        DocumentClass::AdherenceReport => nights::fields(view),
        _ => Vec::new(),
    };
    fields.extend(course::therapy_start(view));
    fields.extend(papers::fields(view, class));
    super::distinct(fields)
}

/// A yes where a pattern is found, at its first place.
fn flag(view: &DocView<'_>, name: &str, pattern: &Pattern) -> Option<Field> {
    let found = view.pattern(pattern).into_iter().next()?;
    view.field(name, FieldValue::Flag(true), None, &found)
}
