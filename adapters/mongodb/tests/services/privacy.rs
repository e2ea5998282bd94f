//! A planted patient name lies in no byte of the database, whatever was stored.

use crate::fixture::OneDatabase;
use contract::sample;
use domain::audit::{AuditAction, AuditActor, AuditEntry, AuditOutcome};
use domain::ids::{PacketId, PatientBlock, Revision};
use domain::ports::{
    AuditLog, CodeAddress, CodeEntry, CodeMailbox, DeliveryStore, MailNotice, NoticeKind, OrderStore,
    PageStore, PortalLedger, RequestFilter, RequestStore, SignatureStore, StepCache, StepKey, Version,
};
use domain::search;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_planted_name_is_in_no_byte_of_the_database() {
    let database = OneDatabase::new();
    let (store, request) = (database.store().await, sample::request(1));
    store.create(&request).await.expect("a request");
    store.commit(&sample::order_set(&request.id, Revision::FIRST, 2)).await.expect("orders");
    store.record(&sample::receipt(1, sample::PLANTED)).await.expect("a receipt");
    let step = StepKey::Listing {
        portal: sample::portal(),
        request: request.id.clone(),
        revision: Revision::FIRST,
        step: "orders/1".to_owned(),
    };
    StepCache::put(&store, &step, sample::PLANTED.into(), sample::at(99)).await.expect("a step");
    PageStore::put(&store, &PacketId::new("p1"), &sample::page(1, 0.5)).await.expect("a page");
    let mut signatures = sample::signatures(1..2);
    signatures.orders[0].text_hash = sample::PLANTED.to_owned();
    store.compare_and_set(&PatientBlock::new("b1"), &signatures, Version(0)).await.expect("signatures");
    store.save_cookies(&sample::portal(), Some(sample::PLANTED.into())).await.expect("cookies");
    let address = CodeAddress::Mail {
        recipient: format!("{}@s.example", sample::PLANTED.to_lowercase()),
        sender_domain: "hospital.example".to_owned(),
        subject: None,
    };
    let code = CodeEntry {
        id: "m1".to_owned(),
        address,
        arrived_at: sample::at(1),
        sent_at: None,
        code: sample::PLANTED.into(),
    };
    store.offer(&code).await.expect("a code");
    let kind = NoticeKind::ForwardingConfirmation { account: sample::PLANTED.into(), code: None, link: None };
    let notice = MailNotice { id: "m2".to_owned(), arrived_at: sample::at(2), kind };
    store.announce(&notice).await.expect("a notice");
    let act = AuditEntry {
        id: "act1".to_owned(),
        at: sample::at(0),
        actor: AuditActor::Service,
        action: AuditAction::Searched,
        portal: None,
        patient: Some(request.patient.clone()),
        request: None,
        subject: None,
        why: Some(sample::PLANTED.to_owned()),
        outcome: AuditOutcome::Done,
    };
    store.append(&[act]).await.expect("an act");
    let search = search::query(&sample::PLANTED[..5]);
    let filter = RequestFilter { search, ..RequestFilter::default() };
    assert_eq!(RequestStore::list(&store, &filter).await.expect("a search").len(), 1);

    let bytes = database.bytes().await;
    for needle in
        [sample::PLANTED.to_owned(), sample::PLANTED.to_lowercase(), sample::PLANTED[..4].to_lowercase()]
    {
        let found = bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
        assert!(!found, "the planted name lies readable in the database");
    }
}
