//! `prompts/*.toml`: what a language model is told, by class of document: its instructions, and in which words each thing
//! is asked for. Things nobody may ask a model for are refused.

use super::decode::Node;
use super::error::nearest;
use crate::model::known_fields;
use domain::parser::DocumentClass;
use std::collections::BTreeMap;

/// Versions of a prompt begin at 1.
const VERSIONS: std::ops::RangeInclusive<f64> = 1.0..=9_999.0;

/// The classes a prompt can be for, by the names used in files.
const CLASSES: [(&str, DocumentClass); 7] = [
    ("order", DocumentClass::Order),
    ("office_note", DocumentClass::OfficeNote),
    ("telehealth_note", DocumentClass::TelehealthNote),
    ("encounter_summary", DocumentClass::EncounterSummary),
    ("sleep_study", DocumentClass::SleepStudy),
    ("titration", DocumentClass::Titration),
    ("lab", DocumentClass::Lab),
];

/// One prompt.
#[derive(Clone, Debug)]
pub(crate) struct Prompt {
    /// The file's name without its ending.
    pub(crate) name: String,
    pub(crate) version: u32,
    pub(crate) instructions: String,
    /// What may be asked, and in which words.
    pub(crate) fields: Vec<(String, String)>,
}

/// Prompts by class.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prompts(BTreeMap<DocumentClass, Prompt>);

impl Prompts {
    /// The prompt of a class; none: no model is asked about such documents.
    pub(crate) fn of(&self, class: DocumentClass) -> Option<&Prompt> {
        self.0.get(&class)
    }

    /// Reads one file.
    pub(crate) fn read(&mut self, file: &str, node: Node<'_>) {
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file).trim_end_matches(".toml").to_owned();
        let version = node.number("version");
        if !VERSIONS.contains(&version) || version.fract() != 0.0 {
            node.mistake("version", "must be a whole number from 1", None);
        }
        let instructions = node.text("instructions").trim().to_owned();
        let classes = classes(&node);
        let mut fields = Vec::new();
        if let Some(asked) = node.child("fields") {
            fields = asked.all_texts();
            for (field, _) in &fields {
                let known = |class: &DocumentClass| known_fields(*class).any(|known| known == field);
                if !classes.iter().all(known) {
                    let near = nearest(field, classes.iter().flat_map(|class| known_fields(*class)));
                    asked.mistake(field, "is nothing a model may be asked for in these documents", near);
                }
            }
        }
        node.finish();
        for class in classes {
            let prompt = Prompt {
                name: name.clone(),
                version: version as u32,
                instructions: instructions.clone(),
                fields: fields.clone(),
            };
            self.0.insert(class, prompt);
        }
    }
}

fn classes(node: &Node<'_>) -> Vec<DocumentClass> {
    let mut classes = Vec::new();
    for name in node.texts_some("classes") {
        match CLASSES.iter().find(|(known, _)| *known == name) {
            Some((_, class)) => classes.push(*class),
            None => {
                let near = nearest(&name, CLASSES.iter().map(|(known, _)| *known));
                node.mistake("classes", format!("`{name}` is no class a model is asked about"), near);
            }
        }
    }
    classes
}
