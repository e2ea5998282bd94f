//! Values of a stretch of text: every number with the label it belongs to, before it, behind it (`112 obstructive
//! apneas`), above it in a table, or earlier in its sentence.

mod pairs;
mod row;
mod sentence;
mod totals;

use super::atoms::{Atom, Unit, atoms};
use super::label::{self, Label};
use super::meaning::{Meaning, Report, meaning, names_a_thing, plausible};
use super::words::{Idea, Ideas, Read, Tagged, ideas_of, read};
use crate::find::{DocView, Found};
use pairs::{Paired, pairs};
use std::ops::Range;

/// A stretch of text that is read at once: a sentence, or a line of cells.
pub(super) struct Segment {
    pub(super) page: usize,
    pub(super) text: String,
    /// Where each of its lines begins: byte of the text, line, byte of the line.
    pub(super) pieces: Vec<(usize, usize, usize)>,
    /// Cells of a line of a table; empty of a sentence.
    pub(super) cells: Vec<Range<usize>>,
    /// What the heading over it speaks of.
    pub(super) context: Ideas,
}

/// A value found under a name.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) name: &'static str,
    pub(super) whole: bool,
    /// How surely it is labelled: 1 in a sentence, 2 by a heading above, 3 by its own label, 4 as what it is here.
    pub(super) rank: u8,
    pub(super) found: Found<f64>,
}

/// What is being read, with what was said before.
struct Walk<'a> {
    segment: &'a Segment,
    view: &'a DocView<'a>,
    report: Report,
    read: Read,
    atoms: Vec<Atom>,
    /// Numbers whose words stand in a list before them.
    paired: Vec<Paired>,
    /// Where the text not yet used begins.
    from: usize,
    /// The things the last label named.
    last: Ideas,
    /// What the label that was last understood said.
    recent: Ideas,
    /// What the number before was.
    said: Option<&'static str>,
    /// A place named ahead of a sentence: `In REM sleep the …`.
    lead: Ideas,
    /// The label of the row that is being read.
    row: Option<Label>,
}

/// Every value of a segment.
pub(super) fn values(view: &DocView<'_>, segment: &Segment, report: Report) -> Vec<Candidate> {
    let mut read = read(&segment.text);
    // `6:30   % obstructive: 92`: what begins a cell is no unit of the cell before.
    for cell in segment.cells.iter().filter(|cell| segment.text[(*cell).clone()].starts_with('%')) {
        if read.tags.iter().all(|tag| tag.at.start != cell.start) {
            read.tags.push(Tagged { ideas: Ideas::of(&[Idea::Percent]), at: cell.start..cell.start + 1 });
        }
    }
    read.tags.sort_by_key(|tag| tag.at.start);
    let mut atoms = atoms(&segment.text, &read.not_values);
    for atom in &mut atoms {
        own_unit(atom, segment);
    }
    let paired = pairs(&segment.text, &read, &segment.cells);
    atoms.retain(|atom| {
        paired.iter().all(|one| one.atom.at.end <= atom.at.start || atom.end <= one.atom.at.start)
    });
    atoms.extend(paired.iter().map(|one| one.atom.clone()));
    atoms.sort_by_key(|atom| atom.at.start);
    if atoms.is_empty() {
        return Vec::new();
    }
    let lead = label::lead(&segment.text, &read.tags, atoms.first().map_or(0, |atom| atom.at.start));
    // `OXIMETRY   Mean: 93 %   Low: 79 %`
    let title = segment.cells.first().filter(|cell| cell.end < atoms[0].at.start && segment.cells.len() > 1);
    let last = title.map_or(Ideas::default(), |cell| things(ideas_of(&segment.text[cell.clone()])));
    let mut walk = Walk {
        segment,
        view,
        report,
        read,
        atoms,
        paired,
        from: 0,
        last,
        recent: Ideas::default(),
        said: None,
        lead,
        row: None,
    };
    let mut found = Vec::new();
    for index in 0..walk.atoms.len() {
        found.extend(walk.value(index));
    }
    found
}

