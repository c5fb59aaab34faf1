-- A store of schema 2: one delivery delivered, one pending with its first part confirmed, one dead.
PRAGMA application_id = 1316504178;
PRAGMA user_version = 2;
BEGIN TRANSACTION;
CREATE TABLE attempt (                  -- what failed, for people
    message INTEGER NOT NULL,
    destination TEXT NOT NULL,
    number INTEGER NOT NULL,            -- counted from 1
    part INTEGER NOT NULL,
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (message, destination, number)
) WITHOUT ROWID;
INSERT INTO "attempt" VALUES(2,'support',1,2,1785585600000,'Slack is down');
INSERT INTO "attempt" VALUES(3,'ops',1,1,1785585600000,'the webhook was removed');
CREATE TABLE delivery (                 -- pending ones only
    message INTEGER NOT NULL,
    destination TEXT NOT NULL,
    route TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER,
    reason TEXT NOT NULL DEFAULT '',    -- of the last failed attempt
    form TEXT NOT NULL DEFAULT '[]',    -- what was taken away from the parts that are planned
    PRIMARY KEY (message, destination)
) WITHOUT ROWID;
INSERT INTO "delivery" VALUES(2,'support','refunds',1,1785585602000,'Slack is down','[]');
CREATE TABLE history (                  -- settled deliveries, in the order of acceptance
    message INTEGER NOT NULL,
    destination TEXT NOT NULL,
    route TEXT NOT NULL,
    state TEXT NOT NULL,                -- delivered or dead
    attempts INTEGER NOT NULL,          -- failed ones that were counted
    reason TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    settled_at INTEGER NOT NULL,
    PRIMARY KEY (message, destination)
) WITHOUT ROWID;
INSERT INTO "history" VALUES(1,'support','refunds','delivered',0,'',1785585600000,1785585600000);
INSERT INTO "history" VALUES(3,'ops','refunds','dead',0,'the webhook was removed',1785585600000,1785585600000);
CREATE TABLE message (                  -- what was accepted; (id, fingerprint) is its duplicate mark
    number INTEGER PRIMARY KEY,         -- the order of acceptance
    id TEXT NOT NULL,                   -- NexusGPT's id
    revision INTEGER NOT NULL,          -- 0 for the first time it is told, then 1, 2, ...
    chat_id TEXT NOT NULL,
    fingerprint BLOB NOT NULL,          -- changes with what the message says
    accepted_at INTEGER NOT NULL,
    body BLOB NOT NULL                  -- the webhook's, as it came
);
INSERT INTO "message" VALUES(1,'m1',0,'c1',X'31',1785585600000,X'7B226576656E74223A20224D4553534147455F46494E414C495A4544222C20227061796C6F6164223A207B226964223A20226D31222C2022636861744964223A20226331222C2022636F6E74656E74223A202248656C6C6F2031227D7D');
INSERT INTO "message" VALUES(2,'m2',0,'c1',X'32',1785585600000,X'7B226576656E74223A20224D4553534147455F46494E414C495A4544222C20227061796C6F6164223A207B226964223A20226D32222C2022636861744964223A20226331222C2022636F6E74656E74223A202248656C6C6F2032227D7D');
INSERT INTO "message" VALUES(3,'m3',0,'c1',X'33',1785585600000,X'7B226576656E74223A20224D4553534147455F46494E414C495A4544222C20227061796C6F6164223A207B226964223A20226D33222C2022636861744964223A20226331222C2022636F6E74656E74223A202248656C6C6F2033227D7D');
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
INSERT INTO "part" VALUES(1,'support',1,'p1','C1','confirmed','');
INSERT INTO "part" VALUES(2,'support',1,'p2','C1','confirmed','');
INSERT INTO "part" VALUES(3,'ops',1,'','','in doubt','');
CREATE TABLE thread (                   -- the platform's thread that carries a chat
    destination TEXT NOT NULL,
    chat_id TEXT NOT NULL,
    thread TEXT NOT NULL,
    PRIMARY KEY (destination, chat_id)
) WITHOUT ROWID;
INSERT INTO "thread" VALUES('support','c1','p1');
CREATE UNIQUE INDEX message_told ON message (id, fingerprint);
COMMIT;
