//! Keys come and go: what was sealed before still opens, other processes take new keys up, kills leave a whole
//! keyring.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so by panicking")]

use contract::sample;
use domain::ports::{ErrorClass, KeyWrapper, Sealer};
use files::{FileKeyWrapper, InstallationSealer, KeyPurpose, Keyring, write_atomic};
use proptest::prelude::*;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Set for the child that a test starts and kills.
const CRASH_KEYRING: &str = "FILES_CRASH_TEST_KEYRING";

fn wrapper() -> FileKeyWrapper {
    FileKeyWrapper::from_key(&[7; 32])
}

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keyring.json");
    (folder, path)
}

async fn open_under(path: &Path, wrapper: &FileKeyWrapper) -> InstallationSealer {
    InstallationSealer::open_or_create(path, wrapper, true, sample::at(0)).await.expect("a sealer")
}

async fn open(path: &Path) -> InstallationSealer {
    open_under(path, &wrapper()).await
}

async fn rotate(path: &Path) -> u32 {
    Keyring::at(path).rotate(&wrapper(), sample::at(1)).await.expect("rotated")
}

/// The key id in front of what was sealed.
fn key_of(sealed: &[u8]) -> u32 {
    assert_eq!(sealed[0], 2);
    u32::from_be_bytes(sealed[1..5].try_into().expect("four bytes"))
}

fn leftovers(path: &Path) -> usize {
    let entries = fs::read_dir(path.parent().expect("its folder")).expect("the folder");
    entries.filter(|entry| entry.as_ref().is_ok_and(|entry| entry.path() != path)).count()
}

#[tokio::test]
async fn a_running_process_takes_up_a_key_that_another_made() {
    let (_folder, path) = place();
    let (sealing, reading) = (open(&path).await, open(&path).await);
    let before = sealing.seal("c", b"before").expect("sealed");
    let id = rotate(&path).await;
    assert!(id > key_of(&before));
    // One that only seals learns of it, and so does one that only opens.
    let after = sealing.seal("c", b"after").expect("sealed");
    assert_eq!(key_of(&after), id);
    assert_eq!(reading.open("c", &after).expect("opened"), b"after");
    assert_eq!(reading.open("c", &before).expect("opened"), b"before");
    let facts = Keyring::at(&path).facts().expect("facts");
    let sealing: Vec<_> = facts.keys.iter().filter(|key| key.purpose == KeyPurpose::Sealing).collect();
    assert_eq!((sealing[0].retired_at, sealing[1].retired_at), (Some(sample::at(1)), None));
}

#[tokio::test]
async fn the_key_id_is_part_of_what_is_sealed() {
    let (_folder, path) = place();
    let sealer = open(&path).await;
    let first = sealer.seal("c", b"plain").expect("sealed");
    let second = rotate(&path).await;
    let mut renamed = first.clone();
    renamed[1..5].copy_from_slice(&second.to_be_bytes());
    sealer.open("c", &renamed).expect_err("under another key's name");
    let mut unknown = first;
    unknown[1..5].copy_from_slice(&77_u32.to_be_bytes());
    let error = sealer.open("c", &unknown).expect_err("under a key there never was");
    assert_eq!(error.class, ErrorClass::Permanent);
    assert!(error.to_string().contains("key 77") && error.to_string().contains("keyring.json"), "{error}");
}

#[tokio::test]
async fn a_new_index_key_changes_index_hashes_and_nothing_else() {
    let (_folder, path) = place();
    let sealer = open(&path).await;
    let (hash, key) = (sealer.index_hash("name:doe"), sealer.index_key());
    let (name, sealed) = (sealer.keyed_hash("p", b"b"), sealer.seal("c", b"plain").expect("sealed"));
    let id = Keyring::at(&path).renew_index(&wrapper(), sample::at(1)).await.expect("a new index key");
    assert!(id > key);
    assert_eq!(sealer.index_key(), id, "taken up without a restart");
    assert_ne!(sealer.index_hash("name:doe"), hash);
    assert_eq!(sealer.keyed_hash("p", b"b"), name);
    assert_eq!(key_of(&sealer.seal("c", b"plain").expect("sealed")), key_of(&sealed));
    let facts = Keyring::at(&path).facts().expect("facts");
    let index: Vec<_> = facts.keys.iter().filter(|key| key.purpose == KeyPurpose::Index).collect();
    assert_eq!((index.len(), index[0].id), (1, id), "the old one is of no use to anybody");
    assert!(rotate(&path).await > id, "no id is given twice");
}

