//! How an order is signed: electronically, by a stamp, illegibly; and the signer's credential.

use super::{Pattern, flag};
use crate::find::DocView;
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::sync::LazyLock;

static ELECTRONIC: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:electronically|digitally)\s+(?:signed|authenticated|approved)\b|\be-?signed\b").ok()
});
static STAMP: Pattern =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:signature\s+stamp|stamped\s+signature|rubber\s+stamp)\b").ok());
static DISABILITY: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\bstamp\w*\b.{0,60}?\bdisabilit(?:y|ies)\b|\bdisabilit(?:y|ies)\b.{0,60}?\bstamp\w*\b")
        .ok()
});
static ILLEGIBLE: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:illegible\s+signature|signature\s+(?:is\s+)?illegible|\[illegible\])").ok()
});
static CREDENTIAL: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i:\b(?:signed|authenticated|approved|authorized)\b.{0,60}?)\b(?P<v>M\.?D\.?|D\.?O\.?|NP|FNP(?:-[A-Z]+)?|ANP|PA(?:-C)?|CNS|APRN|DPM)\b").ok()
});

/// What the order shows of it.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    for (pattern, kind) in [(&STAMP, "stamp"), (&ELECTRONIC, "electronic")] {
        if let Some(found) = view.pattern(pattern).into_iter().next() {
            fields.extend(view.field("signature_kind", FieldValue::Text(kind.to_owned()), None, &found));
            break;
        }
    }
    fields.extend(flag(view, "signature_stamp_allowed", &DISABILITY));
    fields.extend(flag(view, "signature_illegible", &ILLEGIBLE));
    if let Some(found) = view.pattern(&CREDENTIAL).into_iter().next() {
        let credential = found.value.replace('.', "").to_uppercase();
        fields.extend(view.field("signature_credential", FieldValue::Text(credential), None, &found));
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::page;
    use crate::labels::Labelled;
    use crate::sheet::Sheet;

    #[test]
    fn the_form_of_a_signature_is_told_apart() {
        for (text, wanted) in [
            (
                "Electronically signed by Richard Roe, MD 11/03/2026",
                &["signature_kind=electronic", "signature_credential=MD"][..],
            ),
            ("Signature: R. Roe (stamped signature)", &["signature_kind=stamp"]),
            ("Signature illegible", &["signature_illegible=yes"]),
            (
                "Signature stamp used, physician has a disability",
                &["signature_kind=stamp", "signature_stamp_allowed=yes"],
            ),
            ("Signature: Richard Roe", &[]),
        ] {
            let page = page(1, text);
            let pages = [Labelled::of(Sheet::of(&page))];
            let read: Vec<String> = fields(&DocView { pages: &pages })
                .iter()
                .map(|field| format!("{}={}", field.name, field.value))
                .collect();
            assert_eq!(read, wanted, "{text}");
        }
    }
}
