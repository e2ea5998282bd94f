//! Pages with nothing on them. They stay in the packet and are marked.
//!
//! Most pages show text in their first line and are told by that. What is left is drawn, at a low
//! resolution: empty sheets, sheets with a white ground, and scans so small for their size that they may
//! be of empty paper.

use super::prefix;
use crate::open::OpenDocument;
use crate::picture;
use crate::shield::shielded;
use lopdf::{Dictionary, Document, Object, ObjectId};

/// Enough for the shortest line of print to be seen.
const DPI: f32 = 100.0;
/// A pixel this much darker than the paper is ink.
const INK: u8 = 56;
/// Pixels of ink that touch each other, up to which a page counts as blank: a folded corner's shadow or a speck
/// of dust, but not a page number.
const INK_PIXELS_MAX: usize = 12;
/// Contents are inflated up to this; larger ones are those of full pages.
const CONTENT_BYTES_MAX: usize = 64 * 1024;
/// Forms within forms.
const FORMS_DEPTH_MAX: u32 = 4;

/// What a look at a page's content says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Blank,
    Full,
    /// Only drawing it will tell.
    Unclear,
}

/// Indices of the pages whose content does not say it, and for each page whether it says "blank".
pub(super) fn by_content(document: &Document, pages: &[ObjectId]) -> (Vec<bool>, Vec<usize>) {
    let looks: Vec<Look> = pages.iter().map(|page| look_at(document, *page)).collect();
    let unclear = (0..).zip(&looks).filter(|(_, look)| **look == Look::Unclear).map(|(index, _)| index);
    (looks.iter().map(|look| *look == Look::Blank).collect(), unclear.collect())
}

/// Whether a page, from 1, is blank when it is drawn. One that cannot be drawn is not.
pub(super) fn by_drawing(source: &OpenDocument, number: u32) -> bool {
    let Ok(page) = source.page(number) else { return false };
    shielded(|| {
        let drawn = picture::draw(page, DPI);
        let width = drawn.width as usize;
        is_blank(&drawn.into_grey(), width)
    })
    .unwrap_or(false)
}

fn look_at(document: &Document, page: ObjectId) -> Look {
    let Ok(page) = document.get_dictionary(page) else { return Look::Full };
    let annotations = page.get_deref(b"Annots", document).and_then(Object::as_array);
    if annotations.is_ok_and(|annotations| annotations.iter().any(|one| shows(document, one))) {
        return Look::Unclear;
    }
    let resources = page.get_deref(b"Resources", document).and_then(Object::as_dict).ok();
    let Some(content) = prefix::contents(document, page, CONTENT_BYTES_MAX) else { return Look::Unclear };
    look_at_content(document, &content, resources, 0)
}

/// Links show nothing, what has an appearance does.
fn shows(document: &Document, annotation: &Object) -> bool {
    let annotation = document.dereference(annotation).ok().and_then(|(_, object)| object.as_dict().ok());
    annotation.is_some_and(|annotation| annotation.has(b"AP"))
}

fn look_at_content(
    document: &Document,
    content: &prefix::Prefix,
    resources: Option<&Dictionary>,
    depth: u32,
) -> Look {
    let mut look = if content.whole { Look::Blank } else { Look::Unclear };
    for painted in prefix::painting(&content.bytes) {
        match painted {
            prefix::Painted::Text => return Look::Full,
            prefix::Painted::Path => look = Look::Unclear,
            prefix::Painted::Object(name) => match look_at_object(document, name, resources, depth) {
                Look::Full => return Look::Full,
                Look::Unclear => look = Look::Unclear,
                Look::Blank => {}
            },
        }
    }
    look
}

fn look_at_object(document: &Document, name: &[u8], resources: Option<&Dictionary>, depth: u32) -> Look {
    let objects = resources.and_then(|all| all.get_deref(b"XObject", document).ok()?.as_dict().ok());
    let object = objects.and_then(|objects| objects.get_deref(name, document).ok()?.as_stream().ok());
    let Some(object) = object else { return Look::Blank };
    if object.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Form") {
        if depth >= FORMS_DEPTH_MAX {
            return Look::Unclear;
        }
        let own = object.dict.get_deref(b"Resources", document).and_then(Object::as_dict).ok();
        return match prefix::of_stream(object, CONTENT_BYTES_MAX) {
            Some(content) => look_at_content(document, &content, own.or(resources), depth + 1),
            None => Look::Unclear,
        };
    }
    if may_be_empty_paper(document, &object.dict, object.content.len()) { Look::Unclear } else { Look::Full }
}

/// Whether a picture has so few bytes for its pixels that it may show nothing: a page of print has several
/// times as many. The bounds are four times what white paper with a little noise came to at 200 dpi.
fn may_be_empty_paper(document: &Document, image: &Dictionary, bytes: usize) -> bool {
    let number = |key: &[u8]| image.get_deref(key, document).and_then(Object::as_i64).unwrap_or(0).max(0);
    let pixels = number(b"Width").saturating_mul(number(b"Height"));
    let filter = image.get_deref(b"Filter", document).ok().and_then(|filter| match filter {
        Object::Array(filters) => filters.last().and_then(|filter| filter.as_name().ok()),
        filter => filter.as_name().ok(),
    });
    let bytes_of_a_thousand = match filter {
        Some(b"DCTDecode") => 48,
        Some(b"JPXDecode") => 30,
        Some(b"CCITTFaxDecode" | b"JBIG2Decode") => 3,
        _ => 40,
    };
    i64::try_from(bytes).unwrap_or(i64::MAX) <= pixels.saturating_mul(bytes_of_a_thousand) / 1000
}

/// Whether a grey picture shows paper only, whatever shade that has.
fn is_blank(grey: &[u8], width: usize) -> bool {
    if width == 0 || grey.len() < width * 3 {
        return true;
    }
    let mut counts = [0_usize; 256];
    grey.iter().for_each(|pixel| counts[usize::from(*pixel)] += 1);
    let mut below = 0;
    let paper = counts.iter().position(|count| {
        below += count;
        below * 2 >= grey.len()
    });
    // Dark paper is a photo, or a page that is inverted.
    let Some(paper) = paper.and_then(|paper| u8::try_from(paper).ok()).filter(|paper| *paper >= 128) else {
        return false;
    };
    let darkest_paper = paper.saturating_sub(INK);
    if !grey.iter().any(|pixel| *pixel < darkest_paper) {
        return true;
    }
    let dark = |at: usize| grey.get(at).is_some_and(|pixel| *pixel < darkest_paper);
    let height = grey.len() / width;
    let mut ink = 0;
    for y in 1..height - 1 {
        for x in 1..width.saturating_sub(1) {
            let at = y * width + x;
            // A speck of one pixel has no neighbours.
            let beside =
                || [at - 1, at + 1, at - width, at + width].into_iter().filter(|at| dark(*at)).count();
            if dark(at) && beside() >= 1 {
                ink += 1;
            }
        }
    }
    ink <= INK_PIXELS_MAX
}

#[cfg(test)]
mod tests {
    use super::is_blank;

    #[test]
    fn dust_is_no_ink_and_a_page_number_is() {
        let (width, height) = (850, 1100);
        let mut paper: Vec<u8> =
            (0..width * height).map(|at| 235 + u8::try_from(at * 7 % 13).unwrap_or(0)).collect();
        for speck in (0..40).map(|speck| speck * 23_017 + 900) {
            paper[speck] = 40;
        }
        assert!(is_blank(&paper, width));
        for y in 1050..1062 {
            for x in [420, 421] {
                paper[y * width + x] = 60;
            }
        }
        assert!(!is_blank(&paper, width));
    }
}
