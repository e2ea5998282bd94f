//! Fields: every value that a document states against every value that was given with evidence on its pages.

use super::agree::{agrees, squeezed};
use super::names::{Group, field_of, given_as};
use super::tally::{Miss, Reason, Side, Tallies};
use crate::facts::Value;
use crate::packet::{Packet, Paper, SaidOn};
use domain::ocr_pool::PageText;
use domain::parser::{Document, Field};
use std::collections::BTreeSet;

/// What stands on the pages, and what was made of it.
pub(crate) struct Scored<'a> {
    pub(crate) packet: &'a Packet,
    pub(crate) side: Side,
    pub(crate) pages: &'a [PageText],
    pub(crate) documents: &'a [Document],
}

/// Counts every field of every document.
pub(crate) fn score_fields(scored: &Scored<'_>, tallies: &mut Tallies) {
    let letters: Vec<String> = scored.pages.iter().map(|page| squeezed(&page.text)).collect();
    for paper in &scored.packet.documents {
        let given: Vec<&Field> = scored
            .documents
            .iter()
            .flat_map(|document| &document.fields)
            .filter(|field| (paper.pages.0..=paper.pages.1).contains(&field.evidence.page))
            .collect();
        let mut names: BTreeSet<String> = paper
            .said
            .iter()
            .filter(|on| !on.said.trap)
            .map(|on| field_of(&on.said.field).to_owned())
            .collect();
        for field in &given {
            if Group::of(&field.name) != Group::Other && !covered(&names, &field.name) {
                names.insert(field.name.clone());
            }
        }
        let one = Paged { scored, paper, letters: &letters, given: &given };
        for name in &names {
            one.field(name, tallies);
        }
        for field in given {
            if !covered(&names, &field.name) {
                *tallies.unknown.entry(field.name.clone()).or_default() += 1;
            }
        }
    }
}

fn covered(names: &BTreeSet<String>, given: &str) -> bool {
    names.iter().any(|name| given_as(name, given))
}

struct Paged<'a> {
    scored: &'a Scored<'a>,
    paper: &'a Paper,
    letters: &'a [String],
    given: &'a [&'a Field],
}

