//! Lists, search, counts, look-ups and leases over a store that grows from 1,000 to 100,000 requests.
//!
//! `cargo bench --profile dev --bench stores` fills an SQLite file, and with `MONGODB_URI` set a database of its own on
//! that server, with synthetic requests, and prints how long each kind of call takes at 1 k, 10 k and 100 k, as a table
//! and as one line of JSON. What stays flat walks an index; nothing is asserted. A number behind `--` ends the growth
//! earlier.

#![expect(clippy::print_stdout, reason = "a bench prints what it has measured")]

use domain::ids::{MessageKey, OrderId, PatientBlock, PatientKey, PortalName, RequestId, Revision};
use domain::inbox::InboxRow;
use domain::parser::{OrderSketch, OrderState, Outcome, Signature, SignatureSet};
use domain::patient::PatientIdentity;
use domain::ports::{
    Clock, PortResult, RequestFilter, RequestPlace, RequestStore, Sealer, SignatureStore, Version, WorkQueue,
};
use domain::request::{Request, RequestStatus};
use domain::search;
use domain::work::Stage;
use futures::stream::{self, TryStreamExt};
use jiff::{SignedDuration, Timestamp};
use memory::{FnClock, MemorySealer};
use mongo::{MongoOptions, MongoStore};
use sqlite::SqliteStore;
use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

/// How many requests there are when it is measured.
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

/// Calls of each kind at each size; the 95th percentile leaves out the slowest five.
const CALLS: usize = 100;

/// Writers at once while the store is filled: enough for a transaction of many.
const WRITERS: usize = 256;

/// Requests of one page.
const PAGE: usize = 50;

/// Requests whose duplicates are looked for in one set.
const REQUESTS_A_PATIENT: usize = 3;

/// Milliseconds of each kind of call, sorted.
type Times = BTreeMap<&'static str, Vec<f64>>;

struct Back {
    name: &'static str,
    requests: Arc<dyn RequestStore>,
    signatures: Arc<dyn SignatureStore>,
    queue: Option<Arc<dyn WorkQueue>>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let max = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(SIZES[2]);
    let sizes: Vec<usize> = SIZES.into_iter().filter(|size| *size <= max).collect();
    let sealer: Arc<dyn Sealer> = Arc::new(MemorySealer::new(7));
    let clock: Arc<dyn Clock> = Arc::new(FnClock::new(Timestamp::now));
    let folder = tempfile::tempdir()?;
    let file = SqliteStore::open(&folder.path().join("connector.db"), Arc::clone(&sealer), clock)?;
    let file = Arc::new(file);
    let (requests, signatures, queue) = (Arc::clone(&file) as _, Arc::clone(&file) as _, Arc::clone(&file));
    measure(&Back { name: "sqlite", requests, signatures, queue: Some(queue) }, &sizes).await?;
    let Some(uri) = std::env::vars().find_map(|(name, uri)| (name == "MONGODB_URI").then_some(uri)) else {
        println!("\nmongodb: not measured; set MONGODB_URI, as `make services` tells it");
        return Ok(());
    };
    let database = format!("epic_bench_{}", std::process::id());
    let options = MongoOptions { create: true, ..MongoOptions::default() };
    let server = Arc::new(MongoStore::connect(&uri, Some(&database), sealer, &options).await?);
    let (requests, signatures) = (Arc::clone(&server) as _, Arc::clone(&server) as _);
    let ended = measure(&Back { name: "mongodb", requests, signatures, queue: None }, &sizes).await;
    println!("\nthe database {database} stays on the server; drop it when you have no more use for it");
    ended
}

async fn measure(back: &Back, sizes: &[usize]) -> Result<(), Box<dyn Error>> {
    let mut columns: Vec<(usize, Times)> = Vec::new();
    let mut filled = 0;
    for size in sizes {
        let since = Instant::now();
        fill(back, filled..*size).await?;
        let seconds = since.elapsed().as_secs_f64();
        println!("{}: {} requests more in {seconds:.1} s", back.name, size - filled);
        filled = *size;
        columns.push((*size, calls(back, *size).await?));
    }
    report(back.name, &columns);
    Ok(())
}

async fn fill(back: &Back, numbers: std::ops::Range<usize>) -> PortResult<()> {
    stream::iter(numbers.clone().map(Ok))
        .try_for_each_concurrent(WRITERS, |number| async move {
            back.requests.create(&request(number)).await?;
            if number % REQUESTS_A_PATIENT == 0 {
                let orders = (number..number + REQUESTS_A_PATIENT).map(signature).collect();
                let set = SignatureSet::of_orders(orders);
                back.signatures.compare_and_set(&block(number), &set, Version(0)).await?;
            }
            Ok(())
        })
        .await?;
    let Some(queue) = &back.queue else { return Ok(()) };
    let items: Vec<_> =
        numbers.map(|number| request(number).item(Stage::Scrape, Timestamp::UNIX_EPOCH)).collect();
    for batch in items.chunks(1_000) {
        queue.enqueue(batch, SignedDuration::ZERO).await?;
    }
    Ok(())
}

