//! Recognised words written back: findable and copyable at their places, invisible, pictures untouched. The
//! places are read back by the renderer, which knows nothing of how they were written.

use crate::files::{FACESHEET, facesheet_words, fragment, request, scanned_facesheet, text_pdf};
use documents::OpenDocument;
use documents::assemble::assemble;
use documents::picture::page_png;
use documents::read::{PageReader, PageText, ReadMethod, ReadSettings, TextLayer, Word, inspect};
use documents::searchable::{SearchableError, add_text_layer};
use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};
use hayro::hayro_syntax::Pdf;
use hayro::kurbo::{Affine, BezPath, Point, Rect};
use image::ImageFormat;
use lopdf::{Document, Object, dictionary};

/// A born-digital page, then a scan.
fn packet() -> Vec<u8> {
    let fragments = vec![
        fragment("text", "", text_pdf(&[&FACESHEET])),
        fragment("scan", "", scanned_facesheet(ImageFormat::Jpeg, 200.0)),
    ];
    assemble(request(fragments)).unwrap().pdf
}

fn read_all(pdf: &[u8]) -> Vec<PageText> {
    let document = OpenDocument::open(pdf.to_vec()).unwrap();
    let mut reader = PageReader::new(None);
    let settings = ReadSettings::default();
    (1..=document.page_count()).map(|page| reader.read_page(&document, page, &settings).unwrap()).collect()
}

/// A word as it can be copied: its text, where its baseline starts and ends, whether it is invisible.
struct Copied {
    text: String,
    start: Point,
    end: Point,
    invisible: bool,
}

#[derive(Default)]
struct Copier {
    words: Vec<Copied>,
    open: bool,
}

impl<'a> Device<'a> for Copier {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        for glyph in run.glyphs() {
            let text = match glyph.as_unicode() {
                Some(BfString::Char(c)) => c.to_string(),
                Some(BfString::String(text)) => text,
                None => "?".to_owned(),
            };
            if text == " " {
                self.open = false;
                continue;
            }
            let advance = match &**glyph {
                Glyph::Outline(outline) => outline.advance_width(),
                Glyph::Type3(drawn) => drawn.advance_width(),
            };
            let place = props.transform * glyph.transform();
            let end = place * Point::new(f64::from(advance.unwrap()), 0.0);
            match self.words.last_mut().filter(|_| self.open) {
                Some(word) => {
                    word.text.push_str(&text);
                    word.end = end;
                }
                None => {
                    let invisible = matches!(mode, DrawMode::Invisible);
                    self.words.push(Copied { text, start: place * Point::ORIGIN, end, invisible });
                }
            }
            self.open = true;
        }
    }
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

/// What can be copied from a page, in the order of its content.
fn copied(pdf: &[u8], page: usize) -> Vec<Copied> {
    let pdf = Pdf::new(pdf.to_vec()).unwrap();
    let page = &pdf.pages()[page];
    let (width, height) = page.render_dimensions();
    let bounds = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let [a, b, c, d, e, f] = page.initial_transform(true).as_coeffs();
    let (cache, settings) = (InterpreterCache::new(), InterpreterSettings::default());
    let mut context = Context::new(Affine::new([a, b, c, d, e, f]), bounds, &cache, page.xref(), settings);
    let mut copier = Copier::default();
    interpret_page(page, &mut context, &mut copier);
    copier.words
}

/// Words in lines of ten-point type, the first at (60, 100), on lines that fall by `slope`.
fn typed(lines: &[&str], slope: f32) -> Vec<Word> {
    let mut words = Vec::new();
    for (line, text) in (0u16..).zip(lines) {
        let mut left = 60.0;
        for text in text.split(' ') {
            let right = left + 5.4 * text.chars().count() as f32;
            let baseline = |x: f32| 100.0 + 16.0 * f32::from(line) + slope * x;
            let (a, b) = (baseline(left), baseline(right));
            let bbox = [left, a.min(b) - 7.2, right, a.max(b)];
            words.push(Word { text: text.to_owned(), bbox, confidence: 0.9, line: line.into(), block: 0 });
            left = right + 3.0;
        }
    }
    words
}

fn recognised(pdf: &[u8], words: Vec<Word>) -> PageText {
    let page = inspect(&OpenDocument::open(pdf.to_vec()).unwrap()).unwrap().remove(0);
    let blank = read_all(&text_pdf(&[&[]])).remove(0);
    let (width_pt, height_pt) = (page.width_pt, page.height_pt);
    PageText { width_pt, height_pt, method: ReadMethod::Ocr, words, ..blank }
}

