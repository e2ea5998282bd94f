//! Values of a stretch of text: every number with the label it belongs to, before it, behind it (`112 obstructive
//! apneas`), above it in a table, or earlier in its sentence.

use super::atoms::{Atom, Unit, atoms};
use super::grid;
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
    let mut walk = Walk { segment, view, report, read, atoms, from: 0, last, said: None, lead, row: None };
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
        let behind = label::behind(&self.segment.text, &self.read.tags, if timed { atom.at.end } else { atom.end }, next, &self.segment.cells)
            .map(|(ideas, end)| (if timed { ideas.with(Idea::Time) } else { ideas }, end));
        if let Some((ideas, end)) = behind.filter(|_| self.prefers_behind(&atom, &own, &gap)) {
            // `104 events: 60 obstructive apneas` counts breathing.
            let of_breathing = ideas == Ideas::of(&[Idea::Events]) && self.speaks_of_breathing();
            let ideas = if of_breathing { ideas.with(Idea::Respiratory) } else { ideas };
            let in_all = own.as_ref().and_then(|own| own.options.last()).is_some_and(|own| own.has(Idea::Total));
            let ideas = if in_all && ideas == Ideas::of(&[Idea::Events]) { ideas.with(Idea::Total) } else { ideas };
            let told = meaning(ideas, &atom, self.report);
            if told != Meaning::Open {
                self.said = if let Meaning::Measure(name) = told { Some(name) } else { None };
                self.from = end;
                self.last = things(ideas);
                return self.candidate(told, &atom, atom.at.start..end.min(next), 3);
            }
        }
        let after = label::qualifiers(&self.segment.text, &self.read.tags, atom.end, next, self.in_table());
        let (told, quote, rank) = if self.in_table() {
            self.in_row(index, own, after)
        } else {
            let (told, quote) = self.in_sentence(&atom, own, after, &gap);
            (told, quote, 1)
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
            tag.ideas.any(&[Idea::Apnea, Idea::Hypopnea, Idea::Obstructive, Idea::Central, Idea::Mixed, Idea::Rera])
                && !tag.ideas.has(Idea::Index)
        });
        // `Events: 112 obstructive`, `consisted of 112 obstructive`; but `central apneas 4 hypopneas 61`.
        let between = self.segment.text[own.end.max(gap.start)..atom.at.start].trim();
        specific && atom.whole && atom.unit == Unit::None && !between.is_empty() && !self.in_table()
    }

    fn in_sentence(&mut self, atom: &Atom, own: Option<Label>, after: Ideas, gap: &Range<usize>) -> (Meaning, usize) {
        let Some(label) = own else {
            // `slept 372 of 421 minutes`
            let of = matches!(self.segment.text[gap.clone()].trim(), "of" | "out of" | "of the" | "of a" | "of a total of");
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

    /// What a number in a row of cells is, where its label begins, and how surely it is labelled.
    fn in_row(&mut self, index: usize, own: Option<Label>, after: Ideas) -> (Meaning, usize, u8) {
        /// A heading further above says nothing of the place of a cell that is labelled itself.
        const NEAR_ROWS: usize = 2;
        let atom = self.atoms[index].clone();
        let (_, line, offset) = self.piece(atom.at.start);
        let start = self.segment.pieces[0].0;
        let place = atom.at.start - start + offset..atom.at.end - start + offset;
        let heading = grid::heading(self.view, (self.segment.page, line), &place);
        let near = heading.is_some_and(|heading| heading.lines <= NEAR_ROWS);
        let corner = heading.map_or(Ideas::default(), |heading| heading.corner);
        let mut heading = heading.map(|heading| heading.ideas);
        let fresh = own.is_some();
        if let Some(own) = own {
            self.row = Some(own);
        }
        if !fresh && let Some(over) = grid::over(self.view, (self.segment.page, line), &place).filter(|over| names_a_thing(*over)) {
            // A label right above its value, in a column of its own.
            self.row = None;
            heading = Some(over);
        }
        let Some(row) = self.row.clone() else {
            // Only a heading above.
            let told = heading.map_or(Meaning::Open, |ideas| meaning(ideas.and(after), &atom, self.report));
            return (told, atom.at.start, 2);
        };
        let mut told = Meaning::Open;
        let mut rank = 3;
        for option in &row.options {
            let label = option.and(row.qualifiers).and(after);
            told = match heading {
                Some(head) => self.under(head, label, &row, &atom, (fresh, near)),
                None if fresh && !self.is_one_of_many(index, label) => meaning(label, &atom, self.report),
                None if self.stands_beside(index) => meaning(label, &atom, self.report),
                None => Meaning::Other,
            };
            let own_cell = fresh && self.is_in_one_cell(row.start, atom.at.start);
            let over = if own_cell && !near { Ideas::default() } else { heading.unwrap_or_default() };
            if told == Meaning::Open && !corner.is_empty() {
                told = meaning(label.and(over).and(corner), &atom, self.report);
            }
            if told == Meaning::Open {
                told = self.completed(label.and(over), &atom);
            }
            if told == Meaning::Open
                && let Some(cell) = self.segment.cells.iter().find(|cell| row.start < cell.end)
                && !names_a_thing(label)
            {
                let cell = cell.start - start + offset..cell.end - start + offset;
                let title = things(grid::title(self.view, (self.segment.page, line), &cell));
                if !title.is_empty() {
                    told = meaning(label.and(over).and(title), &atom, self.report);
                }
            }
            if told != Meaning::Open {
                // A column's heading alone, beside the rows of pressures or positions.
                rank = if names_a_thing(label) { 3 } else { 2 };
                break;
            }
        }
        let widest = row.options.last().copied().unwrap_or_default();
        if names_a_thing(widest) {
            self.last = things(widest);
        }
        (told, row.start, rank)
    }

    /// With a heading: it tells columns apart; beside its own label in one cell it only adds to it.
    fn under(&self, head: Ideas, label: Ideas, row: &Label, atom: &Atom, (fresh, near): (bool, bool)) -> Meaning {
        let own_cell = fresh && self.is_in_one_cell(row.start, atom.at.start);
        if own_cell && !near {
            return meaning(label.and(head.only(&[Idea::Therapy, Idea::Diagnostic, Idea::Three, Idea::Four])), atom, self.report);
        }
        let alone = meaning(label, atom, self.report);
        if own_cell && alone != Meaning::Open {
            let of_night = head.only(&[Idea::Therapy, Idea::Diagnostic, Idea::Three, Idea::Four, Idea::Prior, Idea::Goal]);
            let of_place = head.only(&[Idea::Supine, Idea::Rem, Idea::Nrem, Idea::OffSupine]);
            let more = if near { of_night.and(of_place) } else { of_night };
            return meaning(label.and(more), atom, self.report);
        }
        // Headings of two rows that both name a measure contradict each other.
        let told = meaning(label.and(head), atom, self.report);
        match (alone, meaning(head, atom, self.report)) {
            (Meaning::Measure(own), Meaning::Measure(other)) if own != other && told != alone => {
                if told == Meaning::Measure("events_total") { told } else { Meaning::Other }
            }
            _ => told,
        }
    }

    fn is_in_one_cell(&self, label: usize, number: usize) -> bool {
        self.segment.cells.iter().any(|cell| cell.contains(&label) && cell.contains(&number))
    }

    /// Whether further numbers without a heading stand in the row, so that it is not told which one is meant.
    fn is_one_of_many(&self, index: usize, label: Ideas) -> bool {
        let atom = &self.atoms[index];
        let limit = self
            .read
            .tags
            .iter()
            .find(|tag| tag.at.start >= atom.end && !tag.ideas.without(&UNITS).is_empty())
            .map_or(self.segment.text.len(), |tag| tag.at.start);
        let cell = |byte: usize| self.segment.cells.iter().position(|cell| byte < cell.end);
        let others: Vec<&Atom> = self.atoms[index + 1..]
            .iter()
            .take_while(|other| other.at.start < limit)
            .filter(|other| cell(other.at.start) != cell(atom.at.start))
            .filter(|other| matches!(other.unit, Unit::None | Unit::PerHour) || other.unit == atom.unit)
            .collect();
        let is_count = atom.whole && meaning(label, atom, self.report) != Meaning::Open;
        let index_label = label.any(&[Idea::Ahi, Idea::Rei, Idea::Rdi, Idea::Pahi, Idea::Odi, Idea::Index]);
        match others.first() {
            None => false,
            Some(other) if is_count && !index_label => other.whole && other.unit == atom.unit,
            Some(_) => true,
        }
    }

    /// `Mean 93 %` under the heading `Oximetry`, or behind it.
    fn completed(&self, label: Ideas, atom: &Atom) -> Meaning {
        if label.is_empty() || names_a_thing(label) && !label.any(&[Idea::Obstructive, Idea::Central, Idea::Mixed]) {
            return Meaning::Open;
        }
        // `Obstructive: 70   Obstructive apnea index: 11.3`
        let spoken = if label.any(&[Idea::Obstructive, Idea::Central, Idea::Mixed]) && self.speaks_of_breathing() {
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
        let rank = if self.in_table() { rank } else { 1 };
        Some(Candidate { name, whole: atom.whole, rank, found })
    }

    /// `TST (hours) 6.2`.
    fn is_in_hours(&self, atom: &Atom, name: &str) -> bool {
        let hours = |label: &Label| label.units.has(Idea::Hours);
        matches!(name, "tst" | "trt" | "tib" | "monitoring") && atom.value <= 16.0 && self.row.as_ref().is_some_and(hours)
    }
}

/// Words that stand behind a number without beginning another label.
const UNITS: [Idea; 10] = [
    Idea::Index, Idea::Minutes, Idea::Hours, Idea::Percent, Idea::Events, Idea::Goal, Idea::Three, Idea::Four,
    Idea::Below, Idea::AtOther,
];

/// What a label is about, for the words that go on from it.
fn things(ideas: Ideas) -> Ideas {
    use Idea::{
        Ahi, Apnea, Desaturation, Foreign, Hypopnea, Odi, Oxygen, Pahi, Rdi, Rei, Rera, Respiratory, Saturation,
    };
    ideas.only(&[
        Ahi, Rei, Pahi, Rdi, Odi, Apnea, Hypopnea, Rera, Saturation, Oxygen, Desaturation, Foreign, Respiratory,
    ])
}
