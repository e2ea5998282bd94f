//! How objects stand in a PDF as we write it: streams one by one, everything else together in object streams, and a
//! table of them in the form of a stream (ISO 32000-1, 7.5.7 and 7.5.8). Pictures are moved, never copied: a
//! packet is mostly pictures.

use crate::pieces::Pieces;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, Writer, dictionary};
use std::io::{self, Write as _};

/// Objects in one object stream: readers inflate a whole one for any of them.
const PACKED_MAX: usize = 100;

/// Where an object stands.
pub(crate) enum Place {
    /// Nowhere: the head of the list of free numbers.
    Free,
    /// At an offset, with a generation.
    At(usize, u16),
    /// In an object stream.
    In {
        /// The number of the object stream.
        stream: u32,
        /// Counted from 0.
        index: usize,
    },
}

/// An object stream as it grows.
#[derive(Default)]
pub(crate) struct Packed {
    index: Vec<u8>,
    objects: Vec<u8>,
    count: usize,
}

impl Packed {
    /// Adds an object; gives its index.
    pub(crate) fn add(&mut self, id: u32, object: &Object) -> io::Result<usize> {
        write!(self.index, "{id} {} ", self.objects.len())?;
        Writer::write_object(&mut self.objects, object)?;
        self.objects.push(b' ');
        self.count += 1;
        Ok(self.count - 1)
    }

    /// Not compressed yet.
    pub(crate) fn into_stream(self) -> Stream {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let (count, first) = (number(self.count), number(self.index.len()));
        let about = dictionary! { "Type" => "ObjStm", "N" => count, "First" => first };
        Stream::new(about, [self.index, self.objects].concat())
    }
}

/// The table of these objects; `about` is the trailer. Not compressed yet.
pub(crate) fn table(mut places: Vec<(u32, Place)>, mut about: Dictionary) -> Stream {
    places.sort_by_key(|(id, _)| *id);
    let sections = places.chunk_by(|a, b| a.0 + 1 == b.0);
    let sections = sections.flat_map(|section| {
        [Object::from(section[0].0), Object::from(i64::try_from(section.len()).unwrap_or(0))]
    });
    about.set("Type", "XRef");
    about.set("Index", sections.collect::<Vec<_>>());
    about.set("W", vec![1.into(), 4.into(), 2.into()]);
    Stream::new(about, places.iter().flat_map(|(_, place)| entry(place)).collect())
}

/// One object with its number.
pub(crate) fn indirect(out: &mut Vec<u8>, (id, generation): ObjectId, object: &Object) -> io::Result<()> {
    writeln!(out, "{id} {generation} obj")?;
    Writer::write_object(out, object)?;
    out.extend_from_slice(b"\nendobj\n");
    Ok(())
}

/// A document as a file.
pub(crate) fn file_of(document: Document) -> io::Result<Pieces> {
    let Document { version, objects, mut trailer, .. } = document;
    let mut next = objects.keys().next_back().map_or(0, |id| id.0) + 1;
    let mut file = Pieces::default();
    // Four bytes beyond ASCII tell programs that it is no text.
    write!(file.end(), "%PDF-{version}\n%\u{e2}\u{e3}\n")?;
    let mut places = vec![(0, Place::Free)];
    let mut packed: (Packed, Vec<u32>) = Default::default();
    for (id, object) in objects {
        match object {
            Object::Stream(stream) if is_of_a_file(&stream) => {}
            Object::Stream(stream) => {
                places.push((id.0, Place::At(file.len(), id.1)));
                put_stream(&mut file, id, stream)?;
            }
            object if id.1 != 0 => {
                places.push((id.0, Place::At(file.len(), id.1)));
                indirect(file.end(), id, &object)?;
            }
            object => {
                packed.0.add(id.0, &object)?;
                packed.1.push(id.0);
            }
        }
        if packed.1.len() == PACKED_MAX {
            put_packed(&mut file, std::mem::take(&mut packed), &mut next, &mut places)?;
        }
    }
    if !packed.1.is_empty() {
        put_packed(&mut file, packed, &mut next, &mut places)?;
    }
    let start = file.len();
    places.push((next, Place::At(start, 0)));
    trailer.set("Size", next + 1);
    for key in [&b"Prev"[..], b"XRefStm", b"Encrypt", b"Filter", b"DecodeParms"] {
        trailer.remove(key);
    }
    put_stream(&mut file, (next, 0), deflated(table(places, trailer))?)?;
    write!(file.end(), "startxref\n{start}\n%%EOF\n")?;
    Ok(file)
}

