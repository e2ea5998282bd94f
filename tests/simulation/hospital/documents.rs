//! Worker processes in memory that keep text: a packet is its pages' text with form feeds between them, so
//! that what understanding reads is what the chart says. They die and panic by seed.

use async_trait::async_trait;
use bytes::Bytes;
use domain::ids::PageKey;
use domain::ocr_pool::{PageText, ReadMethod, Word};
use domain::ports::{
    AssembledPage, AssembledPdf, FragmentBytes, FragmentNote, HtmlPrinter, PacketAssembler, PacketHead,
    PacketPdf, PageReader, PortError, PortResult,
};
use domain::reassembly::NoteKind;
use memory::Dice;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Ends a page.
pub(super) const PAGE_END: char = '\u{c}';

/// Points of a typewriter's characters and lines.
const CHAR: f32 = 6.0;
const PITCH: f32 = 14.0;
const CAP_HEIGHT: f32 = 7.0;

/// How the workers behave: chances in a thousand calls.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Papers {
    /// The worker process dies.
    pub(crate) dies: u32,
    /// Our own code around it panics, quoting what it has in hand as a careless panic would.
    pub(crate) panics: u32,
    /// How long a call takes.
    pub(crate) takes: Duration,
}

struct Worker {
    dice: Dice,
    papers: Mutex<Papers>,
}

impl Worker {
    async fn call(&self, what: &str, in_hand: &str) -> PortResult<()> {
        let papers = *self.papers.lock().unwrap_or_else(PoisonError::into_inner);
        tokio::time::sleep(papers.takes).await;
        if self.dice.hits(papers.panics) {
            // The text is patient data on purpose: no log may show it.
            panic!("cannot handle {in_hand}");
        }
        if self.dice.hits(papers.dies) {
            return Err(PortError::transient(what, "the worker process died"));
        }
        Ok(())
    }
}

macro_rules! workers {
    ($($(#[$doc:meta])* $name:ident),+) => {$(
        $(#[$doc])*
        pub(crate) struct $name(Worker);

        impl $name {
            /// A worker whose accidents follow from the seed.
            pub(crate) fn new(seed: u64) -> Arc<Self> {
                Arc::new(Self(Worker { dice: Dice::new(seed), papers: Mutex::default() }))
            }

            /// Changes how it behaves.
            pub(crate) fn set(&self, papers: Papers) {
                *self.0.papers.lock().unwrap_or_else(PoisonError::into_inner) = papers;
            }
        }
    )+};
}

workers! {
    /// Joins fragments.
    TextAssembler,
    /// Reads pages.
    TextReader,
    /// Prints notes.
    TextPrinter
}

#[async_trait]
impl PacketAssembler for TextAssembler {
    async fn assemble(&self, _head: &PacketHead, fragments: Vec<FragmentBytes>) -> PortResult<AssembledPdf> {
        let first = fragments.first().map(|fragment| fragment.bookmark.clone()).unwrap_or_default();
        self.0.call("packet", &first).await?;
        let (mut sheets, mut pages, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        for (index, fragment) in fragments.iter().enumerate() {
            let Ok(text) = std::str::from_utf8(&fragment.bytes) else {
                let (kind, note) = (NoteKind::Quarantined, "no text".to_owned());
                notes.push(FragmentNote { fragment: index, kind, note });
                continue;
            };
            for (number, sheet) in (1..).zip(text.split(PAGE_END)) {
                sheets.push(sheet.to_owned());
                let (blank, repeats, lost) = (false, None, None);
                pages.push(AssembledPage { fragment: index, fragment_page: number, blank, repeats, lost });
            }
        }
        if sheets.is_empty() {
            return Err(PortError::permanent("packet", "no fragment can be read"));
        }
        Ok(AssembledPdf { pdf: Bytes::from(sheets.join(&PAGE_END.to_string())), pages, notes })
    }
}

#[async_trait]
impl PageReader for TextReader {
    async fn page_count(&self, pdf: &PacketPdf) -> PortResult<u32> {
        Ok(u32::try_from(sheets(pdf)?.len()).expect("few pages"))
    }

    async fn page_keys(&self, pdf: &PacketPdf) -> PortResult<Vec<Option<PageKey>>> {
        self.0.call("keys", "").await?;
        // A sheet is all there is to it.
        Ok(sheets(pdf)?.into_iter().map(|sheet| Some(PageKey::new(sheet))).collect())
    }

    async fn read_page(&self, pdf: &PacketPdf, page: u32) -> PortResult<PageText> {
        let sheets = sheets(pdf)?;
        let sheet =
            sheets.get(page as usize - 1).ok_or_else(|| PortError::permanent("page", "no such page"))?;
        self.0.call("page", sheet).await?;
        Ok(typewritten(page, sheet))
    }

    async fn add_text_layer(&self, pdf: &PacketPdf, _pages: &[PageText]) -> PortResult<Bytes> {
        self.0.call("text layer", "").await?;
        Ok(pdf.bytes.clone())
    }
}

#[async_trait]
impl HtmlPrinter for TextPrinter {
    async fn edition(&self) -> PortResult<String> {
        Ok("typewriter".to_owned())
    }

    async fn print(&self, html: Bytes) -> PortResult<Bytes> {
        self.0.call("print", "").await?;
        let text = String::from_utf8_lossy(&html).replace("<p>", "").replace("</p>", "");
        Ok(Bytes::from(text))
    }
}

fn sheets(pdf: &PacketPdf) -> PortResult<Vec<&str>> {
    let text = std::str::from_utf8(&pdf.bytes).map_err(|_| PortError::permanent("packet", "no text"))?;
    Ok(text.split(PAGE_END).collect())
}

/// A page whose words stand where a typewriter puts them.
fn typewritten(page: u32, text: &str) -> PageText {
    let mut words = Vec::new();
    for (row, line) in text.lines().enumerate() {
        let top = 72.0 + PITCH * row as f32;
        let mut column = 0;
        for part in line.split(' ') {
            let length = part.chars().count();
            if length > 0 {
                let left = 50.0 + CHAR * column as f32;
                let bbox = [left, top, left + CHAR * length as f32, top + CAP_HEIGHT];
                words.push(Word { text: part.to_owned(), bbox, confidence: 1.0, line: row as u32 });
            }
            column += length + 1;
        }
    }
    PageText {
        page,
        turned: 0,
        width_pt: 612.0,
        height_pt: 792.0,
        method: ReadMethod::TextLayer,
        words,
        text: text.to_owned(),
        mean_confidence: 1.0,
        unseen: Vec::new(),
        unread_because: None,
    }
}
