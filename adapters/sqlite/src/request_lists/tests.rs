//! Every list walks one index, whatever is asked for.

use super::*;
use domain::ids::{PatientKey, PortalName, RequestId};
use domain::ports::{ErrorClass, PortResult, RequestPlace, Sealer};
use jiff::Timestamp;
use memory::MemorySealer;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Every kind of list: each filter with and without.
fn filters() -> Vec<RequestFilter> {
    let choices = |bits: u32| {
        let given = |bit: u32| bits & (1 << bit) != 0;
        let place = RequestPlace { created_at: Timestamp::UNIX_EPOCH, id: RequestId::new("r") };
        RequestFilter {
            portal: given(0).then(|| PortalName::new("p")),
            patient: given(1).then(|| PatientKey::new("k")),
            in_motion: given(2),
            standing: given(3).then(|| "ocr".to_owned()),
            search: if given(4) { search::query("doe jane e1") } else { Vec::new() },
            newest_first: given(5),
            after: given(6).then_some(place),
            limit: given(7).then_some(50),
        }
    };
    (0..1 << 8).map(choices).collect()
}

#[test]
fn every_list_walks_one_index_and_sorts_nothing() {
    let connection = Connection::open_in_memory().expect("a database");
    connection.execute_batch(include_str!("../schema/001.sql")).expect("the tables");
    let vault = Vault::new(Arc::new(MemorySealer::new(0)));
    for filter in filters() {
        let (sql, values) = list_query(&filter, &hashed(&vault, &filter.search).1);
        let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a statement");
        let plan: Vec<String> = explain
            .query_map(rusqlite::params_from_iter(values), |row| row.get(3))
            .expect("a plan")
            .collect::<Result<_, _>>()
            .expect("its lines");
        let text = plan.join("\n");
        assert!(!text.contains("TEMP B-TREE"), "{filter:?} sorts:\n{text}");
        for line in plan.iter().filter(|line| line.starts_with("SCAN")) {
            // Walking all is right only where all are asked for, or all in motion.
            let whole = filter.patient.is_none() && filter.search.is_empty();
            let index = if filter.in_motion { "INDEX requests_in_motion" } else { "INDEX requests_by_age" };
            assert!(whole && filter.after.is_none() && line.contains(index), "{filter:?}:\n{text}");
        }
        let first = match from(&filter).split_once("INDEXED BY ") {
            Some((_, index)) => format!("USING INDEX {index}"),
            None => "SEARCH t USING PRIMARY KEY (term=?".to_owned(),
        };
        assert!(plan.first().is_some_and(|line| line.contains(&first)), "{filter:?} not by {first}:\n{text}");
    }
}

#[test]
fn a_search_asks_the_index_key_by_an_index() {
    let connection = Connection::open_in_memory().expect("a database");
    connection.execute_batch(include_str!("../schema/001.sql")).expect("the tables");
    assert!(refuse_stale_index(&connection, Some(1)).is_ok(), "an empty store lacks nothing");
    let insert = "INSERT INTO requests VALUES (?1, 'p', 'k', 1, 'ocr', 0, 1, ?2, x'', x'')";
    for (id, index_key, fine) in [("a", 3, [false, true, false]), ("b", 4, [false, false, false])] {
        connection.execute(insert, params![id, index_key]).expect("a row");
        for (asked, fine) in (2..).zip(fine) {
            assert_eq!(
                refuse_stale_index(&connection, Some(asked)).is_ok(),
                fine,
                "{asked} after {index_key}"
            );
        }
    }
}

/// A sealer whose index key changes with every look at it.
struct Restless(MemorySealer, AtomicU32);

impl Sealer for Restless {
    fn seal(&self, context: &str, plain: &[u8]) -> PortResult<Vec<u8>> {
        self.0.seal(context, plain)
    }

    fn open(&self, context: &str, sealed: &[u8]) -> PortResult<Vec<u8>> {
        self.0.open(context, sealed)
    }

    fn keyed_hash(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        self.0.keyed_hash(purpose, bytes)
    }

    fn index_hash(&self, term: &str) -> [u8; 32] {
        self.0.index_hash(term)
    }

    fn index_key(&self) -> u32 {
        self.1.fetch_add(1, Ordering::Relaxed)
    }
}

#[test]
fn terms_hashed_while_the_key_changed_are_under_none() {
    let connection = Connection::open_in_memory().expect("a database");
    connection.execute_batch(include_str!("../schema/001.sql")).expect("the tables");
    let vault = Vault::new(Arc::new(Restless(MemorySealer::new(0), AtomicU32::new(1))));
    let (index_key, terms) = hashed(&vault, &search::query("doe jane"));
    assert_eq!((index_key, terms.len()), (None, 2));
    let refused = refuse_stale_index(&connection, index_key).map_err(|error| error.at("store").class);
    assert_eq!(refused, Err(ErrorClass::Transient));
    assert_eq!(Terms::of(&contract::sample::request(1), &vault).index_key, NO_KEY);
}
