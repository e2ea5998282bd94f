//! `[supplier]`: who writes the letters to prescribers. Not needed by a running service, only by `orders letter`.

use super::section::Section;
use understanding::Letterhead;

/// The longest line of a letterhead, in characters: what stands on one line of a letter.
const LINE_CHARS_MAX: usize = 90;

/// Lines an address may have.
const ADDRESS_LINES_MAX: usize = 4;

/// Reads the section; none where nothing of it is written. A part of it alone is a mistake.
pub(super) fn read(mut section: Section<'_>) -> Option<Letterhead> {
    let keys = ["name", "address", "phone", "fax", "contact"];
    if !keys.iter().any(|key| section.has(key)) {
        section.finish();
        return None;
    }
    let name = section.required("name", line);
    let address = address(&mut section);
    let phone = section.required("phone", super::destinations::number);
    let fax = section.required("fax", super::destinations::number);
    let contact = section.required("contact", line);
    section.finish();
    Some(Letterhead { name: name?, address: address?, phone: phone?, fax: fax?, contact: contact? })
}

fn address(section: &mut Section<'_>) -> Option<Vec<String>> {
    if !section.has("address") {
        section.note("address", "is missing");
        return None;
    }
    let lines = section.texts("address");
    let wrong = lines.iter().find_map(|text| line(text).err());
    if let Some(what) = wrong {
        section.note("address", what);
        return None;
    }
    if lines.is_empty() || lines.len() > ADDRESS_LINES_MAX {
        section.note("address", format!("expected 1 to {ADDRESS_LINES_MAX} lines"));
        return None;
    }
    Some(lines)
}

fn line(text: &str) -> Result<String, String> {
    let shown = text.trim();
    if shown.is_empty() || shown.chars().any(char::is_control) || shown.chars().count() > LINE_CHARS_MAX {
        return Err(format!("expected a line of text, at most {LINE_CHARS_MAX} characters"));
    }
    Ok(shown.to_owned())
}
