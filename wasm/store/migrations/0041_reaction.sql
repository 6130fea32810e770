-- Some networks have several reactions of a person on a message; the own one lets the last of them stay.
CREATE TABLE reaction_new (
    chat INT NOT NULL,
    mid BLOB NOT NULL,
    person INT NOT NULL,
    emoji TEXT NOT NULL,
    own_mid BLOB NOT NULL,
    place INT NOT NULL,
    removed INT NOT NULL DEFAULT 0,
    PRIMARY KEY (chat, mid, person, emoji)
) WITHOUT ROWID;
INSERT INTO reaction_new SELECT chat, mid, person, emoji, own_mid, place, removed FROM reaction;
DROP TABLE reaction;
ALTER TABLE reaction_new RENAME TO reaction;
CREATE INDEX reaction_own ON reaction (own_mid);
