//! Finds the objects of a PDF as they lie in the file, without believing its table: `N G obj`, what
//! follows, and where a stream really ends.

use super::state::RepairLimits;
use super::syntax::{Syntax, is_space};
use lopdf::{Dictionary, Object, ObjectId, Stream};
use memchr::memmem;
use std::collections::HashMap;

/// Objects inside objects that are made of one file, all together; a 500-page chart has a tenth.
pub(super) const BUDGET: u32 = 3_000_000;

/// Object numbers above this are damage (ISO 32000-1, annex C: 8,388,607 objects).
pub(super) const NUMBER_MAX: u32 = 8_388_607;

/// Begins a stream's data.
const STREAM: &[u8; 6] = b"stream";

/// One object of the file.
pub(super) struct Scanned {
    pub(super) id: ObjectId,
    /// Where it stands in the file; later ones replace earlier ones.
    pub(super) at: usize,
    pub(super) object: Object,
    /// Something in it had to be skipped or closed.
    pub(super) damaged: bool,
    /// It is a stream and the file ends inside it.
    pub(super) cut: bool,
}

/// The whole file.
#[derive(Default)]
pub(super) struct Scan {
    /// In file order.
    pub(super) objects: Vec<Scanned>,
    /// Dictionaries behind `trailer`, in file order.
    pub(super) trailers: Vec<Dictionary>,
    /// Objects that may still be made of this file.
    pub(super) budget: u32,
}

/// `N G obj` at a place.
struct Head {
    id: ObjectId,
    /// Of the number.
    at: usize,
    /// Behind `obj`.
    body: usize,
}

/// Scans the file.
pub(super) fn scan(bytes: &[u8], limits: &RepairLimits) -> Scan {
    let heads = heads(bytes, limits);
    let last_of: HashMap<u32, usize> = heads.iter().map(|head| (head.id.0, head.body)).collect();
    let mut scan = Scan { budget: BUDGET, ..Scan::default() };
    let mut behind = 0;
    for (index, head) in heads.iter().enumerate() {
        // What looks like an object inside a stream is an attachment's.
        if head.at < behind {
            continue;
        }
        let mut syntax = Syntax::new(bytes, head.body, limits.depth, scan.budget);
        let object = syntax.object().unwrap_or(Object::Null);
        scan.budget = syntax.budget;
        let next = heads.get(index + 1).map_or(bytes.len(), |next| next.at);
        let mut one = Scanned { id: head.id, at: head.at, object, damaged: syntax.damaged, cut: false };
        let after = syntax.at;
        if let Object::Dictionary(dictionary) = &one.object
            && let Some(start) = stream_start(bytes, after, next)
        {
            let length = length_of(bytes, dictionary, &last_of, limits);
            let body = stream_body(bytes, start, length, &heads[index + 1..]);
            behind = body.behind;
            one.cut = body.cut;
            let content = bytes.get(start..body.end).unwrap_or_default().to_vec();
            one.object = Object::Stream(Stream::new(dictionary.clone(), content));
        } else {
            // An object that swallowed the next one's head was not closed.
            behind = after.min(next);
        }
        scan.objects.push(one);
    }
    scan.trailers = trailers(bytes, limits, &mut scan.budget);
    scan
}

fn heads(bytes: &[u8], limits: &RepairLimits) -> Vec<Head> {
    memmem::find_iter(bytes, b"obj")
        .filter_map(|at| head(bytes, at))
        .take(usize::try_from(limits.objects).unwrap_or(usize::MAX))
        .collect()
}

/// The head that ends with the `obj` at `at`.
fn head(bytes: &[u8], at: usize) -> Option<Head> {
    let before = |end: usize, wanted: fn(u8) -> bool| {
        let run = bytes.get(..end)?.iter().rev().take(11).take_while(|byte| wanted(**byte)).count();
        Some((end - run, run))
    };
    let digit = |byte: u8| byte.is_ascii_digit();
    let (generation_end, _) = before(at, is_space)?;
    let (generation_at, digits) = before(generation_end, digit)?;
    let (number_end, spaces) = before(generation_at, is_space)?;
    let (number_at, number_digits) = before(number_end, digit)?;
    if !(1..=5).contains(&digits) || spaces == 0 || !(1..=10).contains(&number_digits) {
        return None;
    }
    let number = |from: usize, to: usize| std::str::from_utf8(bytes.get(from..to)?).ok();
    let id: ObjectId =
        (number(number_at, number_end)?.parse().ok()?, number(generation_at, generation_end)?.parse().ok()?);
    (id.0 <= NUMBER_MAX).then_some(Head { id, at: number_at, body: at + 3 })
}

