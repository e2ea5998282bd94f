//! A template and the facts of a packet give a document: laid out, with the values it says and where they stand.

use super::Said;
use super::print::{joined, printed};
use crate::facts::{Facts, Value};
use crate::paper::{Align, Face, Paper, Placed, Sheet, Style, letter_of};

/// A document on paper.
pub(crate) struct Filled {
    /// The class it is of, by the name the domain gives it.
    pub(crate) class: String,
    /// How the chart would list it.
    pub(crate) title: String,
    pub(crate) sheets: Vec<Sheet>,
    pub(crate) said: Vec<Said>,
    pub(crate) placed: Vec<Placed>,
}

/// A mistake in a template.
#[derive(Clone, Debug, thiserror::Error)]
#[error("template {template}, line {line}: {cause}; see docs/evaluation.md for the notation")]
pub struct TemplateError {
    template: String,
    line: usize,
    cause: String,
}

/// The parts of a template before its first line of text.
#[derive(Default)]
struct Head {
    class: String,
    title: String,
    face: Option<Face>,
    size: f32,
    margin: f32,
    heads: Vec<String>,
    feet: Vec<String>,
}

struct Filler<'a> {
    template: &'a str,
    said: Vec<Said>,
}

/// Fills a template.
///
/// # Errors
/// The template has an unknown mark, fact format or an open part.
pub(crate) fn fill(name: &str, text: &str, facts: &Facts) -> Result<Filled, TemplateError> {
    let lines: Vec<(usize, &str)> = text.lines().enumerate().map(|(at, line)| (at + 1, line)).collect();
    let mut filler = Filler { template: name, said: Vec::new() };
    let mut head = Head { size: 10.0, margin: 50.0, ..Head::default() };
    let body = filler.head(&lines, &mut head)?;
    let chosen = filler.chosen(&lines[body..], facts)?;
    let mut paper = Paper::new(head.margin, head.heads.len());
    filler.lay(&mut paper, &chosen, &head)?;
    let style =
        Style { face: head.face.unwrap_or(Face::Helvetica), size: 8.0, bold: false, align: Align::Left };
    let (margin, edges) = (head.margin, (head.heads, head.feet));
    for (number, text) in edges.0.iter().enumerate() {
        let (text, style) = aligned(text, style);
        let (text, _) = filler.filled(0, &text, facts)?;
        paper.on_every_page(margin + number as f32 * 12.0, style, |page, pages| numbered(&text, page, pages));
    }
    for (number, text) in edges.1.iter().enumerate() {
        let (text, style) = aligned(text, style);
        let (text, _) = filler.filled(0, &text, facts)?;
        let y = 792.0 - 20.0 - (edges.1.len() - 1 - number) as f32 * 11.0;
        paper.on_every_page(y, style, |page, pages| numbered(&text, page, pages));
    }
    Ok(Filled {
        class: head.class,
        title: head.title,
        sheets: paper.sheets,
        said: filler.said,
        placed: paper.placed,
    })
}

fn numbered(text: &str, page: usize, pages: usize) -> String {
    text.replace("%p", &page.to_string()).replace("%n", &pages.to_string())
}

fn aligned(text: &str, style: Style) -> (String, Style) {
    match text.chars().next() {
        Some('=') => (text[1..].trim().to_owned(), Style { align: Align::Centre, ..style }),
        Some('>') => (text[1..].trim().to_owned(), Style { align: Align::Right, ..style }),
        _ => (text.to_owned(), style),
    }
}

