//! From the path of a key to the line it stands on. Only mistakes ask, so a file is read again for its places.

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// The line, from 1, on which the key at `path` stands; where a key is missing, the line of the table it belongs to.
pub(super) fn line_of(text: &str, path: &str) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let (mut at, mut here) = (None, Some(Here::Table(table.get_ref())));
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let Some((byte, next)) = here.and_then(|here| here.step(part)) else { break };
        at = Some(byte);
        here = next;
    }
    Some(text.get(..at?)?.matches('\n').count() + 1)
}

/// A place in the file that has parts.
#[derive(Clone, Copy)]
enum Here<'t, 'i> {
    Table(&'t DeTable<'i>),
    List(&'t DeArray<'i>),
}

impl<'t, 'i> Here<'t, 'i> {
    /// The byte a part begins at, and the part if it has parts itself.
    fn step(self, part: &str) -> Option<(usize, Option<Self>)> {
        match self {
            Self::Table(table) => {
                let (key, value) = table.iter().find(|(key, _)| key.get_ref() == part)?;
                Some((key.span().start, Self::of(value)))
            }
            Self::List(items) => {
                let value = items.get(part.parse::<usize>().ok()?)?;
                Some((value.span().start, Self::of(value)))
            }
        }
    }

    fn of(value: &'t Spanned<DeValue<'i>>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Table(table) => Some(Self::Table(table)),
            DeValue::Array(items) => Some(Self::List(items)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::line_of;

    #[test]
    fn a_key_is_found_on_its_line() {
        let text = "a = 1\n\n[[set]]\nname = \"x\"\n\n[[set.rule]]\nid = \"R\"\nsays.met = \"m\"\nlist = [\n  { b = 2 },\n]\n";
        for (path, line) in [
            ("a", 1),
            ("set.0.name", 4),
            ("set.0.rule.0.id", 7),
            ("set.0.rule.0.says.met", 8),
            ("set.0.rule.0.list.0.b", 10),
            ("set.0.rule.0.missing", 6),
            ("set.0.rule.0", 6),
        ] {
            assert_eq!(line_of(text, path), Some(line), "{path}");
        }
        assert_eq!(line_of(text, "nothing"), None);
        assert_eq!(line_of("= broken", "a"), None);
    }
}
