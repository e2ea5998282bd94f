//! From words to meaning: documents, fields with evidence, orders, findings of payer rules, duplicates.
//!
//! Pure: pages come in as words with boxes, knowledge as texts of `config/`, nothing is opened, no clock is
//! read. What is not legible is unknown; nothing is ever corrected into a value.

mod case_file;
mod classify;
mod coordinator;
mod course;
mod dates;
mod duplicates;
mod extract;
#[cfg(test)]
mod families;
mod find;
#[cfg(test)]
mod fixtures;
mod identifiers;
mod identity;
mod keep;
mod knowledge;
mod labels;
mod message;
mod model;
#[cfg(test)]
mod oddities;
mod orders;
mod owner;
#[cfg(test)]
mod properties;
mod protected;
mod rejudge;
mod rules;
mod sheet;
mod split;
#[cfg(test)]
mod stories;
mod text;
mod understand;
#[cfg(test)]
mod vendors;

pub use coordinator::{
    CaseFacts, DocumentLine, Letter, LetterItem, LetterStanding, Letterhead, NoLetter, OpenPoint,
    OrderSummary, PayerLine, PointKind, PrescriberLine, RuleSaid, StudyLine, SummaryDiagnosis, SummaryItem,
    SummaryPatient, Supplies, VisitLine, letter, summarise,
};
pub use duplicates::{
    DocumentKey, DocumentLikeness, DocumentParts, DocumentVerdict, DuplicateVerdict, MAYBE_DUPLICATE,
    NearIndex, OrderVerdict, Relation, SignatureParts, document_verdict, document_verdicts,
    duplicate_verdict, file_documents, order_verdict, relate, resemblance, same_orders, signature,
    tell_documents_apart, write_verdict, written_verdict,
};
pub use identifiers::{mbi, npi_is_valid};
pub use knowledge::{DuplicatePolicy, Knowledge, KnowledgeError};
pub use model::{Asking, Counted, ModelAnswers, questions};
pub use rejudge::{Judgement, NotJudged, judged_on};
pub use rules::{ExampleLine, RuleLine};
pub use understand::{
    Decision, OrderDraft, PacketReading, RequestContext, RequestDecision, Understanding, understand,
    understand_with,
};