#[tokio::test]
async fn wrapped_anew_the_old_key_opens_nothing_more() {
    let (_folder, path) = place();
    let (old, new) = (wrapper(), FileKeyWrapper::from_key(&[8; 32]));
    let running = open(&path).await;
    let sealed = running.seal("c", b"plain").expect("sealed");
    Keyring::at(&path).rewrap(&old, &new).await.expect("wrapped anew");
    assert_eq!(Keyring::at(&path).facts().expect("facts").wrapped_by, new.id());
    let started = open_under(&path, &new).await;
    assert_eq!(started.open("c", &sealed).expect("opened"), b"plain");
    assert_eq!(started.keyed_hash("p", b"b"), running.keyed_hash("p", b"b"));
    let refused = InstallationSealer::open_or_create(&path, &old, true, sample::at(2)).await;
    assert!(refused.is_err_and(|error| error.to_string().contains(&new.id())));
    // A process that began before goes on, up to the first key it cannot know.
    assert_eq!(started.open("c", &running.seal("c", b"more").expect("sealed")).expect("opened"), b"more");
    Keyring::at(&path).rotate(&new, sample::at(3)).await.expect("rotated");
    let later = started.seal("c", b"later").expect("sealed");
    let error = running.open("c", &later).expect_err("a key it cannot know");
    assert!(error.to_string().contains("restart a process"), "{error}");
    assert_eq!(running.open("c", &sealed).expect("opened"), b"plain");
}

#[tokio::test]
async fn a_running_process_survives_a_keyring_it_cannot_use() {
    let (_folder, path) = place();
    let sealer = open(&path).await;
    let first = fs::read(&path).expect("the keyring");
    let id = rotate(&path).await;
    assert_eq!(key_of(&sealer.seal("c", b"plain").expect("sealed")), id);
    let newest = fs::read(&path).expect("the keyring");
    for content in [first.as_slice(), b"{}", &newest[..newest.len() / 2]] {
        write_atomic(&path, content, 0o600).expect("replaced");
        assert_eq!(key_of(&sealer.seal("c", b"plain").expect("sealed")), id, "no older key seals again");
    }
    fs::remove_file(&path).expect("removed");
    assert_eq!(key_of(&sealer.seal("c", b"plain").expect("sealed")), id);
    write_atomic(&path, &newest, 0o600).expect("put back");
    let next = rotate(&path).await;
    assert_eq!(key_of(&sealer.seal("c", b"plain").expect("sealed")), next);
}

#[tokio::test]
async fn two_changes_at_once_do_not_lose_a_key() {
    let (_folder, path) = place();
    open(&path).await;
    let other = File::open(&path).expect("the keyring");
    other.lock().expect("held by another process");
    let before = fs::read(&path).expect("the keyring");
    let error = Keyring::at(&path).rotate(&wrapper(), sample::at(1)).await.expect_err("held");
    assert_eq!(error.class, ErrorClass::Transient);
    assert_eq!(fs::read(&path).expect("the keyring"), before);
    drop(other);
    let changes: Vec<_> = (0..8)
        .map(|_| {
            std::thread::spawn({
                let path = path.clone();
                move || rotate_when_free(&path)
            })
        })
        .collect();
    let ids: Vec<u32> = changes.into_iter().map(|change| change.join().expect("a change")).collect();
    let mut distinct = ids.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), ids.len(), "every change has a key of its own");
    let facts = Keyring::at(&path).facts().expect("facts");
    assert!(ids.iter().all(|id| facts.keys.iter().any(|key| key.id == *id)));
}

/// Tries again while others change the keyring.
fn rotate_when_free(path: &Path) -> u32 {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    for _ in 0..1_000_000 {
        match runtime.block_on(Keyring::at(path).rotate(&wrapper(), sample::at(1))) {
            Err(error) if error.class == ErrorClass::Transient => std::thread::yield_now(),
            result => return result.expect("rotated"),
        }
    }
    panic!("never free")
}

