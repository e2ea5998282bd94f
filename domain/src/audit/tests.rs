//! The chain holds as it was made and in no other way; ids tell acts apart and repeats together.

use super::*;
use crate::ids::{DestinationName, DocumentId, FragmentId, Generation, MessageKey, OrderId, Revision};
use crate::inbox::InboxRow;
use crate::model::ModelEnd;
use crate::patient::PatientIdentity;
use crate::patient_scraper::Section;
use crate::ports::{ModelIdentity, PortResult, PortalError, Sealer};
use crate::request::Request;
use crate::router::DeliveryKey;
use crate::session::LockCause;
use hmac::{Hmac, KeyInit, Mac};
use jiff::SignedDuration;
use jiff::civil::date;
use proptest::prelude::*;
use sha2::Sha256;
use std::collections::BTreeSet;

/// Keyed hashes under a fixed key; nothing is sealed here.
struct Keyed(&'static [u8]);

impl Sealer for Keyed {
    fn seal(&self, _: &str, plain: &[u8]) -> PortResult<Vec<u8>> {
        Ok(plain.to_vec())
    }

    fn open(&self, _: &str, sealed: &[u8]) -> PortResult<Vec<u8>> {
        Ok(sealed.to_vec())
    }

    fn keyed_hash(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0).expect("any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }

    fn index_hash(&self, term: &str) -> [u8; 32] {
        self.keyed_hash("index", term.as_bytes())
    }

    fn index_key(&self) -> u32 {
        1
    }
}

const KEY: Keyed = Keyed(b"installation");

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + seconds).expect("in range")
}

fn request(number: u32) -> Request {
    let row = InboxRow {
        message_id: "m".into(),
        folder: "CC'd Charts".to_owned(),
        chart_type: "Office Visit".to_owned(),
        subject: "s".into(),
        from: "f".into(),
        received: date(2026, 11, 20).at(8, 0, 0, 0),
        patient: PatientIdentity { name: "Zyxwvutova".into(), mrn: "E1".into(), dob: None },
        chart_ref: "c".into(),
    };
    let (message, patient) = (MessageKey::new("message"), PatientKey::new(format!("patient{number}")));
    let id = RequestId::new(format!("request{number}"));
    Request::new(id, PortalName::new("albany-med"), message, patient, row, None, at(0))
}

fn entry(number: u32) -> AuditEntry {
    ChartAccess::new(&request(number), Generation(1), at(i64::from(number))).begun()
}

fn chain(length: u32) -> Vec<AuditRecord> {
    let entries: Vec<AuditEntry> = (0..length).map(entry).collect();
    AuditHead::default().extended(&entries, &KEY).0
}

fn verify(records: &[AuditRecord], noted: Option<&AuditHead>) -> Result<AuditHead, AuditBreak> {
    let mut verifier = Verifier::new(noted.cloned());
    for record in records {
        verifier.take(record, &KEY)?;
    }
    verifier.finish()
}

fn last(records: &[AuditRecord]) -> AuditHead {
    records.last().map_or_else(AuditHead::default, AuditRecord::head)
}

#[test]
fn a_chain_holds_and_says_its_head() {
    assert_eq!(verify(&[], None), Ok(AuditHead::default()));
    let records = chain(3);
    assert_eq!(verify(&records, None), Ok(last(&records)));
    for noted in &records {
        assert!(verify(&records, Some(&noted.head())).is_ok());
    }
}

#[test]
fn the_chain_of_this_release_holds_in_every_later_one() {
    let full = AuditEntry {
        id: "one".to_owned(),
        at: at(0),
        actor: AuditActor::Operator { account: "alice (uid 1000)".to_owned() },
        action: AuditAction::OrderShown,
        portal: Some(PortalName::new("albany-med")),
        patient: Some(PatientKey::new("patient")),
        request: Some(RequestId::new("request")),
        subject: Some("revision 1".to_owned()),
        why: Some("asked for".to_owned()),
        outcome: AuditOutcome::Done,
    };
    let bare = AuditEntry {
        id: "two".to_owned(),
        actor: AuditActor::Service,
        portal: None,
        patient: None,
        request: None,
        subject: None,
        why: None,
        ..full.clone()
    };
    let (_, head) = AuditHead::default().extended(&[full, bare], &KEY);
    assert_eq!(head.to_string(), "2:nen63i73ol7d4uo1p45ngtbefsubptnk2tg3np496ek50h5d9cmg");
}

#[test]
fn each_break_is_named_with_its_place() {
    let records = chain(5);
    let mut removed = records.clone();
    removed.remove(2);
    assert_eq!(verify(&removed, None), Err(AuditBreak::Gap { expected: 3, found: 4 }));
    assert_eq!(verify(&records[1..], None), Err(AuditBreak::Gap { expected: 1, found: 2 }));
    let mut changed = records.clone();
    changed[2].entry.patient = Some(PatientKey::new("another"));
    assert_eq!(verify(&changed, None), Err(AuditBreak::Changed { seq: 3 }));
    let cut = &records[..3];
    assert_eq!(verify(cut, None), Ok(last(cut)), "no chain shows by itself that its end is gone");
    assert_eq!(verify(cut, Some(&last(&records))), Err(AuditBreak::CutOff { noted: 5, found: 3 }));
    let anew: Vec<AuditEntry> = (5..10).map(entry).collect();
    let anew = AuditHead::default().extended(&anew, &KEY).0;
    assert!(verify(&anew, None).is_ok(), "who has the key can make another chain");
    assert_eq!(verify(&anew, Some(&last(&records))), Err(AuditBreak::Replaced { seq: 5 }));
    let nothing = AuditHead { seq: 0, ..last(&records) };
    assert_eq!(verify(&[], Some(&nothing)), Err(AuditBreak::Replaced { seq: 0 }));
}

