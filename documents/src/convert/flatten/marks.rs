//! Pictures of annotations that come without one: free text, text marks, and drawn lines. What a person
//! would have to click to see stays unseen.

use super::appearance::{Kind, Look, framed, picture};
use super::{normalised, numbers};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use std::fmt::Write;

/// Points of one drawing.
const POINTS_MAX: usize = 100_000;

/// A picture for an annotation of this kind, in its rectangle.
pub(super) fn appearance(document: &mut Document, annotation: &Dictionary, subtype: &[u8]) -> Option<Stream> {
    let rect = numbers(document, annotation, b"Rect")?;
    let [x0, y0, x1, y1] = normalised(rect.get(..4)?)?;
    let size = (x1 - x0, y1 - y0);
    if subtype == b"FreeText" {
        let contents = annotation.get_deref(b"Contents", document).ok()?;
        let text = lopdf::decode_text_string(contents).ok()?;
        let default =
            annotation.get_deref(b"DA", document).and_then(Object::as_str).unwrap_or_default().to_vec();
        let alignment = annotation.get_deref(b"Q", document).and_then(Object::as_i64).unwrap_or(0);
        return picture(document, &Look::new(size, &default, alignment), &Kind::Lines, &text);
    }
    let mut content = format!("1 0 0 1 {} {} cm {} ", -x0, -y0, colour(document, annotation));
    let width = line_width(document, annotation);
    let quads = numbers(document, annotation, b"QuadPoints").unwrap_or_default();
    let mut resources = Dictionary::new();
    match subtype {
        b"Highlight" => {
            // Ink over text darkens it: multiplied, not painted over.
            resources.set("ExtGState", dictionary! { "M" => dictionary! { "BM" => "Multiply" } });
            content.push_str("/M gs ");
            for [left, low, right, high] in boxes(&quads) {
                let _ = write!(content, "{left} {low} {} {} re f ", right - left, high - low);
            }
        }
        b"Underline" | b"Squiggly" | b"StrikeOut" => {
            for [left, low, right, high] in boxes(&quads) {
                let y = if subtype == b"StrikeOut" { (low + high) / 2.0 } else { low + (high - low) * 0.08 };
                let _ = write!(content, "{width} w {left} {y} m {right} {y} l S ");
            }
        }
        b"Square" => {
            let inset = width / 2.0;
            let (x, y, w, h) = (x0 + inset, y0 + inset, size.0 - width, size.1 - width);
            let _ = write!(content, "{width} w {x} {y} {w} {h} re S ");
        }
        b"Line" => {
            let ends = numbers(document, annotation, b"L").filter(|ends| ends.len() == 4)?;
            let _ = write!(content, "{width} w {} {} m {} {} l S ", ends[0], ends[1], ends[2], ends[3]);
        }
        b"Ink" => {
            let strokes = annotation.get_deref(b"InkList", document).and_then(Object::as_array).ok()?;
            let _ = write!(content, "1 J 1 j {width} w ");
            for stroke in strokes {
                path(document, &mut content, stroke);
            }
        }
        _ => return None,
    }
    Some(framed(size, content, resources))
}

fn path(document: &Document, content: &mut String, stroke: &Object) {
    let Some(points) = document.dereference(stroke).ok().and_then(|(_, points)| points.as_array().ok())
    else {
        return;
    };
    let numbers: Vec<f32> =
        points.iter().take(POINTS_MAX).filter_map(|number| number.as_float().ok()).collect();
    for (index, point) in numbers.chunks_exact(2).enumerate() {
        // Writing to a string does not fail.
        let _ = write!(content, "{} {} {} ", point[0], point[1], if index == 0 { 'm' } else { 'l' });
    }
    content.push_str("S ");
}

/// Upright boxes around the marked pieces of text, whose corners come in any order.
fn boxes(quads: &[f32]) -> impl Iterator<Item = [f32; 4]> {
    quads.chunks_exact(8).map(|quad| {
        let side = |first: usize| quad.iter().skip(first).step_by(2).copied();
        [
            side(0).fold(f32::MAX, f32::min),
            side(1).fold(f32::MAX, f32::min),
            side(0).fold(f32::MIN, f32::max),
            side(1).fold(f32::MIN, f32::max),
        ]
    })
}

/// The annotation's colour for strokes and fills; black where it names none.
fn colour(document: &Document, annotation: &Dictionary) -> String {
    let tones = numbers(document, annotation, b"C").unwrap_or_default();
    let numbers: Vec<String> = tones.iter().map(f32::to_string).collect();
    let numbers = numbers.join(" ");
    match tones.len() {
        1 => format!("{numbers} g {numbers} G"),
        3 => format!("{numbers} rg {numbers} RG"),
        4 => format!("{numbers} k {numbers} K"),
        _ => "0 g 0 G".to_owned(),
    }
}

fn line_width(document: &Document, annotation: &Dictionary) -> f32 {
    let style = annotation.get_deref(b"BS", document).and_then(Object::as_dict).ok();
    let width = style.and_then(|style| style.get_deref(b"W", document).and_then(Object::as_float).ok());
    let border = numbers(document, annotation, b"Border").and_then(|border| border.get(2).copied());
    width.or(border).unwrap_or(1.0).clamp(0.1, 50.0)
}