#[tokio::test]
async fn a_crash_before_the_rename_leaves_the_keyring_before() {
    let (_folder, path) = place();
    let sealer = open(&path).await;
    let sealed = sealer.seal("c", b"plain").expect("sealed");
    let keyring = fs::read(&path).expect("the keyring");
    let draft = path.with_file_name(".unfinished-0123456789abcdef");
    fs::write(&draft, &keyring[..keyring.len() / 2]).expect("half a keyring");
    assert_eq!(open(&path).await.open("c", &sealed).expect("opened"), b"plain");
    rotate(&path).await;
    assert_eq!(leftovers(&path), 0, "what a crash left is removed by the next change");
    assert_eq!(open(&path).await.open("c", &sealed).expect("opened"), b"plain");
}

/// The child of the test below: makes key after key until it is killed, and shows what it sealed under each.
#[tokio::test]
async fn crash_child() {
    let Some(path) = std::env::var_os(CRASH_KEYRING) else { return };
    let path = Path::new(&path);
    let sealer = open(path).await;
    loop {
        rotate(path).await;
        Keyring::at(path).renew_index(&wrapper(), sample::at(1)).await.expect("a new index key");
        let sealed = sealer.seal("c", b"plain").expect("sealed");
        println!("\nsealed {}", data_encoding::HEXLOWER.encode(&sealed));
    }
}

#[tokio::test]
async fn what_was_sealed_opens_after_kill_9_at_any_moment() {
    let (_folder, path) = place();
    let mut sealed = Vec::new();
    for kills in 1..=12 {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "crash_child", "--nocapture"])
            .env(CRASH_KEYRING, &path)
            .stdout(Stdio::piped())
            .spawn()
            .expect("a child");
        let said = BufReader::new(child.stdout.take().expect("its output"));
        let mut lines = said.lines().map_while(Result::ok);
        let texts = lines.by_ref().filter_map(|line| line.strip_prefix("sealed ").map(str::to_owned));
        sealed.extend(texts.take(kills % 4 + 1));
        child.kill().expect("SIGKILL");
        child.wait().expect("its end");
        let sealer = open(&path).await;
        for text in &sealed {
            let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).expect("hex");
            assert_eq!(sealer.open("c", &bytes).expect("opened"), b"plain");
        }
    }
    assert!(sealed.len() >= 12);
    rotate(&path).await;
    assert_eq!(leftovers(&path), 0);
}

/// One act on an installation's keys.
#[derive(Clone, Debug)]
enum Act {
    Seal(Vec<u8>),
    Rotate,
    RenewIndex,
    Rewrap(u8),
    Restart,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => prop::collection::vec(any::<u8>(), 0..40).prop_map(Act::Seal),
        2 => Just(Act::Rotate),
        1 => Just(Act::RenewIndex),
        1 => (1..4_u8).prop_map(Act::Rewrap),
        1 => Just(Act::Restart),
    ]
}

/// Acts one after the other; every bit that was ever sealed opens at the end, to us and to no stranger.
async fn everything_still_opens(acts: Vec<Act>) {
    let (_folder, path) = place();
    let keyring = Keyring::at(&path);
    let mut wrapper = FileKeyWrapper::from_key(&[1; 32]);
    let mut sealer = open_under(&path, &wrapper).await;
    let name = sealer.keyed_hash("p", b"b");
    let mut kept = Vec::new();
    for act in acts {
        match act {
            Act::Seal(plain) => kept.push((sealer.seal("c", &plain).expect("sealed"), plain)),
            Act::Rotate => drop(keyring.rotate(&wrapper, sample::at(1)).await.expect("rotated")),
            Act::RenewIndex => drop(keyring.renew_index(&wrapper, sample::at(1)).await.expect("renewed")),
            Act::Rewrap(key) => {
                let new = FileKeyWrapper::from_key(&[key; 32]);
                keyring.rewrap(&wrapper, &new).await.expect("wrapped anew");
                wrapper = new;
                sealer = open_under(&path, &wrapper).await;
            }
            Act::Restart => sealer = open_under(&path, &wrapper).await,
        }
    }
    let stranger = open_under(&path.with_file_name("stranger.json"), &wrapper).await;
    assert_eq!(sealer.keyed_hash("p", b"b"), name, "names never change");
    for (sealed, plain) in kept {
        assert_eq!(sealer.open("c", &sealed).expect("opened"), plain);
        stranger.open("c", &sealed).expect_err("opened by a stranger");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn whatever_was_sealed_opens_after_any_changes(acts in prop::collection::vec(act(), 1..24)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(everything_still_opens(acts));
    }
}
