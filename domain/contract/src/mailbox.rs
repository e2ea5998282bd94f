//! Clauses M-1 to M-6 of `CodeMailbox`.

use crate::{Harness, RACERS, assert_one_won, race, sample, surely, tell};
use domain::ports::{
    CodeAddress, CodeEntry, CodeMailbox, CodeWindow, MailNotice, NoticeKind, TakeVerdict, WaitingCodes,
};
use std::sync::Arc;

type Mailbox = dyn CodeMailbox;

fn address(recipient: &str) -> CodeAddress {
    let sender_domain = "hospital.example".to_owned();
    CodeAddress::Mail { recipient: recipient.to_owned(), sender_domain, subject: None }
}

fn entry(id: &str, recipient: &str, arrived: i64, code: &str) -> CodeEntry {
    CodeEntry {
        id: id.to_owned(),
        address: address(recipient),
        arrived_at: sample::at(arrived),
        sent_at: None,
        code: code.into(),
    }
}

fn notice(id: &str, arrived: i64, link: &str) -> MailNotice {
    let kind = NoticeKind::ForwardingConfirmation {
        account: sample::PLANTED.into(),
        code: None,
        link: Some(link.into()),
    };
    MailNotice { id: id.to_owned(), arrived_at: sample::at(arrived), kind }
}

fn window(recipient: &str, not_before: i64, oldest: i64) -> CodeWindow {
    let (not_before, oldest) = (sample::at(not_before), sample::at(oldest));
    CodeWindow { address: address(recipient), not_before, oldest, sent_from: None }
}

fn taken(code: &str) -> TakeVerdict {
    TakeVerdict::Taken(code.into())
}

/// Takes, and forgives a code that was lost together with the answer that carried it.
async fn assert_taken(mailbox: &Arc<Mailbox>, window: &CodeWindow, code: &str) {
    let told = tell(|| async { mailbox.take(window).await }).await;
    let sure = told.sure;
    let verdict = told.value();
    assert!(verdict == taken(code) || (!sure && verdict == TakeVerdict::Nothing), "{verdict:?}");
}

/// M-1: a code is handed out once, and a restart does not bring it back.
pub async fn m_1_a_code_is_handed_out_once(harness: impl Harness<Mailbox>) {
    let mailbox = harness.open().await;
    let window = window("a@s.example", 0, 0);
    assert_eq!(surely(|| async { mailbox.take(&window).await }).await, TakeVerdict::Nothing);
    tell(|| async { mailbox.offer(&entry("m1", "a@s.example", 5, "004711")).await }).await.must_be_first();
    let mailbox = harness.reopen(mailbox).await;
    assert_taken(&mailbox, &window, "004711").await;
    assert_eq!(surely(|| async { mailbox.take(&window).await }).await, TakeVerdict::Nothing);
    let mailbox = harness.reopen(mailbox).await;
    assert_eq!(surely(|| async { mailbox.take(&window).await }).await, TakeVerdict::Nothing);
}

/// M-1: of racing takers one gets it.
pub async fn m_1_of_racing_takers_one_gets_it(harness: impl Harness<Mailbox>) {
    let mailbox = harness.open().await;
    surely(|| async { mailbox.offer(&entry("m1", "a@s.example", 5, "004711")).await }).await;
    let results = race(RACERS, |_| {
        let mailbox = Arc::clone(&mailbox);
        async move {
            let told = tell(|| async { mailbox.take(&window("a@s.example", 0, 0)).await }).await;
            (told.sure, told.value())
        }
    })
    .await;
    let told = results.iter().map(|(sure, verdict)| (*sure, *verdict == taken("004711")));
    assert_one_won(told, "take");
    assert!(results.iter().all(|(_, verdict)| !matches!(verdict, TakeVerdict::Ambiguous { .. })));
}