impl Filler<'_> {
    fn wrong(&self, line: usize, cause: impl Into<String>) -> TemplateError {
        TemplateError { template: self.template.to_owned(), line, cause: cause.into() }
    }

    /// Reads the lines that say how the document looks; gives the number of the first line of text.
    fn head(&self, lines: &[(usize, &str)], head: &mut Head) -> Result<usize, TemplateError> {
        for (at, (number, line)) in lines.iter().enumerate() {
            let Some((key, value)) =
                line.strip_prefix('@').map(|rest| rest.split_once(' ').unwrap_or((rest, "")))
            else {
                return Ok(at);
            };
            match key {
                "class" => head.class = value.to_owned(),
                "title" => head.title = value.to_owned(),
                "head" => head.heads.push(value.to_owned()),
                "foot" => head.feet.push(value.to_owned()),
                "margin" => head.margin = value.parse().map_err(|_| self.wrong(*number, "no number"))?,
                "font" => (head.face, head.size) = self.font(*number, value)?,
                _ => return Ok(at),
            }
        }
        Ok(lines.len())
    }

    fn font(&self, number: usize, value: &str) -> Result<(Option<Face>, f32), TemplateError> {
        let (face, size) = value.split_once(' ').ok_or_else(|| self.wrong(number, "font and size"))?;
        let face = match face {
            "helv" => Face::Helvetica,
            "times" => Face::Times,
            "cour" => Face::Courier,
            _ => return Err(self.wrong(number, "the fonts are helv, times and cour")),
        };
        Ok((Some(face), size.parse().map_err(|_| self.wrong(number, "no number"))?))
    }

    /// The lines whose conditions hold, filled; lists repeated.
    fn chosen(
        &mut self,
        lines: &[(usize, &str)],
        facts: &Facts,
    ) -> Result<Vec<(usize, String)>, TemplateError> {
        let mut out = Vec::new();
        let mut at = 0;
        while at < lines.len() {
            let (number, line) = lines[at];
            if let Some(condition) = line.strip_prefix("@if ") {
                let (middle, end) = self.part(lines, at)?;
                let body = match (facts.holds(condition), middle) {
                    (true, middle) => &lines[at + 1..middle.unwrap_or(end)],
                    (false, Some(middle)) => &lines[middle + 1..end],
                    (false, None) => &[],
                };
                out.extend(self.chosen(body, facts)?);
                at = end + 1;
            } else if let Some(list) = line.strip_prefix("@each ") {
                let (_, end) = self.part(lines, at)?;
                for (index, item) in facts.list(list.trim()).iter().enumerate() {
                    let mut inner = facts.with("it", item);
                    inner.count("it.no", index as i64 + 1);
                    out.extend(self.chosen(&lines[at + 1..end], &inner)?);
                }
                at = end + 1;
            } else {
                let (text, empty) = self.filled(number, line, facts)?;
                if !(empty && line.starts_with("?")) {
                    out.push((number, text));
                }
                at += 1;
            }
        }
        Ok(out)
    }

    /// Where the part that opens at a line has its `@else`, and where it ends.
    fn part(&self, lines: &[(usize, &str)], open: usize) -> Result<(Option<usize>, usize), TemplateError> {
        let (mut depth, mut middle) = (0, None);
        for (at, (_, line)) in lines.iter().enumerate().skip(open) {
            match *line {
                line if line.starts_with("@if ") || line.starts_with("@each ") => depth += 1,
                "@else" if depth == 1 => middle = Some(at),
                "@end" => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok((middle, at));
                    }
                }
                _ => {}
            }
        }
        Err(self.wrong(lines[open].0, "no @end"))
    }

    /// A line with its facts; whether one of its facts was missing.
    fn filled(&mut self, number: usize, line: &str, facts: &Facts) -> Result<(String, bool), TemplateError> {
        let mut out = String::new();
        let mut missing = false;
        let mut rest = line;
        while let Some(at) = rest.find(['{', '[']) {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some(inner) = rest.strip_prefix("[[") {
                let end = inner.find("]]").ok_or_else(|| self.wrong(number, "no ]]"))?;
                let (condition, text) =
                    inner[..end].split_once('?').ok_or_else(|| self.wrong(number, "[[condition? text]]"))?;
                if facts.holds(condition) {
                    let (text, gap) = self.filled(number, text, facts)?;
                    missing |= gap;
                    out.push_str(&text);
                }
                rest = &inner[end + 2..];
            } else if let Some(inner) = rest.strip_prefix('{') {
                let end = inner.find('}').ok_or_else(|| self.wrong(number, "no }"))?;
                missing |= !self.place(number, &inner[..end], facts, &mut out)?;
                rest = &inner[end + 1..];
            } else {
                out.push('[');
                rest = &rest[1..];
            }
        }
        out.push_str(rest);
        Ok((out, missing))
    }

    /// One place for a fact: `{name|format}`; with `+` it is said under its own or the given field, with `-` it is a trap.
    fn place(
        &mut self,
        number: usize,
        place: &str,
        facts: &Facts,
        out: &mut String,
    ) -> Result<bool, TemplateError> {
        let (said, rest) = match place.chars().next() {
            Some('+') => (Some(false), &place[1..]),
            Some('-') => (Some(true), &place[1..]),
            _ => (None, place),
        };
        let (rest, field) = rest.split_once('>').map_or((rest, None), |(rest, field)| (rest, Some(field)));
        let (name, format) = rest.split_once('|').unwrap_or((rest, ""));
        if let Some((list, key)) = name.split_once(':') {
            out.push_str(&joined(facts.list(list), key, if format.is_empty() { "and" } else { format }));
            return Ok(true);
        }
        let Some(value) = facts.get(name) else { return Ok(false) };
        let shown = printed(value, format)
            .ok_or_else(|| self.wrong(number, format!("{name} has no format {format}")))?;
        out.push_str(&shown.text);
        if let Some(trap) = said {
            let mark = self.said.len() as u32;
            let letter = letter_of(mark).ok_or_else(|| self.wrong(number, "too many marks"))?;
            out.push(letter);
            // A flag's own name tells the field, any other fact's is looked up by its last part.
            let field = field.unwrap_or(name).to_owned();
            let printed = if matches!(value, Value::Flag(_)) { String::new() } else { shown.text };
            self.said.push(Said { mark, field, value: shown.value, printed, within: shown.within, trap });
        }
        Ok(true)
    }

    fn lay(&self, paper: &mut Paper, lines: &[(usize, String)], head: &Head) -> Result<(), TemplateError> {
        let mut face = head.face.unwrap_or(Face::Helvetica);
        let mut size = head.size;
        let mut shares: Vec<f32> = Vec::new();
        for (number, line) in lines {
            let style = Style { face, size, bold: false, align: Align::Left };
            let cells = |text: &str, by: &str| -> Vec<String> {
                text.split(by).map(|cell| cell.trim().to_owned()).collect()
            };
            let line = line.strip_prefix("? ").unwrap_or(line);
            if let Some(command) = line.strip_prefix('@') {
                let (key, value) = command.split_once(' ').unwrap_or((command, ""));
                match key {
                    "cols" => shares = value.split(' ').filter_map(|share| share.parse().ok()).collect(),
                    "font" => {
                        let chosen = self.font(*number, value)?;
                        (face, size) = (chosen.0.unwrap_or(face), chosen.1);
                    }
                    "left" => paper.left_half(),
                    "right" => paper.right_half(),
                    "both" => paper.both_halves(),
                    "gap" => paper.gap(value.parse().unwrap_or(8.0)),
                    _ => return Err(self.wrong(*number, format!("no command @{key}"))),
                }
            } else if let Some(text) = line.strip_prefix("#= ") {
                paper.band(text, Style { bold: true, ..style });
            } else if let Some(text) = line.strip_prefix("#_ ") {
                paper.paragraph(text, Style { bold: true, ..style }, 0.0);
                paper.rule();
            } else if let Some(text) = line.strip_prefix("# ") {
                paper.gap(2.0);
                paper.paragraph(text, Style { bold: true, size: size + 1.0, ..style }, 0.0);
            } else if let Some(text) = line.strip_prefix("= ") {
                let style = Style { bold: true, size: size + 3.0, align: Align::Centre, ..style };
                paper.paragraph(text, style, 0.0);
            } else if let Some(text) = line.strip_prefix("=. ") {
                paper.paragraph(text, Style { align: Align::Centre, ..style }, 0.0);
            } else if let Some(text) = line.strip_prefix("~ ") {
                paper.paragraph(text, Style { size: size - 2.0, ..style }, 0.0);
            } else if let Some(text) = line.strip_prefix("> ") {
                paper.paragraph(text, Style { align: Align::Right, ..style }, 0.0);
            } else if let Some(text) = line.strip_prefix("* ") {
                paper.paragraph(&format!("• {text}"), style, 10.0);
            } else if let Some(text) = line.strip_prefix("! ") {
                paper.as_it_is(text, style);
            } else if let Some(text) = line.strip_prefix("| ") {
                paper.row(&cells(text.trim_end().trim_end_matches('|'), "|"), &shares, style, true);
            } else if let Some(text) = line.strip_prefix(":: ") {
                paper.row(&cells(text, "::"), &shares, style, false);
            } else if line == "---" {
                paper.rule();
            } else if line == "^^^" {
                paper.break_page();
            } else if line.trim().is_empty() {
                paper.gap(size * 0.6);
            } else {
                paper.paragraph(line, style, 0.0);
            }
        }
        Ok(())
    }
}
