//! Queue and store alone: the whole tree with a portal and workers that answer at once, on the embedded back ends and,
//! where `make services` has started them, on servers.
//!
//! `cargo bench --bench throughput` prints orders per second from the first message to the last receipt, and how many
//! requests each back end was sent for an order, as a table and as one line of JSON a row.

#![expect(clippy::print_stdout, reason = "a bench prints what it has measured")]
#![expect(clippy::expect_used, clippy::panic, reason = "the scripted hospital is shared with the tests")]

#[expect(dead_code, reason = "the simulation's tests use the rest")]
#[path = "../tests/simulation/hospital/mod.rs"]
mod hospital;
#[path = "../tests/support/scripted.rs"]
mod scripted;

use epic_connector::settings::{Settings, Variables};
use epic_connector::tree::spec;
use epic_connector::wiring::{self, Stores};
use hospital::portal::{Account, Portal};
use hospital::stories::{Story, tell};
use memory::MemoryDestination;
use scripted::{CONFIG, parts};
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};
use supervision::Tree;

/// Orders of one row; enough for a steady state.
const ORDERS: usize = 60;

/// A row that takes longer than this has stopped.
const ROW_MAX: Duration = Duration::from_mins(10);

/// One measured installation.
struct Row {
    name: &'static str,
    seconds: f64,
    requests: Vec<(String, f64)>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut rows = vec![row("embedded (SQLite, files)", &Variables::new()).await?];
    match servers() {
        Some(variables) => rows.push(row("servers (MongoDB protocol, SQS, S3)", &variables).await?),
        None => {
            println!("no servers: run `make services` and source target/services/env to measure them too")
        }
    }
    for row in &rows {
        let rate = ORDERS as f64 / row.seconds;
        println!("{:<40} {ORDERS} orders in {:6.2} s, {rate:6.1} orders/s", row.name, row.seconds);
        for (end, count) in &row.requests {
            println!("    {count:8.1} requests an order to {end}");
        }
        println!(
            "{{\"row\":\"{}\",\"orders\":{ORDERS},\"seconds\":{:.3},\"requests_per_order\":{:.1}}}",
            row.name,
            row.seconds,
            row.requests.iter().map(|(_, count)| count).sum::<f64>().max(0.0)
        );
    }
    Ok(())
}

/// Settings for the servers of `make services`, on names of this run's own.
#[expect(clippy::disallowed_methods, reason = "where the servers are is no setting of the program")]
fn servers() -> Option<Variables> {
    let mongodb = std::env::var("MONGODB_URI").ok()?;
    let bucket = std::env::var("EPIC_CONNECTOR_TEST_BUCKET").ok()?;
    let (host, options) = mongodb.split_once("/?").unwrap_or((&mongodb, ""));
    let own = format!("bench{}", std::process::id());
    let setting = |key: &str, value: String| (format!("EPIC_CONNECTOR__{key}"), value);
    Some(Variables::from([
        setting("STORE", format!("{host}/{own}?{options}")),
        setting("QUEUE", format!("sqs:{own}-")),
        setting("BLOBS", format!("s3://{bucket}/{own}")),
        setting("S3__PATH_STYLE", "true".to_owned()),
    ]))
}

async fn row(name: &'static str, variables: &Variables) -> Result<Row, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("connector.toml");
    std::fs::write(&file, CONFIG)?;
    let settings = Settings::load(Some(&file), variables).map_err(|mistakes| mistakes.to_string())?;
    wiring::migrate(&settings, false, None).await?;
    let stores = wiring::open_stores(&settings).await?;
    let (script, _) = tell(&[Story::Complete; ORDERS]);
    let portal = Portal::open(script, Arc::clone(&stores.clock), 1);
    portal.set_account(Account { code_mail_after: Some(Duration::ZERO), ..Account::default() });
    let destination = Arc::new(MemoryDestination::new("folder"));
    let before = counted(&stores);
    let began = Instant::now();
    let tree = Tree::start(spec(&parts(&stores, &portal, Arc::clone(&destination) as _)?)).await?;
    while destination.deliveries().len() < ORDERS {
        if began.elapsed() > ROW_MAX {
            return Err(format!("{name}: {} of {ORDERS} orders", destination.deliveries().len()).into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let seconds = began.elapsed().as_secs_f64();
    let requests = counted(&stores)
        .into_iter()
        .zip(before)
        .map(|((end, after), (_, before))| (end, (after - before) as f64 / ORDERS as f64))
        .collect();
    tree.drain().await;
    Ok(Row { name, seconds, requests })
}

/// Requests so far, by back end.
fn counted(stores: &Stores) -> Vec<(String, u64)> {
    stores.back_ends.iter().filter_map(|end| Some((end.name(), end.requests()?))).collect()
}
