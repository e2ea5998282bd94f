//! Duplicates: a packet's order sent once more (another print stamp and fax banner, read well or badly) must be known
//! again, a later order of the same patient on the same paper must not.

use crate::facts::{Kind, Value, case};
use crate::packet::{Packet, Paper};
use crate::paper::{Face, Font, Sheet, text_pdf};
use crate::read::{PathError, Reading, interpret, plain_page, read_files};
use crate::render::noisy;
use crate::score::{Count, Miss, Reason, Side, Tallies};
use crate::template::TemplateError;
use documents::read::PageReader;
use domain::ids::{OrderId, RequestId};
use domain::parser::{RelationKind, Signature, SignatureSet};
use domain::ports::Sealer;
use jiff::Span;
use jiff::civil::{DateTime, date};
use memory::MemorySealer;
use understanding::{
    DocumentKey, DuplicateVerdict, Knowledge, Understanding, order_verdict, relate, signature,
};

/// What two papers of one patient are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// The same thing once more.
    Duplicate,
    /// Two things.
    Different,
    /// Perhaps the same: waits for a person, and is not sent on twice.
    Asked,
}

/// Whoever decides it. What is asked today is about orders; a judge of documents takes the same place.
trait Judge {
    /// What the later packet's order is to the earlier one's; none where either shows no order.
    fn relation(&self, earlier: &Understanding, later: &Understanding) -> Option<Relation>;
}

/// By the signatures that are kept of orders.
struct BySignature<'a> {
    knowledge: &'a Knowledge,
    sealer: MemorySealer,
}

impl BySignature<'_> {
    fn signature(&self, of: &Understanding, request: &str, received: DateTime) -> Option<Signature> {
        let draft = of.orders.first()?;
        let (request, order) = (RequestId::new(request), OrderId::new(format!("{request}.1")));
        Some(signature(&self.sealer as &dyn Sealer, &draft.signature, &request, &order, received))
    }
}

impl Judge for BySignature<'_> {
    fn relation(&self, earlier: &Understanding, later: &Understanding) -> Option<Relation> {
        let first = self.signature(earlier, "first", date(2026, 1, 5).at(9, 0, 0, 0))?;
        let second = self.signature(later, "second", date(2026, 1, 9).at(9, 0, 0, 0))?;
        let mut second = second;
        let set = SignatureSet::of_orders(vec![first]);
        let judged = order_verdict(&mut second, &set, self.knowledge.duplicate_policy());
        Some(match judged.verdict {
            DuplicateVerdict::Duplicate { .. } => Relation::Duplicate,
            // Comes in the place of one that waits: not sent on twice.
            DuplicateVerdict::Supersedes { .. } | DuplicateVerdict::Superseded { .. } => Relation::Duplicate,
            DuplicateVerdict::Original if judged.doubt.is_some() => Relation::Asked,
            DuplicateVerdict::Original => Relation::Different,
        })
    }
}

/// By the signatures that are kept of documents.
struct ByDocument<'a> {
    knowledge: &'a Knowledge,
    sealer: MemorySealer,
}

impl Judge for ByDocument<'_> {
    fn relation(&self, earlier: &Understanding, later: &Understanding) -> Option<Relation> {
        let key = DocumentKey::of(&self.sealer as &dyn Sealer);
        let day = date(2026, 1, 5).at(9, 0, 0, 0);
        let first = earlier.parts.first()?.signature(&key, &RequestId::new("first"), day);
        let second = later.parts.first()?.signature(&key, &RequestId::new("second"), day);
        let found = relate(&first, &second, self.knowledge.duplicate_policy());
        Some(match found.map(|found| found.kind) {
            Some(RelationKind::Same) => Relation::Duplicate,
            Some(RelationKind::Unsure) => Relation::Asked,
            _ => Relation::Different,
        })
    }
}

/// Counts the pairs that a packet gives.
///
/// # Errors
/// A packet cannot be read.
pub(crate) fn score(
    packet: &Packet,
    clean: &Reading,
    knowledge: &Knowledge,
    side: Side,
    reader: &mut PageReader,
    tallies: &mut Tallies,
) -> Result<(), PathError> {
    if packet.case.kind == Kind::NotDme
        || packet.facts().is("cancelled")
        || !packet.documents.iter().any(|paper| paper.class == "order")
    {
        return Ok(());
    }
    let mut pairs = Pairs { packet, knowledge, reader, tallies };
    pairs.orders(clean, side)?;
    // One packet in three, for each costs two readings more.
    if packet.number.is_multiple_of(3) {
        pairs.documents(side)?;
    }
    Ok(())
}

/// The pairs of one packet.
struct Pairs<'a> {
    packet: &'a Packet,
    knowledge: &'a Knowledge,
    reader: &'a mut PageReader,
    tallies: &'a mut Tallies,
}

