//! `epic_requests`, `epic_orders`, `epic_signatures`, `epic_deliveries`: records that change by
//! compare-and-set.

use super::PortResult;
use crate::ids::{PatientBlock, PatientKey, PortalName, RequestId, Revision};
use crate::parser::{OrderSet, SignatureSet};
use crate::request::Request;
use crate::router::{DeliveryKey, Receipt};
use crate::search::SearchTerm;
use async_trait::async_trait;
use jiff::Timestamp;

/// Counts a record's writes; 0 means it does not exist yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u64);

/// A record with the version it was read at.
#[derive(Clone, Debug, PartialEq)]
pub struct Versioned<T> {
    /// The record.
    pub value: T,
    /// Its version.
    pub version: Version,
}

/// Which requests to list.
#[derive(Clone, Debug, Default)]
pub struct RequestFilter {
    /// Only this portal's.
    pub portal: Option<PortalName>,
    /// Only this patient's.
    pub patient: Option<PatientKey>,
    /// Only those the service has still something to do for by itself ([`Request::in_motion`]).
    pub in_motion: bool,
    /// Only those that stand there ([`Request::standing`]).
    pub standing: Option<String>,
    /// Only those that have every one of these terms ([`crate::search::query`]).
    pub search: Vec<SearchTerm>,
    /// The latest first, instead of the earliest.
    pub newest_first: bool,
    /// Only those that come after this place in the order asked for.
    pub after: Option<RequestPlace>,
    /// At most so many.
    pub limit: Option<usize>,
}

/// A request's place in a list; of the last one listed, it is where the next page begins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestPlace {
    /// When it was created.
    pub created_at: Timestamp,
    /// Its id, for those created in the same instant.
    pub id: RequestId,
}

impl RequestPlace {
    /// The place of a request.
    pub fn of(request: &Request) -> Self {
        Self { created_at: request.created_at, id: request.id.clone() }
    }
}

/// How many requests of a portal stand where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestCount {
    /// The portal.
    pub portal: PortalName,
    /// Where they stand ([`Request::standing`]).
    pub standing: String,
    /// How many.
    pub count: u64,
}

/// Keeps requests.
///
/// - R-1 `create` of a known id changes nothing and says so.
/// - R-2 `update` with a stale version is `Conflict` and changes nothing; of racing updates one wins.
/// - R-3 what was acknowledged survives a crash.
/// - R-4 `list` gives requests in order of creation (of one instant, in order of id), or the other way round, page by
///   page: what is there from the first page to the last is listed once, whatever is written in between.
/// - R-5 a request is found by the terms of its patient as they are now, whole words and beginnings of names, and never
///   by others. While the terms of any request are under another index key than the sealer's, a search is `Permanent`
///   and names `keys reindex`, never a list that may lack some. `reindex` makes the terms of every request anew, also
///   beside writers and as often as it is called, and changes no version.
/// - R-6 `counts` agrees with the list, and gives no count of nothing.
/// - R-7 what a search leaves on disk does not show the terms.
#[async_trait]
pub trait RequestStore: Send + Sync {
    /// Stores a new request; `false` when its id was known.
    async fn create(&self, request: &Request) -> PortResult<bool>;
    /// Reads a request.
    async fn get(&self, id: &RequestId) -> PortResult<Option<Versioned<Request>>>;
    /// Replaces the request read at `version`; the new version comes back.
    async fn update(&self, request: &Request, version: Version) -> PortResult<Version>;
    /// Lists requests.
    async fn list(&self, filter: &RequestFilter) -> PortResult<Vec<Request>>;
    /// How many stand where, in order of portal and standing.
    async fn counts(&self) -> PortResult<Vec<RequestCount>>;
    /// Writes the search terms of every request anew under the sealer's present index key; says how many.
    async fn reindex(&self) -> PortResult<u64>;
}

/// Keeps what the parser committed for each request revision.
///
/// - O-1 `commit` of a known (request, revision) changes nothing and says so.
/// - O-2 `update` with a stale version is `Conflict`.
/// - O-3 an order's outcome, once closed, is never changed for that revision: such an update is `Permanent`.
/// - O-4 all orders of a set appear together or not at all.
#[async_trait]
pub trait OrderStore: Send + Sync {
    /// Stores a set; `false` when (request, revision) was known.
    async fn commit(&self, set: &OrderSet) -> PortResult<bool>;
    /// Reads a set.
    async fn get(&self, request: &RequestId, revision: Revision) -> PortResult<Option<Versioned<OrderSet>>>;
    /// Replaces the set read at `version`.
    async fn update(&self, set: &OrderSet, version: Version) -> PortResult<Version>;
    /// Every set, in order of request id.
    async fn list(&self) -> PortResult<Vec<OrderSet>>;
}

/// Keeps each patient's signature set.
///
/// - D-1 an unknown block reads as empty at version 0.
/// - D-2 `compare_and_set` with a stale version is `Conflict`; of racing writers exactly one wins.
#[async_trait]
pub trait SignatureStore: Send + Sync {
    /// Reads a patient's set.
    async fn get(&self, block: &PatientBlock) -> PortResult<Versioned<SignatureSet>>;
    /// Replaces the set read at `version`.
    async fn compare_and_set(
        &self,
        block: &PatientBlock,
        set: &SignatureSet,
        version: Version,
    ) -> PortResult<Version>;
}

/// Keeps receipts.
///
/// - V-1 the first receipt under a key stays; `record` of another gives the first one back.
/// - V-2 what was acknowledged survives a crash.
#[async_trait]
pub trait DeliveryStore: Send + Sync {
    /// Reads a receipt.
    async fn get(&self, key: &DeliveryKey) -> PortResult<Option<Receipt>>;
    /// Stores a receipt, or gives back the one already there.
    async fn record(&self, receipt: &Receipt) -> PortResult<Receipt>;
    /// Every receipt, in order of key name.
    async fn list(&self) -> PortResult<Vec<Receipt>>;
}