#[test]
fn who_has_no_key_cannot_go_on_with_the_chain() {
    let mut records = chain(2);
    records.push(last(&records).next(entry(9), &Keyed(b"stranger")));
    assert_eq!(verify(&records, None), Err(AuditBreak::Changed { seq: 3 }));
}

#[test]
fn a_head_is_read_as_it_is_written() {
    let head = last(&chain(3));
    assert_eq!(head.to_string().parse(), Ok(head.clone()));
    assert_eq!(AuditHead::default().to_string().parse(), Ok(AuditHead::default()));
    for text in
        ["", "3", "3:", "3:abc", &format!("x:{}", head.hash), &format!("3:{}!", &head.hash.as_str()[1..])]
    {
        assert!(text.parse::<AuditHead>().is_err(), "{text}");
    }
}

#[test]
fn actions_have_names_of_their_own() {
    let names: BTreeSet<&str> = AuditAction::ALL.iter().map(|action| action.name()).collect();
    assert_eq!(names.len(), AuditAction::ALL.len());
    for action in AuditAction::ALL {
        assert_eq!(AuditAction::of_name(action.name()), Some(action));
        assert_eq!(serde_json::to_value(action).expect("JSON"), action.name());
    }
    for outcome in [AuditOutcome::Begun, AuditOutcome::Done, AuditOutcome::Refused, AuditOutcome::Failed] {
        assert_eq!(serde_json::to_value(outcome).expect("JSON"), outcome.name());
    }
}

#[test]
fn an_entry_of_a_newer_release_is_not_read_as_less_than_it_is() {
    let mut json = serde_json::to_value(entry(1)).expect("JSON");
    assert_eq!(serde_json::from_value::<AuditEntry>(json.clone()).expect("an entry"), entry(1));
    json["place"] = "elsewhere".into();
    assert!(serde_json::from_value::<AuditEntry>(json).is_err());
}

/// The entries of one run through every act: each told twice, a while apart.
fn acts(request: &Request, generation: u64, begun: i64, told: i64) -> Vec<AuditEntry> {
    let refusal = PortalError::NotPermitted { what: "it".to_owned(), why: crate::ports::Refusal::Forbidden };
    let access = ChartAccess::new(request, Generation(generation), at(begun));
    let login = LoginAttempt::new(request.portal.clone(), at(begun));
    let fragments = [FragmentId::new("one"), FragmentId::new("two")];
    let key = DeliveryKey {
        order: OrderId::of(&request.id, 1),
        revision: request.revision,
        destination: DestinationName::new("folder"),
    };
    let model = ModelIdentity { name: "small".to_owned(), host: "model.example".to_owned() };
    let document = DocumentId::new("packet-3");
    let sending = TextSending::new(request, &document, &model, at(begun));
    vec![
        login.begun(),
        login.done(at(told)),
        login.refused(LockCause::WrongPassword, at(told)),
        login.failed(at(told)),
        access.begun(),
        access.opened(Ok(()), at(told)),
        access.opened(Err(&PortalError::SessionLost), at(told)),
        access.message_read(Ok(()), at(told)),
        access.document_read(&fragments[0], Ok(()), at(told)),
        access.document_read(&fragments[0], Err(&refusal), at(told)),
        access.document_read(&fragments[1], Ok(()), at(told)),
        access.section_refused(Section::ALL[0], &refusal, at(told)),
        ChartAccess::kept_copy_used(request, &fragments[0], at(told)),
        message_done(request, Ok(()), at(told)),
        delivered(request, &key, at(told)),
        sending.begun(),
        sending.ended(ModelEnd::Answered, at(told)),
        sending.ended(ModelEnd::Refused, at(told)),
        sending.ended(ModelEnd::TimedOut, at(told)),
    ]
}

fn ids(entries: &[AuditEntry]) -> BTreeSet<String> {
    entries.iter().map(|entry| entry.id.clone()).collect()
}

