//! Which documents a model is asked about, and what of each: only papers that an order needs, only what the rules leave
//! open, only the pages of that document, with the patient's identifiers masked.

use super::ModelAnswers;
use super::fields::{Locatable, locatable};
use super::mask::Mask;
use super::visible;
use crate::find::DocView;
use crate::knowledge::Knowledge;
use crate::labels::Labelled;
use crate::sheet::Sheet;
use crate::split;
use crate::understand::{PacketReading, RequestContext, document};
use domain::ids::DocumentId;
use domain::model::{AskedField, AskedPage, ModelQuestion};
use domain::parser::{Document, DocumentClass, Field};

/// Below this a field the rules found is asked for as well.
const SURE: f32 = 0.85;
/// Pages of one document that are sent at most.
const PAGES_MAX: usize = 12;
/// Bytes of one document's text that are sent at most: pages beyond are left out whole.
const BYTES_MAX: usize = 40_000;

/// One question with the document it is about.
#[derive(Clone, Debug)]
pub struct Asking {
    /// The document.
    pub document: DocumentId,
    /// The question.
    pub question: ModelQuestion,
}

/// What a model is to be asked about a packet; nothing where the packet holds no order.
pub fn questions(
    reading: &PacketReading<'_>,
    context: &RequestContext,
    knowledge: &Knowledge,
    answer_tokens_max: u32,
) -> Vec<Asking> {
    let pages: Vec<Labelled<'_>> = reading.pages.iter().map(|page| Labelled::of(Sheet::of(page))).collect();
    let views: Vec<DocView<'_>> = split::documents(&pages, reading.manifest)
        .into_iter()
        .map(|range| DocView { pages: &pages[range] })
        .collect();
    let documents: Vec<Document> = views.iter().map(|view| document(view, reading, knowledge)).collect();
    if !documents.iter().any(|document| document.class == DocumentClass::Order) {
        return Vec::new();
    }
    let mask = Mask::of(context.patient.as_ref(), &documents);
    let asked = documents.iter().zip(&views).filter_map(|(document, view)| {
        let question = question(document, view, &mask, knowledge, answer_tokens_max)?;
        Some(Asking { document: document.id.clone(), question })
    });
    asked.collect()
}

fn question(
    document: &Document,
    view: &DocView<'_>,
    mask: &Mask,
    knowledge: &Knowledge,
    answer_tokens_max: u32,
) -> Option<ModelQuestion> {
    let prompt = knowledge.prompts.of(document.class)?;
    let open: Vec<&Locatable> = open(document).collect();
    if !open.iter().any(|locatable| locatable.needed) {
        return None;
    }
    let asked: Vec<AskedField> = prompt
        .fields
        .iter()
        .filter(|(field, _)| open.iter().any(|locatable| locatable.name == field))
        .map(|(field, what)| AskedField { field: field.clone(), what: what.clone() })
        .collect();
    let pages = pages(view, mask);
    if asked.is_empty() || pages.is_empty() {
        return None;
    }
    Some(ModelQuestion {
        prompt: prompt.name.clone(),
        version: prompt.version,
        instructions: prompt.instructions.clone(),
        asked,
        pages,
        answer_tokens_max,
    })
}

/// What the rules did not find, found with little confidence, or found twice with different values.
pub(super) fn open(document: &Document) -> impl Iterator<Item = &'static Locatable> + '_ {
    let settled = |fields: &[&Field]| {
        let first = fields.first().map(|field| &field.value);
        fields.iter().any(|field| field.confidence >= SURE)
            && fields.iter().all(|field| Some(&field.value) == first)
    };
    locatable(document.class).iter().filter(move |locatable| {
        let found: Vec<&Field> = document.fields_named(locatable.name).collect();
        // An order may have several diagnoses.
        let many = locatable.name == "dx.icd10" && !found.is_empty();
        let another = locatable.or.iter().flat_map(|other| document.fields_named(other));
        let another = found.is_empty() && another.into_iter().any(|field| field.confidence >= SURE);
        !many && !another && !settled(&found)
    })
}

fn pages(view: &DocView<'_>, mask: &Mask) -> Vec<AskedPage> {
    let (mut pages, mut bytes) = (Vec::new(), 0);
    for page in visible::pages(view).into_iter().take(PAGES_MAX) {
        let lines: Vec<String> = page.lines.iter().map(|(_, line)| mask.masked(line)).collect();
        let text = lines.join("\n");
        bytes += text.len();
        if bytes > BYTES_MAX {
            break;
        }
        if !text.is_empty() {
            pages.push(AskedPage { page: page.number, text: text.into() });
        }
    }
    pages
}

impl ModelAnswers {
    /// The answer about a document.
    pub(super) fn of(&self, document: &DocumentId) -> Option<&domain::model::ModelAnswer> {
        self.answers.iter().find(|(asked, _)| asked == document).map(|(_, answer)| answer)
    }
}
