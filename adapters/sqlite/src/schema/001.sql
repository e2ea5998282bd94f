-- Format 1. Times are nanoseconds since 1970. `body` is sealed JSON; every other column is free of patient data.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE requests (
    id         TEXT PRIMARY KEY,
    portal     TEXT NOT NULL,
    patient    TEXT NOT NULL,
    in_motion INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    body       BLOB NOT NULL
) STRICT;
CREATE INDEX requests_by_age ON requests (created_at, id);
CREATE INDEX requests_in_motion ON requests (created_at, id) WHERE in_motion = 1;
CREATE INDEX requests_by_patient ON requests (patient, created_at, id);

CREATE TABLE orders (
    request  TEXT NOT NULL,
    revision INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    body     BLOB NOT NULL,
    PRIMARY KEY (request, revision)
) STRICT;

CREATE TABLE signatures (
    block   TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    body    BLOB NOT NULL
) STRICT;

CREATE TABLE deliveries (
    name TEXT PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;

CREATE TABLE steps (
    key        TEXT PRIMARY KEY,
    expires_at INTEGER NOT NULL,
    body       BLOB NOT NULL
) STRICT;
CREATE INDEX steps_by_expiry ON steps (expires_at);

CREATE TABLE pages (
    packet TEXT NOT NULL,
    page   INTEGER NOT NULL,
    body   BLOB NOT NULL,
    PRIMARY KEY (packet, page)
) STRICT;

-- A mail id stays for ever; its body goes when the code is used or void.
CREATE TABLE codes (
    id         TEXT PRIMARY KEY,
    arrived_at INTEGER NOT NULL,
    body       BLOB
) STRICT;
CREATE INDEX codes_waiting ON codes (arrived_at) WHERE body IS NOT NULL;

CREATE TABLE portals (
    name TEXT PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;

-- `visible_at` is when an item can be leased; of a leased one (token set), when its lease ends.
-- `again_at` is set when an item was enqueued once more while leased. Items hold ids only, so they lie open.
CREATE TABLE work_items (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    queue       TEXT NOT NULL,
    id          TEXT NOT NULL,
    item        TEXT NOT NULL,
    version     INTEGER NOT NULL,
    enqueued_at INTEGER NOT NULL,
    visible_at  INTEGER NOT NULL,
    token       TEXT,
    leases      INTEGER NOT NULL DEFAULT 0,
    again_at    INTEGER,
    UNIQUE (queue, id)
) STRICT;
CREATE INDEX work_items_visible ON work_items (queue, visible_at, seq);
