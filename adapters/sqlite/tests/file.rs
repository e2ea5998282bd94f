//! The file itself: who may open it, what it refuses and says, and that a kill loses nothing acknowledged.

use contract::{race, sample};
use domain::ports::{
    Clock, DeliveryStore, ErrorClass, PortError, RequestFilter, RequestPlace, RequestStore, Version,
    WorkQueue,
};
use domain::work::{Stage, WORK_ITEM_VERSION};
use jiff::SignedDuration;
use memory::{ManualClock, MemorySealer};
use rusqlite::Connection;
use sqlite::{ServiceLock, SqliteStore};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use tempfile::TempDir;

/// Set for the child that a test starts and kills.
const CRASH_STORE: &str = "SQLITE_CRASH_TEST_STORE";

fn open_under(path: &Path, key: u64) -> Result<SqliteStore, PortError> {
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(sample::at(0)));
    SqliteStore::open(path, Arc::new(MemorySealer::new(key)), clock)
}

fn open(path: &Path) -> Result<SqliteStore, PortError> {
    open_under(path, 0)
}

#[expect(clippy::expect_used, reason = "without a folder there is no test")]
fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("data").join("connector.db");
    (folder, path)
}

#[expect(clippy::expect_used, reason = "a store that opens fails the test")]
fn refusal(result: Result<SqliteStore, PortError>) -> String {
    let error = result.expect_err("the file was opened");
    assert_eq!(error.class, ErrorClass::Permanent);
    assert!(error.thing.contains("connector.db"), "{error}");
    error.to_string()
}

#[test]
fn a_new_file_is_private_and_is_opened_again() {
    let (_folder, path) = folder();
    for _ in 0..2 {
        let store = open(&path).expect("a store");
        let mode = std::fs::metadata(&path).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(format!("{store:?}"), format!("SqliteStore {{ path: {path:?}, .. }}"));
    }
}

#[test]
fn what_is_not_ours_is_refused_unchanged() {
    let (_folder, path) = folder();
    drop(open(&path).expect("a store"));
    let newer = Connection::open(&path).expect("the file");
    newer.pragma_update(None, "user_version", 99).expect("a newer format");
    drop(newer);
    assert!(refusal(open(&path)).contains("newer release (format 99"));

    std::fs::remove_file(&path).expect("removed");
    let foreign = Connection::open(&path).expect("another database");
    foreign.execute_batch("CREATE TABLE notes (text TEXT)").expect("a table");
    drop(foreign);
    let before = std::fs::read(&path).expect("its bytes");
    assert!(refusal(open(&path)).contains("another program's database"));
    assert_eq!(std::fs::read(&path).expect("its bytes"), before);

    std::fs::write(&path, b"Dear reader, this is a letter and no database at all.".repeat(50)).expect("text");
    assert!(refusal(open(&path)).contains("no database of this connector"));
}

#[test]
fn another_key_is_refused_at_once() {
    let (_folder, path) = folder();
    drop(open_under(&path, 1).expect("a store"));
    assert!(refusal(open_under(&path, 2)).contains("sealed under another key"));
    assert!(open_under(&path, 1).is_ok());
}

#[test]
fn a_path_that_cannot_be_is_said_so() {
    let (folder, _) = folder();
    let file = folder.path().join("file");
    std::fs::write(&file, b"").expect("a file");
    refusal(open(&file.join("connector.db")));
}

