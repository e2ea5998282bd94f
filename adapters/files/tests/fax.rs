//! What a fax pipeline finds in its two folders, and what becomes of it when a disk goes or a process dies.

use contract::{fax_line, sample};
use domain::fax::{FaxEnvelope, FaxPipeline, sha256_hex};
use domain::ids::DestinationName;
use domain::ports::{BackEnd, Destination, ErrorClass, FaxFiles, FaxQueue};
use domain::router::Delivery;
use files::{FaxFolder, FaxOutbox};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

struct Place {
    _guard: TempDir,
    files: PathBuf,
    outbox: PathBuf,
}

#[expect(clippy::expect_used, reason = "without a folder there is no test")]
fn place() -> Place {
    let guard = tempfile::tempdir().expect("a folder");
    let (files, outbox) = (guard.path().join("in"), guard.path().join("outbox"));
    Place { _guard: guard, files, outbox }
}

impl Place {
    #[expect(clippy::expect_used, reason = "folders that do not open fail the test")]
    fn open(&self) -> (Arc<FaxFolder>, Arc<FaxOutbox>, FaxPipeline) {
        let files = Arc::new(FaxFolder::open(&self.files).expect("a folder"));
        let outbox = Arc::new(FaxOutbox::open(&self.outbox).expect("a folder"));
        let (ours, theirs) =
            (Arc::clone(&files) as Arc<dyn FaxFiles>, Arc::clone(&outbox) as Arc<dyn FaxQueue>);
        let pipeline = FaxPipeline::new(DestinationName::new("fax"), fax_line(), ours, theirs);
        (files, outbox, pipeline)
    }
}

#[expect(clippy::expect_used, reason = "a folder that is not there fails the test")]
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder");
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let mut names: Vec<String> = entries.map(|entry| name(entry.expect("an entry"))).collect();
    names.sort();
    names
}

fn delivery(number: usize) -> Delivery {
    let mut key = sample::delivery_key(number);
    key.destination = DestinationName::new("fax");
    let order_json = format!("{{\"patient\":\"{}\"}}", sample::PLANTED).into();
    Delivery {
        key,
        facts: sample::delivery_facts(),
        packet_pdf: "%PDF".into(),
        order_json,
        summary: "".into(),
    }
}

#[tokio::test]
async fn a_fax_is_a_file_and_a_message_that_names_it_and_no_patient() {
    let place = place();
    let (_, _, pipeline) = place.open();
    let receipt = pipeline.deliver(&delivery(1), sample::at(60)).await.expect("a receipt");
    let id = delivery(1).key.name();
    assert_eq!(names(&place.outbox), [format!("{id}.json")]);
    let message = fs::read_to_string(place.outbox.join(format!("{id}.json"))).expect("the message");
    let envelope: FaxEnvelope = serde_json::from_str(&message).expect("an envelope");
    assert_eq!((envelope.fax_id.as_str(), envelope.pages), (id.as_str(), 3));
    assert_eq!(envelope.called_number, "+15185550100");
    assert_eq!(envelope.received_utc.to_string(), "2026-11-20T13:00:00Z");
    let file = fs::read(&envelope.file).expect("the file");
    assert_eq!((file.as_slice(), sha256_hex(&file)), (b"%PDF".as_slice(), envelope.sha256));
    assert_eq!(receipt.reference, envelope.file);
    assert_eq!(names(&place.files).len(), 2, "the file, and the folder of what was sent");
    assert!(names(&place.files).contains(&".sent".to_owned()));
    for path in [PathBuf::from(&envelope.file), place.outbox.join(format!("{id}.json"))] {
        assert_eq!(fs::metadata(path).expect("the file").permissions().mode() & 0o777, 0o640);
    }
    let record = fs::read_to_string(place.files.join(".sent").join(&id).join("record.json")).expect("read");
    assert!(!message.contains(sample::PLANTED) && !record.contains(sample::PLANTED));
}

#[tokio::test]
async fn what_the_pipeline_took_away_is_not_handed_over_again() {
    let place = place();
    let (_, _, pipeline) = place.open();
    let receipt = pipeline.deliver(&delivery(1), sample::at(60)).await.expect("a receipt");
    for path in [&receipt.reference, &place.outbox.join(&names(&place.outbox)[0]).display().to_string()] {
        fs::remove_file(path).expect("taken");
    }
    let (_, _, pipeline) = place.open();
    assert_eq!(pipeline.find(&receipt.key).await.expect("a look"), Some(receipt.clone()));
    assert_eq!(pipeline.deliver(&delivery(1), sample::at(99)).await.expect("a receipt"), receipt);
    assert!(names(&place.outbox).is_empty());
    assert_eq!(names(&place.files), [".sent"]);
}

#[tokio::test]
async fn what_a_dead_process_left_half_done_is_removed_and_made_again() {
    let place = place();
    drop(place.open());
    let half = [
        place.files.join(".unfinished-1"),
        place.outbox.join(".unfinished-2"),
        place.files.join(".sent/.unfinished-3"),
    ];
    for path in &half {
        fs::write(path, "half of a").expect("a leftover");
    }
    let (_, _, pipeline) = place.open();
    assert!(half.iter().all(|path| !path.exists()));
    assert_eq!(pipeline.find(&delivery(1).key).await.expect("a look"), None);
    pipeline.deliver(&delivery(1), sample::at(1)).await.expect("a receipt");
}

#[tokio::test]
async fn folders_that_go_and_come_back_are_waited_for() {
    let place = place();
    let (files, outbox, pipeline) = place.open();
    let ends = [(&place.files, files as Arc<dyn BackEnd>), (&place.outbox, outbox)];
    for (number, (path, end)) in ends.into_iter().enumerate() {
        let away = path.with_extension("away");
        fs::rename(path, &away).expect("moved away");
        for there in [true, false] {
            if there && path == &place.files {
                // A mount point without its disk.
                fs::create_dir(path).expect("an empty folder");
                assert!(pipeline.find(&delivery(1).key).await.is_err(), "it must not say no");
            }
            let error =
                pipeline.deliver(&delivery(number), sample::at(1)).await.expect_err("nothing is there");
            assert_eq!(error.class, ErrorClass::Transient, "{error}");
            assert!(error.cause.contains("is gone; mount its disk"), "{error}");
            assert_eq!(end.ping().await.expect_err("nothing is there").class, ErrorClass::Transient);
            if path.exists() {
                assert!(names(path).is_empty(), "nothing was put where the disk should be");
                fs::remove_dir(path).expect("removed");
            }
        }
        fs::rename(&away, path).expect("moved back");
        end.ping().await.expect("room again");
        pipeline.deliver(&delivery(number), sample::at(1)).await.expect("a receipt");
    }
}

#[tokio::test]
async fn a_record_that_was_changed_says_so() {
    let place = place();
    let (_, _, pipeline) = place.open();
    pipeline.deliver(&delivery(1), sample::at(1)).await.expect("a receipt");
    let record = place.files.join(".sent").join(delivery(1).key.name()).join("record.json");
    fs::write(record, sample::PLANTED).expect("changed by hand");
    let error = pipeline.deliver(&delivery(1), sample::at(2)).await.expect_err("changed");
    assert_eq!(error.class, ErrorClass::Permanent);
    assert!(error.to_string().contains("restore it") && !error.to_string().contains(sample::PLANTED));
}
