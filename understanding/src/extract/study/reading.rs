//! Values of a stretch of text: every number with the label it belongs to, before it, behind it (`112 obstructive
//! apneas`), above it in a table, or earlier in its sentence.

mod row;

use super::atoms::{Atom, Unit, atoms};
use super::label::{self, Label};
use super::meaning::{Meaning, Report, meaning, names_a_thing, plausible};
use super::words::{Idea, Ideas, Read, ideas_of, read};
use crate::find::{DocView, Found};
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
    let read = read(&segment.text);
    let atoms = atoms(&segment.text, &read.not_values);
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

impl Walk<'_> {
    fn in_table(&self) -> bool {
        !self.segment.cells.is_empty()
    }

    /// The value of one number, and what of the text it uses up.
    fn value(&mut self, index: usize) -> Option<Candidate> {
        let atom = self.atoms[index].clone();
        let gap = self.from.min(atom.at.start)..atom.at.start;
        let next = self.atoms.get(index + 1).map_or(self.segment.text.len(), |next| next.at.start);
        let mut own = label::before(&self.segment.text, &self.read.tags, &gap, &self.segment.cells);
        let other_night = !self.in_table()
            && self.read.tags.iter().any(|tag| tag.at.start < atom.at.start && tag.ideas.has(Idea::Prior));
        if let Some(own) = own.as_mut().filter(|_| other_night) {
            own.qualifiers = own.qualifiers.with(Idea::Prior);
        }
        self.from = atom.end;
        let timed = matches!(atom.unit, Unit::Minutes | Unit::Clock);
        let behind = label::behind(
            &self.segment.text,
            &self.read.tags,
            if timed { atom.at.end } else { atom.end },
            next,
            &self.segment.cells,
        )
        .map(|(ideas, end)| (if timed { ideas.with(Idea::Time) } else { ideas }, end));
        // `179 hypopneas, a total of 282 respiratory events`: a total of what follows, not of what was said.
        let totals = |ideas: Ideas| {
            let own = own.as_ref().map(|own| own.options.as_slice()).unwrap_or_default();
            ideas.has(Idea::Events)
                && !own.is_empty()
                && own.iter().all(|own| *own == Ideas::of(&[Idea::Total]))
        };
        let behind = behind.filter(|(ideas, _)| totals(*ideas) || self.prefers_behind(&atom, &own, &gap));
        if let Some((ideas, end)) = behind {
            // `104 events: 60 obstructive apneas` counts breathing.
            let of_breathing = ideas == Ideas::of(&[Idea::Events]) && self.speaks_of_breathing();
            let ideas = if of_breathing { ideas.with(Idea::Respiratory) } else { ideas };
            let in_all =
                own.as_ref().and_then(|own| own.options.last()).is_some_and(|own| own.has(Idea::Total));
            let ideas =
                if in_all && ideas == Ideas::of(&[Idea::Events]) { ideas.with(Idea::Total) } else { ideas };
            let told = meaning(ideas, &atom, self.report);
            if told != Meaning::Open {
                self.said = if let Meaning::Measure(name) = told { Some(name) } else { None };
                self.from = end;
                self.last = things(ideas);
                return self.candidate(
                    told,
                    &atom,
                    atom.at.start..end.min(next),
                    if self.in_table() { 3 } else { 1 },
                );
            }
        }
        let after = label::qualifiers(&self.segment.text, &self.read.tags, atom.end, next, self.in_table());
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

    fn in_sentence(
        &mut self,
        index: usize,
        own: Option<Label>,
        after: Ideas,
        gap: &Range<usize>,
    ) -> (Meaning, usize) {
        let atom = &self.atoms[index].clone();
        let Some(label) = own else {
            // `slept 372 of 421 minutes`
            if self.stands_beside(index) {
                return (meaning(self.recent, atom, self.report), atom.at.start);
            }
            let of = matches!(
                self.segment.text[gap.clone()].trim(),
                "of" | "out of" | "of the" | "of a" | "of a total of"
            );
            let recorded = of && self.said == Some("tst") && matches!(atom.unit, Unit::Minutes | Unit::Clock);
            return (if recorded { Meaning::Measure("trt") } else { Meaning::Open }, atom.at.start);
        };
        let more = label.qualifiers.and(after);
        for option in &label.options {
            let ideas = self.placed(option.and(more));
            let told = meaning(ideas, atom, self.report);
            if told == Meaning::Open {
                continue;
            }
            self.last = things(ideas);
            self.recent = ideas;
            let near = label::is_near(&self.segment.text[label.end..atom.at.start], atom, told);
            // A place named in passing may or may not be meant.
            let sure = near && !label.doubtful;
            return (if sure { told } else { Meaning::Other }, label.start);
        }
        let widest = label.options.last().copied().unwrap_or_default();
        for thing in [self.last, things(self.segment.context)] {
            let ideas = self.placed(widest.and(thing).and(more));
            if !thing.is_empty() && !names_a_thing(widest) {
                let told = meaning(ideas, atom, self.report);
                if told != Meaning::Open {
                    self.last = things(ideas);
                    let near = label::is_near(&self.segment.text[label.end..atom.at.start], atom, told);
                    return (if near { told } else { Meaning::Other }, label.start);
                }
            }
        }
        self.last = if names_a_thing(widest) { things(widest) } else { self.last };
        (Meaning::Open, label.start)
    }

    /// An index without a place of its own has that of its sentence.
    fn placed(&self, ideas: Ideas) -> Ideas {
        let places = [Idea::Supine, Idea::Rem, Idea::Nrem, Idea::OffSupine, Idea::Total];
        if ideas.any(&places) { ideas } else { ideas.and(self.lead) }
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
        [spoken, self.last, things(self.segment.context)]
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
        all.any(&[Idea::Apnea, Idea::Hypopnea]) && !all.any(&[Idea::Foreign, Idea::Desaturation])
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
