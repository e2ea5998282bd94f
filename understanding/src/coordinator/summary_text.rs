//! The summary as text for a terminal or a file beside the packet: the order in a few lines, then what is to be done.

use super::points::OpenPoint;
use super::summary::{DocumentLine, OrderSummary, PrescriberLine};
use crate::knowledge::PointKind;
use crate::text::wrapped;
use domain::parser::{DocumentClass, MarkKind};
use domain::redacted::Redacted;
use jiff::civil::Date;

/// Columns of a line.
const COLUMNS: usize = 100;
/// Columns of the labels at the left.
const LABELS: usize = 12;

impl OrderSummary {
    /// The whole summary. It shows the patient.
    pub fn text(&self) -> String {
        let mut lines = vec![
            row("order", &self.reference),
            row("stands", &self.stands),
            row("patient", &self.patient_line()),
        ];
        if !self.items.is_empty() {
            lines.push(row("ordered", &self.items_line()));
            lines.push(row("by", &by(&self.prescriber, self.order_date)));
        }
        if !self.payers.is_empty() {
            let payers: Vec<String> = self.payers.iter().map(|payer| payer.name.clone()).collect();
            lines.push(row("payer", &payers.join(", then ")));
        }
        for study in &self.studies {
            let day = day(study.date.as_ref());
            let text =
                format!("{day}: {} ({})", study.result.reveal(), pages(study.page_first, study.page_last));
            lines.push(row(&study.kind, &text));
        }
        for visit in &self.visits {
            let text = format!(
                "{}, {} ({})",
                day(visit.date.as_ref()),
                visit.how,
                pages(visit.page_first, visit.page_last)
            );
            lines.push(row("visit", &text));
        }
        lines.push(row("rules", &self.rules_in_words));
        lines.extend(self.points_text());
        lines.push(row("letter", &self.letter_line()));
        lines.extend(self.marks_text());
        lines.join("\n")
    }

    fn patient_line(&self) -> String {
        let shown =
            |text: Option<&Redacted<String>>| text.map_or("?".to_owned(), |text| text.reveal().clone());
        let born = self.patient.born.as_ref().map_or("?".to_owned(), |day| day.reveal().to_string());
        format!(
            "{}, born {born}, MRN {} at {}",
            shown(self.patient.name.as_ref()),
            shown(self.patient.mrn.as_ref()),
            self.hospital
        )
    }

    fn items_line(&self) -> String {
        let item = |item: &super::SummaryItem| {
            let quantity = item
                .quantity
                .filter(|count| *count > 1)
                .map_or_else(String::new, |count| format!("{count} × "));
            match &item.hcpcs {
                Some(code) => format!("{quantity}{} ({code})", item.words),
                None => format!("{quantity}{} (no code)", item.words),
            }
        };
        let items: Vec<String> = self.items.iter().map(item).collect();
        let diagnosis = |diagnosis: &super::SummaryDiagnosis| match &diagnosis.words {
            Some(words) => format!("{} {words}", diagnosis.icd10),
            None => diagnosis.icd10.clone(),
        };
        let diagnoses: Vec<String> = self.diagnoses.iter().map(diagnosis).collect();
        let reason = if diagnoses.is_empty() {
            "no diagnosis that can be read".to_owned()
        } else {
            diagnoses.join(", ")
        };
        format!("{}; for {reason}", items.join(", "))
    }

    fn points_text(&self) -> Vec<String> {
        let (own, open): (Vec<&OpenPoint>, Vec<&OpenPoint>) =
            self.points.iter().partition(|point| point.own_file);
        let stopping = open.iter().filter(|point| point.stops).count();
        let said = match (open.len(), stopping) {
            (0, _) => "nothing is missing, nothing is contradicted".to_owned(),
            (_, 0) => "nothing stops the order".to_owned(),
            (_, 1) => "1 point stops the order".to_owned(),
            (_, count) => format!("{count} points stop the order"),
        };
        let mut lines = vec![row("to do", &said)];
        lines.extend(open.into_iter().zip(1..).map(|(point, number)| point_text(point, number)));
        lines.extend(own.into_iter().enumerate().map(|(index, point)| {
            let label = if index == 0 { "our file" } else { "" };
            row(label, &format!("{} [{}]", point.to_do, point.code))
        }));
        lines
    }

