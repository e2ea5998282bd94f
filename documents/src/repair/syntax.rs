//! Reads one object from bytes that may be damaged: what cannot be understood is skipped, what was open at
//! the end is closed, and every step is paid for from a budget.

use super::names;
use lopdf::{Dictionary, Object, StringFormat};

/// Words that end an object whatever is still open in it.
const STRUCTURAL: [&[u8]; 8] =
    [b"endobj", b"stream", b"endstream", b"obj", b"xref", b"trailer", b"startxref", b"endob"];
/// ISO 32000-1, annex C allows 127 bytes; what is longer is no name.
const NAME_BYTES_MAX: usize = 512;

/// A reader at a place in the bytes.
pub(super) struct Syntax<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
    depth_max: u32,
    /// Objects that may still be made.
    pub(super) budget: u32,
    /// Something had to be skipped or closed.
    pub(super) damaged: bool,
}

enum Token<'a> {
    Object(Object),
    Name(Vec<u8>),
    ArrayEnds,
    DictionaryEnds,
    Word(&'a [u8]),
    End,
}

impl<'a> Syntax<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize, depth_max: u32, budget: u32) -> Self {
        Self { bytes, at, depth_max, budget, damaged: false }
    }

    /// One object; nothing where none begins here.
    pub(super) fn object(&mut self) -> Option<Object> {
        match self.token(0) {
            Token::Object(object) => Some(object),
            Token::Name(name) => Some(Object::Name(name)),
            _ => None,
        }
    }

    /// A number without sign, after white space.
    pub(super) fn unsigned(&mut self) -> Option<u32> {
        self.space();
        let digits = self.bytes.get(self.at..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = std::str::from_utf8(self.bytes.get(self.at..self.at + digits)?).ok()?.parse().ok()?;
        self.at += digits;
        Some(number)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'%' => {
                    while self.peek().is_some_and(|byte| !matches!(byte, b'\r' | b'\n')) {
                        self.at += 1;
                    }
                }
                byte if is_space(byte) => self.at += 1,
                _ => return,
            }
        }
    }

    fn token(&mut self, depth: u32) -> Token<'a> {
        loop {
            self.space();
            let Some(byte) = self.peek() else { return Token::End };
            if self.budget == 0 {
                self.damaged = true;
                return Token::End;
            }
            self.budget -= 1;
            let next = self.bytes.get(self.at + 1).copied();
            return match byte {
                b'/' => Token::Name(self.name()),
                b'<' if next == Some(b'<') => {
                    self.at += 2;
                    self.nested(depth, Self::dictionary)
                }
                b'<' => Token::Object(self.hexadecimal()),
                b'>' if next == Some(b'>') => {
                    self.at += 2;
                    Token::DictionaryEnds
                }
                b'(' => Token::Object(self.literal()),
                b'[' => {
                    self.at += 1;
                    self.nested(depth, Self::array)
                }
                b']' => {
                    self.at += 1;
                    Token::ArrayEnds
                }
                b'0'..=b'9' | b'+' | b'-' | b'.' => Token::Object(self.number()),
                byte if byte.is_ascii_alphabetic() => self.keyword(),
                // One of the two brackets that end a dictionary was damaged: the one behind this, or this.
                _ if self.is_half_an_end(byte, next) => {
                    self.at += 2;
                    self.damaged = true;
                    Token::DictionaryEnds
                }
                _ => {
                    self.at += 1;
                    self.damaged = true;
                    continue;
                }
            };
        }
    }

    /// Whether a bracket and a byte that is one but for a single bit stand here, in either order.
    fn is_half_an_end(&self, byte: u8, next: Option<u8>) -> bool {
        let third = self.bytes.get(self.at + 2).copied();
        match (byte, next) {
            (b'>', Some(next)) => is_a_bit_from(next, b'>') && third != Some(b'>'),
            (byte, Some(b'>')) => is_a_bit_from(byte, b'>') && third != Some(b'>'),
            _ => false,
        }
    }

    fn nested(&mut self, depth: u32, read: fn(&mut Self, u32) -> Object) -> Token<'a> {
        if depth < self.depth_max {
            return Token::Object(read(self, depth + 1));
        }
        // Too deep for anything honest: the brackets are skipped, what is in them is taken one by one.
        self.damaged = true;
        Token::Object(Object::Null)
    }

    fn array(&mut self, depth: u32) -> Object {
        let mut items = Vec::new();
        loop {
            let before = self.at;
            match self.token(depth) {
                Token::Object(object) => items.push(object),
                Token::Name(name) => items.push(Object::Name(name)),
                Token::ArrayEnds => break,
                Token::DictionaryEnds | Token::End => {
                    self.damaged = true;
                    self.at = before;
                    break;
                }
                Token::Word(word) => {
                    self.damaged = true;
                    if STRUCTURAL.contains(&word) {
                        self.at = before;
                        break;
                    }
                }
            }
        }
        Object::Array(items)
    }

    fn dictionary(&mut self, depth: u32) -> Object {
        let mut dictionary = Dictionary::new();
        let mut key: Option<Vec<u8>> = None;
        loop {
            let before = self.at;
            match (self.token(depth), key.take()) {
                (Token::Name(name), None) => key = Some(self.known(name)),
                (Token::Name(name), Some(key)) => dictionary.set(key, Object::Name(self.known(name))),
                (Token::Object(object), Some(key)) => dictionary.set(key, object),
                (Token::DictionaryEnds, _) => break,
                (Token::Object(_) | Token::ArrayEnds, _) => self.damaged = true,
                (Token::Word(word), waiting) => {
                    self.damaged = true;
                    if STRUCTURAL.contains(&word) {
                        self.at = before;
                        break;
                    }
                    key = waiting;
                }
                (Token::End, _) => {
                    self.damaged = true;
                    break;
                }
            }
        }
        Object::Dictionary(dictionary)
    }

    fn keyword(&mut self) -> Token<'a> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
            self.at += 1;
        }
        match self.bytes.get(start..self.at).unwrap_or_default() {
            b"true" => Token::Object(Object::Boolean(true)),
            b"false" => Token::Object(Object::Boolean(false)),
            b"null" => Token::Object(Object::Null),
            word => Token::Word(word),
        }
    }

    fn name(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| is_regular(*byte)) {
            self.at += 1;
            let escaped = self.bytes.get(self.at..self.at + 2).and_then(|digits| {
                (byte == b'#').then(|| Some(16 * digit(digits[0])? + digit(digits[1])?)).flatten()
            });
            if escaped.is_some() {
                self.at += 2;
            }
            if name.len() < NAME_BYTES_MAX {
                name.push(escaped.unwrap_or(byte));
            }
        }
        name
    }

    /// A name that a single bit makes one of the names that files are built of is that name.
    fn known(&mut self, name: Vec<u8>) -> Vec<u8> {
        match names::meant(&name) {
            Some(meant) => {
                self.damaged = true;
                meant.to_vec()
            }
            None => name,
        }
    }

    /// A number, or a reference if another number and an `R` follow.
    fn number(&mut self) -> Object {
        let start = self.at;
        while self.peek().is_some_and(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.')) {
            self.at += 1;
        }
        let text = self.bytes.get(start..self.at).unwrap_or_default();
        let text = std::str::from_utf8(text).unwrap_or_default();
        if let Ok(number) = text.parse::<i64>() {
            return self.reference(number).unwrap_or(Object::Integer(number));
        }
        let real = text.parse::<f32>().unwrap_or_else(|_| {
            self.damaged = true;
            0.0
        });
        Object::Real(real)
    }

    fn reference(&mut self, number: i64) -> Option<Object> {
        let number = u32::try_from(number).ok()?;
        let before = self.at;
        let found = self.peek().is_some_and(is_space).then(|| {
            let generation = u16::try_from(self.unsigned()?).ok()?;
            self.space();
            let mark = self.peek()?;
            let ends = !self.bytes.get(self.at + 1).copied().is_some_and(|byte| byte.is_ascii_alphanumeric());
            // Nothing else of one character can stand behind two numbers, so that a damaged mark is one too.
            let is_damaged = generation == 0 && is_a_bit_from(mark, b'R');
            self.damaged |= ends && is_damaged;
            (ends && (mark == b'R' || is_damaged)).then_some(generation)
        });
        match found.flatten() {
            Some(generation) => {
                self.at += 1;
                Some(Object::Reference((number, generation)))
            }
            None => {
                self.at = before;
                None
            }
        }
    }

    fn hexadecimal(&mut self) -> Object {
        self.at += 1;
        let mut digits = Vec::new();
        loop {
            match self.peek() {
                Some(b'>') => {
                    self.at += 1;
                    break;
                }
                Some(byte) if digit(byte).is_some() => digits.extend(digit(byte)),
                Some(byte) if is_space(byte) => {}
                // Whatever this is, it is no string; the next token may make sense again.
                _ => {
                    self.damaged = true;
                    break;
                }
            }
            self.at += 1;
        }
        let bytes = digits.chunks(2).map(|pair| 16 * pair[0] + pair.get(1).copied().unwrap_or(0)).collect();
        Object::String(bytes, StringFormat::Hexadecimal)
    }

    fn literal(&mut self) -> Object {
        self.at += 1;
        let (mut text, mut open) = (Vec::new(), 1u32);
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' if open == 1 => return Object::String(text, StringFormat::Literal),
                b')' => open -= 1,
                b'\\' => {
                    self.escaped(&mut text);
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
        self.damaged = true;
        Object::String(text, StringFormat::Literal)
    }

    fn escaped(&mut self, text: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'\n' => {}
            b'\r' => self.at += usize::from(self.peek() == Some(b'\n')),
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(more @ b'0'..=b'7') = self.peek() else { break };
                    code = code * 8 + u32::from(more - b'0');
                    self.at += 1;
                }
                text.push(code as u8);
            }
            other => text.push(other),
        }
    }
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Whether two bytes differ in exactly one bit.
pub(super) fn is_a_bit_from(byte: u8, other: u8) -> bool {
    (byte ^ other).is_power_of_two()
}

/// White space (ISO 32000-1, table 1).
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}