/// What belongs to the form of the file that the document came from.
fn is_of_a_file(stream: &Stream) -> bool {
    matches!(stream.dict.get_type(), Ok(b"ObjStm" | b"XRef"))
}

fn put_packed(
    file: &mut Pieces,
    (packed, ids): (Packed, Vec<u32>),
    next: &mut u32,
    places: &mut Vec<(u32, Place)>,
) -> io::Result<()> {
    let stream = *next;
    *next += 1;
    places.push((stream, Place::At(file.len(), 0)));
    places.extend(ids.into_iter().enumerate().map(|(index, id)| (id, Place::In { stream, index })));
    put_stream(file, (stream, 0), deflated(packed.into_stream())?)
}

fn put_stream(file: &mut Pieces, (id, generation): ObjectId, stream: Stream) -> io::Result<()> {
    let Stream { mut dict, content, .. } = stream;
    dict.set("Length", i64::try_from(content.len()).unwrap_or(i64::MAX));
    writeln!(file.end(), "{id} {generation} obj")?;
    Writer::write_object(file.end(), &Object::Dictionary(dict))?;
    file.end().extend_from_slice(b"stream\n");
    file.push(content);
    file.end().extend_from_slice(b"\nendstream\nendobj\n");
    Ok(())
}

fn deflated(mut stream: Stream) -> io::Result<Stream> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(&stream.content)?;
    let small = encoder.finish()?;
    if small.len() < stream.content.len() {
        stream.dict.set("Filter", "FlateDecode");
        stream.set_content(small);
    }
    Ok(stream)
}

/// One entry of the table: kind, place, generation or index.
fn entry(place: &Place) -> [u8; 7] {
    let (kind, at, more) = match place {
        Place::Free => (0, 0, u16::MAX),
        Place::At(offset, generation) => (1, u32::try_from(*offset).unwrap_or(0), *generation),
        Place::In { stream, index } => (2, *stream, u16::try_from(*index).unwrap_or(0)),
    };
    let ([a, b, c, d], [e, f]) = (at.to_be_bytes(), more.to_be_bytes());
    [kind, a, b, c, d, e, f]
}

#[cfg(test)]
mod tests {
    use super::file_of;
    use lopdf::{Document, Object, Stream, dictionary};

    #[test]
    fn what_is_written_is_read_back_and_large_content_is_moved() {
        let mut document = Document::with_version("1.7");
        let content: Vec<u8> = (0..100_000_u32).map(|at| (at.wrapping_mul(at) >> 3) as u8).collect();
        let stream = Stream::new(dictionary! { "Length" => (99, 0) }, content.clone());
        let place = stream.content.as_ptr();
        let picture = document.add_object(stream);
        let many: Vec<Object> =
            (0..250).map(|number| document.add_object(dictionary! { "N" => number }).into()).collect();
        document.objects.insert((900, 3), Object::Integer(7));
        let all = document.add_object(dictionary! { "Picture" => picture, "Many" => many.clone() });
        document.trailer.set("Root", all);
        document.trailer.set("Prev", 12);
        let pieces = file_of(document).unwrap();
        assert!(pieces.clone().into_iter().any(|piece| piece.as_ptr() == place));
        let file = pieces.into_vec();
        let read = Document::load_mem(&file).unwrap();
        assert_eq!(read.xref_recovery, None);
        assert_eq!(read.get_object(picture).unwrap().as_stream().unwrap().content, content);
        assert_eq!(read.get_dictionary(all).unwrap().get(b"Many").unwrap().as_array().unwrap(), &many);
        for (number, one) in (0..).zip(&many) {
            let one = read.get_dictionary(one.as_reference().unwrap()).unwrap();
            assert_eq!(one.get(b"N").unwrap().as_i64().unwrap(), number);
        }
        assert_eq!(read.get_object((900, 3)).unwrap().as_i64().unwrap(), 7);
    }
}
