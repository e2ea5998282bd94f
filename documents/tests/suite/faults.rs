//! Files that are broken, empty, locked, too long or something else: each gets its own name, none stops
//! the others, none panics.

use crate::files::{FACESHEET, fragment, numbered_pdf, request, text_pdf};
use documents::OpenDocument;
use documents::assemble::{AssembleError, AssembleLimits, FaultyFragment, FragmentFault, assemble};
use documents::convert::ConvertError;
use documents::kind::FileKind;
use documents::read::{PageReader, ReadSettings};
use documents::repair::{FileState, QuarantineReason};
use lopdf::{Document, EncryptionState, EncryptionVersion, Permissions};

fn fault_of(bytes: Vec<u8>) -> FragmentFault {
    match assemble(request(vec![fragment("bad", "", bytes)])) {
        Err(AssembleError::Faulty { faulty }) => faulty[0].fault.clone(),
        other => panic!("a fault was expected, got {other:?}"),
    }
}

/// Encrypted for readers with `user` as the password.
fn encrypted_pdf(user: &str) -> Vec<u8> {
    let mut document = Document::load_mem(&text_pdf(&[&FACESHEET])).unwrap();
    document.trailer.set("ID", vec![lopdf::Object::string_literal("0123456789abcdef"); 2]);
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
fn each_kind_of_unusable_file_has_its_own_fault() {
    let login_page = b"<!DOCTYPE html><html><title>Sign in</title></html>".to_vec();
    let quarantined = |reason| FragmentFault::Quarantined { reason };
    let too_many = QuarantineReason::TooManyPages { pages: 501, max: 500 };
    let cases = [
        (login_page, "login page", FragmentFault::NotConverted { cause: ConvertError::NotPrinted }),
        (encrypted_pdf("secret"), "locked", quarantined(QuarantineReason::PasswordNeeded)),
        (numbered_pdf("long", 2_000), "2,000 pages", quarantined(too_many)),
    ];
    for (bytes, name, expected) in cases {
        assert_eq!(fault_of(bytes), expected, "{name}");
    }
    let header_only = fault_of(b"%PDF-1.7\nnothing follows".to_vec());
    assert!(matches!(header_only, FragmentFault::Quarantined { .. }), "{header_only:?}");
    assert_eq!(fault_of(Vec::new()).to_string(), "the file is empty; fetch it again");
    let zeros = fault_of(vec![0; 300]);
    assert_eq!(
        zeros,
        FragmentFault::NotConverted { cause: ConvertError::NotConvertible { found: FileKind::Unknown } }
    );
    for picture in [&b"\x89PNG\r\n\x1a\nno picture"[..], b"\xff\xd8\xff\xe0 no jpeg", b"II*\0 no tiff"] {
        let fault = fault_of(picture.to_vec());
        assert!(
            matches!(fault, FragmentFault::NotConverted { cause: ConvertError::Broken { .. } }),
            "{fault:?}"
        );
    }
}

#[test]
fn an_owner_password_alone_locks_nobody_out() {
    let assembled = assemble(request(vec![fragment("a", "", encrypted_pdf(""))])).unwrap();
    let document = OpenDocument::open(assembled.pdf).unwrap();
    let page = PageReader::new(None).read_page(&document, 1, &ReadSettings::default()).unwrap();
    assert!(page.text.contains("Patient:  Example, Maria"));
}

#[test]
fn faulty_fragments_are_all_named_or_all_left_out() {
    let make = |leave_out_faulty| {
        let fragments = vec![
            fragment("empty", "", Vec::new()),
            fragment("good", "", numbered_pdf("good", 2)),
            fragment("html", "", b"<html></html>".to_vec()),
        ];
        let mut request = request(fragments);
        request.leave_out_faulty = leave_out_faulty;
        assemble(request)
    };
    let ids =
        |faulty: &[FaultyFragment]| faulty.iter().map(|one| one.fragment_id.clone()).collect::<Vec<_>>();
    let Err(AssembleError::Faulty { faulty }) = make(false) else { panic!("refused was expected") };
    assert_eq!(ids(&faulty), ["empty", "html"]);
    let assembled = make(true).unwrap();
    assert_eq!(ids(&assembled.left_out), ["empty", "html"]);
    assert!(assembled.pages.iter().all(|page| page.fragment_id == "good"));
    assert_eq!(assembled.pages.len(), 2);
}

#[test]
fn limits_of_the_packet_are_kept() {
    let with = |limits| {
        let fragments = (0..3).map(|index| fragment(&index.to_string(), "", numbered_pdf("x", 4))).collect();
        let mut request = request(fragments);
        request.limits = limits;
        assemble(request)
    };
    let limits = AssembleLimits { pages_per_packet: 10, ..AssembleLimits::default() };
    assert_eq!(with(limits), Err(AssembleError::TooManyPages { pages: 12, max: 10 }));
    let limits = AssembleLimits { bytes_per_packet: 100, ..AssembleLimits::default() };
    assert!(matches!(with(limits), Err(AssembleError::TooManyBytes { max: 100, .. })));
    assert_eq!(assemble(request(Vec::new())), Err(AssembleError::NoFragments));
}

#[test]
fn damage_that_can_be_mended_is_mended_and_reported() {
    let whole = numbered_pdf("damaged", 5);
    let startxref = whole.windows(9).rposition(|window| window == b"startxref").unwrap();
    let mut bad_startxref = whole.clone();
    bad_startxref.splice(startxref.., b"startxref\n7\n%%EOF".iter().copied());
    let mut tail_cut = whole.clone();
    tail_cut.truncate(startxref - 40);
    let no_header = whole[whole.iter().position(|byte| *byte == b'\n').unwrap()..].to_vec();
    let damaged = [("bad startxref", bad_startxref), ("tail cut", tail_cut), ("no header", no_header)];
    for (name, bytes) in damaged {
        let assembled = assemble(request(vec![fragment("a", "", bytes)])).unwrap();
        assert_eq!(assembled.pages.len(), 5, "{name}");
        let [report] = assembled.fragments.as_slice() else { panic!("one fragment") };
        assert!(
            matches!(&report.state, FileState::Repaired { what } if !what.is_empty()),
            "{name}: {report:?}"
        );
        let document = OpenDocument::open(assembled.pdf).unwrap();
        let page = PageReader::new(None).read_page(&document, 5, &ReadSettings::default()).unwrap();
        assert_eq!(page.text, "damaged page 5 of 5", "{name}");
    }
}

#[test]
fn no_cut_and_no_flipped_byte_panics() {
    let whole = text_pdf(&[&FACESHEET, &FACESHEET]);
    let step = whole.len() / 60;
    for at in (0..whole.len()).step_by(step) {
        let cut = whole[..at].to_vec();
        let mut flipped = whole.clone();
        flipped[at] ^= 0x55;
        for bytes in [cut, flipped] {
            if let Ok(assembled) = assemble(request(vec![fragment("a", "", bytes)])) {
                assert!(!assembled.pages.is_empty());
            }
        }
    }
}
