//! A file as the pieces it is made of: a packet's pictures are moved into it, not copied, and let go one by one as
//! they are written.

use bytes::Bytes;

/// Contents smaller than this are copied into the piece before them: a thousand small pieces cost more.
const OWN_PIECE_BYTES: usize = 16 * 1024;

/// A file in pieces.
#[derive(Clone, Default)]
pub struct Pieces {
    whole: Vec<Bytes>,
    /// The last piece, which still grows.
    growing: Vec<u8>,
    before: usize,
}

impl Pieces {
    /// Bytes of all pieces.
    pub fn len(&self) -> usize {
        self.before + self.growing.len()
    }

    /// Whether there is no byte in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where small things are written.
    pub(crate) fn end(&mut self) -> &mut Vec<u8> {
        &mut self.growing
    }

    /// Moves content to the end.
    pub(crate) fn push(&mut self, content: Vec<u8>) {
        if content.len() < OWN_PIECE_BYTES {
            self.growing.extend_from_slice(&content);
            return;
        }
        for piece in [std::mem::take(&mut self.growing), content] {
            self.before += piece.len();
            self.whole.push(piece.into());
        }
    }

    /// All of it in one; costs a copy, unless it is one piece.
    pub fn into_vec(self) -> Vec<u8> {
        if self.whole.is_empty() {
            return self.growing;
        }
        let mut all = Vec::with_capacity(self.len());
        self.into_iter().for_each(|piece| all.extend_from_slice(&piece));
        all
    }
}

impl From<Vec<u8>> for Pieces {
    fn from(bytes: Vec<u8>) -> Self {
        Self { growing: bytes, ..Self::default() }
    }
}

impl From<Bytes> for Pieces {
    fn from(bytes: Bytes) -> Self {
        Self { before: bytes.len(), whole: vec![bytes], growing: Vec::new() }
    }
}

impl IntoIterator for Pieces {
    type Item = Bytes;
    type IntoIter = std::iter::Chain<std::vec::IntoIter<Bytes>, std::iter::Once<Bytes>>;

    fn into_iter(self) -> Self::IntoIter {
        self.whole.into_iter().chain(std::iter::once(self.growing.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::{OWN_PIECE_BYTES, Pieces};

    #[test]
    fn small_things_grow_together_and_large_ones_are_moved() {
        let mut pieces = Pieces::default();
        pieces.end().extend_from_slice(b"a");
        pieces.push(vec![b'b'; 3]);
        let large = vec![b'c'; OWN_PIECE_BYTES];
        let place = large.as_ptr();
        pieces.push(large);
        pieces.end().push(b'd');
        assert_eq!(pieces.len(), 5 + OWN_PIECE_BYTES);
        let parts: Vec<_> = pieces.clone().into_iter().collect();
        assert_eq!((parts.len(), &parts[0][..], &parts[2][..]), (3, &b"abbb"[..], &b"d"[..]));
        assert_eq!(parts[1].as_ptr(), place);
        assert_eq!(pieces.into_vec().len(), 5 + OWN_PIECE_BYTES);
        assert_eq!(Pieces::from(vec![1, 2]).into_vec(), [1, 2]);
    }
}
