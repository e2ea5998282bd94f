//! Numbers in rows of cells: which label and which heading tell what they are.

use super::{Walk, things};
use crate::extract::study::atoms::{Atom, Unit};
use crate::extract::study::grid;
use crate::extract::study::label::Label;
use crate::extract::study::meaning::{Meaning, meaning, names_a_thing};
use crate::extract::study::words::{Idea, Ideas};

/// Words that stand behind a number without beginning another label.
const UNITS: [Idea; 10] = [
    Idea::Index,
    Idea::Minutes,
    Idea::Hours,
    Idea::Percent,
    Idea::Events,
    Idea::Goal,
    Idea::Three,
    Idea::Four,
    Idea::Below,
    Idea::AtOther,
];

impl Walk<'_> {
    /// What a number in a row of cells is, where its label begins, and how surely it is labelled.
    pub(super) fn in_row(&mut self, index: usize, own: Option<Label>, after: Ideas) -> (Meaning, usize, u8) {
        /// A heading further above says nothing of the place of a cell that is labelled itself.
        const NEAR_ROWS: usize = 2;
        let atom = self.atoms[index].clone();
        let (start, line, offset) = self.piece(atom.at.start);
        let place = atom.at.start - start + offset..atom.at.end - start + offset;
        let heading = grid::heading(self.view, (self.segment.page, line), &place);
        let near = heading.is_some_and(|heading| heading.lines <= NEAR_ROWS);
        let corner = heading.map_or(Ideas::default(), |heading| heading.corner);
        let beside = heading.map_or(Ideas::default(), |heading| heading.beside);
        // `OA   CA   Hyp   Total`, `Obstructive   Central   Hypopnea` over their numbers.
        let kinds = [Idea::Obstructive, Idea::Central, Idea::Mixed];
        let of_apneas = |ideas: Ideas| {
            let kind = !ideas.is_empty() && ideas.only(&kinds) == ideas && beside.has(Idea::Hypopnea);
            if kind { ideas.with(Idea::Apnea) } else { ideas }
        };
        let mut heading = heading
            .map(|heading| Self::total_of(heading.ideas, beside).unwrap_or_else(|| of_apneas(heading.ideas)));
        let fresh = own.is_some();
        if let Some(own) = own {
            self.row = Some(own);
        }
        if self.row.is_none()
            && let Some(over) = grid::over(self.view, (self.segment.page, line), &place)
        {
            // A label right above its value, in a column of its own.
            heading = heading.filter(|head| head.and(over) == *head).or(Some(over));
        }
        let Some(row) = self.row.clone() else {
            let ideas = heading.unwrap_or_default().and(after);
            return (self.only_headed(ideas, corner, &atom), atom.at.start, 2);
        };
        let mut told = Meaning::Open;
        let mut rank = 3;
        for option in &row.options {
            let label = option.and(row.qualifiers).and(after);
            let label = self.total(label).unwrap_or(label);
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
            if told == Meaning::Open && (own_cell || label.has(Idea::Lasting)) && !names_a_thing(label) {
                told = self.titled(label.and(over), row.start, line, &atom);
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

    /// What a number is that only has words above it.
    fn only_headed(&self, ideas: Ideas, corner: Ideas, atom: &Atom) -> Meaning {
        if ideas.is_empty() {
            return Meaning::Open;
        }
        let mut about = [ideas, ideas.and(corner)].into_iter().map(|ideas| meaning(ideas, atom, self.report));
        about.find(|told| *told != Meaning::Open).unwrap_or_else(|| self.completed(ideas, atom))
    }

    /// What a label means with the title of its column.
    fn titled(&self, label: Ideas, at: usize, line: usize, atom: &Atom) -> Meaning {
        let Some(cell) = self.segment.cells.iter().find(|cell| at < cell.end) else { return Meaning::Open };
        let (start, _, offset) = self.piece(cell.start);
        let cell = cell.start - start + offset..cell.end - start + offset;
        let title = grid::title(self.view, (self.segment.page, line), &cell);
        let lasting = label.has(Idea::Lasting) && !label.has(Idea::Below);
        let recording = if lasting { title.only(&[Idea::Recording]) } else { Ideas::default() };
        let title = things(title).and(recording);
        if title.is_empty() { Meaning::Open } else { meaning(label.and(title), atom, self.report) }
    }

    /// With a heading: it tells columns apart; beside its own label in one cell it only adds to it.
    fn under(
        &self,
        head: Ideas,
        label: Ideas,
        row: &Label,
        atom: &Atom,
        (fresh, near): (bool, bool),
    ) -> Meaning {
        let own_cell = fresh && self.is_in_one_cell(row.start, atom.at.start);
        if own_cell && !near {
            return meaning(
                label.and(head.only(&[Idea::Therapy, Idea::Diagnostic, Idea::Three, Idea::Four])),
                atom,
                self.report,
            );
        }
        let alone = meaning(label, atom, self.report);
        if own_cell && alone != Meaning::Open {
            let of_night = head.only(&[
                Idea::Therapy,
                Idea::Diagnostic,
                Idea::Three,
                Idea::Four,
                Idea::Prior,
                Idea::Goal,
            ]);
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

    /// Whether a colon stands before a number in its own cell.
    fn is_labelled(&self, atom: &Atom) -> bool {
        let cell = self.segment.cells.iter().find(|cell| cell.contains(&atom.at.start));
        cell.is_some_and(|cell| self.segment.text[cell.start..atom.at.start].trim_end().ends_with([':', '=']))
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
            .filter(|other| !self.is_labelled(other))
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
}
