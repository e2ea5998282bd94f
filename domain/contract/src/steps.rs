//! Clauses C-1 to C-6 of `StepCache`.

use crate::{Harness, RACERS, race, sample, surely};
use bytes::Bytes;
use domain::ids::{BlobRef, FragmentId, ModelAnswerKey, RecognitionKey, Revision};
use domain::ports::{SpendingOf, StepCache, StepKey};
use jiff::civil::date;
use std::sync::Arc;

type Cache = dyn StepCache;

fn listing(request: usize, revision: u32, step: &str) -> StepKey {
    StepKey::Listing {
        portal: sample::portal(),
        request: sample::request_id(request),
        revision: Revision(revision),
        step: step.to_owned(),
    }
}

fn printed(note: &str, edition: &str) -> StepKey {
    StepKey::Printed { note: BlobRef::new(note), edition: edition.to_owned() }
}

fn recognition(number: i64) -> StepKey {
    StepKey::Recognition(RecognitionKey::new(format!("page{number}")))
}

fn value(text: &str) -> Bytes {
    Bytes::from(format!("{} {text}", sample::PLANTED))
}

/// C-1: a value comes back under its own key only.
pub async fn c_1_get_gives_back_what_put_took(harness: impl Harness<Cache>) {
    let cache = harness.open().await;
    let keys = [
        listing(1, 1, "orders/1"),
        listing(1, 1, "orders/2"),
        listing(1, 2, "orders/1"),
        listing(2, 1, "orders/1"),
        StepKey::Document(FragmentId::new("fragment")),
        recognition(1),
        printed("note", "browser 1"),
        printed("note", "browser 2"),
        StepKey::ModelAnswer(ModelAnswerKey::new("question")),
        StepKey::Spending(SpendingOf::Day(date(2026, 11, 20))),
        StepKey::Spending(SpendingOf::Request(sample::request_id(1))),
    ];
    for key in &keys {
        assert_eq!(surely(|| async { cache.get(key, sample::at(0)).await }).await, None);
    }
    for key in &keys {
        surely(|| async { cache.put(key, value(&key.text()), sample::at(60)).await }).await;
    }
    for key in &keys {
        assert_eq!(surely(|| async { cache.get(key, sample::at(59)).await }).await, Some(value(&key.text())));
    }
    let empty = StepKey::Document(FragmentId::new("empty"));
    surely(|| async { cache.put(&empty, Bytes::new(), sample::at(60)).await }).await;
    assert_eq!(surely(|| async { cache.get(&empty, sample::at(0)).await }).await, Some(Bytes::new()));
}

/// C-2: from the moment it expires an entry is not handed out, purged or not.
pub async fn c_2_an_expired_entry_is_never_handed_out(harness: impl Harness<Cache>) {
    let cache = harness.open().await;
    let (short, long) = (listing(1, 1, "short"), listing(1, 1, "long"));
    surely(|| async { cache.put(&short, value("a"), sample::at(10)).await }).await;
    surely(|| async { cache.put(&long, value("b"), sample::at(20)).await }).await;
    assert_eq!(surely(|| async { cache.get(&short, sample::at(10)).await }).await, None);
    let purged = crate::tell(|| async { cache.purge(sample::at(15)).await }).await;
    assert!(!purged.sure || purged.value() == 1);
    assert_eq!(
        surely(|| async { cache.get(&short, sample::at(0)).await }).await,
        None,
        "purge left an expired entry"
    );
    assert_eq!(surely(|| async { cache.get(&long, sample::at(15)).await }).await, Some(value("b")));
}

/// C-3: a later value replaces the earlier one, its expiry included.
pub async fn c_3_put_replaces(harness: impl Harness<Cache>) {
    let cache = harness.open().await;
    let key = listing(1, 1, "orders/1");
    surely(|| async { cache.put(&key, value("old"), sample::at(10)).await }).await;
    surely(|| async { cache.put(&key, value("new"), sample::at(30)).await }).await;
    assert_eq!(surely(|| async { cache.get(&key, sample::at(20)).await }).await, Some(value("new")));
    surely(|| async { cache.put(&key, value("newer"), sample::at(5)).await }).await;
    assert_eq!(surely(|| async { cache.get(&key, sample::at(20)).await }).await, None);
}

/// C-3: of racing values one stands, whole.
pub async fn c_3_of_racing_values_one_stands(harness: impl Harness<Cache>) {
    let cache = harness.open().await;
    race(RACERS, |index| {
        let cache = Arc::clone(&cache);
        async move {
            let own = value(&index.to_string().repeat(2_000));
            surely(|| async { cache.put(&listing(1, 1, "raced"), own.clone(), sample::at(60)).await }).await;
        }
    })
    .await;
    let found = surely(|| async { cache.get(&listing(1, 1, "raced"), sample::at(0)).await }).await;
    let whole = (0..RACERS).any(|index| found == Some(value(&index.to_string().repeat(2_000))));
    assert!(whole, "the stored value is nobody's");
}

