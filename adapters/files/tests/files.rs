//! What lies on the disk: modes, leftovers of a crash, and what a delivery's folder holds.

use contract::sample;
use domain::ids::DestinationName;
use domain::ports::{BackEnd, BlobClass, BlobStore, Destination, ErrorClass, Sealer};
use domain::router::{Delivery, Receipt};
use files::{FileBlobStore, FolderDestination, InstallationSealer, write_atomic};
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

#[expect(clippy::expect_used, reason = "without a folder there is no test")]
fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    (folder, path)
}

#[expect(clippy::expect_used, reason = "a file that is not there fails the test")]
fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("the file").permissions().mode() & 0o777
}

#[expect(clippy::expect_used, reason = "a folder that is not there fails the test")]
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_is_replaced_whole_with_its_mode_and_no_draft_stays() {
    let (_guard, folder) = folder();
    let path = folder.join("file");
    for (bytes, permissions) in [(b"first".as_slice(), 0o600), (b"second, longer", 0o644)] {
        write_atomic(&path, bytes, permissions).expect("written");
        assert_eq!((fs::read(&path).expect("read"), mode(&path)), (bytes.to_vec(), permissions));
    }
    assert_eq!(names(&folder), ["file"]);
    assert!(write_atomic(&folder.join("missing/file"), b"", 0o600).is_err());
    fs::create_dir(folder.join("taken")).expect("a folder in the way");
    assert!(write_atomic(&folder.join("taken"), b"", 0o600).is_err());
    assert_eq!(names(&folder), ["file", "taken"]);
}

#[tokio::test]
async fn a_crash_leaves_drafts_that_the_next_start_removes_unless_they_are_held() {
    let (_guard, folder) = folder();
    let sealer: Arc<dyn Sealer> = Arc::new(InstallationSealer::from_key(&[7; 32]));
    let store = FileBlobStore::open(&folder, Arc::clone(&sealer)).expect("a store");
    let blob = store.put(BlobClass::Chart, "content".into()).await.expect("a blob");
    let drafts = folder.join(".drafts");
    assert!(names(&drafts).is_empty());
    fs::write(drafts.join(".unfinished-dead"), b"half of a").expect("a leftover");
    fs::write(drafts.join(".unfinished-alive"), b"half of a").expect("a draft in work");
    let writer = File::open(drafts.join(".unfinished-alive")).expect("its writer");
    writer.try_lock().expect("its lock");
    let store = FileBlobStore::open(&folder, sealer).expect("the store again");
    assert_eq!(names(&drafts), [".unfinished-alive"]);
    assert_eq!(store.get(&blob).await.expect("the blob"), "content");
    let (class, hash) = BlobClass::of(&blob).expect("an address");
    assert_eq!(mode(&folder.join(class.name()).join(&hash[..2]).join(blob.as_str())), 0o600);
}

fn delivery(number: usize) -> Delivery {
    Delivery {
        key: sample::delivery_key(number),
        facts: sample::delivery_facts(),
        packet_pdf: "%PDF".into(),
        order_json: "{\"order\":1}".into(),
        summary: "order 1".into(),
    }
}

#[tokio::test]
async fn a_delivery_is_a_folder_of_four_files() {
    let (_guard, folder) = folder();
    let root = folder.join("out");
    let target = FolderDestination::open(DestinationName::new("folder"), &root).expect("a destination");
    let receipt = target.deliver(&delivery(1), sample::at(5)).await.expect("a receipt");
    let place = root.join(sample::delivery_key(1).name());
    assert_eq!(receipt.reference, place.display().to_string());
    assert_eq!(receipt.at, sample::at(5));
    assert_eq!(names(&place), ["order.json", "packet.pdf", "receipt.json", "summary.txt"]);
    assert_eq!(fs::read(place.join("packet.pdf")).expect("the packet"), b"%PDF");
    assert_eq!(fs::read(place.join("order.json")).expect("the order"), b"{\"order\":1}");
    let written = fs::read(place.join("receipt.json")).expect("the receipt");
    assert_eq!(serde_json::from_slice::<Receipt>(&written).expect("JSON"), receipt);
    assert_eq!(names(&root), [sample::delivery_key(1).name()]);
}