/// A unit in the next cell is the number's, if it fills that cell; else it begins the next label.
fn own_unit(atom: &mut Atom, segment: &Segment) {
    let cell = |byte: usize| segment.cells.iter().find(|cell| byte < cell.end);
    let (Some(own), Some(units)) = (cell(atom.at.start), cell(atom.end.saturating_sub(1))) else { return };
    let more = segment.text[atom.end.min(units.end)..units.end].chars().any(char::is_alphanumeric);
    if own != units && more {
        atom.unit = Unit::None;
        atom.end = atom.at.end;
    }
}

impl Walk<'_> {
    fn in_table(&self) -> bool {
        !self.segment.cells.is_empty()
    }

    /// The value of one number, and what of the text it uses up.
    fn value(&mut self, index: usize) -> Option<Candidate> {
        let atom = self.atoms[index].clone();
        if let Some(one) = self.paired.iter().find(|one| one.atom.at == atom.at) {
            let (ideas, label) = (one.ideas, one.label);
            return self.listed(ideas, label, &atom);
        }
        let gap = self.from.min(atom.at.start)..atom.at.start;
        let next = self.atoms.get(index + 1).map_or(self.segment.text.len(), |next| next.at.start);
        let mut own = label::before(&self.segment.text, &self.read.tags, &gap, &self.segment.cells);
        let other_night = !self.in_table()
            && self.read.tags.iter().any(|tag| tag.at.start < atom.at.start && tag.ideas.has(Idea::Prior));
        if let Some(own) = own.as_mut().filter(|_| other_night) {
            own.qualifiers = own.qualifiers.with(Idea::Prior);
        }
        // `AHI at 11 cm H2O: 2.2`: a pressure is part of the label.
        let pressure = !self.in_table()
            && atom.unit == Unit::Foreign
            && ["cm", "cwp"]
                .iter()
                .any(|unit| self.segment.text[atom.at.end..].trim_start().starts_with(unit));
        if pressure && own.as_ref().is_some_and(|own| own.options.iter().any(|own| names_a_thing(*own))) {
            return None;
        }
        self.from = atom.end;
        if label::is_usable_time(&self.segment.text[atom.at.end..next], &atom) && is_of_recording(&own) {
            return self.candidate(Meaning::Measure("monitoring"), &atom, atom.at.clone(), 3);
        }
        if let Some((told, end)) = self.behind(&atom, next, &own, &gap) {
            return self.candidate(told, &atom, atom.at.start..end, if self.in_table() { 3 } else { 1 });
        }
        let after = label::qualifiers(&self.segment.text, &self.read.tags, atom.end, next, self.in_table());
        // A place that was said of this number says nothing of the next one.
        let places = [Idea::Supine, Idea::Rem, Idea::Nrem, Idea::OffSupine];
        if after.any(&places)
            && let Some(tag) =
                self.read.tags.iter().find(|tag| tag.at.start >= atom.end && tag.ideas.any(&places))
        {
            self.from = tag.at.end;
        }
        let colon = own.as_ref().is_some_and(|own| {
            self.segment.text.get(own.end..atom.at.start).is_some_and(|between| between.contains([':', '=']))
        });
        let (told, quote, rank) = if self.in_table() {
            self.in_row(index, own, after)
        } else {
            let (told, quote) = self.in_sentence(index, own, after, &gap);
            // `Total sleep time: 372 min` is a label, though it stands on a line of words.
            (told, quote, if colon { 3 } else { 1 })
        };
        self.said = if let Meaning::Measure(name) = told { Some(name) } else { None };
        self.candidate(told, &atom, quote.min(atom.at.start)..atom.at.end, rank)
    }

    /// What the words behind a number say of it, and where they end, if they are its label.
    fn behind(
        &mut self,
        atom: &Atom,
        next: usize,
        own: &Option<Label>,
        gap: &Range<usize>,
    ) -> Option<(Meaning, usize)> {
        let timed = matches!(atom.unit, Unit::Minutes | Unit::Clock);
        let from = if timed { atom.at.end } else { atom.end };
        let (ideas, end) =
            label::behind(&self.segment.text, &self.read.tags, from, next, &self.segment.cells)?;
        let ideas = if timed { ideas.with(Idea::Time) } else { ideas };
        // `179 hypopneas, a total of 282 respiratory events`: a total of what follows, not of what was said.
        let options = own.as_ref().map(|own| own.options.as_slice()).unwrap_or_default();
        let totals = ideas.has(Idea::Events)
            && !options.is_empty()
            && options.iter().all(|own| *own == Ideas::of(&[Idea::Total]));
        if !(totals || self.prefers_behind(atom, own, gap)) {
            return None;
        }
        // `104 events: 60 obstructive apneas` counts breathing.
        let of_breathing = ideas == Ideas::of(&[Idea::Events]) && self.speaks_of_breathing();
        let ideas = if of_breathing { ideas.with(Idea::Respiratory) } else { ideas };
        let in_all = options.last().is_some_and(|own| own.has(Idea::Total));
        let ideas =
            if in_all && ideas == Ideas::of(&[Idea::Events]) { ideas.with(Idea::Total) } else { ideas };
        // `76 apneas (70 obstructive, 4 central)`
        let kinds = [Idea::Obstructive, Idea::Central, Idea::Mixed];
        let of_apneas = !ideas.is_empty() && ideas.only(&kinds) == ideas && self.speaks_of_breathing();
        let ideas = if of_apneas { ideas.with(Idea::Apnea) } else { ideas };
        let told = meaning(ideas, atom, self.report);
        if told == Meaning::Open {
            return None;
        }
        self.said = if let Meaning::Measure(name) = told { Some(name) } else { None };
        self.from = end;
        self.last = things(ideas);
        Some((told, end.min(next)))
    }

    /// A number whose word stands in a list.
    fn listed(&mut self, ideas: Ideas, label: usize, atom: &Atom) -> Option<Candidate> {
        self.from = atom.end;
        let about = [Ideas::default(), self.last, things(self.segment.context)];
        let told = about.into_iter().map(|thing| meaning(ideas.and(thing), atom, self.report));
        let told = told.into_iter().find(|told| *told != Meaning::Open)?;
        let rank = if self.in_table() { 3 } else { 1 };
        self.candidate(told, atom, label..atom.end, rank)
    }

    /// Whether the words behind a number are its label: always where none goes before.
    fn prefers_behind(&self, atom: &Atom, own: &Option<Label>, gap: &Range<usize>) -> bool {
        let Some(own) = own else { return true };
        let resolved = own.options.iter().any(|option| {
            meaning(option.and(own.qualifiers), atom, self.report) != Meaning::Open
                || (!names_a_thing(*option)
                    && [self.last, things(self.segment.context)].iter().any(|thing| {
                        !thing.is_empty() && meaning(option.and(*thing), atom, self.report) != Meaning::Open
                    }))
        });
        if !resolved {
            return true;
        }
        let follows = self.read.tags.iter().find(|tag| tag.at.start >= atom.end);
        // `The study recorded 137 respiratory events.`
        let events = follows.is_some_and(|tag| {
            tag.ideas.any(&[Idea::Events, Idea::Respiratory, Idea::Apnea, Idea::Hypopnea])
                && self.segment.text[atom.at.end..tag.at.start].trim().is_empty()
        });
        if events && atom.whole && atom.unit == Unit::None && is_of_recording(&Some(own.clone())) {
            return true;
        }
        let specific = follows.is_some_and(|tag| {
            tag.ideas.any(&[
                Idea::Apnea,
                Idea::Hypopnea,
                Idea::Obstructive,
                Idea::Central,
                Idea::Mixed,
                Idea::Rera,
            ]) && !tag.ideas.has(Idea::Index)
        });
        // `Events: 112 obstructive`, `consisted of 112 obstructive`; but `central apneas 4 hypopneas 61`.
        let between = self.segment.text[own.end.max(gap.start)..atom.at.start].trim();
        specific && atom.whole && atom.unit == Unit::None && !between.is_empty() && !self.in_table()
    }

    /// `Mean 93 %` under the heading `Oximetry`, or behind it.
    fn completed(&self, label: Ideas, atom: &Atom) -> Meaning {
        if label.is_empty()
            || names_a_thing(label) && !label.any(&[Idea::Obstructive, Idea::Central, Idea::Mixed])
        {
            return Meaning::Open;
        }
        // `Obstructive: 70   Obstructive apnea index: 11.3`
        let spoken =
            if label.any(&[Idea::Obstructive, Idea::Central, Idea::Mixed]) && self.speaks_of_breathing() {
                Ideas::of(&[Idea::Apnea])
            } else {
                Ideas::default()
            };
        // `Duration: 7:26` under `Recording`.
        let context = self.segment.context;
        let lasting = label.has(Idea::Lasting)
            && label.only(&[Idea::Time, Idea::Lasting, Idea::Total, Idea::Hours, Idea::Minutes]) == label;
        let timed =
            if lasting { context.only(&[Idea::Recording, Idea::Monitoring]) } else { Ideas::default() };
        [spoken, timed, self.last, things(context)]
            .into_iter()
            .filter(|thing| !thing.is_empty())
            .map(|thing| meaning(label.and(thing), atom, self.report))
            .find(|told| *told != Meaning::Open)
            .unwrap_or(Meaning::Open)
    }

    /// `24 days (80 %)` says one thing twice.
    fn stands_beside(&self, index: usize) -> bool {
        let Some(before) = index.checked_sub(1).map(|before| &self.atoms[before]) else { return false };
        let between = self.segment.text[before.end..self.atoms[index].at.start].trim();
        let counted = before.unit == Unit::None && before.whole && self.atoms[index].unit == Unit::PerHour;
        if between.is_empty() && counted {
            return true;
        }
        matches!(between, "(" | "/" | "," | "=" | "-" | "[" | "or") && before.unit != self.atoms[index].unit
    }

    fn speaks_of_breathing(&self) -> bool {
        let all = self.read.tags.iter().fold(Ideas::default(), |all, tag| all.and(tag.ideas));
        all.any(&[Idea::Apnea, Idea::Hypopnea, Idea::Ahi, Idea::Rei])
            && !all.any(&[Idea::Foreign, Idea::Desaturation])
    }

    fn piece(&self, byte: usize) -> (usize, usize, usize) {
        let last = self.segment.pieces.iter().rev().find(|piece| piece.0 <= byte);
        last.or(self.segment.pieces.first()).copied().unwrap_or_default()
    }

    fn candidate(&self, told: Meaning, atom: &Atom, quote: Range<usize>, rank: u8) -> Option<Candidate> {
        let Meaning::Measure(name) = told else { return None };
        let hours = atom.unit == Unit::None && self.is_in_hours(atom, name);
        let value = if hours { (atom.value * 600.0).round() / 10.0 } else { atom.value };
        if !plausible(name, value) {
            return None;
        }
        let (start, line, offset) = self.piece(atom.at.start);
        let place = |byte: usize| byte.max(start) - start + offset;
        let length = self.view.line(self.segment.page, line).len();
        let at = place(atom.at.start)..place(atom.end).min(length);
        let quote = place(quote.start)..place(quote.end.max(atom.end)).min(length);
        let confidence = if self.in_table() { 0.95 } else { 0.88 };
        let found = Found { value, page: self.segment.page, line, quote, at, confidence };
        Some(Candidate { name, whole: atom.whole, rank, found })
    }

    /// `TST (hours) 6.2`.
    fn is_in_hours(&self, atom: &Atom, name: &str) -> bool {
        let hours = |label: &Label| label.units.has(Idea::Hours);
        matches!(name, "tst" | "trt" | "tib" | "monitoring")
            && atom.value <= 16.0
            && self.row.as_ref().is_some_and(hours)
    }
}

/// Whether a label, if any, speaks of the recording and nothing else.
fn is_of_recording(label: &Option<Label>) -> bool {
    use Idea::{Hours, Lasting, Minutes, Monitoring, Recording, Time, Total};
    let plain = [Recording, Monitoring, Time, Lasting, Total, Hours, Minutes];
    let ideas = label.as_ref().and_then(|label| label.options.last()).copied().unwrap_or_default();
    ideas.only(&plain) == ideas
}

/// What a label is about, for the words that go on from it.
fn things(ideas: Ideas) -> Ideas {
    use Idea::{
        Ahi, Apnea, Desaturation, Foreign, Hypopnea, Odi, Oxygen, Pahi, Rdi, Rei, Rera, Respiratory,
        Saturation,
    };
    ideas.only(&[
        Ahi,
        Rei,
        Pahi,
        Rdi,
        Odi,
        Apnea,
        Hypopnea,
        Rera,
        Saturation,
        Oxygen,
        Desaturation,
        Foreign,
        Respiratory,
    ])
}