/// Where a stream's data begins, if `stream` follows the dictionary.
fn stream_start(bytes: &[u8], after: usize, next: usize) -> Option<usize> {
    let mut at = after;
    while at < next && bytes.get(at).copied().is_some_and(is_space) {
        at += 1;
    }
    let word = bytes.get(at..at + STREAM.len())?;
    // One bit may be turned: what follows a dictionary and is no `endobj` is a stream.
    let bits: u32 = word.iter().zip(STREAM).map(|(one, two)| (one ^ two).count_ones()).sum();
    if bits > 1 {
        return None;
    }
    at += STREAM.len();
    // A line ends here: CR LF or LF; a lone CR is wrong but written all the same.
    at += usize::from(bytes.get(at) == Some(&b' '));
    match (bytes.get(at), bytes.get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => at += 2,
        (Some(b'\n' | b'\r'), _) => at += 1,
        _ => {}
    }
    Some(at.min(bytes.len()))
}

fn length_of(
    bytes: &[u8],
    dictionary: &Dictionary,
    last_of: &HashMap<u32, usize>,
    limits: &RepairLimits,
) -> Option<usize> {
    let length = match dictionary.get(b"Length").ok()? {
        Object::Reference((number, _)) => {
            let body = last_of.get(number)?;
            Syntax::new(bytes, *body, limits.depth, 8).object()?.as_i64().ok()?
        }
        length => length.as_i64().ok()?,
    };
    usize::try_from(length).ok()
}

struct Body {
    end: usize,
    /// Where the search for the next object goes on.
    behind: usize,
    cut: bool,
}

/// The end of a stream's data: the length it states if `endstream` stands there, else the first sign of an
/// end, else the end of the file.
fn stream_body(bytes: &[u8], start: usize, length: Option<usize>, heads: &[Head]) -> Body {
    if let Some(end) = length.and_then(|length| start.checked_add(length))
        && let Some(behind) = end_mark(bytes, end)
    {
        return Body { end, behind, cut: false };
    }
    let rest = bytes.get(start..).unwrap_or_default();
    let next = heads.partition_point(|head| head.at < start);
    let next = heads.get(next).map_or(rest.len(), |head| head.at - start);
    let window = rest.get(..next).unwrap_or(rest);
    let mark = memmem::find(window, b"endstream").or_else(|| memmem::find(window, b"endobj"));
    let cut = mark.is_none() && start + next >= bytes.len();
    let mut end = start + mark.unwrap_or(next);
    // The line end before the mark is not data.
    if mark.is_some() {
        end -= usize::from(end > start && bytes.get(end - 1) == Some(&b'\n'));
        end -= usize::from(end > start && bytes.get(end - 1) == Some(&b'\r'));
    }
    Body { end, behind: start + mark.unwrap_or(next), cut }
}

/// Behind the `endstream` or `endobj` that stands at `at`, after white space.
fn end_mark(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let spaces = rest.iter().take(4).take_while(|byte| is_space(**byte)).count();
    let rest = rest.get(spaces..)?;
    [b"endstream".as_slice(), b"endobj"]
        .iter()
        .find(|mark| rest.starts_with(mark))
        .map(|mark| at + spaces + mark.len())
}

fn trailers(bytes: &[u8], limits: &RepairLimits, budget: &mut u32) -> Vec<Dictionary> {
    /// Each update of a file adds one; nobody updates a file this often.
    const TRAILERS_MAX: usize = 256;
    let mut found = Vec::new();
    for at in memmem::find_iter(bytes, b"trailer").take(TRAILERS_MAX) {
        let mut syntax = Syntax::new(bytes, at + b"trailer".len(), limits.depth, *budget);
        if let Some(Object::Dictionary(dictionary)) = syntax.object() {
            found.push(dictionary);
        }
        *budget = syntax.budget;
    }
    found
}
