-- What a gate over rooms needs (engine/own/admit.h).

-- Entries of chains that some room names, checked one after another, found by their hash.
CREATE TABLE room_entry (hash BLOB PRIMARY KEY, account BLOB NOT NULL, n INT NOT NULL,
    entry BLOB NOT NULL);

-- The highest epoch we were in, for each group id, kept for ever: none below it is entered again.
CREATE TABLE floor (group_id BLOB PRIMARY KEY, epoch INT NOT NULL) WITHOUT ROWID;

-- Welcomes that came to a package of last resort, as long as its key is kept (ref).
CREATE TABLE welcome_taken (hash BLOB PRIMARY KEY, ref BLOB NOT NULL) WITHOUT ROWID;

-- Packages of others that we have used, until they expire.
CREATE TABLE package_used (ref BLOB PRIMARY KEY, expires_s INT NOT NULL) WITHOUT ROWID;

-- The epoch in which all leaves were found to be theirs, -1 none; taken back when a chain grows.
ALTER TABLE chat ADD COLUMN clear_epoch INT NOT NULL DEFAULT -1;
-- Why nothing is sent although we are in it: enum store_hold.
ALTER TABLE chat ADD COLUMN hold INT NOT NULL DEFAULT 0;
-- Whose commit stopped it (a person), when it was stopped.
ALTER TABLE chat ADD COLUMN stopped_by INT NOT NULL DEFAULT 0;
-- Another room under the name of this one, set aside until the person says what to do: a chat that
-- is not listed, and who brought it.
ALTER TABLE chat ADD COLUMN aside INT NOT NULL DEFAULT 0;
ALTER TABLE chat ADD COLUMN aside_by INT NOT NULL DEFAULT 0;
-- A chat of two, asked for by the link of a group: what shows that we hold the link.
ALTER TABLE chat ADD COLUMN door_token BLOB;
ALTER TABLE chat ADD COLUMN door_secret BLOB;
-- The link of a group holds a secret that the gateway never sees.
ALTER TABLE link ADD COLUMN secret BLOB;
-- Words to one person that are posted, and no device of theirs has given a sign yet.
ALTER TABLE outbox ADD COLUMN kept INT NOT NULL DEFAULT 0;

-- Leaves that gave a sign of life in a chat since they came in.
CREATE TABLE sign (chat INT NOT NULL, device BLOB NOT NULL, PRIMARY KEY (chat, device))
    WITHOUT ROWID;
