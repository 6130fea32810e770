-- Entries in tables with rowids: a table without them puts all but the first 230 bytes of a row on pages of that row's
-- own when pages have 1,024 bytes, and so each entry cost a page.
CREATE TABLE chain_new (
    person INT NOT NULL,
    n INT NOT NULL,
    hash BLOB NOT NULL,
    entry BLOB,
    PRIMARY KEY (person, n)
);
INSERT INTO chain_new SELECT person, n, hash, entry FROM chain ORDER BY person, n;
DROP TABLE chain;
ALTER TABLE chain_new RENAME TO chain;

CREATE TABLE chain_fork_new (
    person INT NOT NULL,
    hash BLOB NOT NULL,
    n INT NOT NULL,
    entry BLOB NOT NULL,
    author BLOB NOT NULL,
    PRIMARY KEY (person, hash)
);
INSERT INTO chain_fork_new SELECT person, hash, n, entry, author FROM chain_fork ORDER BY person, n;
DROP TABLE chain_fork;
ALTER TABLE chain_fork_new RENAME TO chain_fork;
