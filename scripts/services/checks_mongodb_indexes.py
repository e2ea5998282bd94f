"""The checks of probe_mongodb.py that deal with indexes, and with what dropping one may touch."""

import time

import pymongo
from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError

from checks_mongodb import PROBE
from harness import require

check = PROBE.check


def expect_duplicate(action):
    try:
        action()
    except DuplicateKeyError as error:
        require(error.code == 11000, f"code {error.code}")
        return
    raise AssertionError("a duplicate was accepted")


@check("compound unique index, list_indexes, drop_index, drop_indexes")
def index_commands(db):
    db.c.create_index([("a", ASCENDING), ("b", DESCENDING)], unique=True, name="pair")
    db.c.create_index([("a", ASCENDING), ("b", DESCENDING)], unique=True, name="pair")  # again: no change
    db.c.insert_many([{"a": 1, "b": 1}, {"a": 1, "b": 2}])
    expect_duplicate(lambda: db.c.insert_one({"a": 1, "b": 2}))
    info = db.c.index_information()
    require(info["pair"]["key"] == [("a", 1), ("b", -1)] and info["pair"]["unique"], f"listed as {info}")
    db.c.drop_index("pair")
    db.c.insert_one({"a": 1, "b": 2})
    db.c.create_index("a")
    db.c.drop_indexes()
    require(list(db.c.index_information()) == ["_id_"], "an index was left")


@check("dropping an index, a collection or a database leaves its neighbours alone")
def neighbours(db):
    with pymongo.MongoClient(db.client.probe_uri) as client:
        other = client[f"{db.name}0"]
        for collection in (db.a, db.b, db.c, other.a):
            collection.create_index("key", unique=True)
            collection.insert_one({"_id": 1, "key": 1})
        db.b.create_index("more")
        db.a.drop_index("key_1")
        db.c.drop_indexes()
        require(list(db.a.index_information()) == ["_id_"] == list(db.c.index_information()), "an index was left")
        require(sorted(db.b.index_information()) == ["_id_", "key_1", "more_1"], f"{db.b.index_information()}")
        expect_duplicate(lambda: db.b.insert_one({"key": 1}))
        db.c.drop()
        require(sorted(db.list_collection_names()) == ["a", "b"] and db.b.find_one() == {"_id": 1, "key": 1}, "a collection")
        client.drop_database(db.name)
        require(db.list_collection_names() == [] and db.b.find_one() is None, "the database was left")
        require(other.a.find_one() == {"_id": 1, "key": 1} and "key_1" in other.a.index_information(), "another database")
        expect_duplicate(lambda: other.a.insert_one({"key": 1}))
        db.a.insert_one({"_id": 2})
        require(list(db.a.find()) == [{"_id": 2}] and other.name in client.list_database_names(), "made again")
        client.drop_database(other.name)


@check("a unique index on a collection with duplicates is refused")
def unique_on_duplicates(db):
    db.c.insert_many([{"a": 1}, {"a": 1}])
    expect_duplicate(lambda: db.c.create_index("a", unique=True))


@check("unique index: an update into a duplicate is refused")
def unique_on_update(db):
    db.c.create_index("a", unique=True)
    db.c.insert_many([{"_id": 1, "a": 1}, {"_id": 2, "a": 2}])
    expect_duplicate(lambda: db.c.update_one({"_id": 2}, {"$set": {"a": 1}}))
    require(db.c.find_one({"_id": 2})["a"] == 2, "the refused update was stored")


@check("sparse unique index", required=False)
def sparse_index(db):
    db.c.create_index("a", unique=True, sparse=True)
    db.c.insert_many([{"b": 1}, {"b": 2}, {"a": 1}])
    expect_duplicate(lambda: db.c.insert_one({"a": 1}))


@check("partial unique index", required=False)
def partial_index(db):
    db.c.create_index("a", unique=True, partialFilterExpression={"open": True})
    db.c.insert_many([{"a": 1, "open": False}, {"a": 1, "open": False}, {"a": 1, "open": True}])
    expect_duplicate(lambda: db.c.insert_one({"a": 1, "open": True}))


@check("multikey index over an array, with $all, $in, $elemMatch")
def multikey(db):
    db.c.create_index("tags")
    db.c.insert_many([{"_id": 1, "tags": ["a", "b"]}, {"_id": 2, "tags": ["b"]}, {"_id": 3, "tags": []}])
    ids = lambda query: [found["_id"] for found in db.c.find(query, sort=[("_id", 1)])]
    require(ids({"tags": {"$all": ["a", "b"]}}) == [1], "$all")
    require(ids({"tags": {"$in": ["a", "b"]}}) == [1, 2] and ids({"tags": "b"}) == [1, 2], "$in or equality")
    require(ids({"tags": {"$elemMatch": {"$eq": "a"}}}) == [1], "$elemMatch")


@check("multikey unique index", required=False)
def multikey_unique(db):
    db.c.create_index("tags", unique=True)
    db.c.insert_one({"tags": ["a", "b"]})
    expect_duplicate(lambda: db.c.insert_one({"tags": ["b", "c"]}))


@check("an index that expires documents is accepted", required=False)
def ttl_index(db):
    db.c.create_index("at", expireAfterSeconds=60)
    require(db.c.index_information()["at_1"]["expireAfterSeconds"] == 60, "not listed")


@check("find by an indexed field among 20,000: time per query", required=False)
def indexed_find(db):
    db.c.create_index("key")
    db.c.insert_many([{"key": n, "text": "x" * 300} for n in range(20_000)])
    begin = time.monotonic()
    for n in range(50):
        db.c.find_one({"key": n * 400})
    each = (time.monotonic() - begin) / 50 * 1000
    require(each < 5, f"{each:.1f} ms a query: the index is not used")
    return f"{each:.2f} ms"
