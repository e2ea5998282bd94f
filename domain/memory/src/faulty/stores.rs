//! Faults in front of the stores that change by compare-and-set.

use super::Faulty;
use async_trait::async_trait;
use domain::ids::{PatientBlock, RequestId, Revision};
use domain::parser::{OrderSet, SignatureSet};
use domain::ports::{
    DeliveryStore, OrderStore, PortResult, RequestCount, RequestFilter, RequestStore, SignatureStore,
    Version, Versioned,
};
use domain::request::Request;
use domain::router::{DeliveryKey, Receipt};

#[async_trait]
impl<P: RequestStore + ?Sized> RequestStore for Faulty<P> {
    async fn create(&self, request: &Request) -> PortResult<bool> {
        self.call("request store", "create", self.inner.create(request)).await
    }

    async fn get(&self, id: &RequestId) -> PortResult<Option<Versioned<Request>>> {
        self.call("request store", "get", self.inner.get(id)).await
    }

    async fn update(&self, request: &Request, version: Version) -> PortResult<Version> {
        self.call("request store", "update", self.inner.update(request, version)).await
    }

    async fn list(&self, filter: &RequestFilter) -> PortResult<Vec<Request>> {
        self.call("request store", "list", self.inner.list(filter)).await
    }

    async fn counts(&self) -> PortResult<Vec<RequestCount>> {
        self.call("request store", "counts", self.inner.counts()).await
    }

    async fn reindex(&self) -> PortResult<u64> {
        self.call("request store", "reindex", self.inner.reindex()).await
    }
}

#[async_trait]
impl<P: OrderStore + ?Sized> OrderStore for Faulty<P> {
    async fn commit(&self, set: &OrderSet) -> PortResult<bool> {
        self.call("order store", "commit", self.inner.commit(set)).await
    }

    async fn get(&self, request: &RequestId, revision: Revision) -> PortResult<Option<Versioned<OrderSet>>> {
        self.call("order store", "get", self.inner.get(request, revision)).await
    }

    async fn update(&self, set: &OrderSet, version: Version) -> PortResult<Version> {
        self.call("order store", "update", self.inner.update(set, version)).await
    }

    async fn list(&self) -> PortResult<Vec<OrderSet>> {
        self.call("order store", "list", self.inner.list()).await
    }
}

#[async_trait]
impl<P: SignatureStore + ?Sized> SignatureStore for Faulty<P> {
    async fn get(&self, block: &PatientBlock) -> PortResult<Versioned<SignatureSet>> {
        self.call("signature store", "get", self.inner.get(block)).await
    }

    async fn compare_and_set(
        &self,
        block: &PatientBlock,
        set: &SignatureSet,
        version: Version,
    ) -> PortResult<Version> {
        self.call("signature store", "compare_and_set", self.inner.compare_and_set(block, set, version)).await
    }
}

#[async_trait]
impl<P: DeliveryStore + ?Sized> DeliveryStore for Faulty<P> {
    async fn get(&self, key: &DeliveryKey) -> PortResult<Option<Receipt>> {
        self.call("delivery store", "get", self.inner.get(key)).await
    }

    async fn record(&self, receipt: &Receipt) -> PortResult<Receipt> {
        self.call("delivery store", "record", self.inner.record(receipt)).await
    }

    async fn list(&self) -> PortResult<Vec<Receipt>> {
        self.call("delivery store", "list", self.inner.list()).await
    }
}
