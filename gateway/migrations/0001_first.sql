-- The store of the post office. Times are days or milliseconds since 1970; ids are our own numbers and never leave the
-- process. Bodies are sealed by the clients; they lie apart from the rows that point at them: an
-- acknowledgement touches small rows only.

-- Facts about the store itself.
CREATE TABLE meta (name TEXT PRIMARY KEY, value INT) WITHOUT ROWID;

-- An account has an inbox address and a chain of signed entries (schema/chain.h). It was a key then: 0010_chain.sql
-- makes the tables account, revoked and record anew.
CREATE TABLE account (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, inbox BLOB NOT NULL UNIQUE, head INT NOT NULL,
                      day INT NOT NULL, grants_day INT NOT NULL DEFAULT 0, grants_n INT NOT NULL DEFAULT 0);
CREATE TABLE chain   (account INT, version INT, entry BLOB NOT NULL, PRIMARY KEY (account, version)) WITHOUT ROWID;

-- One queue a device. next: the seq of the next message; day: last seen.
CREATE TABLE box     (id INTEGER PRIMARY KEY, account INT NOT NULL, device BLOB NOT NULL UNIQUE, next INT NOT NULL,
                      gap INT NOT NULL DEFAULT 0, -- highest seq that expired before its device had it
                      day INT NOT NULL);
CREATE INDEX box_account ON box (account);
CREATE TABLE revoked (device BLOB PRIMARY KEY, day INT NOT NULL) WITHOUT ROWID;
CREATE TABLE q       (box INT, seq INT, body INT NOT NULL, PRIMARY KEY (box, seq)) WITHOUT ROWID;
CREATE INDEX q_body  ON q (body);
CREATE TABLE body    (id INTEGER PRIMARY KEY, ms INT NOT NULL, b BLOB NOT NULL);

-- Posts seen in the last days, so that a repeated one is answered and not stored again.
CREATE TABLE seen    (id INTEGER PRIMARY KEY, account INT NOT NULL, mid INT NOT NULL, day INT NOT NULL);
CREATE UNIQUE INDEX seen_mid ON seen (account, mid);

CREATE TABLE kp      (id INTEGER PRIMARY KEY, box INT NOT NULL, ref BLOB NOT NULL, suite INT NOT NULL,
                      expires INT NOT NULL, last INT NOT NULL, package BLOB NOT NULL);
CREATE UNIQUE INDEX kp_ref ON kp (box, ref);
CREATE INDEX kp_pick ON kp (box, suite, last, id);
-- uses NULL: unlimited. expires 0: never (seconds).
CREATE TABLE token   (account INT, hash BLOB, uses INT, expires INT NOT NULL, PRIMARY KEY (account, hash)) WITHOUT ROWID;
CREATE TABLE push    (box INTEGER PRIMARY KEY, endpoint TEXT NOT NULL, key BLOB NOT NULL, secret BLOB NOT NULL);
CREATE TABLE invite  (hash BLOB PRIMARY KEY, uses INT NOT NULL, expires INT NOT NULL) WITHOUT ROWID;
CREATE TABLE allowed (hash BLOB PRIMARY KEY, bytes INT NOT NULL, day INT NOT NULL) WITHOUT ROWID;

-- Mailboxes: an ordered log, one commit an epoch, write keys of the last epochs.
CREATE TABLE grp     (id INTEGER PRIMARY KEY, mailbox BLOB NOT NULL UNIQUE, read_hash BLOB NOT NULL, epoch INT NOT NULL,
                      next INT NOT NULL, bytes INT NOT NULL, day INT NOT NULL);
CREATE TABLE info    (grp INTEGER PRIMARY KEY, info BLOB NOT NULL);
CREATE TABLE wkey    (grp INT, epoch INT, key BLOB NOT NULL, PRIMARY KEY (grp, epoch)) WITHOUT ROWID;
CREATE TABLE glog    (grp INT, seq INT, body INT NOT NULL, ms INT NOT NULL, kind INT NOT NULL, epoch INT NOT NULL,
                      mid INT NOT NULL, branch INT NOT NULL, PRIMARY KEY (grp, seq)) WITHOUT ROWID;
CREATE UNIQUE INDEX glog_commit ON glog (grp, epoch) WHERE kind = 1;
CREATE TABLE gbody   (id INTEGER PRIMARY KEY, grp INT NOT NULL, seq INT NOT NULL, ms INT NOT NULL, b BLOB NOT NULL);

-- Sealed attachments: the bytes are files under blobs/; have: chunks that are on disk.
CREATE TABLE blob    (id BLOB PRIMARY KEY, bytes INT NOT NULL, chunk INT NOT NULL, have INT NOT NULL, day INT NOT NULL,
                      drop_hash BLOB NOT NULL, grp INT) WITHOUT ROWID;
CREATE INDEX blob_day ON blob (day);
CREATE INDEX blob_grp ON blob (grp) WHERE grp IS NOT NULL;
CREATE TABLE record  (address BLOB PRIMARY KEY, version INT NOT NULL, body BLOB NOT NULL, key BLOB NOT NULL,
                      day INT NOT NULL) WITHOUT ROWID;
