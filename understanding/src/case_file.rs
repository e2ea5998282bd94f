//! One order with everything in the packet that bears on it: what the rules look at.

use crate::course::Course;
use crate::extract::OrderLine;
use crate::knowledge::Knowledge;
use domain::parser::{Coverage, Document, DocumentClass, Field, FieldValue};
use jiff::civil::Date;

/// An order as put together from its document, or from several copies of it.
#[derive(Clone)]
pub(crate) struct OrderCase {
    /// Indices of the packet's documents the order stands in, the best copy first.
    pub(crate) documents: Vec<usize>,
    /// `pap`, `oxygen`, … ; `unlisted` for codes we do not know.
    pub(crate) family: String,
    pub(crate) lines: Vec<OrderLine>,
    /// Whether a person must look whether it is an order at all.
    pub(crate) unclear: bool,
    /// The diagnosis that decides what the device is for: the first one on the order that a family of ours names.
    pub(crate) main_diagnosis: Option<Field>,
    /// Whether it is in force.
    pub(crate) standing: Standing,
}

/// Whether an order is in force, as the documents of one packet say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is in force.
    Live,
    /// Another order of the packet took its place: its index among the orders.
    Superseded { by: usize },
    /// It was replaced, but not by an order of the packet.
    Replaced,
    /// It was cancelled, and no other took its place.
    Cancelled,
}

/// What the rules look at.
pub(crate) struct CaseFile<'a> {
    pub(crate) order: &'a OrderCase,
    pub(crate) documents: &'a [Document],
    pub(crate) coverages: &'a [Coverage],
    /// Where in its course the treatment stands.
    pub(crate) course: Course,
}

impl<'a> CaseFile<'a> {
    /// Puts together what the rules look at.
    pub(crate) fn new(order: &'a OrderCase, documents: &'a [Document], coverages: &'a [Coverage]) -> Self {
        let mut case = Self { order, documents, coverages, course: Course::Initial };
        case.course = Course::of(&case);
        case
    }

    /// The first field of a name in any document.
    pub(crate) fn any_field(&self, name: &str) -> Option<&'a Field> {
        self.documents.iter().find_map(|document| document.field(name))
    }

    /// Whether one of these codes is ordered.
    pub(crate) fn orders_one_of(&self, codes: &[String]) -> bool {
        self.order.lines.iter().filter_map(|line| line.hcpcs.as_ref()).any(|code| codes.contains(code))
    }

    /// The order's own documents.
    pub(crate) fn order_documents(&self) -> impl Iterator<Item = &'a Document> {
        let documents = self.documents;
        self.order.documents.iter().filter_map(move |index| documents.get(*index))
    }

    /// The first field of a name in the order's own documents.
    pub(crate) fn order_field(&self, name: &str) -> Option<&'a Field> {
        self.order_documents().find_map(|document| document.field(name))
    }

    /// Documents of a class.
    pub(crate) fn of_class(&self, class: DocumentClass) -> impl Iterator<Item = &'a Document> {
        self.documents.iter().filter(move |document| document.class == class)
    }

    /// The order date.
    pub(crate) fn order_date(&self) -> Option<Date> {
        self.order_field("order_date").and_then(date)
    }

    /// Whether the primary coverage is fee-for-service Medicare.
    pub(crate) fn is_medicare(&self) -> bool {
        self.coverages.first().is_some_and(|coverage| coverage.medicare)
    }
}

/// A field's day.
pub(crate) fn date(field: &Field) -> Option<Date> {
    match field.value {
        FieldValue::Date(date) => Some(date),
        FieldValue::DateTime(at) => Some(at.date()),
        _ => None,
    }
}

/// The state of the patient's printed address, such as `NY` before a ZIP code.
pub(crate) fn state(documents: &[Document]) -> Option<String> {
    let of = |text: &str| {
        let words: Vec<&str> =
            text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let is_state = |word: &str| word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_uppercase());
        let is_zip = |word: &str| word.len() == 5 && word.bytes().all(|byte| byte.is_ascii_digit());
        words
            .windows(2)
            .rev()
            .find(|pair| is_state(pair[0]) && is_zip(pair[1]))
            .map(|pair| pair[0].to_owned())
    };
    documents.iter().flat_map(|document| document.fields_named("address")).find_map(|field| {
        match &field.value {
            FieldValue::Text(text) => of(text),
            _ => None,
        }
    })
}

/// A field's number.
pub(crate) fn number(field: &Field) -> Option<f64> {
    match field.value {
        FieldValue::Number(number) => Some(number),
        FieldValue::Count(count) => Some(count as f64),
        _ => None,
    }
}

/// Whether a document states a thing.
pub(crate) fn states(document: &Document, name: &str) -> bool {
    document.field(name).is_some_and(|field| field.value == FieldValue::Flag(true))
}

/// The patient's coverages as the facesheet gives them, else an insurance card, else the order.
pub(crate) fn coverages(documents: &[Document], knowledge: &Knowledge) -> Vec<Coverage> {
    let classes = [DocumentClass::Facesheet, DocumentClass::InsuranceCard, DocumentClass::Order];
    for class in classes {
        for document in documents.iter().filter(|document| document.class == class) {
            let found: Vec<Coverage> =
                (1..=4).filter_map(|rank| coverage(document, rank, knowledge)).collect();
            if !found.is_empty() {
                return found;
            }
        }
    }
    // A Medicare number without a legible payer is Medicare's.
    let mbi = documents.iter().find_map(|document| document.field("mbi"));
    mbi.and_then(|field| match &field.value {
        FieldValue::Text(mbi) => Some(Coverage {
            rank: 1,
            payer: "Medicare".to_owned(),
            member_id: Some(mbi.clone().into()),
            medicare: true,
        }),
        _ => None,
    })
    .into_iter()
    .collect()
}

fn coverage(document: &Document, rank: u32, knowledge: &Knowledge) -> Option<Coverage> {
    let text = |part: &str| match document.field(&format!("coverage.{rank}.{part}"))?.value {
        FieldValue::Text(ref text) => Some(text.clone()),
        _ => None,
    };
    let (payer, plan) = (text("payer"), text("plan"));
    let printed = match (&payer, &plan) {
        (None, None) => {
            // A Medicare number is Medicare's though its payer is not legible.
            let member_id = text("member_id").filter(|id| crate::identifiers::mbi(id).is_some())?;
            let payer = "Medicare".to_owned();
            return Some(Coverage { rank, payer, member_id: Some(member_id.into()), medicare: true });
        }
        (payer, plan) => {
            [payer, plan].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ")
        }
    };
    let named = knowledge.payers.iter().any(|known| known.binding && known.is_named(&printed));
    // A payer whose name was not read right, with a Medicare number for its member, is Medicare.
    let numbered = text("member_id").is_some_and(|id| crate::identifiers::mbi(&id).is_some());
    let medicare = named || numbered && !crate::extract::is_known_payer(&printed);
    Some(Coverage { rank, payer: printed, member_id: text("member_id").map(Into::into), medicare })
}
