//! Labels that stand under their values, as the captions of a form do. A caption looks like a heading: which it is tells the
//! block it stands in, by its first row.

use super::{Labelled, Stretch};
use std::ops::Range;

impl Labelled<'_> {
    /// Whether a line of several labels stands under its values, as captions of a form do: rows of labels and of values take
    /// turns, and the first of them is one of values.
    pub(crate) fn is_caption(&self, line: usize) -> bool {
        /// Rows looked at, upwards.
        const ROWS: usize = 12;
        let several = self.sheet.lines[line].cells.len() >= 2;
        let (mut labels, mut found) = (line, false);
        for _ in 0..ROWS {
            let Some(values) = self.values_over(labels).filter(|_| several) else { return found };
            found = true;
            match self.sheet.line_above(values).filter(|above| self.is_label_row(*above)) {
                Some(above) if self.is_over(above, values) => (labels, found) = (above, false),
                _ => return found,
            }
        }
        found
    }

    /// Whether nothing but labels stands on a line.
    fn is_label_row(&self, line: usize) -> bool {
        let row = &self.sheet.lines[line];
        let full = |cell: &&Range<usize>| {
            self.hits[line].iter().any(|hit| hit.cell_full && !hit.colon && cell.contains(&hit.label.start))
        };
        row.cells.iter().filter(full).count() * 3 >= row.cells.len() * 2
            && !row.text.chars().any(|c| c.is_ascii_digit())
    }

    /// Whether the cells of a line begin over those of the next one.
    fn is_over(&self, above: usize, line: usize) -> bool {
        let sheet = &self.sheet;
        let edges: Vec<f32> =
            sheet.lines[above].cells.iter().filter_map(|cell| sheet.left_of(above, cell.start)).collect();
        let under = |cell: &&Range<usize>| {
            let left = sheet.left_of(line, cell.start).unwrap_or(f32::INFINITY);
            edges.iter().any(|edge| (edge - left).abs() < sheet.height)
        };
        let cells = &sheet.lines[line].cells;
        cells.iter().filter(under).count() * 3 >= cells.len() * 2
    }

    /// The row of values directly over a row of labels.
    fn values_over(&self, line: usize) -> Option<usize> {
        let sheet = &self.sheet;
        let above = sheet.line_above(line)?;
        let near = sheet.lines[line].top - sheet.lines[above].bottom < 1.5 * sheet.height;
        let values = self.hits[above].iter().all(|hit| !hit.colon && !hit.cell_full);
        (near && values && self.is_label_row(line) && self.is_over(above, line)).then_some(above)
    }

    /// The value a caption stands under.
    pub(super) fn above(&self, line: usize, at: usize) -> Option<Stretch> {
        let hit = &self.hits[line][at];
        let sheet = &self.sheet;
        let left = sheet.left_of(line, hit.label.start)?;
        let above = sheet.line_above(line)?;
        let cells = &sheet.lines[above].cells;
        let own = |cell: &&Range<usize>| {
            sheet.left_of(above, cell.start).is_some_and(|edge| (edge - left).abs() < sheet.height)
        };
        cells.iter().find(own).map(|cell| Stretch { line: above, range: cell.clone(), label: None })
    }
}

#[cfg(test)]
mod tests {
    use crate::fixtures::page;
    use crate::labels::Labelled;
    use crate::sheet::Sheet;

    fn value_of(text: &str, key: &'static str) -> Option<String> {
        let page = page(1, text);
        let labelled = Labelled::of(Sheet::of(&page));
        let keys = [key];
        let (line, at, _) = labelled.labels(&keys).next()?;
        labelled.stretches(line, at).first().map(|stretch| labelled.text(stretch).to_owned())
    }

    #[test]
    fn the_first_row_tells_whether_labels_stand_under_or_over_their_values() {
        let under = "Doe, Jane        12/01/1956\nPatient name     Date of birth\nRoe, Richard     555-0100\nPhysician        Telephone";
        let over = "Patient name     Date of birth\nDoe, Jane        12/01/1956\nPhysician        Telephone\nRoe, Richard     555-0100";
        for text in [under, over] {
            for (key, wanted) in
                [("dob", "12/01/1956"), ("prescriber", "Roe, Richard"), ("phone", "555-0100")]
            {
                assert_eq!(value_of(text, key).as_deref(), Some(wanted), "{key} in {text}");
            }
        }
    }
}
