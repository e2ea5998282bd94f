//! What the database is made of besides documents: the steps that make its collections and indexes, as data. A step
//! that was released is never changed.

use crate::collections::{
    AUDIT, DELIVERIES, FILES, MAILBOX, META, ORDERS, PAGES, PORTALS, REQUESTS, SERVICE, SIGNATURES, STEPS,
};
use std::time::Duration;

/// One step from a format to the next.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) change: Change,
    /// Whether a server that lacks it is good enough.
    pub(crate) optional: bool,
}

/// What a step makes, and unmakes on the way back.
pub(crate) enum Change {
    /// Collections; only empty ones are removed.
    Collections(&'static [&'static str]),
    /// Indexes.
    Indexes(&'static [Index]),
    /// A validator on each of these collections.
    Validators(&'static [&'static str]),
}

/// One index.
pub(crate) struct Index {
    pub(crate) collection: &'static str,
    pub(crate) name: &'static str,
    pub(crate) keys: &'static [(&'static str, i32)],
    pub(crate) unique: bool,
    /// The server removes a document so long after the time in the (only) key.
    pub(crate) expire_after: Option<Duration>,
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Step n makes format n.
pub(crate) const STEPS_OF_SCHEMA: [Step; 5] = [
    Step {
        name: "collections",
        change: Change::Collections(&[
            MAILBOX, STEPS, FILES, REQUESTS, ORDERS, PAGES, SIGNATURES, DELIVERIES, PORTALS, AUDIT, META,
            SERVICE,
        ]),
        optional: false,
    },
    Step { name: "indexes", change: Change::Indexes(&INDEXES), optional: false },
    Step { name: "removal of expired steps", change: Change::Indexes(&EXPIRIES), optional: true },
    Step {
        name: "validators",
        change: Change::Validators(&[
            STEPS, FILES, REQUESTS, ORDERS, PAGES, SIGNATURES, DELIVERIES, PORTALS, AUDIT,
        ]),
        optional: true,
    },
    Step { name: "indexes by expiry", change: Change::Indexes(&BY_EXPIRY), optional: false },
];

const fn index(collection: &'static str, name: &'static str, keys: &'static [(&'static str, i32)]) -> Index {
    Index { collection, name, keys, unique: false, expire_after: None }
}

/// Every list ends in `created_ns, _id`, the order of its pages, so that each is read from its index from the place
/// where the page before ended. `portal_standing` also holds all a count needs.
const INDEXES: [Index; 15] = [
    Index { unique: true, ..index(AUDIT, "entry", &[("records.id", 1)]) },
    index(AUDIT, "last", &[("last", 1)]),
    index(AUDIT, "patient", &[("records.patient", 1), ("_id", 1)]),
    index(REQUESTS, "created", &[("created_ns", 1), ("_id", 1)]),
    index(REQUESTS, "in_motion", &[("in_motion", 1), ("created_ns", 1), ("_id", 1)]),
    index(REQUESTS, "portal", &[("portal", 1), ("created_ns", 1), ("_id", 1)]),
    index(REQUESTS, "portal_standing", &[("portal", 1), ("standing", 1), ("created_ns", 1), ("_id", 1)]),
    index(REQUESTS, "standing", &[("standing", 1), ("created_ns", 1), ("_id", 1)]),
    index(REQUESTS, "patient", &[("patient", 1), ("created_ns", 1), ("_id", 1)]),
    index(REQUESTS, "terms", &[("terms", 1), ("created_ns", 1), ("_id", 1)]),
    index(REQUESTS, "index_key", &[("index_key", 1)]),
    index(ORDERS, "request", &[("request", 1), ("revision", 1)]),
    index(PAGES, "packet", &[("packet", 1), ("page", 1)]),
    index(MAILBOX, "waiting", &[("address", 1), ("state", 1), ("arrived_ns", 1), ("_id", 1)]),
    index(MAILBOX, "state", &[("state", 1), ("arrived_ns", -1), ("_id", -1)]),
];

/// The service purges by itself; this is for a database no service runs on any more. Counted from the server's own
/// time of writing, so that no other clock decides, and well beyond the lives the scraper gives (12 hours, 30 days).
const EXPIRIES: [Index; 2] = [
    Index { expire_after: Some(DAY), ..index(STEPS, "written", &[("written_at", 1)]) },
    Index { expire_after: Some(DAY.saturating_mul(45)), ..index(FILES, "written", &[("written_at", 1)]) },
];

/// What is purged and what is kept longest is found by its end, however much is not due.
const BY_EXPIRY: [Index; 2] = [
    index(STEPS, "expiry", &[("expires_ns", 1), ("_id", 1)]),
    index(FILES, "expiry", &[("expires_ns", 1), ("_id", 1)]),
];
