//! Lists, counts and the search index of `epic_requests`, each by an index made for it (see `schema.rs`).

use crate::MongoStore;
use crate::cas::{CHANGES_MAX, breathe, too_busy};
use crate::collections::REQUESTS;
use crate::document::{SEALED, Stored, nanoseconds, ours, stored};
use crate::requests::{THING, named, open};
use crate::vault::Vault;
use domain::ids::PortalName;
use domain::ports::{PortError, PortResult, RequestCount, RequestFilter};
use domain::search;
use mongodb::bson::{Document, doc};

/// Requests whose terms are written anew between two looks at the list.
const REINDEX_PAGE: i64 = 500;

impl MongoStore {
    pub(crate) async fn list_requests(
        &self,
        filter: &RequestFilter,
    ) -> PortResult<Vec<domain::request::Request>> {
        if filter.limit == Some(0) {
            return Ok(Vec::new());
        }
        let (query, index_key) = query(filter, self.vault());
        if let Some(index_key) = index_key {
            self.refuse_stale_index(index_key).await?;
        }
        let requests = self.collection(REQUESTS);
        let direction = if filter.newest_first { -1 } else { 1 };
        let mut query = requests
            .find(query)
            .sort(doc! { "created_ns": direction, "_id": direction })
            .projection(doc! { "format": 1, SEALED: 1 });
        if let Some(limit) = filter.limit {
            query = query.limit(i64::try_from(limit).unwrap_or(i64::MAX));
        }
        self.server().gather(THING, query, |document| open(document, self.vault())).await
    }

    /// Refuses a search that could lack requests: terms under another key are not found by this one's hashes.
    async fn refuse_stale_index(&self, index_key: i64) -> PortResult<()> {
        let others =
            vec![doc! { "index_key": { "$lt": index_key } }, doc! { "index_key": { "$gt": index_key } }];
        let requests = self.collection(REQUESTS);
        let query = requests.find_one(doc! { "$or": others }).projection(doc! { "_id": 1 });
        if self.server().run(THING, query).await?.is_none() {
            return Ok(());
        }
        let cause = "the search index is not all under the present index key; run `keys reindex`, or wait for its end";
        Err(PortError::permanent("search", cause))
    }

    pub(crate) async fn count_requests(&self) -> PortResult<Vec<RequestCount>> {
        let pipeline = [
            // Sorted and cut down like the index over both fields, so that no document is read.
            doc! { "$sort": { "portal": 1, "standing": 1 } },
            doc! { "$project": { "_id": 0, "portal": 1, "standing": 1 } },
            doc! { "$group": { "_id": { "portal": "$portal", "standing": "$standing" }, "count": { "$sum": 1_i64 } } },
        ];
        let requests = self.collection(REQUESTS);
        let mut cursor = self.server().run(THING, requests.aggregate(pipeline)).await?;
        let mut counts = Vec::new();
        while self.server().run(THING, cursor.advance()).await? {
            let group: Document =
                cursor.deserialize_current().map_err(|error| crate::error::classed(THING, &error))?;
            counts.push(count(&group)?);
        }
        counts.sort();
        Ok(counts)
    }

    /// Page by page in order of key. A request that changes meanwhile had its terms written by that change, and is
    /// written again all the same: the writer may still have had the old key.
    pub(crate) async fn reindex_requests(&self) -> PortResult<u64> {
        let (requests, mut after, mut written) = (self.collection(REQUESTS), String::new(), 0);
        loop {
            let page = requests
                .find(doc! { "_id": { "$gt": &after } })
                .sort(doc! { "_id": 1 })
                .projection(doc! { "_id": 1 })
                .limit(REINDEX_PAGE);
            let ids: Vec<String> = self
                .server()
                .gather(THING, page, |document| {
                    document.get_str("_id").map(str::to_owned).map_err(|_| unnamed())
                })
                .await?;
            let Some(last) = ids.last() else { return Ok(written) };
            after.clone_from(last);
            for id in &ids {
                written += u64::from(self.reindex_request(id).await?);
            }
        }
    }

    /// Leaves the version as it is: the record does not change, and nobody who holds it has to read it again.
    async fn reindex_request(&self, id: &str) -> PortResult<bool> {
        for tried in 0..CHANGES_MAX {
            breathe(tried).await;
            let Some(document) = self.find(THING, REQUESTS, id).await? else { return Ok(false) };
            let version = Stored::read(&named(id), &document)?.version()?;
            let (terms, index_key) = self.vault().terms(&search::terms(&open(&document, self.vault())?));
            let at = ours(doc! { "_id": id, "version": stored(version) });
            let change = doc! { "$set": { "terms": terms, "index_key": index_key } };
            let done = self.server().run(THING, self.collection(REQUESTS).update_one(at, change)).await?;
            if done.matched_count == 1 {
                return Ok(true);
            }
        }
        Err(too_busy(named(id)))
    }
}

fn unnamed() -> PortError {
    PortError::permanent(THING, "a document has a key that is no text; another program wrote it: remove it")
}

fn count(group: &Document) -> PortResult<RequestCount> {
    let unfit = || PortError::permanent(THING, "the server's counts are not as asked for");
    let key = group.get_document("_id").map_err(|_| unfit())?;
    let number = group.get_i64("count").or_else(|_| group.get_i32("count").map(i64::from));
    Ok(RequestCount {
        portal: PortalName::new(key.get_str("portal").map_err(|_| unfit())?),
        standing: key.get_str("standing").map_err(|_| unfit())?.to_owned(),
        count: number.ok().and_then(|number| u64::try_from(number).ok()).ok_or_else(unfit)?,
    })
}

/// The filter: only what is asked for, so that the server takes the index made for it. Of a search also the index
/// key its hashes are under.
fn query(filter: &RequestFilter, vault: &Vault) -> (Document, Option<i64>) {
    let (mut query, mut index_key) = (Document::new(), None);
    if let Some(patient) = &filter.patient {
        query.insert("patient", patient.as_str());
    }
    if let Some(portal) = &filter.portal {
        query.insert("portal", portal.as_str());
    }
    if let Some(standing) = &filter.standing {
        query.insert("standing", standing);
    }
    if filter.in_motion {
        query.insert("in_motion", true);
    }
    if !filter.search.is_empty() {
        let (terms, key) = vault.terms(&filter.search);
        query.insert("terms", doc! { "$all": terms });
        index_key = Some(key);
    }
    if let Some(place) = &filter.after {
        let at = nanoseconds(place.created_at);
        let (beyond, from) = if filter.newest_first { ("$lt", "$lte") } else { ("$gt", "$gte") };
        // The first condition bounds the index, the second tells apart what was created in the same instant.
        query.insert("created_ns", doc! { from: at });
        query.insert(
            "$or",
            vec![doc! { "created_ns": { beyond: at } }, doc! { "_id": { beyond: place.id.as_str() } }],
        );
    }
    (query, index_key)
}
