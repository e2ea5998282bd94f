//! Rich text cut into its tokens (RTF specification 1.9.1, "RTF Syntax").

/// The longest control word of the specification has 32 letters.
const WORD_LETTERS_MAX: usize = 32;

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Open,
    Close,
    /// A control word and its number.
    Word(&'a str, Option<i32>),
    /// A backslash and one character that is no letter.
    Symbol(u8),
    /// A byte in hexadecimal.
    Hex(u8),
    /// Raw bytes after `\bin`.
    Binary(&'a [u8]),
    /// Bytes that stand for themselves, without line ends.
    Text(&'a [u8]),
}

/// The tokens of a file, to its end whatever it holds.
pub(super) struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    fn control(&mut self) -> Option<Token<'a>> {
        self.take(1);
        let letters =
            self.rest.iter().take(WORD_LETTERS_MAX).take_while(|byte| byte.is_ascii_alphabetic()).count();
        if letters == 0 {
            let symbol = *self.take(1).first()?;
            if symbol != b'\'' {
                return Some(Token::Symbol(symbol));
            }
            let digits = self.rest.get(..2).and_then(|two| std::str::from_utf8(two).ok());
            let byte = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
            return Some(match byte {
                Some(byte) => {
                    self.take(2);
                    Token::Hex(byte)
                }
                None => Token::Text(&[]),
            });
        }
        // Letters are ASCII.
        let name = std::str::from_utf8(self.take(letters)).unwrap_or_default();
        let sign = usize::from(self.rest.first() == Some(&b'-'));
        let digits = self.rest.iter().skip(sign).take(10).take_while(|byte| byte.is_ascii_digit()).count();
        let value = if digits > 0 {
            let number = std::str::from_utf8(self.take(sign + digits)).unwrap_or_default();
            Some(number.parse::<i64>().unwrap_or(0).clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32)
        } else {
            None
        };
        if self.rest.first() == Some(&b' ') {
            self.take(1);
        }
        if name == "bin" {
            return Some(Token::Binary(self.take(usize::try_from(value.unwrap_or(0)).unwrap_or(0))));
        }
        Some(Token::Word(name, value))
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        while let Some(b'\r' | b'\n' | 0) = self.rest.first() {
            self.take(1);
        }
        match self.rest.first()? {
            b'{' => {
                self.take(1);
                Some(Token::Open)
            }
            b'}' => {
                self.take(1);
                Some(Token::Close)
            }
            b'\\' => self.control(),
            _ => {
                let length = self.rest.iter().take_while(|byte| !b"{}\\\r\n\0".contains(byte)).count();
                Some(Token::Text(self.take(length)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Token, Tokens};

    #[test]
    fn words_take_their_number_and_one_space() {
        let tokens: Vec<Token<'_>> =
            Tokens::new(b"{\\rtf1\\b0 x\\'e9\\u-3913?\\*\\bin3 }}}y\r\nz}").collect();
        assert_eq!(
            tokens,
            [
                Token::Open,
                Token::Word("rtf", Some(1)),
                Token::Word("b", Some(0)),
                Token::Text(b"x"),
                Token::Hex(0xe9),
                Token::Word("u", Some(-3913)),
                Token::Text(b"?"),
                Token::Symbol(b'*'),
                Token::Binary(b"}}}"),
                Token::Text(b"y"),
                Token::Text(b"z"),
                Token::Close,
            ]
        );
    }

    #[test]
    fn a_file_cut_anywhere_ends() {
        let file = b"{\\rtf1 a\\'e\\bin99999999999 \\u";
        for end in 0..file.len() {
            assert!(Tokens::new(&file[..end]).count() <= end);
        }
    }
}