#[test]
fn one_service_a_file() {
    let (_folder, path) = folder();
    let lock = ServiceLock::acquire(&path).expect("the first service");
    let error = ServiceLock::acquire(&path).expect_err("a second service got the lock");
    assert!(error.to_string().contains("another service is running"), "{error}");
    assert!(open(&path).is_ok(), "a verb beside the service is refused");
    drop(lock);
    assert!(ServiceLock::acquire(&path).is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_verb_beside_the_service_sees_its_writes() {
    let (_folder, path) = folder();
    let (service, verb) = (open(&path).expect("a store"), open(&path).expect("a second handle"));
    for number in 0..20 {
        let (writer, reader) = if number % 2 == 0 { (&service, &verb) } else { (&verb, &service) };
        assert!(writer.create(&sample::request(number)).await.expect("a write"));
        let found = RequestStore::get(reader, &sample::request_id(number)).await.expect("a read");
        assert!(found.is_some());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_job_that_fails_in_a_batch_takes_no_other_with_it() {
    let (_folder, path) = folder();
    let store = open(&path).expect("a store");
    store.create(&sample::request(0)).await.expect("a request");
    let results = race(200, |index| {
        let store = store.clone();
        async move {
            if index % 2 == 0 {
                store.update(&sample::request(0), Version(77)).await.map(|_| true)
            } else {
                store.create(&sample::request(index)).await
            }
        }
    })
    .await;
    for (index, result) in results.into_iter().enumerate() {
        match result {
            Ok(created) => assert!(created && index % 2 == 1),
            Err(error) => assert!(error.class == ErrorClass::Conflict && index % 2 == 0, "{error}"),
        }
    }
    assert_eq!(RequestStore::list(&store, &RequestFilter::default()).await.expect("a list").len(), 101);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_requests_are_listed_in_one_go_and_by_pages() {
    let (_folder, path) = folder();
    let store = open(&path).expect("a store");
    race(64, |worker| {
        let store = store.clone();
        async move {
            for number in (worker..10_000).step_by(64) {
                store.create(&sample::request(number)).await.expect("a write");
            }
        }
    })
    .await;
    let all = RequestStore::list(&store, &RequestFilter::default()).await.expect("a list");
    assert_eq!(all.len(), 10_000);
    assert!(all.is_sorted_by_key(|request| request.created_at));
    let mut pages = 0;
    let mut filter = RequestFilter { newest_first: true, limit: Some(999), ..RequestFilter::default() };
    let mut paged = Vec::new();
    loop {
        let page = RequestStore::list(&store, &filter).await.expect("a page");
        filter.after = page.last().map(RequestPlace::of);
        pages += 1;
        let full = page.len() == 999;
        paged.extend(page.into_iter().map(|request| request.id));
        if !full {
            break;
        }
    }
    assert_eq!(pages, 11);
    assert!(paged.iter().rev().eq(all.iter().map(|request| &request.id)));
    let counts = store.counts().await.expect("counts");
    assert_eq!(counts.iter().map(|count| count.count).collect::<Vec<_>>(), [10_000]);
}

#[tokio::test]
async fn a_newer_work_item_stays_and_an_unreadable_one_steps_aside() {
    let (_folder, path) = folder();
    let store = open(&path).expect("a store");
    let (mut newer, damaged, good) =
        (sample::item(1, Stage::Ocr), sample::item(2, Stage::Ocr), sample::item(3, Stage::Ocr));
    newer.version = WORK_ITEM_VERSION + 1;
    let queue = good.queue();
    store.enqueue(&[newer, damaged.clone(), good.clone()], SignedDuration::ZERO).await.expect("items");
    let connection = Connection::open(&path).expect("the file");
    connection
        .execute("UPDATE work_items SET item = '{}' WHERE id = ?1", [damaged.id.as_str()])
        .expect("a damaged item");
    let leases = store.lease(&queue, 10, SignedDuration::from_secs(30)).await.expect("a lease");
    assert_eq!(leases.iter().map(|lease| &lease.item).collect::<Vec<_>>(), [&good]);
    let depths = store.depths().await.expect("depths");
    assert_eq!((depths[0].waiting, depths[0].leased), (2, 1));
    assert_eq!(depths[0].oldest, Some(sample::at(0)));
}

#[tokio::test]
async fn an_item_asked_for_while_leased_comes_again() {
    let (_folder, path) = folder();
    let store = open(&path).expect("a store");
    let item = sample::item(1, Stage::Ocr);
    let (queue, ttl) = (item.queue(), SignedDuration::from_secs(30));
    let again = [item.clone()];
    store.enqueue(&again, SignedDuration::ZERO).await.expect("an item");
    let first = store.lease(&queue, 1, ttl).await.expect("a lease");
    store.enqueue(&again, SignedDuration::ZERO).await.expect("the item again");
    store.acknowledge(&first[0]).await.expect("acknowledged");
    let second = store.lease(&queue, 1, ttl).await.expect("the repeat");
    assert_eq!((&second[0].item, second[0].deliveries), (&item, 1));
    assert_ne!(second[0].token, first[0].token);
}

#[tokio::test]
async fn damage_is_an_error_that_names_the_record_and_shows_nothing() {
    let (_folder, path) = folder();
    let store = open(&path).expect("a store");
    store.create(&sample::request(1)).await.expect("a request");
    store.create(&sample::request(2)).await.expect("a request");
    let connection = Connection::open(&path).expect("the file");
    // One request's body passed off as another's must not open either.
    connection
        .execute_batch("UPDATE requests SET body = (SELECT body FROM requests WHERE id = 'request0002')")
        .expect("swapped");
    let error = RequestStore::get(&store, &sample::request_id(1)).await.expect_err("a swapped record");
    assert_eq!((error.class, error.thing.as_str()), (ErrorClass::Permanent, "requests/request0001"));
    assert!(!error.to_string().contains(sample::PLANTED));
}

#[tokio::test]
async fn the_oldest_come_first() {
    let (_folder, path) = folder();
    let store = open(&path).expect("a store");
    let items: Vec<_> = (0..6).map(|number| sample::item(number, Stage::Parse)).collect();
    for item in &items {
        store.enqueue(std::slice::from_ref(item), SignedDuration::ZERO).await.expect("enqueued");
    }
    let leases = store.lease(&items[0].queue(), 4, SignedDuration::from_secs(30)).await.expect("leased");
    let came: Vec<_> = leases.into_iter().map(|lease| lease.item).collect();
    assert_eq!(came, items[..4]);
}

/// The child of the test below: writes until it is killed, and says what was acknowledged.
#[tokio::test]
async fn crash_child() {
    let Some(path) = std::env::var_os(CRASH_STORE) else { return };
    let store = open(Path::new(&path)).expect("a store");
    for number in 0.. {
        store.create(&sample::request(number)).await.expect("a request");
        store.enqueue(&[sample::item(number, Stage::Ocr)], SignedDuration::ZERO).await.expect("an item");
        store.record(&sample::receipt(number, "place")).await.expect("a receipt");
        println!("\nacknowledged {number}");
    }
}

#[tokio::test]
async fn what_was_acknowledged_survives_kill_9() {
    let (_folder, path) = folder();
    let mut last = 0;
    for kills in 1..=5 {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "crash_child", "--nocapture"])
            .env(CRASH_STORE, &path)
            .stdout(Stdio::piped())
            .spawn()
            .expect("a child");
        let said = BufReader::new(child.stdout.take().expect("its output"));
        let mut numbers = said
            .lines()
            .map_while(Result::ok)
            .filter_map(|line| line.strip_prefix("acknowledged ")?.parse::<usize>().ok());
        // The pipe stays open until after the kill, so that the child dies of nothing else.
        let acknowledged = numbers.by_ref().find(|number| *number >= kills * 7);
        child.kill().expect("SIGKILL");
        child.wait().expect("its end");
        last = last.max(acknowledged.expect("the child wrote nothing"));
    }
    let store = open(&path).expect("the store after the kills");
    let ids: BTreeSet<_> = RequestStore::list(&store, &RequestFilter::default())
        .await
        .expect("a list")
        .into_iter()
        .map(|request| request.id)
        .collect();
    let queue = sample::item(0, Stage::Ocr).queue();
    let leased = store.lease(&queue, 10_000, SignedDuration::from_secs(30));
    let items: BTreeSet<_> = leased.await.expect("a lease").into_iter().map(|lease| lease.item.id).collect();
    for number in 0..=last {
        assert!(ids.contains(&sample::request_id(number)), "request {number} was lost");
        assert!(items.contains(&sample::item(number, Stage::Ocr).id), "item {number} was lost");
        let receipt = DeliveryStore::get(&store, &sample::delivery_key(number)).await.expect("a read");
        assert!(receipt.is_some(), "receipt {number} was lost");
    }
}
