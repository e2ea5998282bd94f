//! Key file and keyring on the disk: what is made at first start, what is refused, and what the refusal says.

#![expect(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use contract::sample;
use domain::ports::{ErrorClass, KeyWrapper, PortError, PortResult, Sealer};
use files::{FileKeyWrapper, InstallationSealer, KeyPurpose, Keyring, write_atomic};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const BASE64_KEY: &[u8] = b"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

/// An installation's folder.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn key_file(&self) -> PathBuf {
        self.0.path().join("keys/installation.key")
    }

    fn keyring(&self) -> PathBuf {
        self.0.path().join("keys/keyring.json")
    }

    fn wrapper(&self, create: bool) -> PortResult<FileKeyWrapper> {
        FileKeyWrapper::of_installation(&self.key_file(), &self.keyring(), create)
    }

    /// As the program starts.
    async fn start(&self, create: bool) -> PortResult<InstallationSealer> {
        InstallationSealer::open_or_create(&self.keyring(), &self.wrapper(create)?, create, sample::at(0))
            .await
    }

    async fn refusal(&self, create: bool) -> String {
        refused(self.start(create).await)
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path().join("keys")).expect("the folder");
        let mut names: Vec<_> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

fn refused<T>(result: PortResult<T>) -> String {
    let error: PortError = result.err().expect("it was taken");
    assert_eq!(error.class, ErrorClass::Permanent, "{error}");
    error.to_string()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("the file").permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("its mode");
}

