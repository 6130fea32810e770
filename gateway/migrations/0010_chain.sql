-- Chains signed by devices (schema/chain.h): an account is the hash of its first entry. What was written before has
-- another meaning; db_open.c refuses such a database, so these tables are empty here.
DROP TABLE account;
CREATE TABLE account (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, inbox BLOB NOT NULL UNIQUE, head INT NOT NULL,
                      recovery BLOB NOT NULL UNIQUE, -- of the newest entry
                      hpke BLOB,                     -- its other half; NULL: nobody has brought it back yet
                      day INT NOT NULL, chain_day INT NOT NULL DEFAULT 0, chain_n INT NOT NULL DEFAULT 0,
                      grants_day INT NOT NULL DEFAULT 0, grants_n INT NOT NULL DEFAULT 0);
-- Every key that an entry has ever listed: it is of one account, and never comes back.
CREATE TABLE listed  (key BLOB PRIMARY KEY, account INT NOT NULL) WITHOUT ROWID;
DROP TABLE revoked;
-- Recovery: a part a device, sealed to the recovery code.
DROP TABLE record;
CREATE TABLE record  (id INTEGER PRIMARY KEY, account INT NOT NULL, device BLOB NOT NULL, number INT NOT NULL,
                      head BLOB NOT NULL, body BLOB NOT NULL, day INT NOT NULL, UNIQUE (account, device));
