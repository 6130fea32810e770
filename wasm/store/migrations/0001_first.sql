-- The first layout. Times are milliseconds since 1970 unless a name ends in _s.
-- Everything here lies in sealed pages; secrets need no second seal.

CREATE TABLE setting (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

-- People. Row 1 is me. account: Ed25519 key. token: lets me write to their inbox.
CREATE TABLE person (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL DEFAULT '',
    picture BLOB,
    inbox BLOB,
    token BLOB,
    verified INT NOT NULL DEFAULT 0,      -- 0 known 1 verified 2 changed
    blocked INT NOT NULL DEFAULT 0,
    contact INT NOT NULL DEFAULT 0,       -- 0 only seen in groups 1 contact
    chat INT,                             -- the pair chat
    profile_ms INT NOT NULL DEFAULT 0     -- time of the profile last taken
);

-- Chains of accounts (schema/chain.h), pinned; published: the gateway has it (mine only).
CREATE TABLE chain (
    person INT NOT NULL,
    version INT NOT NULL,
    entry BLOB NOT NULL,
    published INT NOT NULL DEFAULT 1,
    PRIMARY KEY (person, version)
) WITHOUT ROWID;

CREATE TABLE device (
    id BLOB PRIMARY KEY,                  -- Ed25519 key of a device of mine
    name TEXT NOT NULL DEFAULT '',
    added_ms INT NOT NULL,
    seen_ms INT NOT NULL DEFAULT 0,
    gone INT NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- Chats. room: 16 bytes, stable; mailbox, read_tag: where its log lies on the gateway.
CREATE TABLE chat (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    room BLOB NOT NULL UNIQUE,
    type INT NOT NULL,                    -- 0 self 1 pair 2 group
    state INT NOT NULL,                   -- abi.cddl chat_view.state
    title TEXT NOT NULL DEFAULT '',
    picture BLOB,
    person INT,
    role INT NOT NULL DEFAULT 0,
    mailbox BLOB,
    read_tag BLOB,
    join_secret BLOB,
    alias_of INT,                         -- messages shown in that chat instead (both sides added)
    made INT NOT NULL DEFAULT 0,          -- the mailbox exists on the gateway
    cursor INT NOT NULL DEFAULT -1,       -- last seq taken; -1 none yet
    first_epoch INT NOT NULL DEFAULT 0,   -- epoch we joined in
    heal_ms INT NOT NULL DEFAULT 0,       -- our last path commit
    heal_sent INT NOT NULL DEFAULT 0,     -- messages since then
    note INT NOT NULL DEFAULT 0,
    last_message INT,
    last_ms INT NOT NULL DEFAULT 0,
    unread INT NOT NULL DEFAULT 0,
    mentioned INT NOT NULL DEFAULT 0,
    first_unread INT NOT NULL DEFAULT 0,
    pinned INT NOT NULL DEFAULT 0,
    archived INT NOT NULL DEFAULT 0,
    muted_until INT NOT NULL DEFAULT 0,
    draft TEXT NOT NULL DEFAULT '',
    draft_reply INT NOT NULL DEFAULT 0,
    timer_s INT NOT NULL DEFAULT 0,
    got_due INT NOT NULL DEFAULT 0,       -- a delivery notice is to be sent
    read_due INT NOT NULL DEFAULT 0,
    read_mid BLOB                         -- last message read here
);

CREATE TABLE member (
    chat INT NOT NULL,
    person INT NOT NULL,
    role INT NOT NULL DEFAULT 0,
    gone INT NOT NULL DEFAULT 0,
    PRIMARY KEY (chat, person)
) WITHOUT ROWID;

-- The timeline. mid: MIMI message id, 32 bytes.
CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat INT NOT NULL,
    mid BLOB NOT NULL,
    sender INT NOT NULL,                  -- person
    at_ms INT NOT NULL,
    type INT NOT NULL,                    -- abi.cddl message_view.type
    notice INT NOT NULL DEFAULT 0,
    text TEXT NOT NULL DEFAULT '',
    reply BLOB,                           -- mid answered
    state INT NOT NULL,
    reason INT NOT NULL DEFAULT 0,
    edited_ms INT NOT NULL DEFAULT 0,
    starred INT NOT NULL DEFAULT 0,
    mentions_me INT NOT NULL DEFAULT 0,
    expires_ms INT NOT NULL DEFAULT 0,
    timer_s INT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX message_mid ON message (chat, mid);
CREATE INDEX message_time ON message (chat, at_ms, id);
CREATE INDEX message_expires ON message (expires_ms) WHERE expires_ms > 0;
CREATE INDEX message_starred ON message (at_ms) WHERE starred = 1;

CREATE TABLE reaction (
    chat INT NOT NULL,
    mid BLOB NOT NULL,
    person INT NOT NULL,
    emoji TEXT NOT NULL,
    own_mid BLOB NOT NULL,                -- id of the reaction message itself
    at_ms INT NOT NULL,
    PRIMARY KEY (chat, mid, person)
) WITHOUT ROWID;

-- Who has got or read what: the newest message each person confirmed.
CREATE TABLE receipt (
    chat INT NOT NULL,
    person INT NOT NULL,
    got_ms INT NOT NULL DEFAULT 0,
    read_ms INT NOT NULL DEFAULT 0,
    PRIMARY KEY (chat, person)
) WITHOUT ROWID;

CREATE TABLE file (
    message INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    bytes INT NOT NULL,
    width INT NOT NULL DEFAULT 0,
    height INT NOT NULL DEFAULT 0,
    preview BLOB NOT NULL,
    blob BLOB NOT NULL,
    key BLOB NOT NULL,
    drop_secret BLOB,
    header BLOB,
    stream BLOB,                          -- state of the seal while it is going
    digest BLOB,                          -- state of the hash while it is going
    hash BLOB,                            -- SHA-256 of the sealed bytes
    state INT NOT NULL,                   -- abi.cddl file_view.state
    done INT NOT NULL DEFAULT 0,          -- plaintext bytes taken or got
    sealed INT NOT NULL DEFAULT 0,        -- chunks kept here
    sent INT NOT NULL DEFAULT -1          -- chunks the gateway has; -1: not announced yet
);
CREATE TABLE file_chunk (message INT NOT NULL, n INT NOT NULL, b BLOB NOT NULL,
    PRIMARY KEY (message, n));

-- Protocol state (mls/group.h rows), opaque.
-- With row numbers: in a table without them a value above 1 kB would take pages of its own.
CREATE TABLE protocol (grp INT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (grp, key));

-- Keys derived from each epoch for the outer layer (PROTOCOL.md 6.6).
CREATE TABLE epoch (
    chat INT NOT NULL,
    n INT NOT NULL,
    outer_key BLOB NOT NULL,
    write_seed BLOB NOT NULL,
    typing_key BLOB NOT NULL,
    branch BLOB NOT NULL,
    at_ms INT NOT NULL,
    PRIMARY KEY (chat, n)
) WITHOUT ROWID;

-- What we want of a group and have not got yet: re-derived after each lost epoch.
CREATE TABLE wish (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat INT NOT NULL,
    kind INT NOT NULL,
    data BLOB NOT NULL,
    stage INT NOT NULL DEFAULT 0,
    extra BLOB,
    tries INT NOT NULL DEFAULT 0,
    not_before INT NOT NULL DEFAULT 0
);
CREATE INDEX wish_chat ON wish (chat, id);

-- The commit that waits for the gateway's answer: the frame body as it was sent.
CREATE TABLE pending (
    chat INTEGER PRIMARY KEY,
    epoch INT NOT NULL,
    frame BLOB NOT NULL,
    body_hash BLOB NOT NULL,
    wishes BLOB NOT NULL
);

-- Messages to send. sealed: the bytes as they go out; never sealed twice for one epoch.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat INT NOT NULL,
    message INT,                          -- row shown, NULL for silent ones
    content BLOB NOT NULL,
    mid BLOB NOT NULL,
    epoch INT,
    sealed BLOB,
    branch BLOB,
    sealed_ms INT NOT NULL DEFAULT 0,
    tries INT NOT NULL DEFAULT 0,
    hold INT NOT NULL DEFAULT 0           -- waits for a file
);
CREATE INDEX outbox_chat ON outbox (chat, id);

-- Own bytes we sent, to recognise the echo in the log.
CREATE TABLE echo (chat INT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (chat, hash)) WITHOUT ROWID;

CREATE TABLE key_package (
    ref BLOB PRIMARY KEY,
    suite INT NOT NULL,
    package BLOB NOT NULL,
    secret BLOB NOT NULL,
    expires_s INT NOT NULL,
    last_resort INT NOT NULL,
    published INT NOT NULL DEFAULT 0,
    retired_ms INT NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- Links I gave away. token 16 bytes; kind 0 shown as a link, 1 given to one person, 2 of a group:
-- whoever comes by it is taken into `chat`.
CREATE TABLE link (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token BLOB NOT NULL UNIQUE,
    kind INT NOT NULL,
    label TEXT NOT NULL DEFAULT '',
    person INT,
    chat INT,
    uses INT NOT NULL DEFAULT 0,
    used INT NOT NULL DEFAULT 0,
    expires_s INT NOT NULL DEFAULT 0,
    made_ms INT NOT NULL,
    synced INT NOT NULL DEFAULT 0,
    gone INT NOT NULL DEFAULT 0
);

CREATE TABLE request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INT NOT NULL,
    account BLOB NOT NULL,
    welcome BLOB NOT NULL,
    ref BLOB NOT NULL,
    label TEXT NOT NULL DEFAULT '',
    room BLOB
);