/// M-2: codes from before the attempt, too old ones, and those for somebody else are no candidates.
pub async fn m_2_only_the_windows_codes_are_candidates(harness: impl Harness<Mailbox>) {
    let mailbox = harness.open().await;
    for (id, recipient, arrived, code) in [
        ("early", "a@s.example", 9, "111111"),
        ("other", "b@s.example", 12, "222222"),
        ("ours", "a@s.example", 10, "333333"),
    ] {
        surely(|| async { mailbox.offer(&entry(id, recipient, arrived, code)).await }).await;
    }
    let typed = CodeEntry {
        address: CodeAddress::Person { portal: sample::portal() },
        ..entry("typed", "", 12, "444444")
    };
    surely(|| async { mailbox.offer(&typed).await }).await;
    assert_eq!(
        surely(|| async { mailbox.take(&window("a@s.example", 0, 11)).await }).await,
        TakeVerdict::Nothing
    );
    assert_taken(&mailbox, &window("a@s.example", 10, 0), "333333").await;
    assert_taken(&mailbox, &window("b@s.example", 0, 12), "222222").await;
    let person = CodeWindow { address: typed.address, ..window("", 0, 0) };
    assert_taken(&mailbox, &person, "444444").await;
}

/// M-2: what was sent before the window's own question is no candidate, however late it arrived; nor is what does not
/// tell.
pub async fn m_2_answers_to_earlier_questions_are_no_candidates(harness: impl Harness<Mailbox>) {
    let mailbox = harness.open().await;
    for (id, sent, code) in
        [("late", Some(9), "111111"), ("silent", None, "222222"), ("ours", Some(10), "333333")]
    {
        let sent_at = sent.map(sample::at);
        let entry = CodeEntry { sent_at, ..entry(id, "a@s.example", 12, code) };
        surely(|| async { mailbox.offer(&entry).await }).await;
    }
    let asked = CodeWindow { sent_from: Some(sample::at(10)), ..window("a@s.example", 11, 0) };
    let waiting = surely(|| async { mailbox.waiting(&asked).await }).await;
    assert_eq!(waiting, WaitingCodes { codes: 1, sent_at: Some(sample::at(10)) });
    assert_taken(&mailbox, &asked, "333333").await;
    assert_eq!(surely(|| async { mailbox.take(&asked).await }).await, TakeVerdict::Nothing);
}

/// M-2: accounts of one mailbox that are told apart by the subject do not see each other's codes.
pub async fn m_2_subjects_tell_accounts_of_one_address_apart(harness: impl Harness<Mailbox>) {
    let mailbox = harness.open().await;
    let of = |subject: &str| CodeAddress::Mail {
        recipient: "a@s.example".to_owned(),
        sender_domain: "hospital.example".to_owned(),
        subject: Some(subject.to_owned()),
    };
    for (id, subject, code) in [("n", "north", "111111"), ("s", "south", "222222")] {
        let entry = CodeEntry { address: of(subject), ..entry(id, "", 5, code) };
        surely(|| async { mailbox.offer(&entry).await }).await;
    }
    let window = |subject| CodeWindow { address: of(subject), ..window("", 0, 0) };
    assert_taken(&mailbox, &window("south"), "222222").await;
    surely(|| async { mailbox.void(&of("south")).await }).await;
    assert_taken(&mailbox, &window("north"), "111111").await;
}

/// M-2: after `void` an address has no candidates; others keep theirs.
pub async fn m_2_voided_codes_are_no_candidates(harness: impl Harness<Mailbox>) {
    let mailbox = harness.open().await;
    surely(|| async { mailbox.offer(&entry("a", "a@s.example", 5, "111111")).await }).await;
    surely(|| async { mailbox.offer(&entry("b", "b@s.example", 5, "222222")).await }).await;
    surely(|| async { mailbox.void(&address("a@s.example")).await }).await;
    assert_eq!(
        surely(|| async { mailbox.take(&window("a@s.example", 0, 0)).await }).await,
        TakeVerdict::Nothing
    );
    assert!(
        !surely(|| async { mailbox.offer(&entry("a", "a@s.example", 6, "333333")).await }).await,
        "a void id came back"
    );
    assert_taken(&mailbox, &window("b@s.example", 0, 0), "222222").await;
}

