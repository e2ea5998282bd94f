//! `letters.toml`: for each reason an order can wait for, who supplies what is missing, and in which words a prescriber
//! is asked for it.
//!
//! A point is named by a reason's code (`PAP-1:insufficient`) or by its head (`PAP-1`, `quarantine`). Of several points
//! of one code the first counts whose `says` stands in what the rule said.

use super::decode::{Mistakes, Node};
use super::{KnowledgeError, OutcomePolicy, Payer, Place, error};
use domain::parser::{FindingOutcome, Reason};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether something is not there, speaks against the order, or has to be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PointKind {
    /// The record is silent, or not legible.
    Missing,
    /// The record says otherwise.
    Contradicted,
    /// Everything is there; a person has to decide.
    ToDecide,
}

/// Who can supply something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Supplies {
    /// The prescriber's office.
    Prescriber,
    /// The hospital's records department (HIM), or whoever looks after our access there.
    Hospital,
    /// The laboratory or service that made the sleep study.
    SleepLab,
    /// The patient.
    Patient,
    /// The supplier itself: delivery, setup, fitting.
    Supplier,
    /// Our own coordinator.
    Coordinator,
}

impl Supplies {
    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Prescriber => "the prescriber's office",
            Self::Hospital => "the hospital's records department (HIM)",
            Self::SleepLab => "the sleep laboratory",
            Self::Patient => "the patient",
            Self::Supplier => "the supplier's own staff",
            Self::Coordinator => "our coordinator",
        }
    }
}

const KINDS: [(&str, PointKind); 3] = [
    ("missing", PointKind::Missing),
    ("contradicted", PointKind::Contradicted),
    ("to_decide", PointKind::ToDecide),
];

const SUPPLIERS: [(&str, Supplies); 6] = [
    ("prescriber", Supplies::Prescriber),
    ("hospital", Supplies::Hospital),
    ("sleep_lab", Supplies::SleepLab),
    ("patient", Supplies::Patient),
    ("supplier", Supplies::Supplier),
    ("coordinator", Supplies::Coordinator),
];

/// What a reason means for people.
#[derive(Clone, Debug)]
pub(crate) struct PointText {
    pub(crate) code: String,
    /// Words that the rule's sentence must hold for this point to be the one.
    pub(crate) says: Option<String>,
    pub(crate) kind: PointKind,
    /// Who can supply it, the likeliest first.
    pub(crate) who: Vec<Supplies>,
    /// The paper it is about.
    pub(crate) document: String,
    /// What the coordinator does about it.
    pub(crate) do_this: String,
    /// Whether a person must act before any letter is written.
    pub(crate) settle_first: bool,
    /// None where a prescriber cannot mend it.
    pub(crate) letter: Option<LetterText>,
}

/// What a prescriber reads.
#[derive(Clone, Debug)]
pub(crate) struct LetterText {
    /// What was found; `[…{name}…]` is left out where the value is not known.
    pub(crate) because: String,
    pub(crate) ask: String,
    pub(crate) rule: String,
    pub(crate) source: String,
}

/// All points.
#[derive(Clone, Debug, Default)]
pub(crate) struct LetterBook {
    pub(crate) points: Vec<PointText>,
    place: Place,
}

/// What can be put between braces.
pub(crate) const PLACES: [&str; 3] = ["visit_date", "study_date", "order_date"];

impl LetterBook {
    pub(crate) fn read(node: Node<'_>) -> Self {
        let points = node.children("point").into_iter().filter_map(read_point).collect();
        let place = node.place();
        node.finish();
        Self { points, place }
    }

    /// The point of a reason: by its whole code before its head, in the file's order.
    pub(crate) fn point(&self, reason: &Reason) -> Option<&PointText> {
        let said = reason.text.to_lowercase();
        let fits = |point: &&PointText| point.says.as_ref().is_none_or(|words| said.contains(words.as_str()));
        let of = |code: &str| self.points.iter().filter(|point| point.code == code).find(fits);
        of(&reason.code).or_else(|| of(head(&reason.code)))
    }

