//! The worker's loop over pipes in memory: every kind of request, and answers instead of ends when
//! something is wrong.

use crate::files::{FACESHEET, fragment, numbered_pdf, request, text_pdf};
use bytes::Bytes;
use documents::frame::{Frame, read_frame, write_frame};
use documents::protocol::{Layer, WorkerError, WorkerReply, WorkerRequest};
use documents::read::{ReadMethod, ReadSettings};
use documents::worker::serve;

/// Sends requests to one worker, gives its replies.
fn converse(requests: Vec<(WorkerRequest, Vec<Vec<u8>>)>) -> Vec<(WorkerReply, Vec<Bytes>)> {
    let mut input = Vec::new();
    for (request, blobs) in requests {
        write_frame(&mut input, &Frame::new(&request, blobs).unwrap()).unwrap();
    }
    let mut output = Vec::new();
    serve(input.as_slice(), &mut output, None).unwrap();
    let mut output = output.as_slice();
    std::iter::from_fn(|| read_frame(&mut output).unwrap())
        .map(|frame| (frame.parse().unwrap(), frame.blobs))
        .collect()
}

fn read_page(document: &str, page: u32) -> (WorkerRequest, Vec<Vec<u8>>) {
    let settings = ReadSettings::default();
    (WorkerRequest::ReadPage { document: document.to_owned(), page, settings }, Vec::new())
}

fn open(document: &str, bytes: Vec<u8>) -> (WorkerRequest, Vec<Vec<u8>>) {
    (WorkerRequest::Open { document: document.to_owned() }, vec![bytes])
}

#[test]
fn every_request_has_its_reply() {
    let request = request(vec![fragment("a", "notes", Vec::new()), fragment("b", "notes", Vec::new())]);
    let files = vec![numbered_pdf("a", 1), numbered_pdf("b", 2)];
    let pdf = text_pdf(&[&FACESHEET]);
    let replies = converse(vec![
        (WorkerRequest::Assemble { request }, files),
        open("k", pdf.clone()),
        (WorkerRequest::Inspect { document: "k".to_owned() }, Vec::new()),
        read_page("k", 1),
        (WorkerRequest::PagePng { document: "k".to_owned(), page: 1, dpi: 50.0 }, Vec::new()),
        (WorkerRequest::AddTextLayer { pages: Vec::new() }, vec![pdf]),
    ]);
    let [assembled, opened, inspected, read, drawn, searchable] = replies.as_slice() else {
        panic!("six replies were expected, {} came", replies.len())
    };
    assert!(matches!(&assembled.0, WorkerReply::Assembled { assembled } if assembled.pages.len() == 3));
    assert!(assembled.1[0].starts_with(b"%PDF-"));
    assert!(matches!(opened.0, WorkerReply::Opened { pages: 1 }));
    assert!(
        matches!(&inspected.0, WorkerReply::Inspected { pages } if pages[0].method == ReadMethod::TextLayer)
    );
    assert!(matches!(&read.0, WorkerReply::PageRead { page } if page.text.contains("Maria")));
    assert!(matches!(drawn.0, WorkerReply::PageDrawn) && drawn.1[0].starts_with(b"\x89PNG"));
    let nothing = WorkerReply::TextLayerAdded { layer: Layer::Nothing };
    assert!(matches!(&searchable.0, reply if format!("{reply:?}") == format!("{nothing:?}")));
    assert!(searchable.1.is_empty());
}

#[test]
fn a_worker_keeps_the_last_few_documents_and_says_which_it_forgot() {
    let mut requests: Vec<_> =
        (0..5).map(|index| open(&format!("d{index}"), numbered_pdf(&format!("d{index}"), 1))).collect();
    requests.push(read_page("d0", 1));
    requests.push(read_page("d1", 1));
    let replies = converse(requests);
    assert!(matches!(replies[5].0, WorkerReply::Failed { error: WorkerError::NotOpen }));
    assert!(matches!(&replies[6].0, WorkerReply::PageRead { page } if page.text.starts_with("d1")));
}

#[test]
fn bad_requests_are_answered_and_the_worker_goes_on() {
    let replies = converse(vec![
        (WorkerRequest::Open { document: "k".to_owned() }, Vec::new()),
        (WorkerRequest::Assemble { request: request(vec![fragment("a", "", Vec::new())]) }, Vec::new()),
        open("k", b"<html>".to_vec()),
        open("k", numbered_pdf("k", 1)),
    ]);
    let bad = |index: usize| {
        matches!(replies[index].0, WorkerReply::Failed { error: WorkerError::BadRequest { .. } })
    };
    assert!(bad(0) && bad(1));
    assert!(matches!(replies[2].0, WorkerReply::Failed { error: WorkerError::Open { .. } }));
    assert!(matches!(replies[3].0, WorkerReply::Opened { pages: 1 }));

    let mut input = Vec::new();
    write_frame(&mut input, &Frame { header: b"{\"dance\":{}}".to_vec(), blobs: Vec::new() }).unwrap();
    let mut output = Vec::new();
    serve(input.as_slice(), &mut output, None).unwrap();
    let reply: WorkerReply = read_frame(&mut output.as_slice()).unwrap().unwrap().parse().unwrap();
    assert!(matches!(reply, WorkerReply::Failed { error: WorkerError::BadRequest { .. } }));
}
