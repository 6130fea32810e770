-- Signs of life (engine/own/alive.h), and what is said of words of devices that went.

-- Who sits in a room, device by device. heard: it has given a sign of life since it came in.
DROP TABLE sign;
CREATE TABLE sign (
    chat INT NOT NULL,
    device BLOB NOT NULL,
    person INT NOT NULL,
    heard INT NOT NULL DEFAULT 0,
    PRIMARY KEY (chat, device)
) WITHOUT ROWID;
CREATE INDEX sign_person ON sign (chat, person);

-- outbox.kept: when a word was posted for which no device of theirs has given a sign yet; 0: not posted, or not kept.
CREATE INDEX outbox_kept ON outbox (kept) WHERE kept > 0;

-- A chat of two: words have been kept for days. The person may take the other one in by another package.
ALTER TABLE chat ADD COLUMN quiet INT NOT NULL DEFAULT 0;
CREATE INDEX chat_alias ON chat (alias_of) WHERE alias_of IS NOT NULL;

-- Its account had taken the device out before this was read here.
ALTER TABLE message ADD COLUMN removed INT NOT NULL DEFAULT 0;
