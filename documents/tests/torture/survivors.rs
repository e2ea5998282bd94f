//! What is left of files that were damaged by accident.

use crate::damage::{KINDS, Kind, damaged};
use crate::sources::{Source, source};
use documents::OpenDocument;
use documents::kind::FileKind;
use documents::read::{PageReader, ReadSettings};
use documents::repair::{Damage, FileState, Mended, QuarantineReason, RepairLimits, mend};

/// Files of each kind.
const FILES: u64 = 12;

fn mended(kind: Kind, whole: &Source, seed: u64) -> Mended {
    let bytes = damaged(kind, &whole.pdf, seed);
    let mended = mend(bytes.clone(), &RepairLimits::default());
    // The same damage is mended the same way.
    assert!(mended == mend(bytes, &RepairLimits::default()));
    mended
}

/// How many of the source's pages are there with at least half of their words.
fn recovered(mended: &Mended, whole: &Source) -> usize {
    let Some(pdf) = &mended.pdf else { return 0 };
    let document = OpenDocument::open(pdf.clone()).unwrap();
    assert_eq!(document.page_count() as usize, mended.pages.len());
    let mut reader = PageReader::new(None);
    let texts: Vec<String> = (1..=document.page_count())
        .filter(|page| mended.pages[*page as usize - 1].lost != Some(documents::repair::PageLoss::AllContent))
        .map(|page| reader.read_page(&document, page, &ReadSettings::default()).unwrap().text)
        .collect();
    let found = |words: &Vec<String>| {
        texts.iter().any(|text| words.iter().filter(|word| text.contains(*word)).count() * 2 >= words.len())
    };
    whole.pages.iter().filter(|words| found(words)).count()
}

/// Pages recovered and pages there were, of all files of a kind.
fn recovered_of(kind: Kind) -> (usize, usize) {
    (0..FILES).fold((0, 0), |(got, all), seed| {
        let whole = source(seed);
        (got + recovered(&mended(kind, &whole, seed), &whole), all + whole.pages.len())
    })
}

#[test]
fn whole_files_are_given_back_byte_for_byte() {
    for seed in 0..8 {
        let whole = source(seed);
        let mended = mend(whole.pdf.clone(), &RepairLimits::default());
        assert_eq!(mended.state, FileState::Whole, "seed {seed}");
        assert!(mended.pages.iter().all(|page| page.lost.is_none()));
        assert_eq!((mended.pages.len(), mended.pdf), (whole.pages.len(), Some(whole.pdf)));
    }
}

#[test]
fn a_wrong_startxref_and_garbage_behind_the_end_cost_no_page() {
    for kind in [Kind::BadStartxref, Kind::TrailingGarbage] {
        let (got, all) = recovered_of(kind);
        assert_eq!(got, all, "{kind:?}");
    }
}

#[test]
fn flipped_and_zeroed_bytes_cost_few_pages() {
    let (got, all) = recovered_of(Kind::Flipped);
    assert!(got * 100 >= all * 60, "flipped: {got} of {all}");
    let (got, all) = recovered_of(Kind::Zeroed);
    assert!(got * 100 >= all * 80, "zeroed: {got} of {all}");
}

#[test]
fn half_of_the_pages_are_saved_from_truncated_files() {
    let (got, all) = recovered_of(Kind::Truncated);
    assert!(got * 2 >= all, "truncated: {got} of {all}");
}

#[test]
fn what_a_truncated_file_has_lost_is_named() {
    let whole = (0..).map(|n| source(4 * n + 1)).find(|whole| whole.pages.len() >= 6).unwrap();
    let mut bytes = whole.pdf.clone();
    bytes.truncate(bytes.len() / 2);
    let mended = mend(bytes, &RepairLimits::default());
    let FileState::Repaired { what } = &mended.state else { panic!("{:?}", mended.state) };
    assert!(what.contains(&Damage::TableRebuilt) && what.contains(&Damage::PagesMissing), "{what:?}");
    assert_eq!(mended.pages.len() + mended.missing.len(), whole.pages.len());
}

#[test]
fn a_login_page_under_a_documents_name_is_told_apart() {
    let mended = mended(Kind::Html, &source(0), 0);
    let reason = QuarantineReason::NotAPdf { found: FileKind::Html };
    assert_eq!((mended.state, mended.pdf), (FileState::Quarantined { reason }, None));
    assert_eq!(KINDS.len(), 6);
}

#[test]
fn the_structure_of_what_was_mended_needs_no_mending() {
    for (_, kind) in KINDS {
        for seed in 0..6 {
            let first = mended(kind, &source(seed), seed);
            let Some(pdf) = first.pdf else { continue };
            let again = mend(pdf, &RepairLimits::default());
            assert_eq!(again.pages.len(), first.pages.len(), "{kind:?} {seed}");
            match again.state {
                FileState::Whole => {}
                // What is gone stays gone, and data in a filter that nobody knows stays as it is.
                FileState::Repaired { what } => {
                    let lost = |one: &Damage| matches!(one, Damage::StreamsDamaged | Damage::ObjectsMissing);
                    assert!(what.iter().all(lost), "{kind:?} {seed}: {what:?}");
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
