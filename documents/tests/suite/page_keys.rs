//! Pages of one key have the same words: what changes the key of a page and what does not.

use crate::files::{fragment, numbered_pdf, request, text_pdf};
use documents::OpenDocument;
use documents::assemble::assemble;
use documents::page_key::{EngineKey, PageKey, page_keys};
use documents::read::ReadSettings;
use std::path::Path;

fn keys_read(pdf: Vec<u8>, settings: &ReadSettings) -> Vec<PageKey> {
    let engine = EngineKey::of(None, &settings.language);
    let keys = page_keys(&OpenDocument::open(pdf).unwrap(), settings, &engine).unwrap();
    keys.into_iter().map(|key| key.unwrap()).collect()
}

fn keys(pdf: Vec<u8>) -> Vec<PageKey> {
    keys_read(pdf, &ReadSettings::default())
}

fn packet(files: &[Vec<u8>]) -> Vec<u8> {
    let fragments = files.iter().zip(["a", "b", "c"]).map(|(file, id)| fragment(id, "notes", file.clone()));
    assemble(request(fragments.collect())).unwrap().pdf
}

#[test]
fn a_page_has_its_key_in_every_packet_and_no_other_page_has_it() {
    let (note, other) = (numbered_pdf("note", 2), numbered_pdf("other", 1));
    let first = keys(packet(&[note.clone(), other.clone()]));
    let second = keys(packet(&[other, numbered_pdf("third", 1), note]));
    assert_eq!(first[..2], second[2..], "the note's pages stand elsewhere, under other object numbers");
    assert_eq!(first[2], second[0]);
    let all: std::collections::BTreeSet<&str> = second.iter().map(|key| key.0.as_str()).collect();
    assert_eq!(all.len(), 4, "four pages of different words");
}

#[test]
fn whatever_a_page_is_drawn_from_changes_its_key() {
    let line = [(72.0, 700.0, "AHI 14.6")];
    let plain = text_pdf(&[&line]);
    let key = keys(plain.clone());
    let changed = |from: &str, to: &str| {
        assert_eq!(from.len(), to.len());
        let at = plain.windows(from.len()).position(|part| part == from.as_bytes()).expect(from);
        let mut bytes = plain.clone();
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        keys(bytes)
    };
    for (from, to) in
        [("14.6", "14.8"), ("612 792", "612 791"), ("/Helvetica", "/Helvetic2"), ("72 700", "72 701")]
    {
        assert_ne!(changed(from, to), key, "{from} is {to}");
    }
    assert_eq!(changed("/Parent", "/Parent"), key);
}

#[test]
fn another_way_of_reading_is_another_key() {
    let pdf = numbered_pdf("note", 1);
    let usual = ReadSettings::default();
    let others = [
        ReadSettings { dpi: 200.0, ..usual.clone() },
        ReadSettings { ignore_text_layer: true, ..usual.clone() },
        ReadSettings { language: "eng+osd".to_owned(), ..usual.clone() },
    ];
    for other in others {
        assert_ne!(keys_read(pdf.clone(), &other), keys_read(pdf.clone(), &usual), "{other:?}");
    }
    let document = OpenDocument::open(pdf).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("eng.traineddata"), "other data").unwrap();
    let of = |tessdata: Option<&Path>| page_keys(&document, &usual, &EngineKey::of(tessdata, "eng")).unwrap();
    assert_ne!(of(Some(folder.path())), of(None), "other language data");
}

#[test]
fn objects_that_refer_to_themselves_are_passed_once() {
    let pdf = text_pdf(&[&[(72.0, 700.0, "in a circle")]]);
    let text = String::from_utf8_lossy(&pdf).into_owned();
    // The font's dictionary names the page itself.
    let turned = text.replace("/BaseFont /Helvetica", "/BaseFont 10 0 R      ").into_bytes();
    assert!(keys(turned.clone()) == keys(turned));
}