/// A scan with a page dictionary as `change` leaves it.
fn scan_with(change: impl FnOnce(&mut lopdf::Dictionary)) -> Vec<u8> {
    let scan = scanned_facesheet(ImageFormat::Jpeg, 100.0);
    let pdf = assemble(request(vec![fragment("scan", "", scan)])).unwrap().pdf;
    let mut document = Document::load_mem(&pdf).unwrap();
    let page = document.page_iter().next().unwrap();
    change(document.get_dictionary_mut(page).unwrap());
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// Every word starts and ends where its box does, on a baseline at the box's foot, in reading order.
fn assert_in_place(pdf: &[u8], words: &[Word], slack: f64) {
    let copied: Vec<Copied> = copied(pdf, 0).into_iter().filter(|word| word.invisible).collect();
    let texts = |copied: &[Copied]| copied.iter().map(|word| word.text.clone()).collect::<Vec<_>>();
    assert_eq!(texts(&copied), words.iter().map(|word| word.text.clone()).collect::<Vec<_>>());
    for (copied, word) in copied.iter().zip(words) {
        let [x0, y0, x1, y1] = word.bbox.map(f64::from);
        let (start, end) = (copied.start, copied.end);
        let off = [
            (start.x.min(end.x) - x0).abs(),
            (start.x.max(end.x) - x1).abs(),
            (start.y.max(end.y) - y1).abs(),
        ];
        let worst = off.iter().copied().fold(0.0, f64::max);
        assert!(worst <= slack, "{:?} lies {off:?} off {:?}", copied.text, [x0, y0, x1, y1]);
    }
}

#[test]
fn words_can_be_found_and_nothing_looks_different() {
    let pdf = packet();
    let words = read_all(&pdf);
    let searchable = add_text_layer(pdf.clone(), &words).unwrap();
    assert_eq!(searchable, add_text_layer(pdf.clone(), &words).unwrap());

    let extracted = Document::load_mem(&searchable).unwrap().extract_text(&[2]).unwrap();
    let found: Vec<&str> = extracted.split_whitespace().collect();
    let planted = facesheet_words();
    let share = planted.iter().filter(|word| found.contains(word)).count() as f32 / planted.len() as f32;
    assert!(share >= 0.95, "{share} of the words can be found");

    let (before, after) =
        (OpenDocument::open(pdf.clone()).unwrap(), OpenDocument::open(searchable.clone()).unwrap());
    for page in 1..=2 {
        assert_eq!(page_png(&before, page, 72.0).unwrap(), page_png(&after, page, 72.0).unwrap());
    }
    let layers: Vec<TextLayer> = inspect(&after).unwrap().iter().map(|page| page.text_layer).collect();
    assert_eq!(layers, [TextLayer::Usable, TextLayer::Hidden]);
}

#[test]
fn recognised_words_lie_over_the_printed_ones() {
    // What was printed, by the text layer of the page that was scanned.
    let printed = read_all(&text_pdf(&[&FACESHEET])).remove(0);
    let scan = scanned_facesheet(ImageFormat::Png, 200.0);
    let pdf = assemble(request(vec![fragment("scan", "", scan)])).unwrap().pdf;
    let searchable = add_text_layer(pdf.clone(), &read_all(&pdf)).unwrap();
    let copied = copied(&searchable, 0);
    let mut near = 0;
    for word in &printed.words {
        let [x0, _, x1, _] = word.bbox.map(f64::from);
        // Type of 12 points: its baseline is a fifth of it above the box's foot.
        let baseline = f64::from(word.bbox[3]) - 2.4;
        near += usize::from(copied.iter().any(|copied| {
            let shared = copied.end.x.min(x1) - copied.start.x.max(x0);
            copied.text == word.text
                && shared > 0.85 * (x1 - x0).max(copied.end.x - copied.start.x)
                && (copied.start.y - baseline).abs() < 1.0
        }));
    }
    assert!(near as f32 >= 0.95 * printed.words.len() as f32, "{near} of {}", printed.words.len());
}

#[test]
fn the_packet_is_only_added_to_and_only_a_little() {
    let pdf = packet();
    let words = read_all(&pdf);
    let searchable = add_text_layer(pdf.clone(), &words).unwrap();
    assert!(searchable.starts_with(&pdf), "pictures and all else keep their bytes");
    assert!(searchable.len() * 10 <= pdf.len() * 11, "{} grew to {}", pdf.len(), searchable.len());
    // Done again, nothing changes; the same for a packet that was made of the result.
    assert_eq!(add_text_layer(searchable.clone(), &words).unwrap(), searchable);
    let again = assemble(request(vec![fragment("again", "", searchable)])).unwrap().pdf;
    assert_eq!(add_text_layer(again.clone(), &read_all(&again)).unwrap(), again);
}

#[test]
fn packets_without_recognised_pages_come_back_as_they_are() {
    let pdf = assemble(request(vec![fragment("text", "", text_pdf(&[&FACESHEET]))])).unwrap().pdf;
    assert_eq!(add_text_layer(pdf.clone(), &read_all(&pdf)).unwrap(), pdf);
    // Not even opened.
    assert_eq!(add_text_layer(b"anything".to_vec(), &read_all(&pdf)).unwrap(), b"anything");
}

#[test]
fn turned_and_cropped_pages_have_their_words_in_place() {
    let words = typed(&["Cut the box down", "Neck 17 inches", "Room Two"], 0.0);
    for turn in [0, 90, 180, 270, -90] {
        for crop in [false, true] {
            let pdf = scan_with(|page| {
                page.set("Rotate", turn);
                if crop {
                    page.set("CropBox", vec![50.into(), 30.into(), 560.into(), 700.into()]);
                }
            });
            let searchable = add_text_layer(pdf.clone(), &[recognised(&pdf, words.clone())]).unwrap();
            assert_in_place(&searchable, &words, 0.6);
        }
    }
}

#[test]
fn a_page_found_turned_is_set_upright_with_its_words_in_place() {
    let upright = typed(&["The order was read aloud", "Unit one is here"], 0.0);
    for (shown, turned) in [(0, 90), (0, 180), (0, 270), (90, 90), (270, 180)] {
        let pdf = scan_with(|page| page.set("Rotate", shown));
        let mut page = recognised(&pdf, upright.clone());
        let (width, height) = (page.width_pt, page.height_pt);
        // As they are read: on the page as it lies.
        for word in &mut page.words {
            let [x0, y0, x1, y1] = word.bbox;
            word.bbox = match turned {
                90 => [width - y1, x0, width - y0, x1],
                180 => [width - x1, height - y1, width - x0, height - y0],
                _ => [y0, height - x1, y1, height - x0],
            };
        }
        page.turned = turned;
        let searchable = add_text_layer(pdf, std::slice::from_ref(&page)).unwrap();
        assert_in_place(&searchable, &upright, 0.6);
        assert_eq!(add_text_layer(searchable.clone(), std::slice::from_ref(&page)).unwrap(), searchable);
        let size = |pdf: &[u8]| inspect(&OpenDocument::open(pdf.to_vec()).unwrap()).unwrap()[0].width_pt;
        assert_eq!(size(&searchable), if turned == 180 { width } else { height });
    }
}

#[test]
fn lines_askew_have_their_words_in_place() {
    let lines = ["The order was read aloud", "Unit one is here", "Two of three", "Remark"];
    for slope in [0.01, -0.026, 0.052, -0.087] {
        let words = typed(&lines, slope);
        let pdf = scan_with(|_| {});
        let searchable = add_text_layer(pdf.clone(), &[recognised(&pdf, words.clone())]).unwrap();
        // Each word stands level, so that no reader breaks it: at its ends up to half its rise off.
        assert_in_place(&searchable, &words, 1.2 + f64::from(slope.abs()) * 16.0);
    }
}

#[test]
fn neighbours_whose_boxes_overlap_stay_words_of_their_own() {
    let pdf = scan_with(|_| {});
    let mut words = typed(&["the relationship is vital"], 0.0);
    words[1].bbox[2] = words[2].bbox[0] + 2.0;
    let searchable = add_text_layer(pdf.clone(), &[recognised(&pdf, words)]).unwrap();
    let copied: Vec<Copied> = copied(&searchable, 0).into_iter().filter(|word| word.invisible).collect();
    assert!(copied.windows(2).all(|pair| pair[0].end.x < pair[1].start.x), "letters would mix");
    assert!(copied[1].end.x - copied[1].start.x > 50.0, "still nearly as wide as its box");
}

#[test]
fn pages_read_with_the_head_turned_have_their_words_in_place() {
    let pdf = scan_with(|_| {});
    let (width, height) = (612.0, 792.0);
    for quarter in 1..4 {
        let words: Vec<Word> = typed(&["The order was read aloud", "Unit one is here"], 0.0)
            .into_iter()
            .map(|mut word| {
                let [x0, y0, x1, y1] = word.bbox;
                word.bbox = match quarter {
                    1 => [width - y1, x0, width - y0, x1],
                    2 => [width - x1, height - y1, width - x0, height - y0],
                    _ => [y0, height - x1, y1, height - x0],
                };
                word
            })
            .collect();
        let searchable = add_text_layer(pdf.clone(), &[recognised(&pdf, words.clone())]).unwrap();
        for (copied, word) in copied(&searchable, 0).iter().zip(&words) {
            assert_eq!(copied.text, word.text);
            let [x0, y0, x1, y1] = word.bbox.map(f64::from);
            let (start, end) = match quarter {
                1 => ((x0, y0), (x0, y1)),
                2 => ((x1, y0), (x0, y0)),
                _ => ((x1, y1), (x1, y0)),
            };
            let off = copied.start.distance(start.into()).max(copied.end.distance(end.into()));
            assert!(off < 1.5, "{:?} lies {off} off at quarter {quarter}", copied.text);
        }
    }
}

#[test]
fn characters_of_all_kinds_are_copied_as_they_are() {
    let lines = ["Größe 42 – “naïve” €5…", "Пациент Ελένη 患者 𝒳", "a(b)\\c 100% Ñandú", "Łódź ﬁn ½"];
    let words = typed(&lines, 0.0);
    let pdf = scan_with(|_| {});
    let page = recognised(&pdf, words.clone());
    let searchable = add_text_layer(pdf.clone(), std::slice::from_ref(&page)).unwrap();
    assert_eq!(add_text_layer(pdf, &[page]).unwrap(), searchable);
    let copied: Vec<String> = copied(&searchable, 0).into_iter().map(|word| word.text).collect();
    assert_eq!(copied, words.iter().map(|word| word.text.clone()).collect::<Vec<_>>());
}

#[test]
fn words_that_can_be_copied_already_are_not_written_twice() {
    let pdf = scan_with(|_| {});
    let words = typed(&["Fax from the clinic", "Body of the letter"], 0.0);
    // The header is typed over the picture, the body is in it.
    let mut document = Document::load_mem(&pdf).unwrap();
    let page = document.page_iter().next().unwrap();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier",
    });
    let header = b"BT /F1 9 Tf 60 692 Td (Fax from the clinic) Tj ET".to_vec();
    document.add_page_contents(page, header).unwrap();
    let page = document.get_dictionary_mut(page).unwrap();
    let resources = page.get_mut(b"Resources").and_then(Object::as_dict_mut).unwrap();
    resources.set("Font", dictionary! { "F1" => font });
    let mut pdf = Vec::new();
    document.save_to(&mut pdf).unwrap();
    let searchable = add_text_layer(pdf.clone(), &[recognised(&pdf, words)]).unwrap();
    let mut texts: Vec<String> = copied(&searchable, 0).into_iter().map(|word| word.text).collect();
    texts.sort();
    assert_eq!(texts, ["Body", "Fax", "clinic", "from", "letter", "of", "the", "the"]);
}

#[test]
fn old_tables_of_objects_and_broken_ones_are_written_to() {
    let words = typed(&["Cut the box down"], 0.0);
    let old = {
        let mut document = Document::load_mem(&scan_with(|_| {})).unwrap();
        document.reference_table.cross_reference_type = lopdf::xref::XrefType::CrossReferenceTable;
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    };
    let broken = {
        let at = old.windows(9).rposition(|window| window == b"startxref").unwrap();
        [&old[..at], b"startxref\n7\n%%EOF\n"].concat()
    };
    for pdf in [old, broken] {
        let searchable = add_text_layer(pdf.clone(), &[recognised(&pdf, words.clone())]).unwrap();
        assert_eq!(Document::load_mem(&searchable).unwrap().xref_recovery, None);
        assert_in_place(&searchable, &words, 0.6);
    }
}

#[test]
fn words_for_a_page_that_is_not_there_are_refused() {
    let pdf = packet();
    let mut words = read_all(&pdf);
    words[1].page = 9;
    assert_eq!(add_text_layer(pdf, &words), Err(SearchableError::NoSuchPage { page: 9, pages: 2 }));
    assert!(matches!(add_text_layer(b"no pdf".to_vec(), &words), Err(SearchableError::Unreadable { .. })));
}