/// C-4: an entry survives a restart, and lies unreadable on the disk.
pub async fn c_4_an_entry_survives_a_restart(harness: impl Harness<Cache>) {
    let cache = harness.open().await;
    let key = listing(1, 1, "orders/1");
    surely(|| async { cache.put(&key, value("kept"), sample::at(60)).await }).await;
    let cache = harness.reopen(cache).await;
    assert_eq!(surely(|| async { cache.get(&key, sample::at(1)).await }).await, Some(value("kept")));
    sample::assert_unreadable(harness.at_rest().await);
}

/// C-5: of ten recognitions six stay, those that expire last; a document that expires before all of them stays too.
pub async fn c_5_recognitions_beyond_the_bound_go_oldest_first(harness: impl Harness<Cache>) {
    let cache = harness.open().await;
    let document = StepKey::Document(FragmentId::new("fragment"));
    surely(|| async { cache.put(&document, value("document"), sample::at(5)).await }).await;
    for number in 1..=10 {
        let own = value(&number.to_string());
        surely(|| async { cache.put(&recognition(number), own.clone(), sample::at(10 * number)).await })
            .await;
    }
    for _ in 0..2 {
        surely(|| async { cache.trim_recognitions(6).await }).await;
        for number in 1..=10 {
            let found = surely(|| async { cache.get(&recognition(number), sample::at(0)).await }).await;
            assert_eq!(found.is_some(), number > 4, "page {number}");
        }
    }
    let found = surely(|| async { cache.get(&document, sample::at(0)).await }).await;
    assert_eq!(found, Some(value("document")));
}

/// C-6: what is not as expected stays as it is; an expired entry is none.
pub async fn c_6_a_swap_replaces_only_what_is_expected(harness: impl Harness<Cache>) {
    let cache = harness.open().await;
    let key = StepKey::Spending(SpendingOf::Day(date(2026, 11, 20)));
    let swap = async |expected: Option<&str>, new: &str, until: i64, now: i64| {
        let expected = expected.map(value);
        let told = crate::tell(|| async {
            cache.swap(&key, expected.as_ref(), value(new), sample::at(until), sample::at(now)).await
        })
        .await;
        // After a lost answer one's own new value is what is not expected.
        let own = surely(|| async { cache.get(&key, sample::at(now)).await }).await == Some(value(new));
        let sure = told.sure;
        if sure { told.value() } else { own }
    };
    assert!(!swap(Some("a"), "b", 60, 0).await, "nothing is there");
    assert!(swap(None, "a", 60, 0).await);
    assert!(!swap(None, "b", 60, 0).await, "something is there");
    assert!(!swap(Some("b"), "c", 60, 0).await, "something else is there");
    assert!(swap(Some("a"), "b", 90, 0).await);
    assert_eq!(surely(|| async { cache.get(&key, sample::at(70)).await }).await, Some(value("b")));
    assert!(!swap(Some("b"), "c", 120, 95).await, "it has expired");
    assert!(swap(None, "d", 120, 95).await);
    surely(|| async { cache.put(&key, value("e"), sample::at(130)).await }).await;
    assert!(!swap(Some("d"), "f", 140, 95).await, "put in between");
    assert_eq!(surely(|| async { cache.get(&key, sample::at(95)).await }).await, Some(value("e")));
}

/// C-6: a set to which everybody adds by swapping, and by reading again where that failed, loses nobody.
pub async fn c_6_of_racing_swaps_none_is_lost(harness: impl Harness<Cache>) {
    let cache = harness.open().await;
    race(RACERS, |index| {
        let cache = Arc::clone(&cache);
        async move {
            let key = listing(1, 1, "raced");
            let own = format!("<{index}>");
            for _ in 0..RACERS * 20 {
                let there = surely(|| async { cache.get(&key, sample::at(0)).await }).await;
                let text = there.as_ref().map_or("", |there| std::str::from_utf8(there).unwrap_or_default());
                if text.contains(&own) {
                    return;
                }
                let new = Bytes::from(format!("{text}{own}"));
                let (until, now) = (sample::at(60), sample::at(0));
                drop(
                    crate::tell(|| async { cache.swap(&key, there.as_ref(), new.clone(), until, now).await })
                        .await,
                );
            }
        }
    })
    .await;
    let found = surely(|| async { cache.get(&listing(1, 1, "raced"), sample::at(0)).await }).await;
    let found = found.unwrap_or_default();
    let text = std::str::from_utf8(&found).unwrap_or_default();
    for index in 0..RACERS {
        assert_eq!(text.matches(&format!("<{index}>")).count(), 1, "{index}");
    }
}
