//! `codes/*.toml`: the HCPCS and ICD-10-CM codes we recognise, and the item family each belongs to.

use super::decode::Node;
use std::collections::BTreeMap;

/// One HCPCS code.
#[derive(Clone, Debug)]
pub(crate) struct HcpcsCode {
    /// Its item family, such as `pap`.
    pub(crate) family: String,
    /// Families it belongs to instead when the order's main diagnosis is one of theirs.
    pub(crate) or_families: Vec<String>,
    /// Its meaning in short.
    pub(crate) description: String,
    /// Words of a description that imply it, in lower case; the longest match wins.
    pub(crate) words: Vec<String>,
}

/// All codes of all files.
#[derive(Clone, Debug, Default)]
pub(crate) struct CodeTable {
    pub(crate) hcpcs: BTreeMap<String, HcpcsCode>,
    /// ICD-10-CM codes with their dots, and what they mean.
    pub(crate) icd10: BTreeMap<String, String>,
    /// Words that imply a family without naming a code, such as `wheelchair`.
    pub(crate) family_words: Vec<(String, String)>,
    /// Families whose items go with another family's device when both are ordered; the first that is ordered.
    pub(crate) joins: BTreeMap<String, Vec<String>>,
    /// How the diagnosis codes begin for which devices of a family are ordered.
    pub(crate) diagnoses: BTreeMap<String, Vec<String>>,
    /// Words on an order that stand for such a diagnosis where no code is printed, in lower case.
    pub(crate) diagnosis_words: BTreeMap<String, Vec<String>>,
}

impl CodeTable {
    /// Adds one file's codes.
    pub(crate) fn read(&mut self, node: Node<'_>) {
        node.text("source");
        node.date("as_of");
        for family in node.children("family") {
            let name = family.text("name");
            let joins = family.texts("joins");
            if !joins.is_empty() {
                self.joins.insert(name.clone(), joins);
            }
            let diagnoses = family.texts("diagnoses");
            if !diagnoses.is_empty() {
                self.diagnoses.insert(name.clone(), diagnoses);
            }
            let words: Vec<String> =
                family.texts("diagnosis_words").iter().map(|words| words.to_lowercase()).collect();
            if !words.is_empty() {
                self.diagnosis_words.insert(name.clone(), words);
            }
            for words in family.texts("words") {
                self.family_words.push((words.to_lowercase(), name.clone()));
            }
            family.finish();
        }
        for code in node.children("hcpcs") {
            self.read_hcpcs(code);
        }
        for code in node.children("icd10") {
            let name = code.text("code");
            if !crate::identifiers::is_icd10_shape(&name) {
                code.mistake("code", format!("`{name}` is not shaped like an ICD-10-CM code"), None);
            }
            self.icd10.insert(name, code.text("text"));
            code.finish();
        }
        node.finish();
    }

    fn read_hcpcs(&mut self, node: Node<'_>) {
        let name = node.text("code");
        if !crate::identifiers::is_hcpcs_shape(&name) {
            node.mistake("code", format!("`{name}` is not a letter and four digits"), None);
        }
        let code = HcpcsCode {
            family: node.text("family"),
            or_families: node.texts("or_families"),
            description: node.text("description"),
            words: node.texts("words").iter().map(|words| words.to_lowercase()).collect(),
        };
        if self.hcpcs.contains_key(&name) {
            node.mistake("code", format!("`{name}` is given twice"), None);
        }
        node.finish();
        self.hcpcs.insert(name, code);
    }

    /// The family of a code.
    pub(crate) fn family_of(&self, hcpcs: &str) -> Option<&str> {
        self.hcpcs.get(hcpcs).map(|code| code.family.as_str())
    }

    /// The family whose diagnosis this is, among these families.
    pub(crate) fn family_by_diagnosis<'f>(&self, icd10: &str, among: &'f [String]) -> Option<&'f String> {
        let is_one = |family: &&String| {
            let starts = self.diagnoses.get(family.as_str());
            starts.is_some_and(|starts| starts.iter().any(|start| icd10.starts_with(start.as_str())))
        };
        among.iter().find(is_one)
    }

    /// Whether any code or word belongs to the family.
    pub(crate) fn knows_family(&self, family: &str) -> bool {
        self.hcpcs
            .values()
            .any(|code| code.family == family || code.or_families.iter().any(|or| or == family))
            || self.family_words.iter().any(|(_, name)| name == family)
    }
}