#[tokio::test]
async fn a_half_built_delivery_is_removed_and_made_again() {
    let (_guard, root) = folder();
    let half = root.join(".unfinished-dead");
    fs::create_dir(&half).expect("a half-built delivery");
    fs::write(half.join("packet.pdf"), b"%P").expect("half a packet");
    let target = FolderDestination::open(DestinationName::new("folder"), &root).expect("a destination");
    assert!(names(&root).is_empty());
    assert_eq!(target.find(&sample::delivery_key(1)).await.expect("a look"), None);
    target.deliver(&delivery(1), sample::at(5)).await.expect("a receipt");
}

#[tokio::test]
async fn a_broken_destination_says_so_and_is_no_unknown_delivery() {
    let (_guard, folder) = folder();
    let root = folder.join("out");
    let target = FolderDestination::open(DestinationName::new("folder"), &root).expect("a destination");
    target.deliver(&delivery(1), sample::at(5)).await.expect("a receipt");
    let receipt = root.join(sample::delivery_key(1).name()).join("receipt.json");
    fs::write(receipt, format!("{{\"key\":\"{}\"}}", sample::PLANTED)).expect("changed by hand");
    let error = target.deliver(&delivery(1), sample::at(6)).await.expect_err("a changed receipt");
    assert_eq!(error.class, ErrorClass::Permanent);
    assert!(!error.to_string().contains(sample::PLANTED), "{error}");
    fs::remove_dir_all(&root).expect("the folder is gone");
    let error = target.deliver(&delivery(2), sample::at(6)).await.expect_err("no folder");
    assert_eq!(error.class, ErrorClass::Transient, "somebody mounts it again");
    assert!(error.to_string().contains("the destination's folder is gone"), "{error}");
    assert!(!error.to_string().contains(sample::PLANTED));
}

#[tokio::test]
async fn folders_that_go_and_come_back_are_waited_for() {
    let (_guard, folder) = folder();
    let (blobs, out) = (folder.join("blobs"), folder.join("out"));
    let sealer: Arc<dyn Sealer> = Arc::new(InstallationSealer::from_key(&[7; 32]));
    let store = FileBlobStore::open(&blobs, sealer).expect("a store");
    let target = FolderDestination::open(DestinationName::new("folder"), &out).expect("a destination");
    let blob = store.put(BlobClass::Chart, "content".into()).await.expect("a blob");
    // A mount point without its disk: an empty folder, or none.
    for there in [true, false] {
        for path in [&blobs, &out] {
            fs::rename(path, path.with_extension("away")).expect("moved away");
            if there && *path == blobs {
                fs::create_dir(path).expect("an empty folder");
            }
        }
        let answers = [
            store.put(BlobClass::Chart, "more".into()).await.map(drop),
            store.get(&blob).await.map(drop),
            store.contains(&blob).await.map(drop),
            store.ping().await.map(drop),
            target.deliver(&delivery(1), sample::at(5)).await.map(drop),
            BackEnd::ping(&target).await.map(drop),
        ];
        for answer in answers {
            let error = answer.expect_err("nothing is there");
            assert_eq!(error.class, ErrorClass::Transient, "{error}");
            assert!(error.cause.contains("is gone; mount its disk"), "{error}");
        }
        for path in [&blobs, &out] {
            if path.exists() {
                fs::remove_dir_all(path).expect("removed");
            }
            fs::rename(path.with_extension("away"), path).expect("moved back");
        }
        assert_eq!(store.get(&blob).await.expect("the blob"), "content");
        store.ping().await.expect("room again");
        target.deliver(&delivery(1), sample::at(5)).await.expect("a receipt");
        BackEnd::ping(&target).await.expect("room again");
    }
}
