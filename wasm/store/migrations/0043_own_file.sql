-- What only the own network needs of a file: where its sealed bytes lie, how they are opened, how far sealing has come.
CREATE TABLE own_file (
    message INTEGER PRIMARY KEY,
    blob BLOB NOT NULL,
    key BLOB NOT NULL,
    drop_secret BLOB,
    header BLOB,
    stream BLOB,
    digest BLOB,
    hash BLOB
);
INSERT INTO own_file SELECT message, blob, key, drop_secret, header, stream, digest, hash FROM file;
CREATE TABLE file_new (
    message INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    bytes INT NOT NULL,
    width INT NOT NULL DEFAULT 0,
    height INT NOT NULL DEFAULT 0,
    preview BLOB NOT NULL,
    state INT NOT NULL,
    done INT NOT NULL DEFAULT 0,
    sealed INT NOT NULL DEFAULT 0,
    sent INT NOT NULL DEFAULT -1
);
INSERT INTO file_new SELECT message, name, type, bytes, width, height, preview, state, done, sealed, sent FROM file;
DROP TABLE file;
ALTER TABLE file_new RENAME TO file;
CREATE TRIGGER file_gone AFTER DELETE ON file BEGIN
    DELETE FROM own_file WHERE message=old.message;
END;
