//! Paper: lines, tables and columns laid out on letter pages in the standard PDF fonts, and written as a PDF.

mod fonts;
mod layout;
mod pdf;

pub(crate) use fonts::{Face, Font};
pub(crate) use layout::{Align, Mark, Paper, Placed, Style, letter_of};
pub(crate) use pdf::{Sheet, picture_pdf, text_pdf};
