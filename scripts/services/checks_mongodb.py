"""The checks of probe_mongodb.py: what the adapter for MongoDB relies on, and what a stand-in may lack."""

import datetime
import os
import threading

import pymongo
from bson import Binary, Decimal128, Int64
from pymongo import ASCENDING, InsertOne, ReturnDocument, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from harness import RACERS, RACES, Probe, race, rate, require, require_single_winners

PROBE = Probe((PyMongoError,))
check = PROBE.check


# ---- single-document atomicity ----------------------------------------------------------------------------

@check("racing update_one guarded by a version: one winner each")
def guarded_update(db):
    db.c.insert_many([{"_id": n, "version": 0} for n in range(RACES)])
    change = lambda racer: {"$inc": {"version": 1}, "$set": {"by": racer}}
    require_single_winners(race(RACES, lambda n, racer:
        db.c.update_one({"_id": n, "version": 0}, change(racer)).modified_count == 1))
    require(db.c.count_documents({"version": 1}) == RACES, "a loser wrote all the same")


@check("racing find_one_and_update guarded by a version")
def guarded_find_and_update(db):
    db.c.insert_many([{"_id": n, "version": 0} for n in range(RACES)])

    def attempt(n, racer):
        found = db.c.find_one_and_update({"_id": n, "version": 0}, {"$inc": {"version": 1}, "$set": {"by": racer}},
                                         return_document=ReturnDocument.AFTER)
        require(found is None or (found["version"], found["by"]) == (1, racer), f"answered with {found}")
        return found is not None
    require_single_winners(race(RACES, attempt))


@check("racing single-use take of one document by state")
def single_use(db):
    db.c.insert_many([{"_id": n, "used": False} for n in range(RACES)])
    require_single_winners(race(RACES, lambda n, racer:
        db.c.update_one({"_id": n, "used": False}, {"$set": {"used": True, "by": racer}}).matched_count == 1))


