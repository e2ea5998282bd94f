//! Real-life layouts of every field that is no study value, written down from what hospitals, payers and suppliers print:
//! a paper's class, its text, and what must be read from it.

mod cards;
mod facesheets;
mod notes;
mod npis;
mod orders;
mod patients;
mod signatures;

use crate::find::DocView;
use crate::fixtures::{knowledge, page};
use crate::labels::Labelled;
use crate::sheet::Sheet;
use domain::parser::DocumentClass;
use std::collections::BTreeSet;

/// A paper, and its fields as `name=value`; of every name that stands here no other value may be read. A name alone must
/// not be read at all.
type Case = (&'static str, &'static [&'static str]);

/// Reads every paper and tells all that came out otherwise at once.
fn check(class: DocumentClass, cases: &[Case]) {
    let codes = knowledge().codes;
    let mut wrong = String::new();
    for (text, wanted) in cases {
        let page = page(1, text);
        let pages = [Labelled::of(Sheet::of(&page))];
        let fields = super::fields(&DocView { pages: &pages }, class, &codes);
        let names: BTreeSet<&str> =
            wanted.iter().map(|want| want.split('=').next().unwrap_or_default()).collect();
        let read: BTreeSet<String> = fields
            .iter()
            .filter(|field| names.contains(field.name.as_str()))
            .map(|field| format!("{}={}", field.name, field.value))
            .collect();
        let wanted: BTreeSet<String> =
            wanted.iter().filter(|want| want.contains('=')).map(|want| (*want).to_owned()).collect();
        if read != wanted {
            wrong.push_str(&format!("\n--- {text}\n    wanted {wanted:?}\n    read   {read:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
