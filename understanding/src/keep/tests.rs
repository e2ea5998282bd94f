//! What is marked and what is held: by item family, by protection; ordinary notes are not held.

use crate::fixtures::papers::*;
use crate::fixtures::{knowledge, patient, reasons, understood};
use crate::knowledge::Knowledge;
use crate::understand::{Decision, PacketReading, RequestContext, Understanding, understand};
use domain::ids::{BlobRef, FragmentId, PacketId};
use domain::parser::{DocumentClass, MarkKind};
use domain::patient_scraper::{ContentKind, Fragment, ListedDocument, Section};
use domain::reassembly::ManifestPage;
use jiff::Timestamp;
use std::sync::LazyLock;

/// Read once: a table test would spend its time on it.
static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(knowledge);

fn mark_of(read: &Understanding, class: DocumentClass) -> Option<MarkKind> {
    let document =
        read.documents.iter().find(|document| document.class == class).expect("a document of the class");
    let marks = &read.orders[0].order.document_marks;
    marks.iter().find(|mark| mark.document == document.id).map(|mark| mark.mark)
}

#[test]
fn what_a_family_does_not_need_is_marked_and_kept() {
    let unknown = "lorem ipsum dolor sit amet";
    let read = understood(&[
        unknown,
        ORDER_TABLE,
        FACESHEET_PAIRS,
        NOTE_SOAP,
        STUDY_TABLE,
        LABS,
        CHEST,
        FAX_COVER,
        CARD,
    ]);
    assert_eq!(reasons(&read), [""; 0], "marks stop nothing");
    assert_eq!(read.documents.len(), 9, "everything is kept");
    for (class, expected) in [
        (DocumentClass::Order, None),
        (DocumentClass::Facesheet, None),
        (DocumentClass::OfficeNote, None),
        (DocumentClass::SleepStudy, None),
        (DocumentClass::InsuranceCard, None),
        (DocumentClass::Lab, Some(MarkKind::NotNeeded)),
        (DocumentClass::Imaging, Some(MarkKind::NotNeeded)),
        (DocumentClass::CoverSheet, Some(MarkKind::NotNeeded)),
        (DocumentClass::Other, Some(MarkKind::Unknown)),
    ] {
        assert_eq!(mark_of(&read, class), expected, "{class:?}");
    }
    let oxygen = ORDER_TABLE
        .replace("E0601      CPAP device, auto-titrating", "E1390      Oxygen concentrator        ")
        .replace("E0562      Heated humidifier                    1\n", "")
        .replace("A7034      Nasal mask                           1\n", "")
        .replace("A7037      Tubing                               1\n", "")
        .replace("Settings: Auto CPAP 5 - 15 cm H2O\n", "");
    let read = understood(&[&oxygen, FACESHEET_PAIRS, NOTE_SOAP, STUDY_TABLE, LABS, CHEST]);
    assert_eq!(
        mark_of(&read, DocumentClass::SleepStudy),
        Some(MarkKind::NotNeeded),
        "no sleep study for oxygen"
    );
    assert_eq!(mark_of(&read, DocumentClass::Lab), None, "the haematocrit is a laboratory's");
    let chair = ORDER_TABLE
        .replace("E0601      CPAP device, auto-titrating", "E0163      Commode chair              ");
    let read = understood(&[&chair, FACESHEET_PAIRS, LABS]);
    assert_eq!(mark_of(&read, DocumentClass::Lab), Some(MarkKind::NotNeeded));
}

