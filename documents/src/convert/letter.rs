//! A business letter on letter paper: letterhead, addressee, paragraphs, numbered requests, a form for the answer.
//! Knows nothing of what it says; the same parts give the same bytes.

use super::pages::Pages;
use super::sheet::{Family, LETTER_PT, Sheets, Style};
use super::terms::{ConvertError, ConvertLimits};
use super::{Converted, written};
use std::fmt;

/// Space at the sides, in points: an inch, as letters have it.
const SIDE_PT: f32 = 72.0;
/// Space above the letterhead, in points.
const TOP_PT: f32 = 40.0;
/// Space kept free below for the footer, in points.
const BOTTOM_PT: f32 = 56.0;
/// Type of the text, in points.
const SIZE_PT: f32 = 10.5;
/// Type of letterhead lines, sources, footer and notice, in points.
const SMALL_PT: f32 = 8.5;
/// Line height over type size.
const LEADING: f32 = 1.28;
/// Where a request's text begins, from the left margin: behind its number and its labels.
const NUMBER_PT: f32 = 20.0;
const LABEL_PT: f32 = 76.0;

/// The parts of a letter. `Debug` shows none of them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LetterSheet {
    /// Who writes: set large.
    pub sender: String,
    /// Address and numbers under the sender's name.
    pub sender_lines: Vec<String>,
    /// The date in words.
    pub date: String,
    /// The addressee's lines.
    pub to: Vec<String>,
    /// What it is about.
    pub subject: String,
    /// Labels with their values.
    pub concerning: Vec<(String, String)>,
    /// Paragraphs before the requests.
    pub opening: Vec<String>,
    /// The requests, numbered from 1.
    pub requests: Vec<LetterRequest>,
    /// Paragraphs after them; a line end in one begins a new line.
    pub closing: Vec<String>,
    /// The heading of the form for the answer.
    pub reply_heading: String,
    /// Its lines.
    pub reply: Vec<String>,
    /// Small print under it.
    pub notice: String,
    /// Repeated at the foot of every page.
    pub reference: String,
}

/// One request of a letter.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LetterRequest {
    /// Its heading.
    pub title: String,
    /// Labels with their texts.
    pub parts: Vec<(String, String)>,
    /// Where the rule is written; small.
    pub source: String,
}

impl fmt::Debug for LetterSheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LetterSheet").field("requests", &self.requests.len()).finish_non_exhaustive()
    }
}

impl fmt::Debug for LetterRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LetterRequest").field("parts", &self.parts.len()).finish_non_exhaustive()
    }
}

/// Sets a letter.
///
/// # Errors
/// It has more pages than a file may have, or cannot be written, which is a defect.
pub fn letter_pdf(letter: &LetterSheet) -> Result<Converted, ConvertError> {
    // Set twice: the foot of each page tells how many there are.
    let count = set(letter, 0)?.count();
    written(set(letter, count)?.finish())
}

fn set(letter: &LetterSheet, pages_in_all: u32) -> Result<Pages, ConvertError> {
    let mut pages = Pages::new();
    let limits = ConvertLimits::default();
    let mut setter = Setter {
        sheets: Sheets::new(&mut pages, &limits, LETTER_PT),
        y: TOP_PT,
        page: 1,
        pages_in_all,
        reference: &letter.reference,
    };
    setter.letterhead(letter);
    setter.top(letter)?;
    for (request, number) in letter.requests.iter().zip(1..) {
        setter.request(request, number)?;
    }
    for paragraph in &letter.closing {
        setter.paragraph(paragraph, 0.0, &plain(SIZE_PT), 9.0)?;
    }
    setter.answer(letter)?;
    setter.footer();
    setter.sheets.finish()?;
    Ok(pages)
}

const fn plain(size: f32) -> Style {
    Style::plain(Family::Sans, size)
}

const fn bold(size: f32) -> Style {
    Style { bold: true, ..Style::plain(Family::Sans, size) }
}