    fn letter_line(&self) -> String {
        if self.letter.ready {
            return format!("ready: `epic-connector orders letter {} --pdf OUT`", self.reference);
        }
        let mut line = self.letter.why_not.clone().unwrap_or_default();
        if !self.letter.who_acts.is_empty() {
            line = format!("none: {line} Who acts: {}", super::points::in_words(&self.letter.who_acts));
        }
        line
    }

    fn marks_text(&self) -> Vec<String> {
        let marked: Vec<&DocumentLine> = self.documents.iter().filter(|line| line.mark.is_some()).collect();
        let needed = self.documents.len() - marked.len();
        if self.documents.is_empty() {
            return Vec::new();
        }
        let mut lines = vec![row(
            "documents",
            &format!("{} in the packet, {needed} of them without a mark", self.documents.len()),
        )];
        lines.extend(marked.into_iter().filter_map(|line| {
            let words = line.mark.map(MarkKind::words)?;
            let why = line.why.as_deref().unwrap_or_default();
            let place = pages(line.page_first, line.page_last);
            Some(hang(&format!("{} ({place}): {words}; {why}", class_words(line.class)), "            - "))
        }));
        lines
    }
}

fn point_text(point: &OpenPoint, number: usize) -> String {
    let kind = match point.kind {
        PointKind::Missing => "MISSING",
        PointKind::Contradicted => "CONTRADICTED",
        PointKind::ToDecide => "TO DECIDE",
    };
    let advice = if point.stops { "" } else { " (advice only)" };
    let place = match point.pages.as_slice() {
        [] => String::new(),
        pages => {
            let pages: Vec<String> = pages.iter().map(u32::to_string).collect();
            format!(" See page {}.", pages.join(", "))
        }
    };
    [
        hang(&format!("{kind}{advice}  {}  [{}]", point.document, point.code), &format!("{number:>13}. ")),
        hang(&format!("{}{place}", point.found), "               "),
        hang(&format!("Who: {}. {}", point.who_in_words, point.to_do), "               "),
    ]
    .join("\n")
}

fn by(prescriber: &PrescriberLine, ordered: Option<Date>) -> String {
    let name = prescriber.name.as_ref().map_or("a prescriber nobody can read", |name| name.reveal().as_str());
    let parts = [("NPI", &prescriber.npi), ("telephone", &prescriber.phone), ("fax", &prescriber.fax)];
    let parts: Vec<String> =
        parts.into_iter().filter_map(|(label, value)| Some(format!("{label} {}", value.as_ref()?))).collect();
    let reach = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
    let day = ordered.map_or("with no legible order date".to_owned(), |day| format!("on {day}"));
    format!("{name}{reach}, {day}")
}

fn day(day: Option<&Redacted<Date>>) -> String {
    day.map_or("no legible date".to_owned(), |day| day.reveal().to_string())
}

fn pages(first: u32, last: u32) -> String {
    if first == last { format!("p. {first}") } else { format!("p. {first}-{last}") }
}

fn row(label: &str, text: &str) -> String {
    hang(text, &format!("{label:LABELS$} "))
}

/// A text behind a label, its further lines under its first word.
fn hang(text: &str, label: &str) -> String {
    let width = label.chars().count();
    format!("{label}{}", wrapped(text, COLUMNS - width).replace('\n', &format!("\n{}", " ".repeat(width))))
}

const fn class_words(class: DocumentClass) -> &'static str {
    match class {
        DocumentClass::Facesheet => "facesheet",
        DocumentClass::Order => "order",
        DocumentClass::OfficeNote => "office note",
        DocumentClass::TelehealthNote => "telehealth note",
        DocumentClass::SleepStudy => "sleep study",
        DocumentClass::Titration => "titration report",
        DocumentClass::EncounterSummary => "encounter summary",
        DocumentClass::InsuranceCard => "insurance card",
        DocumentClass::Lab => "laboratory result",
        DocumentClass::Imaging => "imaging report",
        DocumentClass::Letter => "letter",
        DocumentClass::CoverSheet => "cover sheet",
        DocumentClass::RawStudyData => "raw study data",
        DocumentClass::MedicalNecessityForm => "certificate of medical necessity",
        DocumentClass::AdherenceReport => "adherence report",
        DocumentClass::PriorAuthorization => "prior authorization form",
        DocumentClass::Consent => "consent",
        DocumentClass::Other => "other document",
    }
}
