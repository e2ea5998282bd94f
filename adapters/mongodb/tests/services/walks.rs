//! Whether a query walks an index: the equalities first, then the order asked for, then a range, as MongoDB's own rule
//! for compound indexes goes (equality, sort, range). Judged by the queries and the indexes alone, so that it holds for
//! a server that uses no secondary indexes, too.

use mongodb::bson::{Bson, Document};
use std::collections::{BTreeMap, BTreeSet};

/// The keys of a collection's indexes, each with its direction.
pub(crate) type Indexes = BTreeMap<String, Vec<Vec<(String, i32)>>>;

/// What a command looks for.
struct Query {
    collection: String,
    filter: Document,
    sort: Vec<(String, i32)>,
}

/// The queries of these commands that read what they do not give, each once and without its values.
pub(crate) fn unserved(commands: &[Document], indexes: &Indexes) -> BTreeSet<String> {
    let none = Vec::new();
    commands
        .iter()
        .flat_map(queries)
        .filter(|query| {
            let mut known = indexes.get(&query.collection).unwrap_or(&none).clone();
            known.push(vec![("_id".to_owned(), 1)]);
            !known.iter().any(|index| walks(&query.filter, &query.sort, index))
                && !every_branch(query, &known)
        })
        .map(|query| {
            let fields: Vec<String> = query.filter.iter().map(|(field, value)| shape(field, value)).collect();
            format!("{}: {} sorted by {:?}", query.collection, fields.join(", "), query.sort)
        })
        .collect()
}

fn queries(command: &Document) -> Vec<Query> {
    let Some((name, collection)) = command.iter().next() else { return Vec::new() };
    let Some(collection) = collection.as_str() else { return Vec::new() };
    let document = |from: &Document, field: &str| from.get_document(field).cloned().unwrap_or_default();
    let query =
        |filter, sort: &Document| Query { collection: collection.to_owned(), filter, sort: keys(sort) };
    let each = |list: &str| {
        let documents = command.get_array(list).map(Vec::as_slice).unwrap_or_default();
        let filters = documents.iter().filter_map(Bson::as_document).map(|one| document(one, "q"));
        filters.map(|filter| query(filter, &Document::new())).collect()
    };
    match name.as_str() {
        "find" => {
            let (filter, sort) = (document(command, "filter"), document(command, "sort"));
            // Any one document will do.
            let any = filter.is_empty() && sort.is_empty() && limit(command) == 1;
            if any { Vec::new() } else { vec![query(filter, &sort)] }
        }
        "update" => each("updates"),
        "delete" => each("deletes"),
        "aggregate" => {
            let stages: Vec<&Document> = command
                .get_array("pipeline")
                .map(|stages| stages.iter().filter_map(Bson::as_document).collect())
                .unwrap_or_default();
            let stage = |name| stages.iter().find_map(|stage| stage.get_document(name).ok()).cloned();
            vec![query(stage("$match").unwrap_or_default(), &stage("$sort").unwrap_or_default())]
        }
        _ => Vec::new(),
    }
}

fn limit(command: &Document) -> i64 {
    command.get_i64("limit").or_else(|_| command.get_i32("limit").map(i64::from)).unwrap_or(0)
}

/// The fields of an index or an order, each with its direction.
pub(crate) fn keys(of: &Document) -> Vec<(String, i32)> {
    let back = |way: &Bson| way.as_i32() == Some(-1) || way.as_i64() == Some(-1);
    of.iter().map(|(field, way)| (field.clone(), if back(way) { -1 } else { 1 })).collect()
}

/// An `$or` is served when each of its branches is, with what stands beside it.
fn every_branch(query: &Query, indexes: &[Vec<(String, i32)>]) -> bool {
    let Ok(branches) = query.filter.get_array("$or") else { return false };
    let beside: Document = query
        .filter
        .iter()
        .filter(|(field, _)| *field != "$or")
        .map(|(field, value)| (field.clone(), value.clone()))
        .collect();
    branches.iter().filter_map(Bson::as_document).all(|branch| {
        let mut whole = beside.clone();
        whole.extend(branch.clone());
        indexes.iter().any(|index| walks(&whole, &query.sort, index))
    })
}

