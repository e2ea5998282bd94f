//! `epic_requests`, `epic_orders`, `epic_signatures`, `epic_deliveries`: records that change by
//! compare-and-set.

use super::PortResult;
use crate::ids::{PatientBlock, PatientKey, PortalName, RequestId, Revision};
use crate::parser::{OrderSet, Signature};
use crate::request::Request;
use crate::router::{DeliveryKey, Receipt};
use async_trait::async_trait;

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
    /// Only those that are not at rest.
    pub unfinished: bool,
}

/// Keeps requests.
///
/// - R-1 `create` of a known id changes nothing and says so.
/// - R-2 `update` with a stale version is `Conflict` and changes nothing; of racing updates one wins.
/// - R-3 what was acknowledged survives a crash.
/// - R-4 `list` gives requests in order of creation.
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
    async fn get(&self, block: &PatientBlock) -> PortResult<Versioned<Vec<Signature>>>;
    /// Replaces the set read at `version`.
    async fn compare_and_set(
        &self,
        block: &PatientBlock,
        set: &[Signature],
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
