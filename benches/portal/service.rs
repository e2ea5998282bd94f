//! Our own contender: the service as `run` starts it, in a process of its own, until every chart has been read.
//!
//! Its workers are stubs in one thing: a page is not recognised, it is blank. So nothing waits for OCR, and no order is
//! read that would have a chart read once more. Everything before that is the shipped code.

use documents::frame::{Frame, write_frame};
use documents::protocol::{WorkerReply, WorkerRequest};
use documents::read::{PageText, ReadMethod};
use domain::ports::{BlobStore, RequestFilter};
use domain::request::Request;
use domain::session::SessionStatus;
use epic_connector::service::ServiceView;
use epic_connector::settings::Settings;
use epic_connector::wiring;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::{self, Cursor};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A synthetic hospital's configuration looks at the In Basket every other second, for the demo's sake. Here it is
/// looked at as often as an installation does that says nothing of it.
const POLL: (&str, &str) = ("EPIC_CONNECTOR__PORTALS__HOSPITAL_B__POLL_INTERVAL", "60s");

/// How often the store is asked whether all is read; what it costs is part of what is measured.
const LOOK: Duration = Duration::from_millis(100);

/// Answers as `epic-connector worker` does, but for pages to be read.
pub(crate) fn worker() -> Result<(), Box<dyn Error>> {
    let (mut input, mut output) = (process::frames(), io::stdout());
    while let Some(frame) = input()? {
        if let Ok(WorkerRequest::ReadPage { page, .. }) = frame.parse() {
            let page = blank(page);
            write_frame(&mut output, &Frame::new(&WorkerReply::PageRead { page }, Vec::new())?)?;
            continue;
        }
        let mut question = Vec::new();
        write_frame(&mut question, &frame)?;
        documents::worker::serve(Cursor::new(question), &mut output, None)?;
    }
    Ok(())
}

fn blank(page: u32) -> PageText {
    PageText {
        page,
        width_pt: 612.0,
        height_pt: 792.0,
        method: ReadMethod::Blank,
        rotation: 0,
        turned: 0,
        deskewed: 0.0,
        words: Vec::new(),
        text: String::new(),
        mean_confidence: 0.0,
        unseen: Vec::new(),
    }
}

/// Runs the service a job describes, and prints what it has brought as one line of JSON.
pub(crate) fn run(job: &Path) -> Result<(), Box<dyn Error>> {
    let job: Value = serde_json::from_str(&std::fs::read_to_string(job)?)?;
    tokio::runtime::Runtime::new()?.block_on(read_all(&job))
}

async fn read_all(job: &Value) -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let config = job["config"].as_str().ok_or("the job names a configuration")?;
    let variables = BTreeMap::from([(POLL.0.to_owned(), POLL.1.to_owned())]);
    let (settings, secrets) = Settings::load_with_secrets(Some(Path::new(config)), &variables)
        .map_err(|mistakes| mistakes.to_string())?;
    let service = wiring::start(&settings, secrets, Arc::new(|_, _, _| {})).await?;
    let view = service.view.clone();
    let ready = |view: &ServiceView| {
        view.boards.values().all(|board| matches!(board.watch().now(), SessionStatus::Ready { .. }))
    };
    while !ready(&view) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let ready_s = started.elapsed().as_secs_f64();
    let wanted: BTreeSet<&str> = job["messages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|message| message["id"].as_str())
        .collect();
    let requests = loop {
        let requests = view.requests.list(&RequestFilter::default()).await?;
        let read = |request: &&Request| request.captured.is_some() || request.at_rest();
        let ids: BTreeSet<String> = requests.iter().filter(read).map(id).collect();
        if wanted.iter().all(|id| ids.contains(*id)) {
            break requests;
        }
        tokio::time::sleep(LOOK).await;
    };
    let done_s = started.elapsed().as_secs_f64();
    let stores = wiring::open_stores(&settings).await?;
    let brought = brought(&requests, stores.blobs.as_ref()).await?;
    let messages: BTreeSet<String> = requests.iter().filter(|one| one.captured.is_some()).map(id).collect();
    let answer = json!({
        "ready_s": ready_s, "done_s": done_s, "messages": messages, "documents": brought, "failures": [],
    });
    println!("{answer}");
    service.run(async {}).await?;
    Ok(())
}

fn id(request: &Request) -> String {
    request.row.message_id.reveal().clone()
}

/// Each document once, with what lies in the blob store.
async fn brought(requests: &[Request], blobs: &dyn BlobStore) -> Result<Vec<Value>, Box<dyn Error>> {
    let mut documents: BTreeMap<String, (Vec<String>, usize, bool)> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for fragment in requests.iter().filter_map(|one| one.captured.as_ref()).flat_map(|chart| &chart.fragments)
    {
        if !seen.insert(fragment.id.clone()) {
            continue;
        }
        // A note's pages come from its printed form.
        let content = blobs.get(fragment.printed.as_ref().unwrap_or(&fragment.blob)).await?;
        let starts = [b"%PDF".as_slice(), b"II*\0", b"MM\0*", b"\xff\xd8"];
        let sound = starts.iter().any(|mark| content.starts_with(mark));
        let entry = documents.entry(fragment.listed.epic_id.clone()).or_insert((Vec::new(), 0, true));
        let hash = Sha256::digest(&content);
        entry.0.push(hash.iter().map(|byte| format!("{byte:02x}")).collect());
        entry.1 += content.len();
        entry.2 &= sound;
    }
    let entry =
        |(id, (files, bytes, sound))| json!({"id": id, "files": files, "bytes": bytes, "sound": sound});
    Ok(documents.into_iter().map(entry).collect())
}