/// M-3: codes that differ are ambiguous and stay; the window that holds one of them gets it.
pub async fn m_3_different_codes_are_ambiguous_and_stay(harness: impl Harness<Mailbox>) {
    let mailbox = harness.open().await;
    for (id, arrived, code) in [("m1", 5, "111111"), ("m2", 6, "222222"), ("m3", 7, "222222")] {
        surely(|| async { mailbox.offer(&entry(id, "a@s.example", arrived, code)).await }).await;
    }
    for _ in 0..2 {
        let waiting = surely(|| async { mailbox.waiting(&window("a@s.example", 0, 0)).await }).await;
        assert_eq!(waiting.codes, 2, "codes, not mails");
        let verdict = surely(|| async { mailbox.take(&window("a@s.example", 0, 0)).await }).await;
        assert_eq!(verdict, TakeVerdict::Ambiguous { candidates: 2 });
    }
    // The same code mailed twice is one code, and used up once.
    assert_eq!(surely(|| async { mailbox.waiting(&window("a@s.example", 6, 0)).await }).await.codes, 1);
    assert_taken(&mailbox, &window("a@s.example", 6, 0), "222222").await;
    assert_eq!(
        surely(|| async { mailbox.take(&window("a@s.example", 6, 0)).await }).await,
        TakeVerdict::Nothing
    );
    assert_taken(&mailbox, &window("a@s.example", 0, 0), "111111").await;
}

/// M-4: an id seen before is not stored again: offered, used, or marked; also after a restart.
pub async fn m_4_a_seen_id_is_not_stored_again(harness: impl Harness<Mailbox>) {
    let mailbox = harness.open().await;
    assert!(!surely(|| async { mailbox.seen("m1").await }).await);
    tell(|| async { mailbox.offer(&entry("m1", "a@s.example", 5, "111111")).await }).await.must_be_first();
    assert!(surely(|| async { mailbox.seen("m1").await }).await);
    assert!(!surely(|| async { mailbox.offer(&entry("m1", "a@s.example", 6, "222222")).await }).await);
    assert_taken(&mailbox, &window("a@s.example", 0, 0), "111111").await;
    surely(|| async { mailbox.mark_seen("m2", sample::at(5)).await }).await;
    // Marking an id whose code waits must not lose the code.
    surely(|| async { mailbox.offer(&entry("m3", "c@s.example", 5, "333333")).await }).await;
    surely(|| async { mailbox.mark_seen("m3", sample::at(6)).await }).await;
    let mailbox = harness.reopen(mailbox).await;
    for id in ["m1", "m2", "m3"] {
        assert!(surely(|| async { mailbox.seen(id).await }).await, "{id} was forgotten");
        assert!(!surely(|| async { mailbox.offer(&entry(id, "a@s.example", 9, "444444")).await }).await);
    }
    assert_eq!(
        surely(|| async { mailbox.take(&window("a@s.example", 0, 0)).await }).await,
        TakeVerdict::Nothing
    );
    assert_taken(&mailbox, &window("c@s.example", 0, 0), "333333").await;
}

/// M-4: of racing offers of one id one is stored.
pub async fn m_4_of_racing_offers_one_is_stored(harness: impl Harness<Mailbox>) {
    let mailbox = harness.open().await;
    let results = race(RACERS, |index| {
        let mailbox = Arc::clone(&mailbox);
        async move {
            let code = format!("{index:06}");
            let told = tell(|| async { mailbox.offer(&entry("m1", "a@s.example", 5, &code)).await }).await;
            (told.sure, told.value())
        }
    })
    .await;
    assert_one_won(results, "offer");
    let told = tell(|| async { mailbox.take(&window("a@s.example", 0, 0)).await }).await;
    assert!(!told.sure || matches!(told.value(), TakeVerdict::Taken(_)));
}

/// M-5: the disk does not show a code.
pub async fn m_5_codes_are_unreadable_on_disk(harness: impl Harness<Mailbox>) {
    let mailbox = harness.open().await;
    surely(|| async { mailbox.offer(&entry("m1", "a@s.example", 5, sample::PLANTED)).await }).await;
    sample::assert_unreadable(harness.at_rest().await);
    assert_taken(&mailbox, &window("a@s.example", 0, 0), sample::PLANTED).await;
    sample::assert_unreadable(harness.at_rest().await);
}

