-- A store of schema 3: one delivery delivered, one pending with its first part confirmed, one dead,
-- one sent again, one dead that is asked for, one planned with its first part in doubt,
-- and a change to the first.
PRAGMA application_id = 1316504178;
PRAGMA user_version = 3;
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
INSERT INTO "attempt" VALUES(2,'support',1,2,1785585604000,'Slack is down');
INSERT INTO "attempt" VALUES(3,'ops',1,1,1785585604000,'the webhook was removed');
INSERT INTO "attempt" VALUES(4,'alerts',0,1,1785585605000,'no such hook');
INSERT INTO "attempt" VALUES(5,'alerts',1,1,1785585605000,'no such hook');
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
INSERT INTO "delivery" VALUES(2,'support','refunds',1,1785585606000,'Slack is down','[]',NULL);
INSERT INTO "delivery" VALUES(4,'alerts','refunds',0,NULL,'','[]',1785585661000);
INSERT INTO "delivery" VALUES(6,'board','refunds',0,NULL,'','["in_parts"]',NULL);
INSERT INTO "delivery" VALUES(7,'support','refunds',0,NULL,'','[]',NULL);
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
INSERT INTO "history" VALUES(1,'support','refunds','delivered',0,'',1785585601000,1785585602000,'[]');
INSERT INTO "history" VALUES(3,'ops','refunds','dead',0,'the webhook was removed',1785585603000,1785585604000,'["plain"]');
INSERT INTO "history" VALUES(5,'alerts','refunds','dead',0,'no such hook',1785585605000,1785585605000,'[]');
CREATE TABLE message (                  -- what was accepted; (id, fingerprint) is its duplicate mark
    number INTEGER PRIMARY KEY,         -- the order of acceptance
    id TEXT NOT NULL,                   -- NexusGPT's id
    revision INTEGER NOT NULL,          -- 0 for the first time it is told, then 1, 2, ...
    chat_id TEXT NOT NULL,
    fingerprint BLOB NOT NULL,          -- changes with what the message says
    accepted_at INTEGER NOT NULL,
    body BLOB NOT NULL                  -- the webhook's, as it came
);
INSERT INTO "message" VALUES(1,'m1',0,'c1',X'31',1785585601000,X'7B226576656E74223A20224D4553534147455F46494E414C495A4544222C20227061796C6F6164223A207B226964223A20226D31222C2022636861744964223A20226331222C2022636F6E74656E74223A202248656C6C6F2031227D7D');
INSERT INTO "message" VALUES(2,'m2',0,'c1',X'32',1785585602000,X'7B226576656E74223A20224D4553534147455F46494E414C495A4544222C20227061796C6F6164223A207B226964223A20226D32222C2022636861744964223A20226331222C2022636F6E74656E74223A202248656C6C6F2032227D7D');
INSERT INTO "message" VALUES(3,'m3',0,'c1',X'33',1785585603000,X'7B226576656E74223A20224D4553534147455F46494E414C495A4544222C20227061796C6F6164223A207B226964223A20226D33222C2022636861744964223A20226331222C2022636F6E74656E74223A202248656C6C6F2033227D7D');
INSERT INTO "message" VALUES(4,'m4',0,'c1',X'34',1785585604000,X'7B226576656E74223A20224D4553534147455F46494E414C495A4544222C20227061796C6F6164223A207B226964223A20226D34222C2022636861744964223A20226331222C2022636F6E74656E74223A202248656C6C6F2034227D7D');
INSERT INTO "message" VALUES(5,'m5',0,'c1',X'35',1785585605000,X'7B226576656E74223A20224D4553534147455F46494E414C495A4544222C20227061796C6F6164223A207B226964223A20226D35222C2022636861744964223A20226331222C2022636F6E74656E74223A202248656C6C6F2035227D7D');
INSERT INTO "message" VALUES(6,'m6',0,'c1',X'36',1785585606000,X'7B226576656E74223A20224D4553534147455F46494E414C495A4544222C20227061796C6F6164223A207B226964223A20226D36222C2022636861744964223A20226331222C2022636F6E74656E74223A202248656C6C6F2036227D7D');
INSERT INTO "message" VALUES(7,'m1',1,'c1',X'6368616E676564',1785585607000,X'7B226576656E74223A20224D4553534147455F46494E414C495A4544222C20227061796C6F6164223A207B226964223A20226D31222C2022636861744964223A20226331222C2022636F6E74656E74223A202248656C6C6F2031227D7D');
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
INSERT INTO "part" VALUES(6,'board',1,'','','in doubt','["post",1]');
INSERT INTO "part" VALUES(6,'board',2,'','','planned','["post",2]');
CREATE TABLE revival (                  -- what a person has asked to be sent again
    number INTEGER PRIMARY KEY,         -- the order of asking
    message INTEGER NOT NULL,
    source TEXT NOT NULL,               -- the destination where it is dead
    destination TEXT NOT NULL,          -- where it shall go
    asked_at INTEGER NOT NULL,
    done_at INTEGER,                    -- when the bridge took it up; NULL: it waits
    revived INTEGER NOT NULL DEFAULT 0  -- 1 if it was pending then
);
INSERT INTO "revival" VALUES(1,4,'alerts','alerts',1785585660000,1785585661000,1);
INSERT INTO "revival" VALUES(2,5,'alerts','alerts',1785585662000,NULL,0);
CREATE TABLE thread (                   -- the platform's thread that carries a chat
    destination TEXT NOT NULL,
    chat_id TEXT NOT NULL,
    thread TEXT NOT NULL,
    PRIMARY KEY (destination, chat_id)
) WITHOUT ROWID;
INSERT INTO "thread" VALUES('support','c1','p1');
CREATE UNIQUE INDEX message_told ON message (id, fingerprint);
CREATE INDEX history_dead ON history (message, destination) WHERE state = 'dead';
CREATE UNIQUE INDEX revival_waiting ON revival (message, destination) WHERE done_at IS NULL;
CREATE INDEX revival_asked ON revival (message, source);
COMMIT;
