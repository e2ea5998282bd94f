//! How well words were read: what a produced PDF says, by poppler's `pdftotext`, against the words that were drawn.

use crate::fixtures::PageWords;
use std::collections::HashMap;
use std::error::Error;
use std::path::Path;
use std::process::Command;

/// Words found and missed, of any number of pages.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WordScore {
    drawn: usize,
    read: usize,
    same: usize,
    in_order: usize,
}

impl WordScore {
    /// Adds a page: the words drawn on it and the words read from it. Case counts, marks at a word's ends do not; a word
    /// is right if it is on the page, and in order if it is also part of the longest run of words in the drawn order.
    pub(crate) fn add(&mut self, drawn: &[String], read: &[String]) {
        let (drawn, read) = (plain(drawn), plain(read));
        let mut left: HashMap<&str, usize> = HashMap::new();
        for word in &drawn {
            *left.entry(word).or_default() += 1;
        }
        let found = read.iter().filter(|word| match left.get_mut(word.as_str()) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        });
        self.same += found.count();
        self.drawn += drawn.len();
        self.read += read.len();
        self.in_order += longest_common(&drawn, &read);
    }

    /// Share of the drawn words that were read.
    pub(crate) fn recall(self) -> f64 {
        share(self.same, self.drawn)
    }

    /// Share of the read words that were drawn.
    pub(crate) fn precision(self) -> f64 {
        share(self.same, self.read)
    }

    /// Both in one: their harmonic mean.
    pub(crate) fn accuracy(self) -> f64 {
        share(2 * self.same, self.drawn + self.read)
    }

    /// Share of the drawn words that were read in their order.
    pub(crate) fn order(self) -> f64 {
        share(self.in_order, self.drawn)
    }
}

/// The words of every page of a PDF.
///
/// # Errors
/// `pdftotext` cannot be started, or cannot read it.
pub(crate) fn of_pdf(pdf: &Path) -> Result<Vec<PageWords>, Box<dyn Error>> {
    let output = Command::new("pdftotext").args(["-enc", "UTF-8"]).arg(pdf).arg("-").output()?;
    if !output.status.success() {
        let cause = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{}: {}", pdf.display(), cause.trim()).into());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let words = |page: &str| page.split_whitespace().map(str::to_owned).collect();
    // Every page ends with a form feed, so that nothing comes after the last.
    Ok(text.split_terminator('\u{c}').map(words).collect())
}

/// Words without marks at their ends; what was nothing but marks is no word.
fn plain(words: &[String]) -> Vec<String> {
    let bare = words.iter().map(|word| word.trim_matches(|sign: char| !sign.is_alphanumeric()));
    bare.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn longest_common(drawn: &[String], read: &[String]) -> usize {
    let mut before = vec![0; read.len() + 1];
    for word in drawn {
        let mut now = vec![0; read.len() + 1];
        for (index, other) in read.iter().enumerate() {
            now[index + 1] =
                if word == other { before[index] + 1 } else { now[index].max(before[index + 1]) };
        }
        before = now;
    }
    before.last().copied().unwrap_or_default()
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}