struct Setter<'a> {
    sheets: Sheets<'a>,
    /// Where the next line's top is, from the top of the page.
    y: f32,
    page: u32,
    pages_in_all: u32,
    reference: &'a str,
}

impl Setter<'_> {
    const fn right() -> f32 {
        LETTER_PT.0 - SIDE_PT
    }

    fn letterhead(&mut self, letter: &LetterSheet) {
        self.y += 16.0;
        self.sheets.text(SIDE_PT, self.y, &letter.sender, &bold(17.0));
        for line in &letter.sender_lines {
            self.y += SMALL_PT * LEADING + 0.6;
            self.sheets.text(SIDE_PT, self.y + 3.0, line, &plain(SMALL_PT));
        }
        self.y += 12.0;
        self.sheets.line((SIDE_PT, self.y), (Self::right(), self.y), 1.1);
        self.y += 14.0;
    }

    fn top(&mut self, letter: &LetterSheet) -> Result<(), ConvertError> {
        self.paragraph(&letter.date, 0.0, &plain(SIZE_PT), 10.0)?;
        self.paragraph(&letter.to.join("\n"), 0.0, &plain(SIZE_PT), 14.0)?;
        self.paragraph(&letter.subject, 0.0, &bold(12.0), 6.0)?;
        for (label, value) in &letter.concerning {
            self.labelled(label, value, 0.0, 96.0)?;
        }
        self.y += 10.0;
        for paragraph in &letter.opening {
            self.paragraph(paragraph, 0.0, &plain(SIZE_PT), 9.0)?;
        }
        Ok(())
    }

    fn request(&mut self, request: &LetterRequest, number: u32) -> Result<(), ConvertError> {
        // A heading does not stand at the foot of a page without its text.
        self.room(SIZE_PT * LEADING * 5.0)?;
        self.y += SIZE_PT * LEADING;
        self.sheets.text(SIDE_PT, self.y, &format!("{number}."), &bold(SIZE_PT));
        self.sheets.text(SIDE_PT + NUMBER_PT, self.y, &request.title, &bold(SIZE_PT));
        self.y += 2.0;
        for (label, text) in &request.parts {
            self.labelled(label, text, NUMBER_PT, NUMBER_PT + LABEL_PT)?;
        }
        let source = Style { italic: true, ..plain(SMALL_PT) };
        self.paragraph(&request.source, NUMBER_PT + LABEL_PT, &source, 9.0)
    }

    /// A label, and its text with its further lines under its first word.
    fn labelled(&mut self, label: &str, text: &str, at: f32, text_at: f32) -> Result<(), ConvertError> {
        let style = plain(SIZE_PT);
        for (index, line) in self.lines(text, text_at, &style).into_iter().enumerate() {
            self.room(SIZE_PT * LEADING)?;
            self.y += SIZE_PT * LEADING;
            if index == 0 {
                self.sheets.text(SIDE_PT + at, self.y, label, &bold(9.5));
            }
            self.sheets.text(SIDE_PT + text_at, self.y, &line, &style);
        }
        Ok(())
    }

    fn paragraph(&mut self, text: &str, at: f32, style: &Style, behind: f32) -> Result<(), ConvertError> {
        for line in self.lines(text, at, style) {
            self.room(style.size * LEADING)?;
            self.y += style.size * LEADING;
            self.sheets.text(SIDE_PT + at, self.y, &line, style);
        }
        self.y += behind;
        Ok(())
    }

    /// The form for the answer, whole on one page.
    fn answer(&mut self, letter: &LetterSheet) -> Result<(), ConvertError> {
        /// Room to write by hand in: about that of ruled paper.
        const HAND_PT: f32 = 19.0;
        let notice = self.lines(&letter.notice, 0.0, &plain(SMALL_PT)).len() as f32 * SMALL_PT * LEADING;
        self.room(32.0 + letter.reply.len() as f32 * HAND_PT + notice)?;
        self.y += 6.0;
        self.sheets.line((SIDE_PT, self.y), (Self::right(), self.y), 0.6);
        self.paragraph(&letter.reply_heading, 0.0, &bold(9.5), 0.0)?;
        for line in &letter.reply {
            self.y += HAND_PT;
            self.sheets.text(SIDE_PT, self.y, line, &plain(9.5));
        }
        self.y += 12.0;
        self.paragraph(&letter.notice, 0.0, &plain(SMALL_PT), 0.0)
    }

    /// Begins a page where the rest of this one does not hold so much.
    fn room(&mut self, height: f32) -> Result<(), ConvertError> {
        if self.y + height <= LETTER_PT.1 - BOTTOM_PT {
            return Ok(());
        }
        self.footer();
        self.sheets.next_page()?;
        self.page += 1;
        self.y = TOP_PT + 10.0;
        Ok(())
    }

    fn footer(&mut self) {
        let style = plain(SMALL_PT);
        let y = LETTER_PT.1 - 36.0;
        self.sheets.text(SIDE_PT, y, &format!("Reference {}", self.reference), &style);
        let number = format!("Page {} of {}", self.page, self.pages_in_all);
        let width = self.sheets.width(&number, &style);
        self.sheets.text(Self::right() - width, y, &number, &style);
    }

    /// Breaks a text at blanks by its width; line ends stay. A longer word stands alone and runs on.
    fn lines(&mut self, text: &str, at: f32, style: &Style) -> Vec<String> {
        let room = Self::right() - SIDE_PT - at;
        let mut lines = Vec::new();
        for part in text.split('\n') {
            let mut line = String::new();
            for word in part.split_whitespace() {
                let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
                if !line.is_empty() && self.sheets.width(&longer, style) > room {
                    lines.push(std::mem::replace(&mut line, word.to_owned()));
                } else {
                    line = longer;
                }
            }
            lines.push(line);
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::{LetterRequest, LetterSheet, letter_pdf};

    fn sheet(requests: usize) -> LetterSheet {
        let text = "please send the note of the visit in person before the sleep test ".repeat(4);
        LetterSheet {
            sender: "Example Home Medical".into(),
            sender_lines: vec!["1 Main Street, Albany NY 12208".into()],
            date: "November 23, 2026".into(),
            to: vec!["Richard Roe, MD".into(), "NPI 1234567893".into()],
            subject: "Request for documentation".into(),
            concerning: vec![("Patient".into(), "Doe, Jane A".into())],
            opening: vec!["Dear Dr. Roe:".into()],
            requests: vec![
                LetterRequest {
                    title: "Office note".into(),
                    parts: vec![("Why".into(), text.clone()), ("Please".into(), text)],
                    source: "L33718".into(),
                };
                requests
            ],
            closing: vec!["Sincerely,\nIntake".into()],
            reply_heading: "Reply".into(),
            reply: vec!["Name ________".into()],
            notice: "Confidential.".into(),
            reference: "abc.1".into(),
        }
    }

    #[test]
    fn a_letter_is_the_same_each_time_and_tells_its_pages() {
        let one = letter_pdf(&sheet(1)).expect("set");
        assert_eq!(one.pages, 1);
        assert_eq!(one, letter_pdf(&sheet(1)).expect("set"));
        let many = letter_pdf(&sheet(9)).expect("set");
        assert!(many.pages > 1);
        let document = lopdf::Document::load_mem(&many.pdf).expect("a PDF");
        let pages: Vec<u32> = (1..=many.pages).collect();
        let words = document.extract_text(&pages).expect("words");
        assert!(words.contains(&format!("Page 1 of {}", many.pages)), "{words}");
        assert!(words.contains(&format!("Page {0} of {0}", many.pages)) && words.contains("Reply"));
    }

    #[test]
    fn debug_shows_nobody() {
        assert!(!format!("{:?}", sheet(1)).contains("Doe"));
    }
}
