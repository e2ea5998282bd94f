//! The ports' clauses over real workers.

use crate::files::{letter_pdf, numbered_pdf, pool, pool_with, scan, short, sideways};
use bytes::Bytes;
use domain::ids::{BlobRef, FragmentId};
use domain::ocr_pool::{PageText, ReadMethod};
use domain::patient_scraper::ContentKind;
use domain::ports::{ErrorClass, FragmentBytes, PacketAssembler, PacketHead, PacketPdf, PageReader};
use domain::reassembly::NoteKind;
use std::collections::BTreeMap;

fn fragment(id: &str, heading: &str, bytes: Bytes) -> FragmentBytes {
    let (bookmark, heading) = (format!("Bookmark {id}"), heading.to_owned());
    let facts = BTreeMap::from([("fragment".to_owned(), id.to_owned())]);
    FragmentBytes { id: FragmentId::new(id), heading, bookmark, facts, kind: ContentKind::Pdf, bytes }
}

fn head() -> PacketHead {
    PacketHead { title: "Packet".to_owned(), date: "2026-11-20T08:30:00".parse().unwrap() }
}

fn packet(pdf: Bytes) -> PacketPdf {
    PacketPdf { blob: BlobRef::new("blob-1"), bytes: pdf }
}

#[tokio::test]
async fn unusable_fragments_are_left_out_with_a_note_and_the_rest_maps_back() {
    let pool = pool(1, &[]);
    let assembler: &dyn PacketAssembler = &pool;
    let fragments = vec![
        fragment("f-order", "Orders", numbered_pdf("order", 2)),
        fragment("f-login", "Notes", Bytes::from_static(b"<html>Sign in</html>")),
        fragment("f-study", "Media", numbered_pdf("study", 1)),
    ];
    let made = assembler.assemble(&head(), fragments.clone()).await.unwrap();
    let pages: Vec<_> = made.pages.iter().map(|page| (page.fragment, page.fragment_page)).collect();
    assert_eq!(pages, [(0, 1), (0, 2), (2, 1)]);
    let [left_out] = made.notes.as_slice() else { panic!("one fragment is left out") };
    assert_eq!((left_out.fragment, left_out.kind), (1, NoteKind::Quarantined));
    assert!(left_out.note.contains("html"), "{}", left_out.note);
    assert_eq!(assembler.assemble(&head(), fragments).await.unwrap().pdf, made.pdf);

    let none_left = vec![fragment("f-login", "Notes", Bytes::from_static(b"<html>"))];
    let error = assembler.assemble(&head(), none_left).await.err().unwrap();
    assert_eq!(error.class, ErrorClass::Permanent);
}

#[tokio::test]
async fn a_scan_is_read_the_same_twice_and_made_searchable() {
    let pool = pool(1, &[]);
    let text = numbered_pdf("Facesheet", 1);
    let fragments = vec![fragment("text", "Snapshot", text.clone()), fragment("scan", "Media", scan(&text))];
    let made = pool_assemble(&pool, fragments).await;
    let reader: &dyn PageReader = &pool;
    assert_eq!(reader.page_count(&made).await.unwrap(), 2);
    let pages = [reader.read_page(&made, 1).await.unwrap(), reader.read_page(&made, 2).await.unwrap()];
    assert_eq!((pages[0].method, pages[1].method), (ReadMethod::TextLayer, ReadMethod::Ocr));
    assert_eq!((pages[0].text.as_str(), pages[1].text.as_str()), ("Facesheet page 1", "Facesheet page 1"));
    assert_eq!(reader.read_page(&made, 2).await.unwrap(), pages[1]);
    let searchable = reader.add_text_layer(&made, &pages).await.unwrap();
    assert_eq!(searchable, reader.add_text_layer(&made, &pages).await.unwrap());
    assert_eq!(
        reader.page_count(&PacketPdf { blob: BlobRef::new("blob-2"), bytes: searchable }).await.unwrap(),
        2
    );
    let error = reader.read_page(&made, 3).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Permanent);
}

async fn pool_assemble(pool: &dyn PacketAssembler, fragments: Vec<FragmentBytes>) -> PacketPdf {
    packet(pool.assemble(&head(), fragments).await.unwrap().pdf)
}

