//! A case on a house's papers: the files of a packet, and what each of its pages says.

use crate::facts::{Case, Facts, case};
use crate::houses::House;
use crate::paper::{Sheet, text_pdf};
use crate::template::{Filled, Said, TemplateError, fill};

/// A packet with its truth.
pub(crate) struct Packet {
    pub(crate) number: u64,
    pub(crate) house: String,
    pub(crate) held_out: bool,
    pub(crate) case: Case,
    pub(crate) documents: Vec<Paper>,
}

/// One document of a packet.
pub(crate) struct Paper {
    /// House and template.
    pub(crate) family: String,
    /// What it was made from.
    template: String,
    /// The class it is of.
    pub(crate) class: String,
    pub(crate) title: String,
    /// First and last page of the packet, from 1.
    pub(crate) pages: (u32, u32),
    pub(crate) sheets: Vec<Sheet>,
    pub(crate) said: Vec<SaidOn>,
}

/// Something a document says, and where.
#[derive(Clone, Debug)]
pub(crate) struct SaidOn {
    pub(crate) said: Said,
    /// Pages of the packet, from 1.
    pub(crate) pages: Vec<u32>,
    /// The line it stands in.
    pub(crate) line: String,
}

impl Packet {
    /// The packet of a number, on a house's papers. What a house has no paper for comes on a paper of another house
    /// that is held out or not like it.
    ///
    /// # Errors
    /// A template is wrong.
    pub(crate) fn of(seed: u64, number: u64, house: &House, houses: &[House]) -> Result<Self, TemplateError> {
        Self::made(case(seed, number), number, house, houses)
    }

    fn made(case: Case, number: u64, house: &House, houses: &[House]) -> Result<Self, TemplateError> {
        let mut documents = Vec::new();
        let mut next = 1;
        for kind in &case.papers {
            let Some((family, text)) = template(kind, number, house, houses) else { continue };
            let filled = fill(&family, text, &case.facts)?;
            let paper = Paper::of(family, text, filled, next);
            next = paper.pages.1 + 1;
            documents.push(paper);
        }
        Ok(Self { number, house: house.id.clone(), held_out: house.held_out, case, documents })
    }

    /// Its files: one a document from a chart, else one for all.
    pub(crate) fn files(&self) -> Vec<Vec<u8>> {
        if self.case.chart {
            return self.documents.iter().map(|paper| text_pdf(&paper.sheets)).collect();
        }
        let sheets: Vec<Sheet> =
            self.documents.iter().flat_map(|paper| paper.sheets.iter().cloned()).collect();
        vec![text_pdf(&sheets)]
    }

    /// Other facts on the papers of this one.
    ///
    /// # Errors
    /// A template is wrong.
    pub(crate) fn on_same_papers(&self, facts: Facts) -> Result<Self, TemplateError> {
        let mut documents = Vec::new();
        let mut next = 1;
        for paper in &self.documents {
            let filled = fill(&paper.family, &paper.template, &facts)?;
            let paper = Paper::of(paper.family.clone(), &paper.template, filled, next);
            next = paper.pages.1 + 1;
            documents.push(paper);
        }
        let case = Case { facts, papers: self.case.papers.clone(), ..self.case };
        Ok(Self { house: self.house.clone(), case, documents, ..*self })
    }

    pub(crate) fn facts(&self) -> &Facts {
        &self.case.facts
    }
}

/// A house's template of a kind, or another house's.
fn template<'a>(kind: &str, number: u64, house: &'a House, houses: &'a [House]) -> Option<(String, &'a str)> {
    if let Some(text) = house.templates.get(kind) {
        return Some((format!("{}/{kind}", house.id), text));
    }
    let others: Vec<&House> = houses
        .iter()
        .filter(|other| other.held_out == house.held_out && other.templates.contains_key(kind))
        .collect();
    let other = others.get(usize::try_from(number).unwrap_or(0) % others.len().max(1))?;
    other.templates.get(kind).map(|text| (format!("{}/{kind}", other.id), text.as_str()))
}

impl Paper {
    /// The same paper with other facts.
    ///
    /// # Errors
    /// The template is wrong.
    pub(crate) fn with(&self, facts: &Facts) -> Result<Self, TemplateError> {
        Ok(Self::of(self.family.clone(), &self.template, fill(&self.family, &self.template, facts)?, 1))
    }

    fn of(family: String, template: &str, filled: Filled, first: u32) -> Self {
        let last = first + u32::try_from(filled.sheets.len()).unwrap_or(1) - 1;
        let said = filled
            .said
            .into_iter()
            .filter_map(|said| {
                let placed: Vec<_> = filled.placed.iter().filter(|placed| placed.mark == said.mark).collect();
                let line = placed.first()?.line.clone();
                let pages =
                    placed.iter().map(|placed| first + u32::try_from(placed.page).unwrap_or(0)).collect();
                Some(SaidOn { said, pages, line })
            })
            .collect();
        let template = template.to_owned();
        Self {
            family,
            template,
            class: filled.class,
            title: filled.title,
            pages: (first, last),
            sheets: filled.sheets,
            said,
        }
    }
}
