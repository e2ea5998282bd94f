//! Where a dotted key stands in a file: `sections[1].list.rows` → line 41.

use toml::de::{DeTable, DeValue};

/// The line of a key, from 1; of what stands around it where the key itself is not in the file.
pub(super) fn line_of(text: &str, dotted: &str) -> usize {
    let Ok(root) = DeTable::parse(text) else { return 1 };
    let mut byte = 0;
    let mut table = Some(root.get_ref());
    let mut array = None;
    for step in steps(dotted) {
        let (key_byte, value) = match step {
            Step::Key(key) => {
                let entry = table.and_then(|table| table.iter().find(|(known, _)| known.get_ref() == key));
                let Some((key, value)) = entry else { break };
                (key.span().start, value)
            }
            Step::Index(index) => {
                let Some(value) = array.and_then(|all: &toml::de::DeArray<'_>| all.get(index)) else { break };
                (value.span().start, value)
            }
        };
        byte = key_byte;
        (table, array) = match value.get_ref() {
            DeValue::Table(inner) => (Some(inner), None),
            DeValue::Array(inner) => (None, Some(inner)),
            _ => (None, None),
        };
    }
    line_at(text, byte)
}

/// The line of a byte, from 1.
pub(super) fn line_at(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|byte| *byte == b'\n').count() + 1
}

enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

fn steps(dotted: &str) -> impl Iterator<Item = Step<'_>> {
    dotted.split('.').flat_map(|part| {
        let (key, rest) = part.split_once('[').map_or((part, ""), |(key, rest)| (key, rest));
        let indexes = rest.split('[').filter_map(|index| index.trim_end_matches(']').parse().ok());
        std::iter::once(Step::Key(key)).chain(indexes.map(Step::Index))
    })
}

#[cfg(test)]
mod tests {
    use super::line_of;

    #[test]
    fn keys_are_found_however_the_file_writes_them() {
        let text = "title = \"x\"\n\n[limits]\na = 1\n[[sections]]\nid = \"a\"\n[sections.list]\nrows = \"r\"\n\
                    [[sections]]\nid = { select = \"b\",\n  pattern = \"c\" }\nlist.rows = \"r\"\n\
                    login = [\n  { x = 1 },\n  { y = 2 },\n]\n";
        for (dotted, line) in [
            ("title", 1),
            ("limits.a", 4),
            ("limits.b", 3),
            ("sections[0].id", 6),
            ("sections[0].list.rows", 8),
            ("sections[1]", 9),
            ("sections[1].id.pattern", 11),
            ("sections[1].id.select", 10),
            ("sections[1].list.rows", 12),
            ("sections[1].list.empty", 12),
            ("sections[1].login[1].y", 15),
            ("sections[1].login[1].z", 15),
            ("nothing", 1),
        ] {
            assert_eq!(line_of(text, dotted), line, "{dotted}");
        }
    }
}
