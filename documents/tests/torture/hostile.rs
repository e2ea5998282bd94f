//! Files that were built to hurt: endless trees, loops, bombs, deep nesting, passwords, nothing at all.

use crate::sources::source;
use documents::OpenDocument;
use documents::kind::FileKind;
use documents::repair::{Damage, FileState, Mended, PageLoss, QuarantineReason, RepairLimits, mend};
use lopdf::{Dictionary, Document, EncryptionState, EncryptionVersion, Object, Permissions, Stream};
use std::time::{Duration, Instant};

/// Far above what any of these needs, far below a worker's deadline.
const TIME_MAX: Duration = Duration::from_secs(30);

fn mended(bytes: Vec<u8>) -> Mended {
    let started = Instant::now();
    // As much stack as a worker has.
    let work = move || mend(bytes, &RepairLimits::default());
    let mended = std::thread::Builder::new().stack_size(128 << 20).spawn(work).unwrap().join().unwrap();
    assert!(started.elapsed() < TIME_MAX, "{:?}", started.elapsed());
    mended
}

fn quarantined(bytes: Vec<u8>) -> QuarantineReason {
    match mended(bytes) {
        Mended { state: FileState::Quarantined { reason }, pdf: None, .. } => reason,
        other => panic!("{other:?}"),
    }
}

fn damages(mended: &Mended) -> &[Damage] {
    match &mended.state {
        FileState::Repaired { what } => what,
        other => panic!("{other:?}"),
    }
}

/// A file of the objects given, the first of which is the catalog, with a table that is right.
fn file(objects: &[&str]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(objects) {
        table.push_str(&format!("{:010} 00000 n \n", bytes.len()));
        bytes.extend(format!("{number} 0 obj\n{object}\nendobj\n").into_bytes());
    }
    let start = bytes.len();
    let size = objects.len() + 1;
    bytes.extend(
        format!("{table}trailer\n<</Root 1 0 R/Size {size}>>\nstartxref\n{start}\n%%EOF\n").into_bytes(),
    );
    bytes
}

const CATALOG: &str = "<</Type/Catalog/Pages 2 0 R>>";
const PAGE: &str = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>";

fn stream(content: &str) -> String {
    format!("<</Length {}>>\nstream\n{content}\nendstream", content.len())
}

#[test]
fn nothing_and_something_else_are_named() {
    assert_eq!(quarantined(Vec::new()), QuarantineReason::Empty);
    assert_eq!(quarantined(vec![0; 400]), QuarantineReason::NotAPdf { found: FileKind::Unknown });
    assert_eq!(quarantined(b"Dear colleague".to_vec()), QuarantineReason::NotAPdf { found: FileKind::Text });
    let limits = RepairLimits { bytes: 100, ..RepairLimits::default() };
    let reason = QuarantineReason::TooManyBytes { bytes: 200, max: 100 };
    assert_eq!(mend(vec![b' '; 200], &limits).state, FileState::Quarantined { reason });
    for header_only in ["%PDF-1.7\n", "%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"] {
        let reason = quarantined(header_only.as_bytes().to_vec());
        assert!(matches!(reason, QuarantineReason::NoPages | QuarantineReason::Unreadable), "{reason}");
    }
}

#[test]
fn a_tree_that_leads_back_into_itself_is_walked_once() {
    let tree = "<</Type/Pages/Kids[3 0 R 2 0 R 5 0 R]/Count 3>>";
    let inner = "<</Type/Pages/Parent 2 0 R/Kids[2 0 R 5 0 R]/Count 9>>";
    let bytes = file(&[CATALOG, tree, PAGE, &stream("0 0 m 9 9 l S"), inner]);
    let mended = mended(bytes);
    assert_eq!(mended.pages.len(), 1);
    assert!(damages(&mended).contains(&Damage::PageTreeLoop));
}

#[test]
fn an_endless_tree_stops_at_the_limit() {
    let kids = "3 0 R ".repeat(100_000);
    let tree = format!("<</Type/Pages/Kids[{kids}]/Count 100000>>");
    let reason = quarantined(file(&[CATALOG, &tree, PAGE, &stream("S")]));
    assert!(matches!(reason, QuarantineReason::TooManyPages { max: 500, .. }), "{reason}");
}

#[test]
fn a_page_that_is_named_twice_is_given_twice() {
    let tree = "<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>";
    let mended = mended(file(&[CATALOG, tree, PAGE, &stream("0 0 m 9 9 l S")]));
    assert_eq!((mended.pages.len(), damages(&mended)), (2, [Damage::PageRepeated].as_slice()));
    assert_eq!(OpenDocument::open(mended.pdf.unwrap()).unwrap().page_count(), 2);
}

