//! The spellings of labels, by what they label. Keys that begin with `sec.` head a section, `stop` ends the
//! value before it and is not read itself. From the field's own terms; recognition errors are `text::fold`'s part.

mod papers;
mod people;
mod sections;
mod studies;

/// In this order: of equally long spellings the first key wins.
const TABLES: [&str; 4] = [people::TABLE, papers::TABLE, studies::TABLE, sections::TABLE];

/// Every key with its spellings, in the order of the table: of equally long spellings the first key wins.
pub(super) fn labels() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut key = "";
    TABLES.into_iter().flat_map(str::lines).filter(|line| !line.is_empty()).flat_map(move |line| {
        let spellings = match line.strip_suffix(':') {
            Some(name) if !line.starts_with(' ') => {
                key = name;
                ""
            }
            _ => line,
        };
        let named = key;
        spellings
            .split('|')
            .map(str::trim)
            .filter(|spelling| !spelling.is_empty())
            .map(move |spelling| (named, spelling))
    })
}
