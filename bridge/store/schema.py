"""The tables of the SQLite store, and what brings those of earlier versions forward. No I/O."""

APPLICATION_ID = 0x4E784272  # "NxBr", in the header of the file: `file` and `open` tell it by this
SCHEMA_VERSION = 3

# The tables of the present version, and the two marks in the file's header that say so.
CREATE = f"""
CREATE TABLE message (                  -- what was accepted; (id, fingerprint) is its duplicate mark
    number INTEGER PRIMARY KEY,         -- the order of acceptance
    id TEXT NOT NULL,                   -- NexusGPT's id
    revision INTEGER NOT NULL,          -- 0 for the first time it is told, then 1, 2, ...
    chat_id TEXT NOT NULL,
    fingerprint BLOB NOT NULL,          -- changes with what the message says
    accepted_at INTEGER NOT NULL,
    body BLOB NOT NULL                  -- the webhook's, as it came
);
CREATE UNIQUE INDEX message_told ON message (id, fingerprint);
CREATE TABLE delivery (                 -- pending ones only
    message INTEGER NOT NULL,
    destination TEXT NOT NULL,
    route TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER,
    reason TEXT NOT NULL DEFAULT '',    -- of the last failed attempt
    form TEXT NOT NULL DEFAULT '[]',    -- what was taken away from the parts that are planned
    replayed_at INTEGER,                -- its age counts from here, if a person had it sent again
    PRIMARY KEY (message, destination)
) WITHOUT ROWID;
CREATE TABLE part (                     -- a confirmed one stays when its delivery is settled
    message INTEGER NOT NULL,
    destination TEXT NOT NULL,
    part INTEGER NOT NULL,
    post_id TEXT NOT NULL,              -- the platform's
    channel TEXT NOT NULL,              -- likewise
    state TEXT NOT NULL DEFAULT 'confirmed',  -- planned, in doubt or confirmed
    step TEXT NOT NULL DEFAULT '',      -- what is to be sent, until it is confirmed
    PRIMARY KEY (message, destination, part)
) WITHOUT ROWID;
CREATE TABLE attempt (                  -- what failed, for people
    message INTEGER NOT NULL,
    destination TEXT NOT NULL,
    number INTEGER NOT NULL,            -- counted from 1
    part INTEGER NOT NULL,
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (message, destination, number)
) WITHOUT ROWID;
CREATE TABLE history (                  -- settled deliveries, in the order of acceptance
    message INTEGER NOT NULL,
    destination TEXT NOT NULL,
    route TEXT NOT NULL,
    state TEXT NOT NULL,                -- delivered or dead
    attempts INTEGER NOT NULL,          -- failed ones that were counted
    reason TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    settled_at INTEGER NOT NULL,
    form TEXT NOT NULL DEFAULT '[]',    -- that of the delivery
    PRIMARY KEY (message, destination)
) WITHOUT ROWID;
CREATE INDEX history_dead ON history (message, destination) WHERE state = 'dead';
CREATE TABLE thread (                   -- the platform's thread that carries a chat
    destination TEXT NOT NULL,
    chat_id TEXT NOT NULL,
    thread TEXT NOT NULL,
    PRIMARY KEY (destination, chat_id)
) WITHOUT ROWID;
CREATE TABLE revival (                  -- what a person has asked to be sent again
    number INTEGER PRIMARY KEY,         -- the order of asking
    message INTEGER NOT NULL,
    source TEXT NOT NULL,               -- the destination where it is dead
    destination TEXT NOT NULL,          -- where it shall go
    asked_at INTEGER NOT NULL,
    done_at INTEGER,                    -- when the bridge took it up; NULL: it waits
    revived INTEGER NOT NULL DEFAULT 0  -- 1 if it was pending then
);
CREATE UNIQUE INDEX revival_waiting ON revival (message, destination) WHERE done_at IS NULL;
CREATE INDEX revival_asked ON revival (message, source);
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
"""

# What makes the tables of a version those of the next one.
MIGRATIONS = {
    1: """
    ALTER TABLE delivery ADD COLUMN form TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE part ADD COLUMN state TEXT NOT NULL DEFAULT 'confirmed';
    ALTER TABLE part ADD COLUMN step TEXT NOT NULL DEFAULT '';
    CREATE TABLE attempt (
        message INTEGER NOT NULL,
        destination TEXT NOT NULL,
        number INTEGER NOT NULL,
        part INTEGER NOT NULL,
        at INTEGER NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (message, destination, number)
    ) WITHOUT ROWID;
    PRAGMA user_version = 2;
    """,
    2: """
    ALTER TABLE delivery ADD COLUMN replayed_at INTEGER;
    ALTER TABLE history ADD COLUMN form TEXT NOT NULL DEFAULT '[]';
    CREATE INDEX history_dead ON history (message, destination) WHERE state = 'dead';
    CREATE TABLE revival (
        number INTEGER PRIMARY KEY,
        message INTEGER NOT NULL,
        source TEXT NOT NULL,
        destination TEXT NOT NULL,
        asked_at INTEGER NOT NULL,
        done_at INTEGER,
        revived INTEGER NOT NULL DEFAULT 0
    );
    CREATE UNIQUE INDEX revival_waiting ON revival (message, destination) WHERE done_at IS NULL;
    CREATE INDEX revival_asked ON revival (message, source);
    PRAGMA user_version = 3;
    """,
}
