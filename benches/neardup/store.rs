//! How long the look-up of one patient's documents takes while the store grows: from 10,000 to 1,000,000 signatures.

use crate::corpus;
use domain::ids::{DocumentId, PatientBlock, RequestId};
use domain::parser::{DocumentClass, DocumentSignature, SignatureSet};
use domain::ports::{Clock, Sealer, SignatureStore, Version};
use futures::stream::{self, TryStreamExt};
use jiff::Timestamp;
use jiff::civil::date;
use memory::{FnClock, MemorySealer};
use serde_json::{Value, json};
use sqlite::SqliteStore;
use std::error::Error;
use std::sync::Arc;
use std::time::Instant;
use understanding::{DocumentKey, DocumentParts, DuplicatePolicy, document_verdicts, file_documents};

/// Documents of one patient.
const OF_PATIENT: usize = 10;
/// Words of a document: those of an order's page.
const WORDS: usize = 120;
const CALLS: usize = 200;
/// Writers at once while the store is filled: enough for a transaction of many.
const WRITERS: usize = 256;

/// Fills a store and prints a table.
///
/// # Errors
/// The store fails.
pub(crate) fn run(most: usize) -> Result<Value, Box<dyn Error>> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(grown(most))
}

async fn grown(most: usize) -> Result<Value, Box<dyn Error>> {
    let sealer: Arc<dyn Sealer> = Arc::new(MemorySealer::new(7));
    let clock: Arc<dyn Clock> = Arc::new(FnClock::new(Timestamp::now));
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open(&folder.path().join("connector.db"), Arc::clone(&sealer), clock)?;
    let key = DocumentKey::of(sealer.as_ref());
    let known = documents(&key);
    let set = SignatureSet { documents: known[..OF_PATIENT].to_vec(), ..SignatureSet::default() };
    println!("\nstore: one patient's look-up, {OF_PATIENT} documents of {WORDS} words each, SQLite");
    println!(
        "{:>12} {:>10} {:>20} {:>20} {:>26}",
        "signatures", "file, MB", "read, median ms", "read, 95th ms", "decide and write, median ms"
    );
    let (mut filled, mut told) = (0, Vec::new());
    let mut sizes: Vec<usize> =
        [10_000, 100_000, 1_000_000].into_iter().filter(|size| *size < most).collect();
    sizes.push(most);
    for size in sizes {
        let patients = size / OF_PATIENT;
        stream::iter((filled..patients).map(Ok::<usize, Box<dyn Error>>))
            .try_for_each_concurrent(WRITERS, |number| {
                let (store, set) = (&store, &set);
                async move {
                    store.compare_and_set(&block(number), set, Version(0)).await?;
                    Ok(())
                }
            })
            .await?;
        filled = patients;
        let (mut reads, mut writes) = (Vec::new(), Vec::new());
        for call in 0..CALLS {
            let block = block(call * 7_919 % patients);
            let since = Instant::now();
            let found = store.get(&block).await?;
            reads.push(since.elapsed().as_secs_f64() * 1e3);
            let mut set = found.value;
            // One document more, of a request that was here before: the set keeps its size.
            let new = known[OF_PATIENT + call % (known.len() - OF_PATIENT)].clone();
            let request = new.request.clone();
            file_documents(&mut set, &request, vec![new], DuplicatePolicy::USUAL);
            let verdicts = document_verdicts(&set);
            store.compare_and_set(&block, &set, found.version).await?;
            writes.push(since.elapsed().as_secs_f64() * 1e3);
            assert_eq!(verdicts.len(), set.documents.len());
        }
        reads.sort_by(f64::total_cmp);
        writes.sort_by(f64::total_cmp);
        let file = std::fs::metadata(folder.path().join("connector.db"))?.len() as f64 / 1e6;
        let (median, tail, write) = (reads[CALLS / 2], reads[CALLS * 95 / 100], writes[CALLS / 2]);
        println!("{size:>12} {file:>10.0} {median:>20.3} {tail:>20.3} {write:>26.3}");
        told.push(json!({"signatures": size, "read_ms": median, "read_95_ms": tail, "write_ms": write}));
    }
    Ok(Value::Array(told))
}

fn block(number: usize) -> PatientBlock {
    PatientBlock::new(format!("{:010}{number:016}", number.wrapping_mul(2_654_435_761) % 10_000_000_000))
}

fn documents(key: &DocumentKey) -> Vec<DocumentSignature> {
    let texts = corpus::generated(3 * OF_PATIENT, 11);
    let of = |(number, text): (usize, &String)| {
        let words: Vec<&str> = text.split(' ').take(WORDS).collect();
        let id = DocumentId::new(format!("packet{number}-1"));
        // The last ten come with one request, each in place of the other.
        let request = RequestId::new(format!("request{}", number.min(OF_PATIENT)));
        let mut parts = DocumentParts::of_text(id, DocumentClass::Order, &words.join(" "));
        parts.days = vec![date(2026, 11, 3)];
        parts.signature(key, &request, date(2026, 11, 20).at(8, 0, 0, 0))
    };
    texts.iter().enumerate().map(of).collect()
}
