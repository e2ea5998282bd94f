//! `read`: answers, exit codes, and files that are no packet.

use crate::pdfs::{FACESHEET, PLANTED_FAMILY, RECIPE, UNSIGNED_ORDER, locked_pdf, pdf};
use crate::program::Place;
use lopdf::Document;
use std::io::{Cursor, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

#[test]
fn an_unsigned_order_is_read_and_waits_for_a_person() {
    let place = Place::new();
    place.write("order.pdf", pdf(&[&FACESHEET, &UNSIGNED_ORDER]));
    let ended = place.run(&["read", "order.pdf", "--json", "--pdf", "packet.pdf"]);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    let answer = ended.json("read");
    assert_eq!(answer["outcome"], "needs_person");
    assert_eq!(answer["documents"][0]["class"], "facesheet");
    assert_eq!(answer["documents"][1]["class"], "order");
    let reasons = answer["orders"][0]["reasons"].to_string();
    assert!(reasons.contains("SIG-1"), "{reasons}");
    let fields = answer["documents"][1]["fields"].as_array().expect("fields");
    let name = fields.iter().find(|field| field["name"] == "patient_name").expect("a name");
    assert!(name["value"]["value"].to_string().contains(PLANTED_FAMILY), "{name}");
    assert_eq!(name["evidence"]["page"], 2);
    assert!(name["evidence"]["quote"].to_string().contains(PLANTED_FAMILY));
    assert!(!ended.stderr.contains(PLANTED_FAMILY), "{}", ended.stderr);

    let packet = place.path("packet.pdf");
    assert_eq!(Document::load(&packet).expect("a PDF").get_pages().len(), 2);
    let mode = std::fs::metadata(&packet).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "a packet is nobody else's");
}

#[test]
fn people_get_documents_fields_findings_and_outcome_as_tables() {
    let place = Place::new();
    place.write("order.pdf", pdf(&[&FACESHEET, &UNSIGNED_ORDER]));
    let ended = place.run(&["read", "order.pdf"]);
    for wanted in ["order.pdf (2 pages)", "E0601", PLANTED_FAMILY, "SIG-1", "outcome: waits for a person"] {
        assert!(ended.stdout.contains(wanted), "{wanted}: {}", ended.stdout);
    }
    assert!(ended.stderr.is_empty(), "no bar where nobody watches: {}", ended.stderr);
}

#[test]
fn a_payer_whose_rules_do_not_bind_stops_no_order() {
    let place = Place::new();
    place.write("order.pdf", pdf(&[&UNSIGNED_ORDER]));
    let ended = place.run(&["read", "order.pdf", "--json"]);
    assert_eq!((ended.code, &ended.json("read")["outcome"]), (0, &"ready".into()));
}

#[test]
fn several_files_make_one_packet() {
    let place = Place::new();
    place.write("a.pdf", pdf(&[&UNSIGNED_ORDER, &RECIPE]));
    place.write("b.pdf", pdf(&[&RECIPE]));
    let answer = place.run(&["read", "a.pdf", "b.pdf", "--json"]).json("read");
    let sources: Vec<(u64, u64)> = answer["pages"]
        .as_array()
        .expect("pages")
        .iter()
        .map(|page| (page["file"].as_u64().expect("a file"), page["file_page"].as_u64().expect("a page")))
        .collect();
    assert_eq!(sources, [(1, 1), (1, 2), (2, 1)]);
}

