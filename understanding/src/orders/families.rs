//! Which family an item belongs to: by its code, by the diagnosis where a device serves several, and with the device it
//! is ordered for.

use super::{UNLISTED, text_of};
use crate::extract::OrderLine;
use crate::find::DocView;
use crate::knowledge::CodeTable;
use crate::text::{find_phrase, words_of};
use domain::parser::{Document, DocumentClass, Field};
use std::collections::BTreeSet;

/// What an order document says it is for.
pub(super) struct Purpose {
    /// The first diagnosis on it that a family of ours names.
    pub(super) main_diagnosis: Option<Field>,
    /// The family of that diagnosis; or of words for it on the order; or of a sleep study beside it.
    family: Option<String>,
}

impl Purpose {
    /// Reads it.
    pub(super) fn of(
        document: &Document,
        view: &DocView<'_>,
        packet: &[Document],
        codes: &CodeTable,
    ) -> Self {
        let families: Vec<String> = codes.diagnoses.keys().cloned().collect();
        let by_code = document.fields_named("dx.icd10").find_map(|field| {
            let family = codes.family_by_diagnosis(&text_of(Some(field))?, &families)?;
            Some((field.clone(), family.clone()))
        });
        if let Some((field, family)) = by_code {
            return Self { main_diagnosis: Some(field), family: Some(family) };
        }
        let says =
            |phrase: &String| view.lines().any(|(_, _, text)| find_phrase(&words_of(text), phrase).is_some());
        let by_words = codes.diagnosis_words.iter().find(|(_, words)| words.iter().any(says));
        let studied = |document: &Document| {
            matches!(document.class, DocumentClass::SleepStudy | DocumentClass::Titration)
        };
        let by_study = || {
            let family = codes.diagnosis_words.keys().next()?;
            packet.iter().any(studied).then(|| family.clone())
        };
        Self { main_diagnosis: None, family: by_words.map(|(family, _)| family.clone()).or_else(by_study) }
    }

    /// The family of an item: its code's, or the one of the diagnosis if the code can be of that.
    fn family_of(&self, line: &OrderLine, codes: &CodeTable) -> String {
        let own = line.family.clone().unwrap_or_else(|| UNLISTED.to_owned());
        let code = line.hcpcs.as_ref().and_then(|hcpcs| codes.hcpcs.get(hcpcs));
        let other =
            code.zip(self.family.as_ref()).filter(|(code, family)| code.or_families.contains(*family));
        other.map_or(own, |(_, family)| family.clone())
    }
}

/// Items by family; those of a family that joins another go with it where both are ordered.
pub(super) fn by_family(
    lines: Vec<OrderLine>,
    purpose: &Purpose,
    codes: &CodeTable,
) -> Vec<(String, Vec<OrderLine>)> {
    let all: BTreeSet<String> = lines.iter().map(|line| purpose.family_of(line, codes)).collect();
    let mut groups: Vec<(String, Vec<OrderLine>)> = Vec::new();
    for line in lines {
        let own = purpose.family_of(&line, codes);
        let joined =
            codes.joins.get(&own).and_then(|targets| targets.iter().find(|target| all.contains(*target)));
        let name = joined.cloned().unwrap_or(own);
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, lines)) => lines.push(line),
            None => groups.push((name, vec![line])),
        }
    }
    groups
}
