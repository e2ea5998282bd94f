//! Every kind of document, in every layout and format, and what the charts say about their stories.

use std::collections::BTreeSet;

use jiff::civil::date;

use super::*;
use crate::chart::{Chart, DocumentClass};
use crate::generator::HospitalPlan;
use crate::kind::HospitalKind;
use crate::layout::{Mark, PAGE_HEIGHT_PT, PAGE_WIDTH_PT};

fn hospital(seed: u64, patients: usize) -> Hospital {
    hospital_of(HospitalKind::B, seed, patients)
}

fn hospital_of(kind: HospitalKind, seed: u64, patients: usize) -> Hospital {
    Hospital::generate(&HospitalPlan { kind, seed, patients, today: date(2026, 11, 22), first_message: 1 })
}

/// One entry for every content there is, with its chart.
fn samples(hospital: &Hospital) -> Vec<(&Chart, &DocumentEntry)> {
    let mut seen = Vec::new();
    let mut samples = Vec::new();
    for chart in &hospital.charts {
        for entry in &chart.documents {
            if !seen.contains(&entry.content) {
                seen.push(entry.content);
                samples.push((chart, entry));
            }
        }
    }
    assert_eq!(samples.len(), 15, "a kind of document is missing from the sample: {seen:?}");
    samples
}