async fn calls(back: &Back, size: usize) -> Result<Times, Box<dyn Error>> {
    let mut times = Times::new();
    lists(back, size, &mut times).await?;
    look_ups(back, size, &mut times).await?;
    if let Some(queue) = &back.queue {
        let name = request(0).item(Stage::Scrape, Timestamp::UNIX_EPOCH).queue();
        timed(&mut times, "lease and release", |_| {
            let (queue, name) = (Arc::clone(queue), name.clone());
            async move {
                for lease in queue.lease(&name, 1, SignedDuration::from_mins(1)).await? {
                    queue.release(&lease, SignedDuration::ZERO).await?;
                }
                Ok(())
            }
        })
        .await?;
    }
    Ok(times)
}

/// One of the requests: spread over the whole store, and not in the order in which it was filled.
fn spread(call: usize, size: usize) -> Request {
    request(mixed(call) % size)
}

async fn lists(back: &Back, size: usize, times: &mut Times) -> PortResult<()> {
    let all = || RequestFilter { limit: Some(PAGE), newest_first: true, ..RequestFilter::default() };
    let lists: [(&'static str, &dyn Fn(usize) -> RequestFilter); 8] = [
        ("list: first page", &|_| all()),
        ("list: a page in the middle", &|call| {
            let after = Some(RequestPlace::of(&spread(call, size)));
            RequestFilter { after, ..all() }
        }),
        ("list: in motion", &|_| RequestFilter { in_motion: true, newest_first: false, ..all() }),
        ("list: waits for a person", &|_| RequestFilter {
            standing: Some("needs_person".to_owned()),
            ..all()
        }),
        ("list: a patient's", &|call| RequestFilter { patient: Some(spread(call, size).patient), ..all() }),
        ("search: number", &|call| RequestFilter {
            search: search::query(spread(call, size).row.patient.mrn.reveal()),
            ..all()
        }),
        ("search: name and birth", &|call| {
            let patient = spread(call, size).row.patient;
            let born = patient.dob.map(|dob| dob.reveal().to_string()).unwrap_or_default();
            RequestFilter { search: search::query(&format!("{} {born}", patient.name.reveal())), ..all() }
        }),
        ("search: three letters", &|call| {
            let name = spread(call, size).row.patient.name;
            RequestFilter { search: search::query(&name.reveal()[..3]), ..all() }
        }),
    ];
    for (name, filter) in lists {
        timed(times, name, |call| {
            let filter = filter(call);
            async move { back.requests.list(&filter).await.map(drop) }
        })
        .await?;
    }
    Ok(())
}

async fn look_ups(back: &Back, size: usize, times: &mut Times) -> PortResult<()> {
    timed(times, "counts", |_| async { back.requests.counts().await.map(drop) }).await?;
    timed(times, "get", |call| async move { back.requests.get(&spread(call, size).id).await.map(drop) })
        .await?;
    timed(times, "duplicate look-up", |call| async move {
        back.signatures.get(&block(mixed(call) % size)).await.map(drop)
    })
    .await?;
    timed(times, "update", |call| async move {
        let id = spread(call, size).id;
        let Some(mut found) = back.requests.get(&id).await? else { return Ok(()) };
        found.value.progress_at = Timestamp::now();
        back.requests.update(&found.value, found.version).await.map(drop)
    })
    .await?;
    Ok(())
}

async fn timed<F>(times: &mut Times, name: &'static str, call: impl Fn(usize) -> F) -> PortResult<()>
where
    F: Future<Output = PortResult<()>>,
{
    let mut taken = Vec::with_capacity(CALLS);
    for number in 0..CALLS {
        let since = Instant::now();
        call(number).await?;
        taken.push(since.elapsed().as_secs_f64() * 1_000.0);
    }
    taken.sort_by(f64::total_cmp);
    times.insert(name, taken);
    Ok(())
}

fn report(back: &str, columns: &[(usize, Times)]) {
    let percentile = |taken: &[f64], share: f64| {
        let index = ((taken.len().saturating_sub(1)) as f64 * share).round() as usize;
        taken.get(index).copied().unwrap_or_default()
    };
    println!("\n{back}, ms (median, 95 %)");
    let heads: String = columns.iter().map(|(size, _)| format!("{size:>18}")).collect();
    println!("{:<28}{heads}", "requests");
    let names: Vec<&str> =
        columns.first().map(|(_, times)| times.keys().copied().collect()).unwrap_or_default();
    let mut json = Vec::new();
    for name in names {
        let mut cells = String::new();
        for (size, times) in columns {
            let taken = times.get(name).map_or(&[][..], Vec::as_slice);
            let (median, p95) = (percentile(taken, 0.5), percentile(taken, 0.95));
            cells.push_str(&format!("{median:>9.2}{p95:>9.2}"));
            json.push(format!(
                "{{\"call\":\"{name}\",\"requests\":{size},\"median_ms\":{median:.3},\"p95_ms\":{p95:.3}}}"
            ));
        }
        println!("{name:<28}{cells}");
    }
    println!("{{\"store\":\"{back}\",\"calls\":[{}]}}", json.join(","));
}

/// A number that looks like chance and is the same every time (the finaliser of SplitMix64).
fn mixed(number: usize) -> usize {
    let mut mixed = (number as u64).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    usize::try_from((mixed ^ (mixed >> 31)) % (1 << 31)).unwrap_or_default()
}

/// The n-th patient: one of a few thousand family names, so that a name finds more the more there are.
fn patient(number: usize) -> PatientIdentity {
    const SYLLABLES: [&str; 16] = [
        "ber", "lan", "mor", "tin", "sel", "vak", "rod", "eno", "ila", "dor", "wes", "ham", "pri", "quo",
        "zan", "fel",
    ];
    const GIVEN: [&str; 12] = [
        "Ada", "Bruno", "Carla", "Dennis", "Elena", "Frank", "Grace", "Hugo", "Irene", "Jonas", "Karen",
        "Luis",
    ];
    let chance = mixed(number);
    let syllable = |shift: usize| SYLLABLES[(chance >> shift) % SYLLABLES.len()];
    let (family, given) =
        (format!("{}{}{}", syllable(0), syllable(4), syllable(8)), GIVEN[(chance >> 12) % GIVEN.len()]);
    let day = i32::try_from((chance >> 16) % 25_000).unwrap_or_default();
    let dob = jiff::civil::date(1930, 1, 1).saturating_add(jiff::Span::new().days(day));
    PatientIdentity {
        name: format!("{family}, {given}").into(),
        mrn: format!("E{:07}", number).into(),
        dob: Some(dob.into()),
    }
}

/// The n-th request, created n seconds after the beginning: two of a hundred are in motion, three wait for a person.
fn request(number: usize) -> Request {
    let portal = PortalName::new(["albany-med", "hospital-b", "st-peters"][number % 3]);
    let patient_number = number - number % REQUESTS_A_PATIENT;
    let row = InboxRow {
        message_id: format!("m{number}").into(),
        folder: "CC'd Charts".to_owned(),
        chart_type: "Office Visit".to_owned(),
        subject: "Order for durable medical equipment".into(),
        from: "Moreau, Dennis".into(),
        received: jiff::civil::date(2026, 11, 20).at(8, 0, 0, 0),
        patient: patient(patient_number),
        chart_ref: format!("chart{patient_number}").into(),
    };
    let key = |kind: &str, number: usize| format!("{kind}{:010}{number:016}", mixed(number));
    let created =
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(i64::try_from(number).unwrap_or_default());
    let mut request = Request::new(
        RequestId::new(format!("{number:08}{:018}", mixed(number))),
        portal,
        MessageKey::new(key("m", number)),
        PatientKey::new(key("p", patient_number)),
        row,
        None,
        created,
    );
    match number % 100 {
        0 | 50 => {}
        20 | 40 | 60 => request.status = RequestStatus::NeedsPerson { reasons: Vec::new() },
        _ => {
            request.status = RequestStatus::Parsed;
            request.order_states = vec![OrderState::Closed(Outcome::Delivered)];
            request.done_at = Some(created);
        }
    }
    request
}

fn block(number: usize) -> PatientBlock {
    let first = number - number % REQUESTS_A_PATIENT;
    PatientBlock::new(format!("{:010}{first:016}", mixed(first)))
}

fn signature(number: usize) -> Signature {
    let id = RequestId::new(format!("{number:08}"));
    Signature {
        order: OrderId::of(&id, 1),
        request: id,
        received: jiff::civil::date(2026, 11, 20).at(8, 0, 0, 0),
        order_key: format!("{:026}", mixed(number)),
        text_hash: format!("{:026}", mixed(number + 1)),
        shingles: (0..64).map(|shingle| mixed(number + shingle) as u64).collect(),
        duplicate_of: None,
        revision: Revision::FIRST,
        signed: true,
        waits_for: Vec::new(),
        evidence: Vec::new(),
        superseded_by: None,
        sketch: OrderSketch::default(),
        likeness: None,
    }
}
