//! The ports' clauses over real workers.

use crate::files::{numbered_pdf, pool, pool_with, scan, short};
use bytes::Bytes;
use domain::ids::{BlobRef, FragmentId};
use domain::ocr_pool::ReadMethod;
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
async fn a_page_that_costs_two_workers_is_permanent() {
    let pool = pool(1, &["choke-on-page-2"]);
    let packet = packet(numbered_pdf("d", 2));
    let error = PageReader::read_page(&pool, &packet, 2).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Permanent);
    assert!(error.cause.contains("has cost 2 workers"), "{error}");
    assert_eq!(PageReader::read_page(&pool, &packet, 1).await.unwrap().text, "d page 1");
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