fn texts(pages: &[Page]) -> Vec<&str> {
    let marks = pages.iter().flat_map(|page| &page.marks);
    marks
        .filter_map(|mark| match mark {
            Mark::Text { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn every_kind_in_every_layout_fits_its_pages_and_names_itself_on_each() {
    let (fonts, hospital) = (Fonts::load().unwrap(), hospital(7, 60));
    for (chart, entry) in samples(&hospital) {
        let mut looks = BTreeSet::new();
        for layout in 1..=3 {
            let entry = DocumentEntry { layout, ..entry.clone() };
            let pages = set(&fonts, &compose(chart, &entry, 7), &entry.id);
            for (i, page) in pages.iter().enumerate() {
                let own = format!("Doc {} p. {} of {}", entry.id, i + 1, pages.len());
                assert!(texts(std::slice::from_ref(page)).contains(&own.as_str()));
                for mark in &page.marks {
                    let Mark::Text { x, y, pt, face, text } = mark else { continue };
                    let right = x + fonts.width(*face, *pt, text);
                    assert!(*x >= 36.0 && right <= PAGE_WIDTH_PT - 36.0, "{text:?} sticks out to {right}");
                    assert!(*y <= PAGE_HEIGHT_PT - 36.0 && *y >= 36.0, "{text:?} at height {y}");
                    assert!(text.is_ascii(), "{text:?} would not survive the base-14 fonts");
                }
            }
            let all = texts(&pages).join(" ");
            let outside = chart.study.as_ref().and_then(|study| study.outside.as_ref());
            let mrn = outside.map_or(&chart.patient.mrn, |facility| &facility.mrn);
            assert!(
                all.contains(&chart.patient.mrn) || (entry.content == Content::Study && all.contains(mrn)),
                "{:?} in layout {layout} without a record number",
                entry.content
            );
            assert!(all.contains(&date_text(chart.patient.dob)));
            looks.insert(all);
        }
        assert_eq!(looks.len(), 3, "two layouts of {:?} read the same", entry.content);
    }
}

#[test]
fn every_kind_in_every_layout_renders_in_every_format() {
    let (fonts, hospital) = (Fonts::load().unwrap(), hospital(7, 60));
    for (chart, entry) in samples(&hospital) {
        for layout in 1..=3 {
            for format in [Format::Pdf, Format::Scan, Format::Html, Format::Tiff, Format::Jpeg] {
                let entry = DocumentEntry { layout, format, ..entry.clone() };
                let bytes = render(&fonts, (HospitalKind::B, 7), &compose(chart, &entry, 7), &entry, 1);
                let text = String::from_utf8_lossy(&bytes);
                match format {
                    Format::Html => {
                        assert!(
                            text.starts_with("<!DOCTYPE html>") && text.contains(&chart.patient.name.family)
                        )
                    }
                    Format::Pdf => assert!(text.starts_with("%PDF-") && text.contains("/Helvetica")),
                    Format::Tiff => assert!(bytes.starts_with(b"II*\0")),
                    Format::Jpeg => assert!(bytes.starts_with(&[0xFF, 0xD8, 0xFF])),
                    Format::Scan => {
                        assert!(
                            text.starts_with("%PDF-") && text.contains("/Subtype/Image")
                                || text.contains("/Subtype /Image")
                        );
                        assert!(!text.contains("/Font"), "a scan holds no text");
                    }
                }
            }
        }
    }
}

#[test]
fn the_same_seed_serves_the_same_bytes_and_another_seed_others() {
    let all = |seed| {
        let mut hospital = hospital(seed, 6);
        let fonts = Fonts::load().unwrap();
        count_pages(&fonts, &mut hospital);
        let truth = hospital.truth();
        let library = Library::new(Arc::new(hospital), fonts);
        let ids: Vec<String> =
            truth.messages.iter().flat_map(|m| &m.documents).map(|d| d.id.clone()).collect();
        let bytes: Vec<Bytes> = ids.iter().map(|id| library.part(id, 1).unwrap()).collect();
        (serde_json::to_string(&truth).unwrap(), bytes)
    };
    let first = all(3);
    assert!(first == all(3), "two runs with one seed differ");
    assert_ne!(first.0, all(4).0);
}

#[test]
fn parts_hold_every_page_once_and_picture_files_come_where_the_hospital_serves_them() {
    let mut hospital = hospital_of(HospitalKind::A, 7, 60);
    let fonts = Fonts::load().unwrap();
    count_pages(&fonts, &mut hospital);
    let library = Library::new(Arc::new(hospital), fonts);
    let mut formats = BTreeSet::new();
    let mut in_parts = 0;
    for entry in library.hospital.charts.iter().flat_map(|chart| &chart.documents) {
        formats.insert(format!("{:?}", entry.format));
        let ranges = (1..=entry.parts).map(|part| pages_of_part(entry.pages, entry.parts, part));
        assert!(ranges.clone().all(|range| !range.is_empty()));
        assert_eq!(ranges.flatten().collect::<Vec<_>>(), (0..entry.pages).collect::<Vec<_>>());
        assert!(library.part(&entry.id, 0).is_none() && library.part(&entry.id, entry.parts + 1).is_none());
        assert!(entry.format != Format::Jpeg || entry.pages == 1);
        in_parts += usize::from(entry.parts > 1);
    }
    assert_eq!(formats.into_iter().collect::<Vec<_>>(), ["Html", "Jpeg", "Pdf", "Scan", "Tiff"]);
    assert!(in_parts > 2, "{in_parts} documents in parts");
    let whole = library.hospital.charts.iter().flat_map(|chart| &chart.documents);
    let split = whole.clone().find(|entry| entry.parts > 1 && entry.format == Format::Pdf).unwrap();
    let parts: BTreeSet<Bytes> =
        (1..=split.parts).map(|part| library.part(&split.id, part).unwrap()).collect();
    assert_eq!(parts.len(), usize::from(split.parts));
}

#[test]
fn pictures_and_parts_are_few_and_pages_to_recognise_stay_moderate() {
    for kind in HospitalKind::BOTH {
        let mut hospital = hospital_of(kind, 7, 60);
        count_pages(&Fonts::load().unwrap(), &mut hospital);
        let scanned: usize = hospital
            .charts
            .iter()
            .flat_map(|chart| &chart.documents)
            .filter(|entry| !matches!(entry.format, Format::Pdf | Format::Html))
            .map(|entry| entry.pages)
            .sum();
        assert!((20..=110).contains(&scanned), "{scanned} scanned pages for 60 patients of {kind:?}");
    }
}

#[test]
fn a_foreign_page_is_one_page_of_somebody_else_in_a_document_of_ones_own() {
    let (fonts, hospital) = (Fonts::load().unwrap(), hospital(7, 60));
    let chart = hospital.charts.iter().find(|chart| chart.stranger.is_some()).unwrap();
    let stranger = chart.stranger.as_ref().unwrap();
    let mut with = Vec::new();
    for entry in &chart.documents {
        for page in set(&fonts, &compose(chart, entry, hospital.seed), &entry.id) {
            let text = texts(std::slice::from_ref(&page)).join(" ");
            if text.contains(&stranger.mrn) {
                assert!(!text.contains(&chart.patient.mrn) && text.contains(&entry.id));
                assert!(text.contains(&date_text(stranger.dob)) && text.contains(&stranger.name.family));
                with.push(entry.content);
            }
        }
    }
    assert_eq!(with, [Content::Study]);
    assert_ne!(stranger.name.family, chart.patient.name.family);
}

#[test]
fn documents_about_other_things_never_speak_of_sleep_or_equipment() {
    let hospital = hospital(5, 60);
    let others = [
        DocumentClass::Lab,
        DocumentClass::Imaging,
        DocumentClass::OtherNote,
        DocumentClass::OtherOrder,
        DocumentClass::Form,
    ];
    for chart in &hospital.charts {
        for entry in chart.documents.iter().filter(|entry| others.contains(&entry.class)) {
            // The one measurement an order rests on is a laboratory's, too.
            assert_eq!(entry.in_plan, entry.content == Content::Breathing);
            if entry.content == Content::Breathing {
                continue;
            }
            let html = to_html(&compose(chart, entry, 5), &entry.title, &entry.id);
            // Practices may have sleep in their name; the text of these documents names none of them.
            let body = html.split("<main>").nth(1).unwrap().to_lowercase();
            for word in ["sleep", "apnea", "cpap", "snor", "e0601", "equipment", "g47"] {
                assert!(!body.contains(word), "{} speaks of {word}", entry.title);
            }
        }
    }
}