/// Understands papers as a chart lists them: a file a paper, with its type and title.
fn listed(papers: &[(&str, &str, &str)]) -> Understanding {
    let pages: Vec<_> =
        papers.iter().zip(1..).map(|((_, _, text), number)| crate::fixtures::page(number, text)).collect();
    let id = |number: u32| FragmentId::new(format!("f{number}"));
    let manifest: Vec<ManifestPage> = (1..)
        .zip(papers)
        .map(|(number, _)| ManifestPage {
            page: number,
            fragment: id(number),
            epic_id: format!("D{number}"),
            section: Section::Notes,
            fragment_page: 1,
            blank: false,
            repeats: None,
            lost: None,
        })
        .collect();
    let fragments: Vec<Fragment> = (1..)
        .zip(papers)
        .map(|(number, (epic_type, title, _))| Fragment {
            id: id(number),
            listed: ListedDocument {
                epic_id: format!("D{number}"),
                section: Section::Notes,
                title: (*title).into(),
                epic_type: (*epic_type).to_owned(),
                service_date: None,
                author: None,
                status: None,
                edited: None,
            },
            part: None,
            kind: ContentKind::Pdf,
            blob: BlobRef::new("b"),
            bytes: 1,
            printed: None,
            retrieved_at: Timestamp::UNIX_EPOCH,
        })
        .collect();
    let packet = PacketId::new("packet");
    let reading =
        PacketReading { packet: &packet, pages: &pages, manifest: &manifest, fragments: &fragments };
    let context = RequestContext { patient: Some(patient()), ..RequestContext::default() };
    understand(&reading, &context, &KNOWLEDGE)
}

#[test]
fn what_must_not_be_passed_on_holds_the_order_and_what_may_be_such_is_flagged() {
    let base = [
        ("DME Order", "CPAP", ORDER_TABLE),
        ("Facesheet", "Facesheet", FACESHEET_PAIRS),
        ("Progress Notes", "Office Visit", NOTE_SOAP),
        ("Sleep Study", "PSG", STUDY_TABLE),
    ];
    for (epic_type, title, code) in [
        ("Psychotherapy Note", "Session", Some("psychotherapy")),
        ("Substance Use Treatment Note", "Visit", Some("part2")),
        ("Behavioral Health Note", "Visit", None),
        ("Addiction Medicine", "Visit", None),
    ] {
        let mut papers = base.to_vec();
        papers.push((epic_type, title, VISIT_SUMMARY));
        let read = listed(&papers);
        let last = read.documents.last().expect("documents").id.clone();
        let order = &read.orders[0];
        let mark = order.order.document_marks.iter().find(|mark| mark.document == last).map(|mark| mark.mark);
        match code {
            Some(code) => {
                assert_eq!(reasons(&read), [code]);
                assert_eq!(mark, Some(MarkKind::HeldBack), "{epic_type}");
            }
            None => {
                assert_eq!(order.decision, Decision::Route, "{epic_type}");
                assert_eq!(mark, Some(MarkKind::LookFirst), "{epic_type}");
            }
        }
    }
}

/// Ordinary notes that speak of substances, moods and therapies, as most charts do.
#[test]
fn ordinary_notes_are_not_held() {
    let titles = [
        "Office Visit",
        "Psychiatric Consultation",
        "Progress Notes",
        "Emergency Department Note",
        "Pain clinic",
        "H&P",
    ];
    let histories = [
        "Social history: former smoker. Alcohol abuse, sober since 2019.",
        "Attended a substance abuse treatment program in 2012. No relapse.",
        "On Suboxone for opioid use disorder, prescribed by her primary physician.",
        "Sees a counselor for psychotherapy every two weeks; depression is stable.",
        "History of cocaine use. Drug screen negative. Denies alcohol.",
        "Referred to an addiction recovery center. She declined detoxification.",
        "Methadone 40 mg daily for chronic pain.",
        "Psychiatric history: bipolar disorder, one admission to a chemical dependency unit.",
        "AA meetings weekly. Drinks a glass of wine with dinner.",
        "Family history: father with alcoholism and drug addiction.",
    ];
    let endings = [
        "Plan: sleep study.",
        "Plan: continue medication.",
        "Plan: physical therapy.",
        "Plan: return in 3 months.",
    ];
    let (mut held, mut seen) = (0, 0);
    for title in titles {
        for history in histories {
            for ending in endings {
                let text = format!("{NOTE_SOAP}\n{history}\n{ending}");
                let read = listed(&[("DME Order", "CPAP", ORDER_TABLE), ("Progress Notes", title, &text)]);
                let marks = &read.orders[0].order.document_marks;
                held += usize::from(marks.iter().any(|mark| mark.mark == MarkKind::HeldBack));
                seen += 1;
            }
        }
    }
    assert!(held * 200 <= seen, "{held} of {seen} are held, 0.5 % may be");
}
