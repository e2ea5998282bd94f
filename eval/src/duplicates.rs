//! Duplicates: a packet's order sent once more (another print stamp and fax banner, read well or badly) must be known
//! again, a later order of the same patient on the same paper must not.

use crate::facts::{Kind, Value};
use crate::packet::Packet;
use crate::paper::{Face, Font};
use crate::read::{PathError, Reading, interpret, plain_page, read};
use crate::render::noisy;
use crate::score::{Count, Miss, Reason, Side, Tallies};
use crate::template::TemplateError;
use documents::read::PageReader;
use domain::ids::{OrderId, RequestId};
use domain::parser::Signature;
use domain::ports::Sealer;
use jiff::Span;
use jiff::civil::{DateTime, date};
use memory::MemorySealer;
use understanding::{DuplicateVerdict, Knowledge, Understanding, duplicate_verdict, signature};

/// What two papers of one patient are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// The same thing once more.
    Duplicate,
    /// Two things.
    Different,
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
        let verdict = duplicate_verdict(&second, &[first], self.knowledge.duplicate_policy());
        Some(match verdict {
            DuplicateVerdict::Duplicate { .. } => Relation::Duplicate,
            // Comes in the place of one that waits: not sent on twice.
            DuplicateVerdict::Supersedes { .. } | DuplicateVerdict::Superseded { .. } => Relation::Duplicate,
            DuplicateVerdict::Original => Relation::Different,
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
    if packet.case.kind == Kind::NotDme || !packet.documents.iter().any(|paper| paper.class == "order") {
        return Ok(());
    }
    let judge = BySignature { knowledge, sealer: MemorySealer::new(7) };
    let first = interpret(clean, &clean.pages, knowledge);
    let again = read(packet, packet.faxed_again(), reader, &mut plain_page)?;
    let second = interpret(&again, &again.pages, knowledge);
    let badly = interpret(&again, &noisy(&again.pages, packet.number), knowledge);
    let later = packet.renewed().map_err(|error: TemplateError| PathError {
        packet: packet.number,
        step: "the later order",
        cause: error.to_string(),
    })?;
    let renewed = read(&later, later.files(), reader, &mut plain_page)?;
    let third = interpret(&renewed, &renewed.pages, knowledge);
    let bad = Side { rendering: "noisy", ..side };
    for (name, side, expected, other) in [
        ("sent again", side, Relation::Duplicate, &second),
        ("sent again, badly legible", bad, Relation::Duplicate, &badly),
        ("a later order", side, Relation::Different, &third),
    ] {
        let given = judge.relation(&first, other);
        let count: &mut Count = tallies.duplicates.entry((side, name.to_owned())).or_default();
        if given == Some(expected) {
            count.right += 1;
            continue;
        }
        // A pair called a repeat that is none loses an order; the other way a person sees it twice.
        if given == Some(Relation::Duplicate) {
            count.wrong += 1;
        } else {
            count.missing += 1;
        }
        tallies.misses.push(Miss {
            side,
            about: "duplicate",
            name: name.to_owned(),
            reason: if given == Some(Relation::Duplicate) { Reason::MadeUp } else { Reason::Missing },
            packet: packet.number,
            page: 1,
            family: packet.house.clone(),
            stated: format!("{expected:?}"),
            given: given.map_or_else(|| "no order found".to_owned(), |given| format!("{given:?}")),
            line: String::new(),
        });
    }
    Ok(())
}

impl Packet {
    /// Its files once more, with a fax machine's line above each page.
    fn faxed_again(&self) -> Vec<Vec<u8>> {
        let mut number = 0;
        let mut stamped = Vec::new();
        for paper in &self.documents {
            let mut sheets = paper.sheets.clone();
            for sheet in &mut sheets {
                number += 1;
                let line = format!("01/09/2026  09:41 AM   FROM: 5185550199   TO: 5185550123   P.{number:03}");
                let font = Font { face: Face::Courier, bold: false };
                sheet.texts.insert(0, (40.0, 14.0, font, 8.0, line));
            }
            stamped.push(sheets);
        }
        if self.case.chart {
            return stamped.iter().map(|sheets| crate::paper::text_pdf(sheets)).collect();
        }
        vec![crate::paper::text_pdf(&stamped.concat())]
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
