//! Writes every request and order set once more, as it is, so that it lies under the newest sealing key. Each is
//! written by compare-and-set, so a service that runs loses nothing; killed, it can be begun again.
//!
//! Contents of files, words of pages and other records stay under the key they were sealed with, which is why
//! retired keys are kept.

use crate::error::Failure;
use crate::wiring::Stores;
use domain::ids::{RequestId, Revision};
use domain::ports::{ErrorClass, PortResult, RequestFilter, RequestPlace};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::Duration;

/// Requests read at once.
const PAGE: usize = 100;

/// Tries of one record. Whoever is in between has written it under the newest key, so one would nearly do.
const TRIES_MAX: u32 = 10;

/// Says how many requests there were.
pub(super) async fn run(stores: &Stores) -> Result<u64, Failure> {
    // What comes later is under the newest key anyway.
    let begun = stores.clock.now();
    let bar = progress();
    let mut filter = RequestFilter { limit: Some(PAGE), ..RequestFilter::default() };
    loop {
        let page = stores.requests.list(&filter).await?;
        for request in &page {
            reseal_request(stores, &request.id).await?;
            for revision in Revision::FIRST.0..=request.revision.0 {
                reseal_orders(stores, &request.id, Revision(revision)).await?;
            }
            bar.inc(1);
        }
        match page.last() {
            Some(last) if page.len() == PAGE && last.created_at <= begun => {
                filter.after = Some(RequestPlace::of(last));
            }
            _ => break,
        }
    }
    let count = bar.position();
    bar.finish_and_clear();
    Ok(count)
}

async fn reseal_request(stores: &Stores, id: &RequestId) -> PortResult<()> {
    for tried in 1.. {
        let Some(found) = stores.requests.get(id).await? else { break };
        match stores.requests.update(&found.value, found.version).await {
            Err(error) if again(error.class, tried) => {}
            result => return result.map(|_| ()),
        }
    }
    Ok(())
}

async fn reseal_orders(stores: &Stores, request: &RequestId, revision: Revision) -> PortResult<()> {
    for tried in 1.. {
        let Some(found) = stores.orders.get(request, revision).await? else { break };
        match stores.orders.update(&found.value, found.version).await {
            Err(error) if again(error.class, tried) => {}
            result => return result.map(|_| ()),
        }
    }
    Ok(())
}

/// A conflict is somebody else's write; a lost answer may be one's own.
fn again(class: ErrorClass, tried: u32) -> bool {
    matches!(class, ErrorClass::Conflict | ErrorClass::Transient) && tried < TRIES_MAX
}

/// Hidden where nobody watches.
fn progress() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{spinner} {pos} requests sealed anew, {per_sec}");
    let bar =
        ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