    /// Whether a code has a point whatever the rule said.
    fn covers(&self, code: &str) -> bool {
        let always = |name: &str| self.points.iter().any(|point| point.code == name && point.says.is_none());
        always(code) || always(head(code))
    }

    /// Reports everything that can stop an order and has no words here.
    pub(crate) fn check(&self, payers: &[Payer], outcomes: &OutcomePolicy, mistakes: &Mistakes) {
        let mut codes: Vec<String> = outcomes.reasons.keys().cloned().collect();
        for payer in payers.iter().filter(|payer| payer.binding) {
            for rule in payer.all_sets().flat_map(|(_, set)| &set.rules) {
                let stops =
                    [FindingOutcome::Unmet, FindingOutcome::Insufficient].into_iter().filter(|outcome| {
                        let named = rule.stops_on.is_empty()
                            || rule.stops_on.iter().any(|name| name == outcome.name());
                        named && outcomes.stops(rule.required, *outcome)
                    });
                codes.extend(stops.map(|outcome| format!("{}:{}", rule.id, outcome.name())));
            }
        }
        codes.sort();
        codes.dedup();
        for code in codes.iter().filter(|code| !self.covers(code)) {
            mistakes.borrow_mut().push(KnowledgeError {
                file: self.place.file.clone(),
                line: None,
                key: "point".to_owned(),
                reason: format!("`{code}` can stop an order and has no point without `says`"),
                nearest: error::nearest(code, self.points.iter().map(|point| point.code.as_str())),
            });
        }
    }
}

/// The part of a code before the colon.
pub(crate) fn head(code: &str) -> &str {
    code.split(':').next().unwrap_or(code)
}

fn read_point(node: Node<'_>) -> Option<PointText> {
    let code = node.text("code");
    let says = node.text_opt("says").map(|words| words.to_lowercase());
    let kind = node.one_of("kind", &KINDS);
    let who = suppliers(&node);
    let (document, do_this) = (node.text("document"), node.text("do"));
    let settle_first = node.flag("settle_first");
    let parts = ["because", "ask", "rule", "source"].map(|key| node.text_opt(key));
    let letter = match parts {
        [Some(because), Some(ask), Some(rule), Some(source)] => {
            Some(LetterText { because, ask, rule, source })
        }
        [None, None, None, None] => None,
        _ => {
            node.mistake("ask", "a letter needs all of `because`, `ask`, `rule` and `source`", None);
            None
        }
    };
    if settle_first && letter.is_some() {
        node.mistake("settle_first", "goes with no letter: a person acts first", None);
    }
    for text in letter.iter().flat_map(|letter| [&letter.because, &letter.ask]) {
        check_places(&node, text);
    }
    node.finish();
    Some(PointText { code, says, kind: kind?, who, document, do_this, settle_first, letter })
}

fn suppliers(node: &Node<'_>) -> Vec<Supplies> {
    let mut found = Vec::new();
    for name in node.texts_some("who") {
        match SUPPLIERS.iter().find(|(known, _)| *known == name) {
            Some((_, who)) => found.push(*who),
            None => {
                let nearest = error::nearest(&name, SUPPLIERS.iter().map(|(known, _)| *known));
                node.mistake("who", format!("`{name}` is nobody we know"), nearest);
            }
        }
    }
    found
}

fn check_places(node: &Node<'_>, text: &str) {
    for part in text.split('{').skip(1) {
        let name = part.split('}').next().unwrap_or_default();
        if !PLACES.contains(&name) {
            let nearest = error::nearest(name, PLACES);
            node.mistake("because", format!("`{{{name}}}` is not known"), nearest);
        }
    }
    if text.matches('[').count() != text.matches(']').count() {
        node.mistake("because", "a bracket is left open", None);
    }
}
