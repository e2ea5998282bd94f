//! Laying a document out once, and the four back ends that deliver it.
//!
//! A document is composed as a [`Draft`] (blocks and a style, no positions), set into [`Page`]s of
//! positioned text and rules, and then written as a born-digital PDF, as pictures (image-only PDF, TIFF,
//! JPEG) or, straight from the blocks, as an HTML note. One layout for the first two means that a scan
//! says exactly what the digital file would have said.

mod block;
mod fonts;
mod html;
mod page;
mod pdf;
mod picture;
mod raster;
mod scan;
mod setter;
mod style;

pub(crate) use block::{Align, Block, Draft, paragraphs};
pub(crate) use fonts::Fonts;
pub(crate) use html::{html_body, to_html};
pub(crate) use page::Page;
#[cfg(test)]
pub(crate) use page::{Mark, PAGE_HEIGHT_PT, PAGE_WIDTH_PT};
pub(crate) use pdf::to_pdf;
pub(crate) use scan::{Container, ScanOptions, to_scan};
pub(crate) use setter::set;
pub(crate) use style::Style;
