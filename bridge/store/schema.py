"""The tables of the SQLite store, and what brings those of earlier versions forward. No I/O."""

APPLICATION_ID = 0x4E784272  # "NxBr", in the header of the file: `file` and `open` tell it by this
SCHEMA_VERSION = 4

# The tables of the present version, and the two marks in the file's header that say so.
CREATE = f"""
CREATE TABLE message (                  -- what was accepted; id and fingerprint are its duplicate mark
    number INTEGER PRIMARY KEY,         -- the order of acceptance
    id TEXT NOT NULL,                   -- NexusGPT's id
    revision INTEGER NOT NULL,          -- 0 for the first time it is told, then 1, 2, ...
    chat_id TEXT NOT NULL,
    fingerprint BLOB NOT NULL,          -- changes with what the message says
    accepted_at INTEGER NOT NULL,
    body BLOB NOT NULL,                 -- the webhook's, as it came
    previous INTEGER                    -- the number of the revision before this one
);
CREATE TABLE mark (                     -- finds messages by NexusGPT's id, see `bridge.store.marks`
    hash INTEGER NOT NULL,              -- of the id; others may have the same
    message INTEGER NOT NULL,
    PRIMARY KEY (hash, message)
) WITHOUT ROWID;
CREATE TABLE marked (                   -- one row
    number INTEGER PRIMARY KEY,
    message INTEGER NOT NULL,           -- all messages up to this one are in `mark`
    moving INTEGER NOT NULL,            -- those after it, up to this one, are on their way
    next INTEGER NOT NULL               -- and of them, all with a lesser hash are there
);
INSERT INTO marked VALUES (1, 0, 0, 0);
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
    discarded_at INTEGER,               -- when a person let go of a dead one
    PRIMARY KEY (message, destination)
) WITHOUT ROWID;
CREATE INDEX history_dead ON history (message, destination)
    WHERE state = 'dead' AND discarded_at IS NULL;
CREATE INDEX history_discarded ON history (message, destination) WHERE discarded_at IS NOT NULL;
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
CREATE TABLE parking (                  -- destinations that are gone
    destination TEXT PRIMARY KEY,
    reason TEXT NOT NULL,               -- of the last proof
    since INTEGER NOT NULL              -- the first proof
) WITHOUT ROWID;
CREATE TABLE clock (                    -- one row, once a bridge has run for a while
    number INTEGER PRIMARY KEY,
    believed INTEGER NOT NULL           -- up to when the clock is, see `bridge.retention`
);
CREATE TABLE proof (                    -- one row, written to see that the disk takes it
    number INTEGER PRIMARY KEY,
    count INTEGER NOT NULL
);
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
"""  # noqa: S608 -- of our own numbers

# What makes the tables of a version those of the next one. `mark_of` is a function of the connection.
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
    3: """
    ALTER TABLE history ADD COLUMN discarded_at INTEGER;
    DROP INDEX history_dead;
    CREATE INDEX history_dead ON history (message, destination)
        WHERE state = 'dead' AND discarded_at IS NULL;
    CREATE INDEX history_discarded ON history (message, destination) WHERE discarded_at IS NOT NULL;
    CREATE TABLE parking (
        destination TEXT PRIMARY KEY,
        reason TEXT NOT NULL,
        since INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE clock (number INTEGER PRIMARY KEY, believed INTEGER NOT NULL);
    CREATE TABLE proof (number INTEGER PRIMARY KEY, count INTEGER NOT NULL);
    ALTER TABLE message ADD COLUMN previous INTEGER;
    UPDATE message SET previous = (SELECT max(older.number) FROM message AS older
        WHERE older.id = message.id AND older.number < message.number) WHERE revision > 0;
    CREATE TABLE mark (
        hash INTEGER NOT NULL,
        message INTEGER NOT NULL,
        PRIMARY KEY (hash, message)
    ) WITHOUT ROWID;
    INSERT INTO mark SELECT mark_of(id) AS hash, number FROM message ORDER BY hash, number;
    CREATE TABLE marked (
        number INTEGER PRIMARY KEY,
        message INTEGER NOT NULL,
        moving INTEGER NOT NULL,
        next INTEGER NOT NULL
    );
    INSERT INTO marked SELECT 1, coalesce(max(number), 0), 0, 0 FROM message;
    DROP INDEX message_told;
    PRAGMA user_version = 4;
    """,
}
