#!/usr/bin/env python3
"""Checks that a MongoDB server keeps what the adapter for MongoDB relies on.

Runs against any address: the stand-in that `make services` starts, or a real MongoDB. Works in databases of
its own (`probe_…`) and drops them. Prints one line a check and exits with 1 when a guarantee fails; what is
marked as optional is only told. With --kill and --start it also kills the server while writers hammer it,
starts it again and looks for every acknowledged write.

    probe_mongodb.py mongodb://127.0.0.1:27117
    probe_mongodb.py URI --kill 'scripts/services.sh kill mongodb' --start 'scripts/services.sh start mongodb'
"""

import argparse
import os
import sys

import pymongo
from pymongo.errors import PyMongoError

from checks_mongodb import PROBE
from checks_mongodb_indexes import expect_duplicate
from harness import RACERS, add_common_arguments, finish, killed_while, parse, require


def survival(uri, kill, start, kills):
    """Hammers, kills, starts again: every acknowledged write must be there, and nothing half-done."""
    client = pymongo.MongoClient(uri, retryWrites=False, serverSelectionTimeoutMS=20_000)
    db = client[f"probe_{os.getpid()}_survival"]
    db.c.create_index("key", unique=True)
    db.counters.insert_many([{"_id": racer, "n": 0} for racer in range(RACERS)])
    inserted = [[] for _ in range(RACERS)]
    counted = [0] * RACERS

    def hammer(racer, stop, number):
        with pymongo.MongoClient(uri, retryWrites=False, serverSelectionTimeoutMS=500) as own:
            while not stop.is_set():
                key = f"{number}/{racer}/{len(inserted[racer])}"
                try:
                    own[db.name].c.insert_one({"_id": key, "key": key})
                    inserted[racer].append(key)
                    own[db.name].counters.update_one({"_id": racer}, {"$inc": {"n": 1}})
                    counted[racer] += 1
                except PyMongoError:
                    return

    for number in range(kills):
        killed_while(lambda racer, stop: hammer(racer, stop, number), kill, start, seconds=0.7 + number * 0.3)
        there = {found["_id"] for found in db.c.find({}, {"_id": 1})}
        wanted = {key for keys in inserted for key in keys}
        require(wanted <= there, f"{len(wanted - there)} of {len(wanted)} acknowledged writes are lost")
        for racer, n in enumerate(counted):
            # The last update may have been carried out without an answer, once a kill.
            stored = db.counters.find_one({"_id": racer})["n"]
            require(n <= stored <= n + number + 1, f"a counter says {stored}, acknowledged were {n}")
        require(db.c.index_information()["key_1"]["unique"], "the unique index is lost")
        for racer in range(RACERS):
            # What was in flight may be there or not, but a key is taken exactly when its document is there.
            doubtful = f"{number}/{racer}/{len(inserted[racer])}"
            if doubtful in there:
                expect_duplicate(lambda: db.c.insert_one({"key": doubtful}))
            else:
                db.c.insert_one({"_id": doubtful, "key": doubtful})
        for key in sorted(wanted)[-20:]:
            expect_duplicate(lambda: db.c.insert_one({"key": key}))
    client.drop_database(db.name)
    return f"{kills} kills, {sum(map(len, inserted)):,} acknowledged inserts all there"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("uri")
    add_common_arguments(parser)
    arguments = parse(parser)
    client = pymongo.MongoClient(arguments.uri, retryWrites=False, serverSelectionTimeoutMS=10_000)
    client.probe_uri = arguments.uri
    prefix = f"probe_{os.getpid()}_"
    failed = PROBE.run(lambda number: client[f"{prefix}{number}"], arguments.only)
    if arguments.kill:
        failed += not PROBE.run_one("kill and start again", True, lambda: survival(
            arguments.uri, arguments.kill, arguments.start, arguments.kills))
    try:
        for name in client.list_database_names():
            if name.startswith(prefix):
                client.drop_database(name)
    except PyMongoError as error:
        print(f"the probe's databases are left: {error}", file=sys.stderr)
    return finish(failed, arguments.uri.rsplit("@", 1)[-1])


if __name__ == "__main__":
    sys.exit(main())