#[test]
fn a_file_that_is_no_packet_is_told_by_thing_cause_and_way_out() {
    let sound = pdf(&[&UNSIGNED_ORDER]);
    let long: Vec<&[&str]> = vec![&["page"]; 2_000];
    for (name, content, cause, way_out) in [
        ("empty.pdf", Vec::new(), "empty", "fetch it again"),
        ("locked.pdf", locked_pdf(&[&UNSIGNED_ORDER]), "password", "open copy"),
        ("long.pdf", pdf(&long), "501 pages or more", "ask for less"),
        ("noise.pdf", vec![0xA5; 4_096], "no document with pages", "fetch it again"),
        ("letter.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "word processor", "save it as pdf"),
        ("broken.pdf", b"%PDF-1.7\nnothing follows".to_vec(), "stops every parser", "another copy"),
        ("recipe.pdf", pdf(&[&RECIPE]), "no page reads like a medical document", "patient's chart"),
        ("blank.pdf", pdf(&[&[]]), "no page has words", "200 dpi"),
    ] {
        let place = Place::new();
        place.write(name, content);
        let ended = place.run(&["read", name, "--json", "--pdf", "packet.pdf"]);
        ended.fails(1, name, cause, way_out);
        assert_eq!(place.files(), [name], "nothing half-written");
    }
    let place = Place::new();
    place.run(&["read", "nowhere.pdf"]).fails(1, "nowhere.pdf", "No such file", "can be read");
    // A file cut in its middle is read as far as it goes, or refused; it never ends otherwise.
    place.write("cut.pdf", &sound[..sound.len() / 2]);
    let ended = place.run(&["read", "cut.pdf"]);
    assert!(matches!(ended.code, 0 | 1 | 3), "{}", ended.stderr);
    assert!(!ended.stderr.contains("panicked") && !ended.stderr.contains(PLANTED_FAMILY), "{}", ended.stderr);
}

#[test]
fn every_unusable_file_of_a_packet_is_named() {
    let place = Place::new();
    place.write("good.pdf", pdf(&[&UNSIGNED_ORDER]));
    place.write("empty.pdf", "");
    place.write("noise.txt", [0xA5; 4_096]);
    let ended = place.run(&["read", "good.pdf", "empty.pdf", "noise.txt"]);
    ended.fails(1, "2 of the files", "empty.pdf: the file is empty", "leave out");
    assert!(ended.stderr.contains("noise.txt: "), "{}", ended.stderr);
}

#[test]
fn a_target_that_cannot_be_written_is_refused_before_any_work() {
    let place = Place::new();
    place.write("order.pdf", pdf(&[&UNSIGNED_ORDER]));
    for (target, cause) in
        [("order.pdf", "one of the files"), (".", "folder"), ("no/such/packet.pdf", "does not exist")]
    {
        place.run(&["read", "order.pdf", "--pdf", target]).fails(2, target, cause, "--pdf");
    }
    assert_eq!(place.files(), ["order.pdf"]);
}

/// The order as the lines of a note.
fn order_lines(end: &str) -> String {
    UNSIGNED_ORDER.iter().map(|line| format!("{line}{end}")).collect()
}

fn outcome_and_pages(answer: &serde_json::Value) -> (String, usize) {
    (
        answer["outcome"].as_str().expect("an outcome").to_owned(),
        answer["pages"].as_array().expect("pages").len(),
    )
}

#[test]
fn notes_are_read_by_their_content_whatever_they_are_called() {
    let place = Place::new();
    place.write("a.bin", order_lines("\r\n"));
    place.write("b.pdf", format!("{{\\rtf1\\ansi {}}}", order_lines("\\par\n")));
    place.write("order.pdf", pdf(&[&UNSIGNED_ORDER]));
    let expected = place.run(&["read", "order.pdf", "--json"]).json("read");
    for name in ["a.bin", "b.pdf"] {
        let answer = place.run(&["read", name, "--json"]).json("read");
        assert_eq!(outcome_and_pages(&answer), outcome_and_pages(&expected), "{name}");
        assert_eq!(answer["pages"][0]["method"], "text_layer", "{name}");
    }
}

#[test]
fn an_archive_is_read_as_its_files_and_no_name_in_it_is_told() {
    let place = Place::new();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let order = pdf(&[&UNSIGNED_ORDER, &FACESHEET]);
    for (name, bytes) in
        [("Zyxwvutsky.pdf", order.as_slice()), ("Zyxwvutsky.txt", b"a note of one line".as_slice())]
    {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
        zip.write_all(bytes).expect("its bytes");
    }
    place.write("chart.zip", zip.finish().expect("an archive").into_inner());
    let ended = place.run(&["read", "chart.zip", "--json"]);
    let answer = ended.json("read");
    let pages: Vec<(u64, u64)> = answer["pages"]
        .as_array()
        .expect("pages")
        .iter()
        .map(|page| (page["file"].as_u64().expect("a file"), page["file_page"].as_u64().expect("a page")))
        .collect();
    assert_eq!(pages, [(1, 1), (1, 2), (1, 3)]);
    assert_eq!(answer["files"][0]["pages"], 3);
    assert!(!ended.stderr.contains("Zyxwvutsky"), "{}", ended.stderr);
}

#[test]
fn html_is_printed_or_the_way_to_a_printer_is_told() {
    let place = Place::new();
    let lines = order_lines("<br>");
    place.write("order.html", format!("<!doctype html><html><body>{lines}</body></html>"));
    place.write("page.html", "<html><body>Log in</body></html>");
    let ended = place.run(&["read", "order.html", "--json"]);
    if !Path::new("/usr/bin/chromium").exists() {
        ended.fails(1, "order.html", "chromium", "apt-get install chromium");
        return;
    }
    assert_eq!(outcome_and_pages(&ended.json("read")), ("ready".to_owned(), 1), "{}", ended.stderr);
    place.run(&["read", "page.html"]).fails(1, "page.html", "no page reads like", "patient's chart");
}