#[tokio::test]
async fn the_first_start_makes_private_files_and_the_next_uses_them() {
    let place = Place::new();
    let made = place.start(true).await.expect("a first start");
    assert_eq!(place.names(), ["installation.key", "keyring.json"]);
    assert_eq!((mode(&place.key_file()), mode(&place.keyring())), (0o600, 0o600));
    let again = place.start(false).await.expect("the next start");
    let sealed = made.seal("table/key", b"plain").expect("sealed");
    assert_eq!(again.open("table/key", &sealed).expect("opened"), b"plain");
    assert_eq!(made.keyed_hash("p", b"b"), again.keyed_hash("p", b"b"));
    assert_eq!(format!("{made:?}"), "InstallationSealer");
    let other = Place::new().start(true).await.expect("another installation");
    assert_ne!(made.keyed_hash("p", b"b"), other.keyed_hash("p", b"b"));
    let facts = Keyring::at(place.keyring()).facts().expect("facts");
    assert_eq!(facts.wrapped_by, place.wrapper(false).expect("the key").id());
    let keys: Vec<_> = facts.keys.iter().map(|key| (key.id, key.purpose, key.retired_at)).collect();
    assert_eq!(
        keys,
        [(1, KeyPurpose::Naming, None), (2, KeyPurpose::Sealing, None), (3, KeyPurpose::Index, None)]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn racing_first_starts_agree_on_one_key_and_keyring() {
    let place = std::sync::Arc::new(Place::new());
    let sealers = contract::race(8, |_| {
        let place = std::sync::Arc::clone(&place);
        async move { place.start(true).await.expect("a start") }
    })
    .await;
    let sealed = sealers[0].seal("c", b"plain").expect("sealed");
    for sealer in &sealers {
        assert_eq!(sealer.open("c", &sealed).expect("opened by every one"), b"plain");
        assert_eq!(sealer.keyed_hash("p", b"b"), sealers[0].keyed_hash("p", b"b"));
    }
    assert_eq!(place.names(), ["installation.key", "keyring.json"]);
}

#[tokio::test]
async fn a_missing_key_is_never_replaced_where_something_was_sealed() {
    let place = Place::new();
    place.start(true).await.expect("a first start");
    let key = fs::read(place.key_file()).expect("the key");
    fs::remove_file(place.key_file()).expect("the key is lost");
    for create in [false, true] {
        let text = place.refusal(create).await;
        assert!(text.contains("installation.key") && text.contains("put back the key file"), "{text}");
    }
    assert_eq!(place.names(), ["keyring.json"], "nothing was made");
    fs::remove_file(place.keyring()).expect("the keyring is lost");
    let text = place.refusal(false).await;
    assert!(text.contains("put back the key file"), "{text}");
    write_atomic(&place.key_file(), &key, 0o600).expect("the key is put back");
    let text = place.refusal(false).await;
    assert!(text.contains("keyring.json") && text.contains("put it back from the backup"), "{text}");
    assert_eq!(place.names(), ["installation.key"], "nothing was made");
}

#[tokio::test]
async fn a_keyring_under_another_key_names_both() {
    let (ours, theirs) = (Place::new(), Place::new());
    for place in [&ours, &theirs] {
        place.start(true).await.expect("a first start");
    }
    fs::copy(theirs.key_file(), ours.key_file()).expect("the wrong key");
    let ids = [&ours, &theirs].map(|place| Keyring::at(place.keyring()).facts().expect("facts").wrapped_by);
    let text = ours.refusal(false).await;
    assert!(ids.iter().all(|id| text.contains(id)) && ids[0] != ids[1], "{text}");
    assert!(text.contains("name the key file or KMS key it was wrapped by"), "{text}");
}

#[tokio::test]
async fn a_keyring_that_was_touched_is_refused_and_left_alone() {
    let place = Place::new();
    place.start(true).await.expect("a first start");
    let sound = fs::read_to_string(place.keyring()).expect("the keyring");
    let sealing_as_naming = sound.replacen("\"naming\"", "\"sealing\"", 1);
    let younger = sound.replacen("created_at\": \"2", "created_at\": \"1", 1);
    let other_root = sound.replacen("\"root\": \"A", "\"root\": \"B", 1);
    let unknown_key = sound.replacen("\"version\"", "\"extra\": 1, \"version\"", 1);
    let cut = sound[..sound.len() / 2].to_owned();
    for touched in [sealing_as_naming, younger, other_root, unknown_key, cut, String::new(), "{}".to_owned()]
    {
        assert_ne!(touched, sound);
        write_atomic(&place.keyring(), touched.as_bytes(), 0o600).expect("touched");
        let text = place.refusal(false).await;
        assert!(text.contains("keyring.json") && text.contains("restore it from the backup"), "{text}");
        assert_eq!(fs::read_to_string(place.keyring()).expect("the keyring"), touched);
    }
    let newer = sound.replacen("\"version\": 1", "\"new\": [], \"version\": 2", 1);
    write_atomic(&place.keyring(), newer.as_bytes(), 0o600).expect("of the future");
    let text = place.refusal(false).await;
    assert!(text.contains("newer release (form 2, this one knows 1)"), "{text}");
    write_atomic(&place.keyring(), sound.as_bytes(), 0o600).expect("put back");
    place.start(false).await.expect("the sound one");
}

#[tokio::test]
async fn files_that_others_can_read_are_refused() {
    let place = Place::new();
    place.start(true).await.expect("a first start");
    for path in [place.key_file(), place.keyring()] {
        for open_mode in [0o640, 0o604, 0o660] {
            set_mode(&path, open_mode);
            let text = place.refusal(false).await;
            let name = path.file_name().expect("a name").to_string_lossy();
            assert!(text.contains(&*name) && text.contains("chmod 600"), "{text}");
        }
        set_mode(&path, 0o400);
        place.start(false).await.expect("a file its owner may only read");
    }
}

#[tokio::test]
async fn a_keyring_that_cannot_be_made_says_where() {
    let place = Place::new();
    fs::create_dir_all(place.keyring()).expect("a folder in the way");
    let wrapper = FileKeyWrapper::from_key(&[7; 32]);
    let opened = InstallationSealer::open_or_create(&place.keyring(), &wrapper, true, sample::at(0)).await;
    assert!(refused(opened).contains("keyring.json"));
}

#[test]
fn a_file_that_holds_no_key_is_refused_and_left_alone() {
    let place = Place::new();
    let path = place.key_file();
    fs::create_dir(path.parent().expect("its folder")).expect("a folder");
    let long = [b'='; 5_000];
    for content in [b"".as_slice(), b"short", &[7; 31], &[7; 33], &BASE64_KEY[..40], &long] {
        write_atomic(&path, content, 0o600).expect("a key file");
        let text = refused(FileKeyWrapper::open_or_create(&path));
        assert!(text.contains("no key of 32 bytes"), "{text}");
        assert_eq!(fs::read(&path).expect("the file"), content);
    }
}

#[test]
fn a_key_is_the_same_raw_and_in_base64_and_its_name_shows_nothing_of_it() {
    let place = Place::new();
    let path = place.key_file();
    fs::create_dir(path.parent().expect("its folder")).expect("a folder");
    let expected = FileKeyWrapper::from_key(b"01234567890123456789012345678901");
    for content in [b"01234567890123456789012345678901", BASE64_KEY, &[BASE64_KEY, b"\n"].concat()] {
        write_atomic(&path, content, 0o400).expect("a key file");
        assert_eq!(FileKeyWrapper::open(&path).expect("the key").id(), expected.id());
    }
    let text = format!("{expected:?}");
    assert!(text.starts_with("FileKeyWrapper(file:") && text.len() < 40 && !text.contains("0123"), "{text}");
    let none = FileKeyWrapper::open(&place.keyring());
    assert!(none.is_err_and(|error| error.class == ErrorClass::NotFound));
}