/// M-5: the disk does not show a notice, open or dismissed.
pub async fn m_5_notices_are_unreadable_on_disk(harness: impl Harness<Mailbox>) {
    let mailbox = harness.open().await;
    let notice = notice("m1", 5, sample::PLANTED);
    surely(|| async { mailbox.announce(&notice).await }).await;
    sample::assert_unreadable(harness.at_rest().await);
    assert_eq!(surely(|| async { mailbox.notices().await }).await, [notice]);
    surely(|| async { mailbox.dismiss("m1").await }).await;
    sample::assert_unreadable(harness.at_rest().await);
}

/// M-6: a notice is kept once, the latest is told first, a dismissed one does not come back.
pub async fn m_6_a_notice_is_kept_once_until_it_is_dismissed(harness: impl Harness<Mailbox>) {
    let mailbox = harness.open().await;
    assert_eq!(surely(|| async { mailbox.notices().await }).await, []);
    let [early, late, later] = [notice("m2", 5, "a"), notice("m1", 7, "b"), notice("m3", 9, "c")];
    for new in [&late, &early, &later] {
        tell(|| async { mailbox.announce(new).await }).await.must_be_first();
    }
    let again = notice("m1", 99, "other");
    assert!(!surely(|| async { mailbox.announce(&again).await }).await, "a seen id was announced again");
    let mailbox = harness.reopen(mailbox).await;
    assert_eq!(surely(|| async { mailbox.notices().await }).await, [later.clone(), late, early.clone()]);
    tell(|| async { mailbox.dismiss("m1").await }).await.must_be_first();
    assert!(!surely(|| async { mailbox.dismiss("m1").await }).await, "dismissed twice");
    assert!(!surely(|| async { mailbox.dismiss("nobody").await }).await);
    let mailbox = harness.reopen(mailbox).await;
    assert!(!surely(|| async { mailbox.announce(&again).await }).await, "a dismissed notice came back");
    assert!(surely(|| async { mailbox.seen("m1").await }).await, "a dismissed mail was forgotten");
    assert_eq!(surely(|| async { mailbox.notices().await }).await, [later, early]);
}

/// M-6: of racing announcements of one id one is kept.
pub async fn m_6_of_racing_announcements_one_is_kept(harness: impl Harness<Mailbox>) {
    let mailbox = harness.open().await;
    let results = race(RACERS, |index| {
        let mailbox = Arc::clone(&mailbox);
        async move {
            let notice = notice("m1", 5, &format!("link {index}"));
            let told = tell(|| async { mailbox.announce(&notice).await }).await;
            (told.sure, told.value())
        }
    })
    .await;
    assert_one_won(results, "announce");
    assert_eq!(surely(|| async { mailbox.notices().await }).await.len(), 1);
}

/// M-6 and M-4: one id is a code or a notice; neither takes, voids or dismisses the other.
pub async fn m_6_notices_and_codes_leave_each_other_alone(harness: impl Harness<Mailbox>) {
    let mailbox = harness.open().await;
    surely(|| async { mailbox.offer(&entry("code", "a@s.example", 5, "111111")).await }).await;
    surely(|| async { mailbox.mark_seen("marked", sample::at(5)).await }).await;
    let kept = notice("notice", 5, "a");
    surely(|| async { mailbox.announce(&kept).await }).await;
    for id in ["code", "marked"] {
        assert!(!surely(|| async { mailbox.announce(&notice(id, 5, "a")).await }).await, "{id}");
        assert!(!surely(|| async { mailbox.dismiss(id).await }).await, "{id}");
    }
    assert!(surely(|| async { mailbox.seen("notice").await }).await);
    assert!(!surely(|| async { mailbox.offer(&entry("notice", "a@s.example", 5, "222222")).await }).await);
    surely(|| async { mailbox.mark_seen("notice", sample::at(6)).await }).await;
    assert_taken(&mailbox, &window("a@s.example", 0, 0), "111111").await;
    surely(|| async { mailbox.void(&address("a@s.example")).await }).await;
    assert_eq!(surely(|| async { mailbox.notices().await }).await, [kept]);
}