fn walks(filter: &Document, sort: &[(String, i32)], index: &[(String, i32)]) -> bool {
    let equal = |field: &str| filter.get(field).is_some_and(is_equality);
    let matched = index.iter().take_while(|(field, _)| equal(field)).count();
    let rest = &index[matched..];
    let in_order = |reversed: i32| {
        let ordered = sort.iter().filter(|(field, _)| !equal(field));
        let mut keys = rest.iter();
        ordered
            .clone()
            .all(|(field, way)| keys.next().is_some_and(|(key, own)| key == field && *own == way * reversed))
    };
    // `_id` is the last key of every order: nothing comes after what is unique.
    let sorted = in_order(1) || in_order(-1);
    let ranged =
        rest.first().is_some_and(|(field, _)| filter.get(field).is_some_and(|value| !is_equality(value)));
    let narrowed = matched > 0 || ranged;
    let whole_in_order = filter.is_empty() && !sort.is_empty();
    sorted && (narrowed || whole_in_order)
}

/// Whether a condition names the values it takes.
fn is_equality(value: &Bson) -> bool {
    match value.as_document() {
        Some(condition) => condition.keys().next().is_none_or(|operator| {
            !operator.starts_with('$') || ["$eq", "$in", "$all"].contains(&operator.as_str())
        }),
        None => true,
    }
}

fn shape(field: &str, value: &Bson) -> String {
    match value.as_document().and_then(|condition| condition.keys().next().cloned()) {
        Some(operator) => format!("{field} {operator}"),
        None => field.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Indexes, unserved};
    use mongodb::bson::{Document, doc};

    fn served(command: &Document) -> bool {
        let index = |keys: &[&str]| keys.iter().map(|key| ((*key).to_owned(), 1)).collect::<Vec<_>>();
        let indexes = [("c".to_owned(), vec![index(&["a", "at", "_id"]), index(&["n"])])];
        unserved(std::slice::from_ref(command), &Indexes::from(indexes)).is_empty()
    }

    #[test]
    fn equality_then_order_then_range() {
        let order = doc! { "at": 1, "_id": 1 };
        for (filter, sort, expected) in [
            (doc! { "_id": 1, "version": 2 }, doc! {}, true),
            (doc! { "_id": { "$gt": 1 } }, doc! { "_id": 1 }, true),
            (doc! { "a": 1 }, order.clone(), true),
            (doc! { "a": 1 }, doc! { "at": -1, "_id": -1 }, true),
            (doc! { "a": 1, "at": { "$gt": 3 } }, order.clone(), true),
            (doc! { "a": 1 }, doc! { "at": 1, "_id": -1 }, false),
            (doc! { "a": 1 }, doc! { "_id": 1 }, false),
            (doc! {}, doc! { "_id": -1 }, true),
            (doc! {}, order.clone(), false),
            (doc! { "b": 1 }, doc! {}, false),
            (doc! { "at": { "$lte": 1 } }, doc! {}, false),
            (doc! { "b": 1 }, doc! { "_id": 1 }, false),
            (doc! { "$or": [{ "n": { "$lt": 1 } }, { "n": { "$gt": 1 } }] }, doc! {}, true),
            (doc! { "$or": [{ "n": { "$lt": 1 } }, { "b": 1 }] }, doc! {}, false),
        ] {
            let command = doc! { "find": "c", "filter": filter, "sort": sort };
            assert_eq!(served(&command), expected, "{command}");
        }
        assert!(!served(&doc! { "delete": "c", "deletes": [{ "q": { "b": { "$lte": 1 } } }] }));
        assert!(!served(&doc! { "aggregate": "c", "pipeline": [{ "$match": { "b": 1 } }] }));
        assert!(served(&doc! { "find": "c", "filter": {}, "limit": 1 }));
    }
}
