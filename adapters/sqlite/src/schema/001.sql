-- Format 1. Times are nanoseconds since 1970. `body` is sealed JSON; every other column is free of patient data.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

-- `terms` holds the request's hashes in `request_terms`, one behind the other, made under the index key `index_key`.
CREATE TABLE requests (
    id         TEXT PRIMARY KEY,
    portal     TEXT NOT NULL,
    patient    TEXT NOT NULL,
    in_motion  INTEGER NOT NULL,
    standing   TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    index_key  INTEGER NOT NULL,
    terms      BLOB NOT NULL,
    body       BLOB NOT NULL
) STRICT;
CREATE INDEX requests_by_age ON requests (created_at, id);
CREATE INDEX requests_in_motion ON requests (created_at, id) WHERE in_motion = 1;
CREATE INDEX requests_by_patient ON requests (patient, created_at, id);
CREATE INDEX requests_by_portal ON requests (portal, created_at, id);
CREATE INDEX requests_by_standing ON requests (standing, created_at, id);
CREATE INDEX requests_by_portal_and_standing ON requests (portal, standing, created_at, id);
CREATE INDEX requests_by_index_key ON requests (index_key);

-- What a request is found by: keyed hashes, in the order of lists.
CREATE TABLE request_terms (
    term       BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    request    TEXT NOT NULL,
    PRIMARY KEY (term, created_at, request)
) STRICT, WITHOUT ROWID;

-- Kept by triggers, so that counting takes as long for many requests as for few.
CREATE TABLE request_counts (
    portal   TEXT NOT NULL,
    standing TEXT NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (portal, standing)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER requests_counted AFTER INSERT ON requests BEGIN
    INSERT INTO request_counts (portal, standing, count) VALUES (new.portal, new.standing, 1)
        ON CONFLICT (portal, standing) DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER requests_counted_elsewhere AFTER UPDATE OF portal, standing ON requests
WHEN old.portal <> new.portal OR old.standing <> new.standing BEGIN
    UPDATE request_counts SET count = count - 1 WHERE portal = old.portal AND standing = old.standing;
    INSERT INTO request_counts (portal, standing, count) VALUES (new.portal, new.standing, 1)
        ON CONFLICT (portal, standing) DO UPDATE SET count = count + 1;
END;

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

-- What a mail asks the operator, until it is dismissed; the mail's id is in `codes` as well, and stays there.
CREATE TABLE notices (
    id         TEXT PRIMARY KEY,
    arrived_at INTEGER NOT NULL,
    body       BLOB NOT NULL
) STRICT;

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

-- Who saw and did what, in a chain of hashes. Entries hold no patient data, so they lie open.
CREATE TABLE audit (
    seq   INTEGER PRIMARY KEY,
    id    TEXT NOT NULL UNIQUE,
    hash  TEXT NOT NULL,
    entry TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