impl Pairs<'_> {
    fn read(&mut self, files: Vec<Vec<u8>>) -> Result<Reading, PathError> {
        read_files(self.packet.number, files, self.reader, &mut plain_page)
    }

    fn orders(&mut self, clean: &Reading, side: Side) -> Result<(), PathError> {
        let judge = BySignature { knowledge: self.knowledge, sealer: MemorySealer::new(7) };
        let first = interpret(clean, &clean.pages, self.knowledge);
        let again = self.read(self.packet.faxed_again())?;
        let second = interpret(&again, &again.pages, self.knowledge);
        let badly = interpret(&again, &noisy(&again.pages, self.packet.number), self.knowledge);
        let later = self.packet.renewed().map_err(|error| self.packet.stopped(error))?;
        let renewed = self.read(later.files())?;
        let third = interpret(&renewed, &renewed.pages, self.knowledge);
        let bad = Side { rendering: "noisy", ..side };
        self.count("again: order", side, Relation::Duplicate, judge.relation(&first, &second));
        self.count("again: order, badly legible", bad, Relation::Duplicate, judge.relation(&first, &badly));
        self.count("other: order of later", side, Relation::Different, judge.relation(&first, &third));
        Ok(())
    }

    /// A document that lies in a packet twice or comes with two, another patient's and another visit's on one paper.
    fn documents(&mut self, side: Side) -> Result<(), PathError> {
        let at = usize::try_from(self.packet.number / 3).unwrap_or(0) % self.packet.documents.len();
        let paper = &self.packet.documents[at];
        let one = self.read(vec![text_pdf(&paper.sheets)])?;
        let again = self.read(vec![text_pdf(&stamped(&paper.sheets, 4))])?;
        let other = case(u64::MAX, self.packet.number).facts;
        let other = paper.with(&other).map_err(|error| self.packet.stopped(error))?;
        let other = self.read(vec![text_pdf(&other.sheets)])?;
        let twice = self.read(vec![text_pdf(&paper.sheets), text_pdf(&stamped(&paper.sheets, 0))])?;
        let twice = interpret(&twice, &twice.pages, self.knowledge);
        let lies_twice = if twice.repeats.is_empty() { Relation::Different } else { Relation::Duplicate };
        self.count("again: document in one packet", side, Relation::Duplicate, Some(lies_twice));
        let [one, same, other] =
            [&one, &again, &other].map(|read| interpret(read, &read.pages, self.knowledge));
        let badly = interpret(&again, &noisy(&again.pages, self.packet.number), self.knowledge);
        let bad = Side { rendering: "noisy", ..side };
        let judge = ByDocument { knowledge: self.knowledge, sealer: MemorySealer::new(7) };
        self.count("again: document", side, Relation::Duplicate, judge.relation(&one, &same));
        self.count("again: document, badly legible", bad, Relation::Duplicate, judge.relation(&one, &badly));
        self.count(
            "other: document on the same paper",
            side,
            Relation::Different,
            judge.relation(&one, &other),
        );
        Ok(())
    }

    fn count(&mut self, name: &str, side: Side, expected: Relation, given: Option<Relation>) {
        let count: &mut Count = self.tallies.duplicates.entry((side, name.to_owned())).or_default();
        if given == Some(expected) {
            count.right += 1;
            return;
        }
        // Where letters are misread a person may have to decide; that lets nothing through.
        if given == Some(Relation::Asked) && expected == Relation::Duplicate && side.rendering == "noisy" {
            count.illegible += 1;
            return;
        }
        // Without a date on either only a person can tell.
        let undated = self.packet.facts().day("order.date").is_none();
        if given == Some(Relation::Asked) && undated && name.starts_with("other: order") {
            return;
        }
        // A pair called a repeat that is none loses a paper; the other way a person sees it twice.
        let made_up = given == Some(Relation::Duplicate);
        if made_up {
            count.wrong += 1;
        } else {
            count.missing += 1;
        }
        self.tallies.misses.push(Miss {
            side,
            about: "duplicate",
            name: name.to_owned(),
            reason: if made_up { Reason::MadeUp } else { Reason::Missing },
            packet: self.packet.number,
            page: 1,
            family: self.packet.house.clone(),
            stated: format!("{expected:?}"),
            given: given.map_or_else(|| "no order found".to_owned(), |given| format!("{given:?}")),
            line: String::new(),
        });
    }
}

/// Sheets with a fax machine's line above each; pages are counted on from a number.
fn stamped(sheets: &[Sheet], from: usize) -> Vec<Sheet> {
    let mut sheets = sheets.to_vec();
    for (number, sheet) in sheets.iter_mut().enumerate() {
        let page = from + number + 1;
        let line = format!("01/09/2026  09:41 AM   FROM: 5185550199   TO: 5185550123   P.{page:03}");
        sheet.texts.insert(0, (40.0, 14.0, Font { face: Face::Courier, bold: false }, 8.0, line));
    }
    sheets
}

impl Packet {
    fn stopped(&self, error: TemplateError) -> PathError {
        PathError { packet: self.number, step: "other facts on its papers", cause: error.to_string() }
    }

    /// Its files once more, with a fax machine's line above each page.
    fn faxed_again(&self) -> Vec<Vec<u8>> {
        let pages = |paper: &Paper| stamped(&paper.sheets, paper.pages.0 as usize - 1);
        if self.case.chart {
            return self.documents.iter().map(|paper| text_pdf(&pages(paper))).collect();
        }
        vec![text_pdf(&self.documents.iter().flat_map(pages).collect::<Vec<_>>())]
    }

    /// The same patient's order of seven months later, on the same papers.
    fn renewed(&self) -> Result<Self, TemplateError> {
        let mut facts = self.case.facts.clone();
        let later = |day: jiff::civil::Date| day.saturating_add(Span::new().days(211));
        if let Some(day) = facts.day("order.date") {
            facts.date("order.date", later(day));
        } else {
            facts.date("order.date", date(2027, 3, 1));
        }
        if let Some(Value::DateTime(at)) = facts.get("order.signed").cloned() {
            facts.set("order.signed", Value::DateTime(at.saturating_add(Span::new().days(211))));
        }
        facts.text("order.id", "800200300");
        self.on_same_papers(facts)
    }
}