impl Paged<'_> {
    /// The different values that the document states under a name, each with where.
    fn stated(&self, name: &str) -> Vec<&SaidOn> {
        let mut stated: Vec<&SaidOn> = Vec::new();
        for on in &self.paper.said {
            let same = |other: &&&SaidOn| other.said.value == on.said.value;
            if !on.said.trap && field_of(&on.said.field) == name && stated.iter().find(same).is_none() {
                stated.push(on);
            }
        }
        stated
    }

    fn field(&self, name: &str, tallies: &mut Tallies) {
        let mut given: Vec<&Field> =
            self.given.iter().copied().filter(|field| given_as(name, &field.name)).collect();
        let key = (self.scored.side, name.to_owned());
        let mut missing = Vec::new();
        for on in self.stated(name) {
            let agrees = |field: &&Field| agrees(name, &on.said.value, on.said.within, &field.value);
            if let Some(first) = given.iter().copied().find(agrees) {
                tallies.fields.entry(key.clone()).or_default().right += 1;
                if !self.stands(on, first.evidence.page) {
                    tallies.misses.push(self.miss(name, Reason::WrongPage, Some(on), Some(first)));
                }
                given.retain(|field| !agrees(field));
            } else {
                missing.push(on);
            }
        }
        given.retain(|field| !self.elsewhere(name, field) || self.trapped(name, field).is_some());
        let mut told: Vec<*const Field> = Vec::new();
        for on in missing {
            if !self.legible(on) {
                let count = tallies.fields.entry(key.clone()).or_default();
                count.illegible += 1;
                // What was read from the damaged words is not made up.
                if let Some(at) = given.iter().position(|field| self.as_read(field)) {
                    count.misread += 1;
                    given.remove(at);
                }
                continue;
            }
            tallies.fields.entry(key.clone()).or_default().missing += 1;
            let wrong = given.iter().copied().find(|field| !told.contains(&std::ptr::from_ref(*field)));
            told.extend(wrong.map(std::ptr::from_ref));
            let reason = if wrong.is_some() { Reason::Wrong } else { Reason::Missing };
            tallies.misses.push(self.miss(name, reason, Some(on), wrong));
        }
        for field in given {
            tallies.fields.entry(key.clone()).or_default().wrong += 1;
            let trap = self.trapped(name, field);
            if trap.is_none() && told.contains(&std::ptr::from_ref(field)) {
                continue;
            }
            let reason = if trap.is_some() { Reason::Trap } else { Reason::MadeUp };
            tallies.misses.push(self.miss(name, reason, trap, Some(field)));
        }
    }

    /// Whether a value stands on a page under any of its mentions.
    fn stands(&self, on: &SaidOn, page: u32) -> bool {
        self.paper
            .said
            .iter()
            .filter(|other| other.said.value == on.said.value)
            .any(|other| other.pages.contains(&page))
            || (!on.said.printed.is_empty() && self.on_page(&on.said.printed, page))
            || matches!(on.said.value, Value::Flag(_) | Value::Name(_) | Value::Date(_) | Value::DateTime(_))
    }

    fn on_page(&self, printed: &str, page: u32) -> bool {
        let index = usize::try_from(page).unwrap_or(0).wrapping_sub(1);
        self.letters.get(index).is_some_and(|letters| letters.contains(&squeezed(printed)))
    }

    /// Whether a line as read still holds the value whole, and at least half of the words it stands among.
    fn legible(&self, on: &SaidOn) -> bool {
        if self.scored.side.rendering == "clean" {
            return true;
        }
        let printed = squeezed(&on.said.printed);
        let words: Vec<&str> = on.line.split_whitespace().collect();
        let whole = |line: &str| {
            let kept = words.iter().filter(|word| line.contains(**word)).count();
            // What is said in words needs its words.
            let needed = if printed.is_empty() { words.len() } else { words.len().div_ceil(2) };
            kept >= needed && squeezed(line).contains(&printed)
        };
        on.pages.iter().any(|page| {
            let index = usize::try_from(*page).unwrap_or(0).wrapping_sub(1);
            self.scored.pages.get(index).is_some_and(|page| page.text.lines().any(whole))
        })
    }

    /// Whether a value was given as the damaged page has it.
    fn as_read(&self, field: &Field) -> bool {
        self.scored.side.rendering != "clean" && self.on_page(&field.evidence.quote, field.evidence.page)
    }

    /// Whether it is true of the packet, though this document was not made to say it.
    fn elsewhere(&self, name: &str, field: &Field) -> bool {
        let said = self.scored.packet.documents.iter().flat_map(|paper| &paper.said);
        let stands_for = |field: &str| field == name || given_as(field, name);
        said.filter(|on| !on.said.trap && stands_for(field_of(&on.said.field)))
            .any(|on| agrees(name, &on.said.value, on.said.within, &field.value))
            || self.scored.packet.facts().true_of(name, |value| agrees(name, value, 0.06, &field.value))
    }

    fn trapped(&self, name: &str, field: &Field) -> Option<&SaidOn> {
        self.paper.said.iter().find(|on| {
            let traps = field_of(&on.said.field);
            on.said.trap
                && (traps == name || given_as(name, traps))
                && agrees(name, &on.said.value, on.said.within, &field.value)
        })
    }

    fn miss(&self, name: &str, reason: Reason, on: Option<&SaidOn>, given: Option<&Field>) -> Miss {
        let page =
            given.map(|field| field.evidence.page).or_else(|| on.and_then(|on| on.pages.first().copied()));
        let shown = |field: &Field| format!("{} \"{}\"", field.value, field.evidence.quote);
        Miss {
            side: self.scored.side,
            about: "field",
            name: name.to_owned(),
            reason,
            packet: self.scored.packet.number,
            page: page.unwrap_or(self.paper.pages.0),
            family: self.paper.family.clone(),
            stated: on.map(|on| on.said.value.shown()).unwrap_or_default(),
            given: given.map(shown).unwrap_or_default(),
            line: on.map(|on| on.line.clone()).unwrap_or_default(),
        }
    }
}