#[test]
fn pages_are_found_without_their_tree() {
    let tree = "<</Type/Pages/Kids[]/Count 0>>";
    let no_tree = file(&[CATALOG, tree, PAGE, &stream("0 0 m 9 9 l S")]);
    let no_catalog = file(&["null", "null", PAGE, &stream("0 0 m 9 9 l S")]);
    for bytes in [no_tree, no_catalog] {
        let mended = mended(bytes);
        assert_eq!(mended.pages.len(), 1);
        assert!(damages(&mended).contains(&Damage::PageTreeRebuilt));
    }
}

#[test]
fn deep_nesting_ends_where_nothing_honest_goes() {
    for (open, close) in [("[", "]"), ("<</A", ">>")] {
        let deep = format!("{}1{}", open.repeat(200_000), close.repeat(200_000));
        let tree = "<</Type/Pages/Kids[3 0 R]/Count 1>>";
        let mended = mended(file(&[CATALOG, tree, PAGE, &stream("S"), &deep]));
        assert_eq!(mended.pages.len(), 1);
    }
}

#[test]
fn content_that_inflates_beyond_measure_is_cut() {
    let mut document = Document::load_mem(&source(1).pdf).unwrap();
    let first = document.page_iter().next().unwrap();
    let content = document.get_page_contents(first)[0];
    let mut bomb = Stream::new(Dictionary::new(), b"0 0 m 1 1 l S\n".repeat(20_000_000));
    bomb.compress().unwrap();
    document.set_object(content, bomb);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    let mended = mended(bytes);
    assert!(damages(&mended).contains(&Damage::Bomb));
    assert_eq!(mended.pages[0].lost, Some(PageLoss::TooMuchContent));
    assert!(mended.pages[1..].iter().all(|page| page.lost.is_none()));
}

#[test]
fn an_object_stream_that_inflates_beyond_measure_is_cut() {
    let numbers = [b"7000 0 [".as_slice(), &b"0 ".repeat(50_000_000), b"]"].concat();
    let mut bomb = Stream::new(Dictionary::new(), numbers);
    bomb.compress().unwrap();
    let head = format!(
        "9999 0 obj\n<</Type/ObjStm/N 1/First 7/Filter/FlateDecode/Length {}>>\n",
        bomb.content.len()
    );
    let body = source(1).pdf;
    let bomb = [head.as_bytes(), b"stream\n", &bomb.content, b"\nendstream\nendobj\n"].concat();
    let bytes = [&body[..9], &bomb, &body[9..]].concat();
    let mended = mended(bytes);
    assert!(damages(&mended).contains(&Damage::Bomb));
    assert_eq!(mended.pages.len(), source(1).pages.len());
}

fn encrypted(user: &str) -> Vec<u8> {
    let mut document = Document::load_mem(&source(1).pdf).unwrap();
    document.trailer.set("ID", vec![Object::string_literal("0123456789abcdef"); 2]);
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: user,
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn an_owner_password_alone_locks_nobody_out_even_when_the_file_is_damaged() {
    assert_eq!(mended(encrypted("")).state, FileState::Whole);
    let mut bytes = encrypted("");
    let at = bytes.windows(9).rposition(|window| window == b"startxref").unwrap();
    bytes.splice(at.., b"startxref\n9\n%%EOF".iter().copied());
    let mended = mended(bytes);
    assert!(damages(&mended).contains(&Damage::TableRebuilt));
    assert!(mended.pages.iter().all(|page| page.lost.is_none()), "{:?}", mended.pages);
    assert_eq!(mended.pages.len(), source(1).pages.len());
}

#[test]
fn an_unknown_password_is_asked_for_whole_or_damaged() {
    assert_eq!(quarantined(encrypted("secret")), QuarantineReason::PasswordNeeded);
    let mut bytes = encrypted("secret");
    let at = bytes.windows(9).rposition(|window| window == b"startxref").unwrap();
    bytes.splice(at.., b"startxref\n9\n%%EOF".iter().copied());
    assert_eq!(quarantined(bytes), QuarantineReason::PasswordNeeded);
}

#[test]
fn no_text_of_the_document_is_in_what_is_said_about_it() {
    let whole = source(0);
    for cut in [3, 5, 7, 9] {
        let bytes = whole.pdf[..whole.pdf.len() * cut / 10].to_vec();
        let mended = mended(bytes);
        let said = format!("{mended:?} {}", serde_json::to_string(&mended.state).unwrap());
        assert!(whole.pages.iter().flatten().all(|word| !said.contains(word.as_str())));
    }
}