@check("racing find_one_and_update with sort: each document once")
def lease_queue(db):
    db.c.insert_many([{"_id": n, "leased": False, "due": n} for n in range(RACES)])
    taken, lock = [], threading.Lock()

    def attempt(_round, racer):
        found = db.c.find_one_and_update({"leased": False}, {"$set": {"leased": True}}, sort=[("due", ASCENDING)])
        with lock:
            taken.append(found["_id"])
        return True
    race(RACES // RACERS, attempt)
    require(sorted(taken) == list(range(RACES)), f"{len(taken) - len(set(taken))} documents were given out twice")


@check("racing $inc: none lost")
def increments(db):
    db.c.insert_one({"_id": 0, "n": Int64(0)})
    race(250, lambda _n, _racer: db.c.update_one({"_id": 0}, {"$inc": {"n": 1}}).modified_count == 1)
    require(db.c.find_one()["n"] == 250 * RACERS, f"counted {db.c.find_one()['n']} of {250 * RACERS}")


@check("racing replace_one guarded by a version")
def guarded_replace(db):
    db.c.insert_many([{"_id": n, "version": 0} for n in range(RACES // 4)])
    require_single_winners(race(RACES // 4, lambda n, racer:
        db.c.replace_one({"_id": n, "version": 0}, {"version": 1, "by": racer}).matched_count == 1))


@check("racing find_one_and_delete: one winner each")
def racing_delete(db):
    db.c.insert_many([{"_id": n} for n in range(RACES // 4)])
    require_single_winners(race(RACES // 4, lambda n, _racer: db.c.find_one_and_delete({"_id": n}) is not None))


@check("matched and modified are told apart")
def matched_and_modified(db):
    db.c.insert_one({"_id": 1, "a": 1})
    same, other = db.c.update_one({"_id": 1}, {"$set": {"a": 1}}), db.c.update_one({"_id": 2}, {"$set": {"a": 1}})
    require((same.matched_count, same.modified_count, other.matched_count) == (1, 0, 0), "counted otherwise")


@check("racing insert of one _id: one winner, code 11000")
def racing_insert(db):
    def attempt(n, racer):
        try:
            db.c.insert_one({"_id": n, "by": racer})
            return True
        except DuplicateKeyError as error:
            require(error.code == 11000, f"code {error.code}")
            return False
    require_single_winners(race(RACES // 4, attempt))


@check("racing insert under a unique index: one winner, code 11000")
def racing_unique(db):
    db.c.create_index("key", unique=True)

    def attempt(n, racer):
        try:
            db.c.insert_one({"key": n, "by": racer})
            return True
        except DuplicateKeyError:
            return False
    require_single_winners(race(RACES // 4, attempt))
    require(db.c.count_documents({}) == RACES // 4, "a loser was stored")


@check("racing upsert of one _id: one document, an error is 11000")
def racing_upsert(db):
    def attempt(n, racer):
        try:
            return db.c.update_one({"_id": n}, {"$setOnInsert": {"by": racer}}, upsert=True).upserted_id is not None
        except DuplicateKeyError:
            return False
    require_single_winners(race(RACES // 4, attempt))


@check("update with $set, $unset, $push, $addToSet, $pull, $min, $max")
def update_operators(db):
    db.c.insert_one({"_id": 1, "a": 1, "b": 2, "list": [1], "set": ["x"], "low": 5, "high": 5})
    db.c.update_one({"_id": 1}, {"$set": {"a": 3, "deep.er": 1}, "$unset": {"b": ""}, "$push": {"list": 2},
                                 "$addToSet": {"set": "x"}, "$min": {"low": 2}, "$max": {"high": 9}})
    db.c.update_one({"_id": 1}, {"$pull": {"list": 1}})
    require(db.c.find_one() == {"_id": 1, "a": 3, "list": [2], "set": ["x"], "low": 2, "high": 9, "deep": {"er": 1}},
            f"got {db.c.find_one()}")


@check("update with $push of $each and $slice, $addToSet of $each", required=False)
def update_operators_with_modifiers(db):
    db.c.insert_one({"_id": 1, "list": [1], "set": [1]})
    db.c.update_one({"_id": 1}, {"$push": {"list": {"$each": [2, 3], "$slice": -2}}, "$addToSet": {"set": {"$each": [1, 2]}}})
    require(db.c.find_one() == {"_id": 1, "list": [2, 3], "set": [1, 2]}, f"got {db.c.find_one()}")


@check("update by an aggregation pipeline", required=False)
def pipeline_update(db):
    db.c.insert_one({"_id": 1, "a": 2})
    db.c.update_one({"_id": 1}, [{"$set": {"b": {"$add": ["$a", 1]}}}])
    require(db.c.find_one()["b"] == 3, "the pipeline had no effect")


# ---- queries ----------------------------------------------------------------------------------------------

@check("keyset paging: $or of ranges with sort and limit")
def keyset_paging(db):
    db.c.create_index([("at", ASCENDING), ("_id", ASCENDING)])
    db.c.insert_many([{"_id": n, "at": n // 7} for n in range(500)])
    seen, last = [], None
    while True:
        after = {} if last is None else {"$or": [{"at": {"$gt": last[0]}}, {"at": last[0], "_id": {"$gt": last[1]}}]}
        page = list(db.c.find(after, sort=[("at", ASCENDING), ("_id", ASCENDING)], limit=40))
        if not page:
            break
        seen += [found["_id"] for found in page]
        last = (page[-1]["at"], page[-1]["_id"])
    require(seen == list(range(500)), "a page overlapped or left a gap")


@check("$in, $nin, $exists, $ne null, $not, nested paths, projection, skip")
def query_operators(db):
    db.c.insert_many([{"_id": 1, "a": {"b": 1}}, {"_id": 2, "a": {"b": 2}, "gone": None}, {"_id": 3, "a": {"b": 3}, "gone": 4}])
    ids = lambda query, **more: [found["_id"] for found in db.c.find(query, sort=[("_id", 1)], **more)]
    require(ids({"a.b": {"$in": [1, 3]}}) == [1, 3] and ids({"a.b": {"$nin": [1, 3]}}) == [2], "$in or $nin")
    require(ids({"gone": {"$exists": True}}) == [2, 3], "$exists")
    require(ids({"gone": None}) == [1, 2] and ids({"gone": {"$ne": None}}) == [3], "null")
    require(ids({"a.b": {"$not": {"$gte": 2}}}) == [1] and ids({}, skip=1, limit=1) == [2], "$not or skip")
    require(db.c.find_one({"_id": 3}, {"a.b": 1, "_id": 0}) == {"a": {"b": 3}}, "projection")


@check("a cursor over 5,000 documents in batches, while others write")
def cursor(db):
    db.c.insert_many([{"_id": n, "pad": "x" * 200} for n in range(5000)])
    seen = set()
    for found in db.c.find({}, batch_size=100):
        seen.add(found["_id"])
        if len(seen) % 500 == 0:
            db.c.insert_one({"_id": 10_000 + len(seen)})
    require(seen >= set(range(5000)), f"{5000 - len(seen & set(range(5000)))} documents were left out")


@check("count_documents, estimated_document_count, distinct")
def counting(db):
    db.c.insert_many([{"a": n % 3} for n in range(30)])
    require(db.c.count_documents({"a": 1}) == 10 and db.c.estimated_document_count() == 30, "count")
    require(sorted(db.c.distinct("a")) == [0, 1, 2], "distinct")


@check("aggregate: $match, $group with $sum, $sort")
def aggregate(db):
    db.c.insert_many([{"kind": "ab"[n % 2], "n": Int64(n)} for n in range(10)])
    rows = list(db.c.aggregate([{"$match": {"n": {"$gte": 2}}},
                                {"$group": {"_id": "$kind", "count": {"$sum": 1}, "total": {"$sum": "$n"}}},
                                {"$sort": {"_id": 1}}]))
    require(rows == [{"_id": "a", "count": 4, "total": 20}, {"_id": "b", "count": 4, "total": 24}], f"got {rows}")


@check("aggregate: $group with $min, $max, $avg, $first, compound _id", required=False)
def aggregate_more(db):
    db.c.insert_many([{"a": n % 2, "n": n} for n in range(4)])
    rows = list(db.c.aggregate([{"$group": {"_id": {"a": "$a"}, "low": {"$min": "$n"}, "high": {"$max": "$n"},
                                            "mean": {"$avg": "$n"}}}, {"$sort": {"_id.a": 1}}]))
    require(rows[0] == {"_id": {"a": 0}, "low": 0, "high": 2, "mean": 1.0}, f"got {rows}")


# ---- values and writes ------------------------------------------------------------------------------------

@check("binary, i64, i32, f64, dates, nulls and nesting come back the same")
def values(db):
    document = {"_id": "v", "bin": bytes(range(256)) * 8, "uuid": Binary(b"0123456789abcdef", 4),
                "long": Int64(2**62 + 1), "negative": Int64(-2**63), "int": 7, "float": 0.1, "null": None, "true": True,
                "at": datetime.datetime(2026, 3, 1, 4, 5, 6, 789000), "deep": {"list": [1, {"a": [None, "ü€"]}]}, "empty": {}}
    db.c.insert_one(document)
    found = db.c.find_one()
    differing = [key for key in document if found.get(key) != document[key]]
    require(not differing and list(found) == list(document), f"differing or in another order: {differing}")
    require(type(found["long"]) is Int64 and type(found["int"]) is int, "the width of an integer was lost")
    require(db.c.find_one({"bin": document["bin"], "long": {"$gte": Int64(2**62)}}) is not None, "not found by value")


@check("decimal128", required=False)
def decimals(db):
    db.c.insert_one({"_id": 1, "d": Decimal128("12.50")})
    require(db.c.find_one()["d"] == Decimal128("12.50"), "changed")


@check("a document of 12 MB, an array of 20,000", required=False)
def large(db):
    db.c.insert_one({"_id": 1, "data": Binary(os.urandom(12_000_000)), "many": list(range(20_000))})
    require(len(db.c.find_one()["data"]) == 12_000_000, "cut")


@check("insert_many unordered with duplicates: the rest is stored")
def insert_many(db):
    db.c.insert_one({"_id": 2})
    try:
        db.c.insert_many([{"_id": n} for n in range(6)] + [{"_id": 5}], ordered=False)
        raise AssertionError("no error was told")
    except BulkWriteError as error:
        codes = [(item["index"], item["code"]) for item in error.details["writeErrors"]]
        require(codes == [(2, 11000), (6, 11000)], f"errors {codes}")
    require(db.c.count_documents({}) == 6, "not all others were stored")


@check("insert_many ordered stops at the first duplicate")
def insert_many_ordered(db):
    try:
        db.c.insert_many([{"_id": 1}, {"_id": 1}, {"_id": 2}])
    except BulkWriteError as error:
        require(error.details["nInserted"] == 1, f"inserted {error.details['nInserted']}")
    require(db.c.count_documents({}) == 1, "went on after the error")


@check("bulk_write, update_many, delete_one, delete_many")
def bulk(db):
    db.c.bulk_write([InsertOne({"_id": n, "a": 0}) for n in range(10)] + [UpdateOne({"_id": 1}, {"$set": {"a": 1}})])
    require(db.c.update_many({"_id": {"$gte": 5}}, {"$set": {"a": 2}}).modified_count == 5, "update_many")
    require(db.c.delete_many({"a": 2}).deleted_count == 5 and db.c.delete_one({"_id": 1}).deleted_count == 1, "delete")
    require(db.c.count_documents({}) == 4, "left over")


@check("read and write concern majority with journal are accepted")
def concerns(db):
    majority = db.get_collection("c", write_concern=WriteConcern("majority", j=True, wtimeout=5000),
                                 read_concern=ReadConcern("majority"))
    majority.insert_one({"_id": 1})
    require(majority.find_one({"_id": 1}) is not None, "not read back")
    found = majority.find_one_and_update({"_id": 1}, {"$set": {"a": 1}}, return_document=ReturnDocument.AFTER)
    require(found["a"] == 1, "not updated")


@check("retryable writes (the driver's default)", required=False)
def retryable(db):
    with pymongo.MongoClient(db.client.probe_uri, retryWrites=True, serverSelectionTimeoutMS=3000) as client:
        client[db.name].c.insert_one({"_id": 1})


@check("transactions over two documents", required=False)
def transactions(db):
    db.c.insert_one({"_id": 0})
    with db.client.start_session() as session:
        try:
            with session.start_transaction():
                db.c.insert_one({"_id": 1}, session=session)
                raise KeyError
        except KeyError:
            pass
    require(db.c.find_one({"_id": 1}) is None, "an aborted write was kept")


@check("change streams", required=False)
def change_streams(db):
    with db.c.watch(max_await_time_ms=500) as stream:
        db.c.insert_one({"_id": 1})
        require(stream.try_next() is not None, "no event")


@check("authentication by SCRAM-SHA-256", required=False)
def authentication(db):
    try:
        with pymongo.MongoClient(db.client.probe_uri, username="nobody", password="wrong",
                                 authMechanism="SCRAM-SHA-256", serverSelectionTimeoutMS=3000) as client:
            client[db.name].c.insert_one({"_id": 1})
    except OperationFailure as error:
        require(error.code != 59, "the command is not known")  # 18 says: known, and refused
        return
    raise AssertionError("anyone may write")


# ---- speed -------------------------------------------------------------------------------------------------

@check("speed of one client, in round trips a second")
def speed(db):
    inserts = rate(lambda n: db.c.insert_one({"_id": f"id-{n}", "version": 0, "text": "x" * 500}))
    total = int(inserts)
    finds = rate(lambda n: db.c.find_one({"_id": f"id-{n % total}"}))
    updates = rate(lambda n: db.c.update_one({"_id": f"id-{n % total}", "version": n // total}, {"$inc": {"version": 1}}))
    return f"insert {inserts:,.0f}, find by _id {finds:,.0f}, guarded update {updates:,.0f}"
