-- Bodies too large for a frame, sealed under a key of their own and carried as blobs
-- (engine/own/parcel.c). chat 0: not known yet. state: 0 going, 1 coming, 2 here, 3 lost, 4 gone out, to be
-- dropped when a newer one is there.
-- why: 1 a commit, 2 a Welcome, 3 a join bundle. bytes: sealed size, 0 not known yet.
CREATE TABLE parcel (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat INT NOT NULL,
    state INT NOT NULL,
    why INT NOT NULL,
    blob BLOB NOT NULL UNIQUE,
    key BLOB NOT NULL,
    bytes INT NOT NULL DEFAULT 0,
    chunk INT NOT NULL DEFAULT 0,
    sent INT NOT NULL DEFAULT -1, -- going: chunks the gateway has; -1 it knows nothing of it yet
    at_ms INT NOT NULL,
    waiting BLOB,                 -- coming: the Welcome that needs it
    token BLOB,                   -- and the contact token it came by
    waiting_ms INT NOT NULL DEFAULT 0
);
CREATE TABLE parcel_chunk (parcel INT NOT NULL, n INT NOT NULL, b BLOB NOT NULL,
    PRIMARY KEY (parcel, n));
CREATE TRIGGER parcel_gone AFTER DELETE ON parcel BEGIN
    DELETE FROM parcel_chunk WHERE parcel=old.id;
END;