#[tokio::test]
async fn a_page_put_in_sideways_is_upright_for_everybody_beyond() {
    let pool = pool(1, &[]);
    let letter = fragment("letter", "Media", sideways(&scan(&letter_pdf())));
    let made = pool_assemble(&pool, vec![letter]).await;
    let reader: &dyn PageReader = &pool;
    let page = reader.read_page(&made, 1).await.unwrap();
    assert_eq!((page.turned, page.method), (90, ReadMethod::Ocr));
    assert!(page.width_pt < page.height_pt);
    let first = &page.words[0];
    assert!(first.bbox[0] < 100.0 && first.bbox[1] < 100.0, "{:?}", first.bbox);
    let searchable = reader.add_text_layer(&made, std::slice::from_ref(&page)).await.unwrap();
    // Read once more, from the picture as the packet shows it now.
    let again = PacketPdf { blob: BlobRef::new("blob-2"), bytes: searchable };
    let again = reader.read_page(&again, 1).await.unwrap();
    assert_eq!((again.turned, again.width_pt, again.height_pt), (0, page.width_pt, page.height_pt));
    assert_eq!(again.text, page.text);
    for (old, new) in page.words.iter().zip(&again.words) {
        let off = old.bbox.iter().zip(&new.bbox).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(off < 2.0, "{:?} and {:?}", old.bbox, new.bbox);
    }
}

#[tokio::test]
async fn a_page_that_costs_two_workers_is_permanent() {
    let pool = pool(1, &["choke-on-page-2"]);
    let packet = packet(numbered_pdf("d", 2));
    let error = PageReader::read_page(&pool, &packet, 2).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Permanent);
    assert!(error.cause.contains("has cost 2 workers"), "{error}");
    assert_eq!(PageReader::read_page(&pool, &packet, 1).await.unwrap().text, "d page 1");
}

#[tokio::test]
async fn a_fragment_that_ends_whoever_opens_it_is_left_out_and_the_rest_goes_on() {
    let pool = pool(1, &["choke-on-poison"]);
    let fragments = vec![
        fragment("f-order", "Orders", numbered_pdf("order", 1)),
        fragment("f-bad", "Media", numbered_pdf("poison", 1)),
        fragment("f-study", "Media", numbered_pdf("study", 2)),
        fragment("f-worse", "Media", numbered_pdf("poison", 3)),
    ];
    let made = PacketAssembler::assemble(&pool, &head(), fragments).await.unwrap();
    let pages: Vec<_> = made.pages.iter().map(|page| (page.fragment, page.fragment_page)).collect();
    assert_eq!(pages, [(0, 1), (2, 1), (2, 2)]);
    let left_out: Vec<_> = made.notes.iter().map(|note| (note.fragment, note.kind)).collect();
    assert_eq!(left_out, [(1, NoteKind::Quarantined), (3, NoteKind::Quarantined)]);
    assert!(made.notes[0].note.contains("the worker died: signal 6"), "{}", made.notes[0].note);
    // The packet itself says it too.
    let document = documents::OpenDocument::open(made.pdf.clone()).unwrap();
    assert_eq!(document.page_count(), 3);

    // The only file: nothing is left, and that stays so.
    let alone = vec![fragment("f-bad", "Media", numbered_pdf("poison", 1))];
    let error = PacketAssembler::assemble(&pool, &head(), alone).await.err().unwrap();
    assert_eq!(error.class, ErrorClass::Permanent, "{error}");
}

#[tokio::test]
async fn workers_that_die_of_every_fragment_are_not_the_fragments_fault() {
    let pool = pool(1, &["crash"]);
    let fragments =
        vec![fragment("a", "Notes", numbered_pdf("a", 1)), fragment("b", "Notes", numbered_pdf("b", 1))];
    let error = PacketAssembler::assemble(&pool, &head(), fragments).await.err().unwrap();
    assert_eq!(error.class, ErrorClass::Transient, "{error}");
}

#[tokio::test]
async fn a_text_layer_that_costs_two_workers_is_permanent() {
    let pool = pool(1, &["choke-on-layers"]);
    let packet = packet(numbered_pdf("d", 1));
    let page = PageReader::read_page(&pool, &packet, 1).await.unwrap();
    let recognised = PageText { method: ReadMethod::Ocr, ..page };
    let error = PageReader::add_text_layer(&pool, &packet, &[recognised]).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Permanent);
    assert!(error.cause.contains("has cost 2 workers"), "{error}");
}

#[tokio::test]
async fn a_workers_death_or_deadline_is_transient() {
    for pool in [pool(1, &["crash"]), pool_with(1, &["hang"], short())] {
        let error = PageReader::page_count(&pool, &packet(numbered_pdf("d", 1))).await.unwrap_err();
        assert_eq!(error.class, ErrorClass::Transient, "{error}");
        let fragments = vec![fragment("a", "Notes", numbered_pdf("a", 1))];
        let error = PacketAssembler::assemble(&pool, &head(), fragments).await.err().unwrap();
        assert_eq!(error.class, ErrorClass::Transient, "{error}");
    }
}
