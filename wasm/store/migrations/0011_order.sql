-- Order, completeness, time.

-- place: where it stands in the timeline (store/order.h), never a time. at_ms: what is shown: said_ms, the sender's time,
-- at most server_ms, the gateway's (0: none). leaf, counter: the word it is (0 none). edit_n, edit_mid: the edit that is shown.
-- twice: its leaf used the counter for something else too.
ALTER TABLE message ADD COLUMN place INT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN said_ms INT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN server_ms INT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN leaf INT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN counter INT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN edit_n INT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN edit_mid BLOB;
ALTER TABLE message ADD COLUMN twice INT NOT NULL DEFAULT 0;
DROP INDEX message_time;
CREATE INDEX message_place ON message (chat, place, id);
CREATE INDEX message_word ON message (leaf, counter) WHERE leaf > 0;
-- Not said yet: counted in every step, of a table that grows for years.
CREATE INDEX message_waiting ON message (id) WHERE state = 0;

-- place_base: added to the places of this room. run, next_counter, word_hash: of our own leaf; run -1: not in it yet.
-- cursor_hash: of what stands at the cursor. reading: how often the log was read from the front. restored: the gateway
-- lost some of the log, ours of it is to go up again.
ALTER TABLE chat ADD COLUMN place_base INT NOT NULL DEFAULT 0;
ALTER TABLE chat ADD COLUMN run INT NOT NULL DEFAULT -1;
ALTER TABLE chat ADD COLUMN next_counter INT NOT NULL DEFAULT 0;
ALTER TABLE chat ADD COLUMN word_hash BLOB;
ALTER TABLE chat ADD COLUMN cursor_hash BLOB;
ALTER TABLE chat ADD COLUMN reading INT NOT NULL DEFAULT 0;
ALTER TABLE chat ADD COLUMN restored INT NOT NULL DEFAULT 0;

-- Who speaks in a room: a device, and the epoch in which it came in (a device that was put back to an old copy comes in
-- as a new leaf). next: the counter to come; -1 not known yet.
CREATE TABLE leaf (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat INT NOT NULL,
    device BLOB NOT NULL,
    run INT NOT NULL,
    person INT NOT NULL,
    next INT NOT NULL DEFAULT -1
);
CREATE UNIQUE INDEX leaf_device ON leaf (chat, device, run);

-- Every word known here. hash: of its head and content (NULL: it came with the history). prev: what it says the hash of
-- the one before it is. place as in message; epoch: it was said in.
CREATE TABLE word (
    leaf INT NOT NULL,
    counter INT NOT NULL,
    hash BLOB,
    prev BLOB,
    place INT NOT NULL,
    reading INT NOT NULL,
    message INT NOT NULL DEFAULT 0,
    epoch INT NOT NULL DEFAULT 0,
    PRIMARY KEY (leaf, counter)
) WITHOUT ROWID;

-- What my devices said, for those who miss it. message: the row that its going takes it along with.
CREATE TABLE said (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    leaf INT NOT NULL,
    counter INT NOT NULL,
    ms INT NOT NULL,
    content BLOB NOT NULL,
    message INT NOT NULL,
    at_ms INT NOT NULL
);
CREATE UNIQUE INDEX said_word ON said (leaf, counter);
CREATE INDEX said_message ON said (message);
CREATE INDEX said_time ON said (at_ms);

-- Words of a leaf that never came: first to last. message: the row that says so, 0 not yet. secret: opens the answer to
-- our question.
CREATE TABLE hole (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    leaf INT NOT NULL,
    first INT NOT NULL,
    last INT NOT NULL,
    place INT NOT NULL,
    at_ms INT NOT NULL,
    message INT NOT NULL DEFAULT 0,
    asked_ms INT NOT NULL DEFAULT 0,
    secret BLOB
);
CREATE INDEX hole_leaf ON hole (leaf, first);

-- Entries of logs and inbox (chat 0) that were taken, by the first 16 bytes of the hash of what stands there.
CREATE TABLE seen (
    chat INT NOT NULL,
    hash BLOB NOT NULL,
    leaf INT NOT NULL DEFAULT 0,
    counter INT NOT NULL DEFAULT 0,
    reading INT NOT NULL DEFAULT 0,
    at_ms INT NOT NULL,
    PRIMARY KEY (chat, hash)
) WITHOUT ROWID;
CREATE INDEX seen_time ON seen (at_ms);

-- Edits (kind 1) and deletions (kind 2) that came before their message.
CREATE TABLE early (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat INT NOT NULL,
    mid BLOB NOT NULL,
    person INT NOT NULL,
    kind INT NOT NULL,
    n INT NOT NULL,
    edit_mid BLOB NOT NULL,
    text TEXT NOT NULL,
    at_ms INT NOT NULL
);
CREATE UNIQUE INDEX early_mid ON early (chat, mid, person, kind);
CREATE INDEX early_person ON early (person, id);

-- Who sat in a room when: from an epoch, up to and without another (NULL: still does).
CREATE TABLE seat (
    chat INT NOT NULL,
    person INT NOT NULL,
    first INT NOT NULL,
    past INT,
    PRIMARY KEY (chat, person, first)
) WITHOUT ROWID;

-- Own posts and commits of the last days as they went out, should the gateway lose them. kind as in the log; body: sealed
-- bytes, or the frame of a commit. reading: the last one in which it was seen.
CREATE TABLE sent (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat INT NOT NULL,
    kind INT NOT NULL,
    hash BLOB NOT NULL,
    epoch INT NOT NULL,
    mid BLOB NOT NULL,
    branch BLOB NOT NULL,
    body BLOB NOT NULL,
    counter INT NOT NULL DEFAULT -1,
    reading INT NOT NULL,
    at_ms INT NOT NULL,
    prev BLOB,
    said_ms INT NOT NULL DEFAULT 0,
    content_hash BLOB
);
CREATE UNIQUE INDEX sent_hash ON sent (chat, hash);
CREATE INDEX sent_time ON sent (at_ms);

-- What each person has of a leaf: up to a counter, but for some (8 bytes each).
DROP TABLE receipt;
CREATE TABLE receipt (
    leaf INT NOT NULL,
    person INT NOT NULL,
    got INT NOT NULL DEFAULT -1,
    got_but BLOB,
    red INT NOT NULL DEFAULT -1,
    red_but BLOB,
    PRIMARY KEY (leaf, person)
) WITHOUT ROWID;

-- counter, prev, said_ms: of the word, the same however often it is sealed; hash: of its content, which is empty once the
-- word was given up. about: the message it shows or changes, 0 none.
ALTER TABLE outbox ADD COLUMN counter INT;
ALTER TABLE outbox ADD COLUMN prev BLOB;
ALTER TABLE outbox ADD COLUMN said_ms INT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN hash BLOB;
ALTER TABLE outbox ADD COLUMN about INT NOT NULL DEFAULT 0;
-- Of a word: its leaf and counter, and its id.
ALTER TABLE echo ADD COLUMN leaf INT NOT NULL DEFAULT 0;
ALTER TABLE echo ADD COLUMN counter INT NOT NULL DEFAULT 0;
ALTER TABLE echo ADD COLUMN mid BLOB;

-- Of several reactions of a person the one with the highest place counts.
ALTER TABLE reaction RENAME COLUMN at_ms TO place;
CREATE INDEX reaction_own ON reaction (own_mid);
