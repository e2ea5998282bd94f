//! Every kind of document, in every layout and format, and what the charts say about their stories.

use std::collections::BTreeSet;

use jiff::civil::date;

use super::*;
use crate::chart::{Chart, DocumentClass};
use crate::generator::{HospitalPlan, Story};
use crate::kind::HospitalKind;
use crate::layout::{Mark, PAGE_HEIGHT_PT, PAGE_WIDTH_PT};

fn hospital(seed: u64, patients: usize) -> Hospital {
    Hospital::generate(&HospitalPlan {
        kind: HospitalKind::B,
        seed,
        patients,
        today: date(2026, 11, 22),
        first_message: 1,
    })
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
    assert_eq!(samples.len(), 11, "a kind of document is missing from the sample: {seen:?}");
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
    let (fonts, hospital) = (Fonts::load().unwrap(), hospital(7, 40));
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
            assert!(
                all.contains(&chart.patient.mrn),
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
    let (fonts, hospital) = (Fonts::load().unwrap(), hospital(7, 40));
    for (chart, entry) in samples(&hospital) {
        for layout in 1..=3 {
            for format in [Format::Pdf, Format::Scan, Format::Html, Format::Tiff, Format::Jpeg] {
                let entry = DocumentEntry { layout, format, ..entry.clone() };
                let bytes = render(&fonts, &compose(chart, &entry, 7), &entry, 1, 7);
                let text = String::from_utf8_lossy(&bytes);
                match format {
                    Format::Html => {
                        assert!(text.starts_with("<!DOCTYPE html>") && text.contains(&chart.patient.mrn))
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
        let bytes: Vec<Bytes> = ids.iter().map(|id| library.bytes(id).unwrap()).collect();
        (serde_json::to_string(&truth).unwrap(), bytes)
    };
    let first = all(3);
    assert!(first == all(3), "two runs with one seed differ");
    assert_ne!(first.0, all(4).0);
}

#[test]
fn each_chart_breaks_the_one_rule_its_story_breaks() {
    for seed in 0..12 {
        let hospital = hospital(seed, 40);
        for (chart, story) in hospital.charts.iter().zip(&hospital.stories) {
            let Some(order) = &chart.order else {
                assert_eq!(*story, Story::NonDme);
                assert!(chart.visit.is_none() && chart.study.is_none() && chart.follow_up.is_none());
                continue;
            };
            assert_eq!(order.signed_at.is_none(), *story == Story::UnsignedOrder);
            assert_eq!(chart.study.is_none(), *story == Story::NoSleepStudy);
            assert_eq!(chart.visit.is_none(), *story == Story::NoteAfterStudy);
            if let Some(study) = &chart.study {
                assert!(chart.visit.iter().all(|visit| visit.date < study.date()));
                assert!(chart.follow_up.iter().all(|visit| visit.date > study.interpreted_at.date()));
                assert!(study.interpreted_at.date() < order.date);
            }
            let visits = chart.visit.iter().chain(&chart.follow_up);
            assert!(visits.clone().all(|visit| visit.date < order.date));
            assert!(visits.count() > 0);
            assert!(order.date < date(2026, 11, 22));
        }
    }
}

#[test]
fn documents_about_other_things_never_speak_of_sleep_or_equipment() {
    let hospital = hospital(5, 40);
    let others = [
        DocumentClass::Lab,
        DocumentClass::Imaging,
        DocumentClass::OtherNote,
        DocumentClass::OtherOrder,
        DocumentClass::Form,
    ];
    for chart in &hospital.charts {
        for entry in chart.documents.iter().filter(|entry| others.contains(&entry.class)) {
            assert!(!entry.in_plan);
            let html = to_html(&compose(chart, entry, 5), &entry.title, &entry.id);
            // Practices may have sleep in their name; the text of these documents names none of them.
            let body = html.split("<main>").nth(1).unwrap().to_lowercase();
            for word in ["sleep", "apnea", "cpap", "snor", "e0601", "equipment", "g47"] {
                assert!(!body.contains(word), "{} speaks of {word}", entry.title);
            }
        }
    }
}

#[test]
fn some_charts_need_a_second_page_of_notes() {
    let hospital = hospital(7, 12);
    let notes =
        |chart: &Chart| chart.documents.iter().filter(|e| e.section == crate::chart::Section::Notes).count();
    assert!(hospital.charts.iter().any(|chart| notes(chart) > 10));
}
