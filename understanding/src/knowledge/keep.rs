//! `keep.toml`: which classes of documents an order of each item family needs, and how records that must not be passed
//! on are told by what the chart calls them.
//!
//! Nothing is ever dropped by these lists: a document that is not needed is marked, one of unknown kind is marked too.

use super::decode::Node;
use super::{KnowledgeError, Place, error};
use domain::parser::DocumentClass;
use std::collections::BTreeMap;

/// The classes by their names in files.
pub(crate) const CLASSES: [(&str, DocumentClass); 18] = [
    ("facesheet", DocumentClass::Facesheet),
    ("order", DocumentClass::Order),
    ("office_note", DocumentClass::OfficeNote),
    ("telehealth_note", DocumentClass::TelehealthNote),
    ("sleep_study", DocumentClass::SleepStudy),
    ("titration", DocumentClass::Titration),
    ("encounter_summary", DocumentClass::EncounterSummary),
    ("insurance_card", DocumentClass::InsuranceCard),
    ("lab", DocumentClass::Lab),
    ("imaging", DocumentClass::Imaging),
    ("letter", DocumentClass::Letter),
    ("cover_sheet", DocumentClass::CoverSheet),
    ("raw_study_data", DocumentClass::RawStudyData),
    ("medical_necessity_form", DocumentClass::MedicalNecessityForm),
    ("adherence_report", DocumentClass::AdherenceReport),
    ("prior_authorization", DocumentClass::PriorAuthorization),
    ("consent", DocumentClass::Consent),
    ("other", DocumentClass::Other),
];

/// Kinds of records whose words are listed.
#[derive(Clone, Debug, Default)]
pub(crate) struct ListedWords {
    /// Types, titles or authors that make a record one that is held back.
    pub(crate) held: Vec<String>,
    /// Those after which a person should look at it first.
    pub(crate) doubtful: Vec<String>,
    /// Those that make it neither.
    pub(crate) never: Vec<String>,
}

/// The lists of `keep.toml`.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeepLists {
    /// Classes every order keeps.
    always: Vec<DocumentClass>,
    /// Classes of a family.
    families: BTreeMap<String, Vec<DocumentClass>>,
    place: Place,
    /// Substance-use treatment (42 CFR Part 2).
    pub(crate) substance_use: ListedWords,
    /// Psychotherapy notes (45 CFR 164.501).
    pub(crate) psychotherapy: ListedWords,
}

impl KeepLists {
    pub(crate) fn read(node: Node<'_>) -> Self {
        let mut lists = Self { always: classes(&node, "always"), place: node.place(), ..Self::default() };
        for family in node.children("keep") {
            let kept = classes(&family, "classes");
            for name in family.texts_some("families") {
                if lists.families.insert(name.clone(), kept.clone()).is_some() {
                    family.mistake("families", format!("`{name}` is given twice"), None);
                }
            }
            family.finish();
        }
        lists.substance_use = words(&node, "substance_use");
        lists.psychotherapy = words(&node, "psychotherapy");
        node.finish();
        lists
    }

    /// Whether an order of the family needs documents of the class; none where nobody has listed the family.
    pub(crate) fn needs(&self, family: &str, class: DocumentClass) -> Option<bool> {
        if self.always.contains(&class) {
            return Some(true);
        }
        self.families.get(family).map(|kept| kept.contains(&class))
    }

    /// Reports families without codes.
    pub(crate) fn check(&self, knows_family: impl Fn(&str) -> bool, mistakes: &super::decode::Mistakes) {
        for family in self.families.keys().filter(|family| !knows_family(family)) {
            mistakes.borrow_mut().push(KnowledgeError {
                file: self.place.file.clone(),
                line: None,
                key: "families".to_owned(),
                reason: format!("no code belongs to the family `{family}`"),
                nearest: None,
            });
        }
    }
}

fn classes(node: &Node<'_>, key: &'static str) -> Vec<DocumentClass> {
    let mut found = Vec::new();
    for name in node.texts_some(key) {
        match CLASSES.iter().find(|(known, _)| *known == name) {
            Some((_, class)) => found.push(*class),
            None => {
                let nearest = error::nearest(&name, CLASSES.iter().map(|(known, _)| *known));
                node.mistake(key, format!("`{name}` is no class of documents"), nearest);
            }
        }
    }
    found
}

fn words(node: &Node<'_>, key: &'static str) -> ListedWords {
    let Some(child) = node.child(key) else { return ListedWords::default() };
    let spaced =
        |texts: Vec<String>| texts.iter().map(|text| crate::text::words_of(text).join(" ")).collect();
    let words = ListedWords {
        held: spaced(child.texts_some("held")),
        doubtful: spaced(child.texts("doubtful")),
        never: spaced(child.texts("never")),
    };
    child.finish();
    words
}
