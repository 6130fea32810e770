-- Chains of others by id (engine/own/people.h): not asked for before chain_ask_ms; chain_ms: when
-- the gateway last gave one.
ALTER TABLE person ADD COLUMN chain_ask_ms INT NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN chain_ms INT NOT NULL DEFAULT 0;
-- Coming in again: the epoch of the bundle with which the last try lost, and whether a commit that
-- cannot be read is what we could not follow.
ALTER TABLE chat ADD COLUMN stuck_epoch INT NOT NULL DEFAULT -1;
ALTER TABLE chat ADD COLUMN unread_commit INT NOT NULL DEFAULT 0;
-- The chat whose place this room takes. Of a room set aside (chat.aside): offered to the person,
-- who says so.
ALTER TABLE chat ADD COLUMN succeeds INT NOT NULL DEFAULT 0;

-- Rooms that somebody brought us into whose chains are not all here: their Welcomes (hash is
-- theirs), the package each came to, who brought it (a person), and whose chains are awaited.
CREATE TABLE checking (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, welcome BLOB NOT NULL,
    token BLOB NOT NULL, ref BLOB NOT NULL, server_ms INT NOT NULL, at_ms INT NOT NULL,
    signer INT NOT NULL, over INT NOT NULL DEFAULT 0);
CREATE TABLE checking_for (checking INT NOT NULL, person INT NOT NULL,
    PRIMARY KEY (checking, person)) WITHOUT ROWID;
CREATE INDEX checking_person ON checking_for (person);
