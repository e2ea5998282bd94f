//! Names that files are built of, and which of them a damaged name was.

use super::syntax::is_a_bit_from;
use lopdf::{Dictionary, Object};

/// Keys and values without which pages, streams and fonts are not what they are (ISO 32000-1).
const BUILT_OF: [&[u8]; 46] = [
    b"BaseFont",
    b"BitsPerComponent",
    b"CCITTFaxDecode",
    b"CIDFontType2",
    b"CIDSystemInfo",
    b"CIDToGIDMap",
    b"Catalog",
    b"ColorSpace",
    b"Columns",
    b"Contents",
    b"Count",
    b"DCTDecode",
    b"DecodeParms",
    b"DescendantFonts",
    b"DeviceGray",
    b"DeviceRGB",
    b"Encoding",
    b"Filter",
    b"First",
    b"FirstChar",
    b"FlateDecode",
    b"Font",
    b"FontDescriptor",
    b"FontFile2",
    b"FontFile3",
    b"Form",
    b"Height",
    b"Identity-H",
    b"Image",
    b"Kids",
    b"LastChar",
    b"Length",
    b"MediaBox",
    b"ObjStm",
    b"Page",
    b"Pages",
    b"Parent",
    b"Predictor",
    b"Resources",
    b"Root",
    b"Rotate",
    b"Subtype",
    b"ToUnicode",
    b"Type",
    b"Widths",
    b"XObject",
];

/// The name that this one is but for a single bit; nothing where it is such a name itself, or like none.
pub(super) fn meant(name: &[u8]) -> Option<&'static [u8]> {
    let alike = |known: &&&[u8]| known.len() == name.len();
    if BUILT_OF.iter().filter(alike).any(|known| *known == name) {
        return None;
    }
    BUILT_OF.into_iter().filter(|known| alike(&known)).find(|known| {
        let mut other = known.iter().zip(name).filter(|(one, two)| one != two);
        matches!((other.next(), other.next()), (Some((one, two)), None) if is_a_bit_from(*one, *two))
    })
}

/// Whether a name in a dictionary itself, key or value, is such a name but for a single bit.
pub(super) fn is_damaged(dictionary: &Dictionary) -> bool {
    dictionary.iter().any(|(key, value)| {
        meant(key).is_some() || matches!(value, Object::Name(name) if meant(name).is_some())
    })
}

#[cfg(test)]
mod tests {
    use super::{BUILT_OF, meant};

    #[test]
    fn a_turned_bit_is_turned_back() {
        assert_eq!(meant(b"Pesources"), Some(&b"Resources"[..]));
        assert_eq!(meant(b"FIlter"), Some(&b"Filter"[..]));
        for other in [&b"Resources"[..], b"F1", b"Im0", b"Pesourcer", b"Helvetica", b"Pag"] {
            assert_eq!(meant(other), None);
        }
        assert!(BUILT_OF.iter().all(|name| meant(name).is_none()));
    }
}