#[test]
fn an_act_told_again_is_the_same_and_another_act_is_another() {
    let request = request(1);
    let first = acts(&request, 1, 10, 20);
    assert_eq!(ids(&first).len(), first.len(), "acts and their ends are told apart");
    assert_eq!(ids(&acts(&request, 1, 10, 30)), ids(&first), "told later, it is still the same act");
    let another_request = super::tests::request(2);
    let later = Request { revision: Revision(2), ..request.clone() };
    let of_request = |entries: Vec<AuditEntry>| {
        ids(&entries.into_iter().filter(|entry| entry.request.is_some()).collect::<Vec<_>>())
    };
    for others in [acts(&another_request, 1, 10, 20), acts(&later, 1, 10, 20)] {
        assert!(of_request(others).is_disjoint(&ids(&first)));
    }
    for again in [acts(&request, 2, 10, 20), acts(&request, 1, 11, 20)] {
        let opened = |entries: &[AuditEntry]| {
            let charts = entries.iter().filter(|entry| entry.action == AuditAction::ChartOpened).cloned();
            ids(&charts.collect::<Vec<_>>())
        };
        assert!(opened(&again).is_disjoint(&opened(&first)), "a second opening is a second access");
    }
}

#[test]
fn entries_say_who_what_whose_and_how_it_ended_and_hold_nothing_of_a_chart() {
    let request = request(1);
    for entry in acts(&request, 1, 10, 20) {
        assert_eq!(entry.actor, AuditActor::Service);
        assert_eq!(entry.portal, Some(request.portal.clone()));
        assert_eq!(entry.patient.is_some(), entry.request.is_some());
        assert!(!serde_json::to_string(&entry).expect("JSON").contains("Zyxwvutova"));
    }
    let shown = OperatorAct::on_request(AuditAction::OrderShown, &request);
    let first = shown.clone().entry("alice (uid 1000)", at(1));
    assert_eq!(first.actor, AuditActor::Operator { account: "alice (uid 1000)".to_owned() });
    assert_eq!((first.patient.clone(), first.outcome), (Some(request.patient), AuditOutcome::Done));
    for other in [shown.clone().entry("bob (uid 1001)", at(1)), shown.entry("alice (uid 1000)", at(2))] {
        assert_ne!(other.id, first.id, "a person's every act is one of its own");
    }
}

/// Something done to a stored log.
#[derive(Clone, Debug)]
enum Harm {
    Change(usize, u8),
    Remove(usize),
    Repeat(usize, usize),
    Swap(usize, usize),
    Insert(usize),
    Cut(usize),
}

fn harm() -> impl Strategy<Value = Harm> {
    let place = 0..20_usize;
    prop_oneof![
        (place.clone(), 0..12_u8).prop_map(|(place, field)| Harm::Change(place, field)),
        place.clone().prop_map(Harm::Remove),
        (place.clone(), place.clone()).prop_map(|(from, to)| Harm::Repeat(from, to)),
        (place.clone(), place.clone()).prop_map(|(one, other)| Harm::Swap(one, other)),
        place.clone().prop_map(Harm::Insert),
        place.prop_map(Harm::Cut),
    ]
}

fn do_harm(records: &mut Vec<AuditRecord>, harm: &Harm, renumber: bool) {
    let count = records.len();
    match *harm {
        Harm::Change(place, field) => change(&mut records[place % count], field),
        Harm::Remove(place) => drop(records.remove(place % count)),
        Harm::Repeat(from, to) => {
            let record = records[from % count].clone();
            records.insert(to % (count + 1), record);
        }
        Harm::Swap(one, other) => records.swap(one % count, other % count),
        Harm::Insert(place) => {
            let before = place % (count + 1);
            let head = before.checked_sub(1).map_or_else(AuditHead::default, |at| records[at].head());
            records.insert(before, head.next(entry(77), &Keyed(b"stranger")));
        }
        Harm::Cut(place) => records.truncate(place % count),
    }
    if renumber {
        for (seq, record) in (1..).zip(records.iter_mut()) {
            record.seq = seq;
        }
    }
}

fn change(record: &mut AuditRecord, field: u8) {
    let entry = &mut record.entry;
    match field {
        0 => entry.id.push('x'),
        1 => entry.at += SignedDuration::from_nanos(1),
        2 => entry.actor = AuditActor::Operator { account: String::new() },
        3 => entry.action = AuditAction::Migrated,
        4 => entry.portal = None,
        5 => entry.patient = Some(PatientKey::new("another")),
        6 => entry.request = None,
        7 => entry.subject = Some(String::new()),
        8 => entry.why = Some("x".to_owned()),
        9 => entry.outcome = AuditOutcome::Failed,
        // A text moved from one field to the next.
        10 => (entry.request, entry.subject) = (None, entry.request.as_ref().map(ToString::to_string)),
        _ => record.hash = AuditHash::genesis(),
    }
}

proptest! {
    #[test]
    fn any_harm_is_found(length in 1..20_u32, harms in prop::collection::vec(harm(), 1..4), renumber in any::<bool>()) {
        let records = chain(length);
        let mut harmed = records.clone();
        for harm in &harms {
            if !harmed.is_empty() {
                do_harm(&mut harmed, harm, renumber);
            }
        }
        let found = verify(&harmed, Some(&last(&records)));
        prop_assert_eq!(found.is_ok(), harmed == records, "{:?}", found);
    }

    #[test]
    fn harm_before_the_last_record_is_found_without_a_head(length in 2..20_u32, place in 0..20_usize, field in 0..12_u8) {
        let mut records = chain(length);
        let place = place % records.len();
        change(&mut records[place], field);
        prop_assert!(verify(&records, None).is_err());
    }
}
