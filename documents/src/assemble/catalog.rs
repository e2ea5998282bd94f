//! What a packet says about itself: outline, page labels, title, date, manifest and file identifier.

use super::manifest::{self, Manifest};
use super::request::PacketDate;
use lopdf::{Dictionary, Document, Object, ObjectId, StringFormat, dictionary, text_string};

/// One fragment in the outline.
pub(super) struct Entry {
    pub(super) bookmark: String,
    pub(super) section: String,
    /// Index of its first page in the packet, from 0.
    pub(super) first_page: u32,
}

/// A node of the outline before it has object ids.
struct Node<'a> {
    title: &'a str,
    page: ObjectId,
    children: Vec<Node<'a>>,
}

/// What the packet says of itself.
pub(super) struct About<'a> {
    pub(super) title: &'a str,
    pub(super) date: Option<PacketDate>,
    pub(super) file_id: [u8; 16],
    pub(super) manifest: &'a Manifest,
}

/// Writes the catalog's entries, the information dictionary, the attached manifest and the identifier. The
/// only date is the caller's: a packet made twice is one packet.
pub(super) fn describe(document: &mut Document, pages: &[ObjectId], entries: &[Entry], about: &About<'_>) {
    let labels = document.add_object(page_labels(entries));
    let outline = outline(document, pages, entries);
    let attached = manifest::attach(document, about.manifest, about.date);
    if let Ok(catalog) = document.catalog_mut() {
        catalog.set("PageLabels", labels);
        catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
        if let Some(outline) = outline {
            catalog.set("Outlines", outline);
            catalog.set("PageMode", "UseOutlines");
        }
        if let Some(attached) = attached {
            let files = vec![text_string(manifest::MANIFEST_NAME), attached.into()];
            catalog.set("Names", dictionary! { "EmbeddedFiles" => dictionary! { "Names" => files } });
            catalog.set("AF", vec![attached.into()]);
        }
    }
    let mut info = dictionary! {
        "Title" => text_string(about.title),
        "Producer" => text_string("epic-connector"),
    };
    if let Some(date) = about.date {
        info.set("CreationDate", Object::string_literal(date.in_pdf()));
        info.set("ModDate", Object::string_literal(date.in_pdf()));
    }
    let info = document.add_object(info);
    document.trailer.set("Info", info);
    let id = Object::String(about.file_id.to_vec(), StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![id.clone(), id]);
}

/// Labels pages "fragment-page", so that "3-2" on screen is page 2 of the third document.
fn page_labels(entries: &[Entry]) -> Dictionary {
    let mut ranges = Vec::with_capacity(entries.len() * 2);
    for (number, entry) in entries.iter().enumerate() {
        ranges.push(Object::Integer(entry.first_page.into()));
        ranges.push(Object::Dictionary(dictionary! {
            "S" => "D",
            "P" => Object::string_literal(format!("{}-", number + 1)),
        }));
    }
    dictionary! { "Nums" => ranges }
}

/// Builds the outline; `None` when no fragment has a bookmark.
fn outline(document: &mut Document, pages: &[ObjectId], entries: &[Entry]) -> Option<ObjectId> {
    let mut roots: Vec<Node<'_>> = Vec::new();
    let mut open_section = "";
    for entry in entries {
        let Some(page) = usize::try_from(entry.first_page).ok().and_then(|index| pages.get(index)) else {
            continue;
        };
        if !entry.section.is_empty() && entry.section != open_section {
            roots.push(Node { title: &entry.section, page: *page, children: Vec::new() });
        }
        open_section = &entry.section;
        if entry.bookmark.is_empty() {
            continue;
        }
        let leaf = Node { title: &entry.bookmark, page: *page, children: Vec::new() };
        match roots.last_mut().filter(|_| !entry.section.is_empty()) {
            Some(section) => section.children.push(leaf),
            None => roots.push(leaf),
        }
    }
    if roots.is_empty() {
        return None;
    }
    let root = document.add_object(Dictionary::new());
    let ends = write_level(document, root, &roots);
    let mut outlines = dictionary! { "Type" => "Outlines", "Count" => visible(&roots) };
    set_ends(&mut outlines, ends);
    document.set_object(root, outlines);
    Some(root)
}

/// Entries shown while everything is open.
fn visible(nodes: &[Node<'_>]) -> i64 {
    nodes.iter().map(|node| 1 + visible(&node.children)).sum()
}

/// Writes one level and those below it; gives the first and last id.
fn write_level(
    document: &mut Document,
    parent: ObjectId,
    nodes: &[Node<'_>],
) -> Option<(ObjectId, ObjectId)> {
    let ids: Vec<ObjectId> = nodes.iter().map(|_| document.add_object(Dictionary::new())).collect();
    for (index, (node, id)) in nodes.iter().zip(&ids).enumerate() {
        let mut item = dictionary! {
            "Title" => text_string(node.title),
            "Parent" => parent,
            "Dest" => vec![node.page.into(), "Fit".into()],
        };
        if let Some(previous) = index.checked_sub(1).and_then(|index| ids.get(index)) {
            item.set("Prev", *previous);
        }
        if let Some(next) = ids.get(index + 1) {
            item.set("Next", *next);
        }
        if !node.children.is_empty() {
            item.set("Count", visible(&node.children));
            let ends = write_level(document, *id, &node.children);
            set_ends(&mut item, ends);
        }
        document.set_object(*id, item);
    }
    Some((*ids.first()?, *ids.last()?))
}

fn set_ends(item: &mut Dictionary, ends: Option<(ObjectId, ObjectId)>) {
    if let Some((first, last)) = ends {
        item.set("First", first);
        item.set("Last", last);
    }
}
