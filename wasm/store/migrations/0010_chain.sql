-- Chains signed by devices (schema/chain.h): an account is the hash of its first entry. What stood in an older store
-- means something else; migrate.c refuses it, so these tables are empty here.
-- entry: NULL where another device of mine vouched for the hash and the bytes are still to come.
DROP TABLE chain;
CREATE TABLE chain (
    person INT NOT NULL,
    n INT NOT NULL,
    hash BLOB NOT NULL,
    entry BLOB,
    PRIMARY KEY (person, n)
) WITHOUT ROWID;

-- Every key that an entry of the chain listed: it never comes back. kind 0 device, 1 recovery key. dropped: the number
-- of the entry that lists it no more.
CREATE TABLE chain_key (
    person INT NOT NULL,
    key BLOB NOT NULL,
    kind INT NOT NULL,
    added INT NOT NULL,
    dropped INT,
    PRIMARY KEY (person, key)
) WITHOUT ROWID;
-- Each entry asks which keys are listed now; a long chain has many that were.
CREATE INDEX chain_key_now ON chain_key (person, kind) WHERE dropped IS NULL;

-- The other branch of a fork, from the entry where it begins. author: the key that signed it first.
CREATE TABLE chain_fork (
    person INT NOT NULL,
    hash BLOB NOT NULL,
    n INT NOT NULL,
    entry BLOB NOT NULL,
    author BLOB NOT NULL,
    PRIMARY KEY (person, hash)
) WITHOUT ROWID;
-- Who has raised a fork: what it forges later is only told.
CREATE TABLE chain_forker (person INT NOT NULL, key BLOB NOT NULL, PRIMARY KEY (person, key)) WITHOUT ROWID;

-- What I want my next entry to say (engine/own/chain.c), in order. entry: as it was signed and put, NULL until then.
CREATE TABLE chain_wish (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind INT NOT NULL,
    data BLOB NOT NULL,
    entry BLOB,
    hpke BLOB
);

-- While an account is being recovered: the parts of its record. state 1 readable, 2 not.
CREATE TABLE recover_part (
    device BLOB PRIMARY KEY,
    state INT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    ms INT NOT NULL DEFAULT 0,
    payload BLOB,
    taken INT NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- 1: two branches of this person's chain are in hand; nothing is sent before the owner of this device has looked.
ALTER TABLE person ADD COLUMN fork INT NOT NULL DEFAULT 0;
-- "Verified" is of an id, a newest entry, a device of mine and a time. verified 3: was compared, at verified_ms.
ALTER TABLE person ADD COLUMN verified_head BLOB;
ALTER TABLE person ADD COLUMN verified_by BLOB;
ALTER TABLE person ADD COLUMN verified_ms INT NOT NULL DEFAULT 0;
