//! The order as it would be handed on: what was made of the whole packet, not of one document.

use super::agree::agrees;
use super::fields::Scored;
use super::tally::{Miss, Reason, Tallies};
use crate::facts::{Kind, Value};
use domain::parser::{FieldValue, Order};
use understanding::{Decision, OrderDraft};

/// How the names of these figures begin.
pub(crate) const HANDED_ON: &str = "order: ";

/// Counts what the packet's order says.
pub(crate) fn score_orders(scored: &Scored<'_>, orders: &[OrderDraft], tallies: &mut Tallies) {
    let packet = scored.packet;
    let ordered = packet.documents.iter().any(|paper| paper.class == "order");
    let mut one = Handed { scored, tallies };
    if packet.facts().is("cancelled") {
        let stopped = orders.iter().all(|draft| draft.decision == Decision::Cancelled) && !orders.is_empty();
        one.count("cancelled", u32::from(stopped), 0, u32::from(!stopped));
        if !stopped {
            one.miss(
                "cancelled",
                Reason::Missing,
                "a cancelled order",
                &format!("{} orders in force", orders.len()),
            );
        }
        return;
    }
    if !ordered || packet.case.kind == Kind::NotDme {
        if let Some(draft) = orders.iter().find(|draft| !draft.order.items.is_empty()) {
            one.count("exists", 0, 1, 0);
            let items = draft.order.items.iter().filter_map(|item| item.hcpcs.clone()).collect::<Vec<_>>();
            one.miss("exists", Reason::MadeUp, "no order", &items.join(" "));
        }
        return;
    }
    let Some(draft) = orders.iter().max_by_key(|draft| draft.order.items.len()) else {
        one.count("exists", 0, 0, 1);
        one.miss("exists", Reason::Missing, "an order", "none");
        return;
    };
    one.count("exists", 1, u32::try_from(orders.len()).unwrap_or(1) - 1, 0);
    if orders.len() > 1 {
        one.miss("exists", Reason::MadeUp, "one order", &format!("{} orders", orders.len()));
    }
    one.values(&draft.order);
}

struct Handed<'a, 'b> {
    scored: &'a Scored<'a>,
    tallies: &'b mut Tallies,
}

impl Handed<'_, '_> {
    fn values(&mut self, order: &Order) {
        let text = |text: Option<&String>| text.map(|text| FieldValue::Text(text.clone()));
        let name = text(order.patient_name.as_ref().map(|name| name.reveal()));
        let mrn = text(order.patient_mrn.as_ref().map(|mrn| mrn.reveal()));
        let dob = order.patient_dob.as_ref().map(|dob| FieldValue::Date(*dob.reveal()));
        let prescriber = text(order.prescriber_name.as_ref().map(|name| name.reveal()));
        let date = order.order_date.map(FieldValue::Date);
        self.single("patient name", "pt.name", name);
        self.single("date of birth", "pt.dob", dob);
        self.single("mrn", "pt.mrn", mrn);
        self.single("prescriber", "rx.name", prescriber);
        self.single("npi", "rx.npi", text(order.prescriber_npi.as_ref()));
        self.single("order date", "order.date", date);
        let items = order.items.iter().filter_map(|item| item.hcpcs.clone()).collect();
        self.set("items", "it.hcpcs", items);
        self.set("diagnoses", "it.code", order.diagnoses.clone());
        let primary = order.coverages.iter().find(|coverage| coverage.rank == 1);
        let member = primary.and_then(|coverage| coverage.member_id.as_ref()).map(|id| id.reveal());
        self.single("primary member id", "cov.id", text(member));
    }

    /// Whether a document of the packet prints a fact as the field's value.
    fn printed(&self, fact: &str) -> bool {
        let said = self.scored.packet.documents.iter().flat_map(|paper| &paper.said);
        said.into_iter().any(|on| {
            !on.said.trap && (on.said.field == fact || (fact == "cov.id" && on.said.field == "cov.mbi"))
        })
    }

    fn single(&mut self, name: &str, fact: &str, given: Option<FieldValue>) {
        let facts = self.scored.packet.facts();
        let mut stated = facts.get(fact).filter(|_| self.printed(fact)).cloned();
        // A number with a wrong check digit is not handed on.
        if let (true, Some(Value::Text(npi))) = (fact == "rx.npi", &stated)
            && !understanding::npi_is_valid(npi)
        {
            stated = None;
        }
        match (stated, given) {
            (None, None) => {}
            (Some(stated), Some(given)) if agrees(fact, &stated, 0.0, &given) => self.count(name, 1, 0, 0),
            (Some(stated), Some(given)) => {
                self.count(name, 0, 1, 1);
                self.miss(name, Reason::Wrong, &stated.shown(), &given.to_string());
            }
            (Some(stated), None) => {
                self.count(name, 0, 0, 1);
                self.miss(name, Reason::Missing, &stated.shown(), "");
            }
            (None, Some(given)) => {
                // It may stand in a place that is not counted; then it must be true.
                let facts = self.scored.packet.facts();
                if facts.get(fact).is_none_or(|value| !agrees(fact, value, 0.0, &given)) {
                    self.count(name, 0, 1, 0);
                    self.miss(name, Reason::MadeUp, "", &given.to_string());
                }
            }
        }
    }

    fn set(&mut self, name: &str, fact: &str, mut given: Vec<String>) {
        let said = self.scored.packet.documents.iter().flat_map(|paper| &paper.said);
        let mut stated: Vec<String> = said
            .filter(|on| !on.said.trap && on.said.field == fact)
            .map(|on| on.said.printed.clone())
            .collect();
        stated.sort();
        stated.dedup();
        for one in stated {
            if let Some(at) = given.iter().position(|given| *given == one) {
                given.remove(at);
                self.count(name, 1, 0, 0);
            } else {
                self.count(name, 0, 0, 1);
                self.miss(name, Reason::Missing, &one, "");
            }
        }
        for more in given {
            self.count(name, 0, 1, 0);
            self.miss(name, Reason::MadeUp, "", &more);
        }
    }

    fn count(&mut self, name: &str, right: u32, wrong: u32, missing: u32) {
        let count = self.tallies.fields.entry((self.scored.side, format!("{HANDED_ON}{name}"))).or_default();
        count.right += right;
        count.wrong += wrong;
        count.missing += missing;
    }

    fn miss(&mut self, name: &str, reason: Reason, stated: &str, given: &str) {
        let order = self.scored.packet.documents.iter().find(|paper| paper.class == "order");
        self.tallies.misses.push(Miss {
            side: self.scored.side,
            about: "order",
            name: format!("{HANDED_ON}{name}"),
            reason,
            packet: self.scored.packet.number,
            page: order.map_or(1, |paper| paper.pages.0),
            family: order.map_or_else(|| self.scored.packet.house.clone(), |paper| paper.family.clone()),
            stated: stated.to_owned(),
            given: given.to_owned(),
            line: String::new(),
        });
    }
}
