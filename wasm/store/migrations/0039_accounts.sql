-- Accounts: one on each network that is used. Row 1 is the own network's; a store has it once it has an identity.

-- network: abi.cddl network. address: what others find the account by (own: the id of its chain). name: as it calls itself
-- here; home: its server; transport: how that is reached; state: signed in, signed out. me: its row among the people.
CREATE TABLE account (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    network INT NOT NULL,
    address BLOB NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    home TEXT NOT NULL DEFAULT '',
    me INT NOT NULL,
    transport INT NOT NULL DEFAULT 0,
    state INT NOT NULL DEFAULT 0
);
INSERT INTO account(id, network, address, me) SELECT 1, 0, account, id FROM person WHERE id = 1;

-- What only the own network keeps of a person: the way to them, and when their chain is to be asked for.
CREATE TABLE own_person (
    person INTEGER PRIMARY KEY,
    inbox BLOB,
    token BLOB,
    chain_due INT NOT NULL DEFAULT 1,
    chain_ask_ms INT NOT NULL DEFAULT 0,
    chain_ms INT NOT NULL DEFAULT 0
);
INSERT INTO own_person SELECT id, inbox, token, chain_due, chain_ask_ms, chain_ms FROM person;
CREATE INDEX own_person_due ON own_person (person) WHERE chain_due = 1;

-- People are not merged across accounts. address: as of an account.
CREATE TABLE person_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INT NOT NULL,
    address BLOB NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    picture BLOB,
    verified INT NOT NULL DEFAULT 0,
    blocked INT NOT NULL DEFAULT 0,
    contact INT NOT NULL DEFAULT 0,
    chat INT,
    profile_ms INT NOT NULL DEFAULT 0,
    fork INT NOT NULL DEFAULT 0,
    verified_head BLOB,
    verified_by BLOB,
    verified_ms INT NOT NULL DEFAULT 0,
    UNIQUE (account, address)
);
INSERT INTO person_new SELECT id, 1, account, name, picture, verified, blocked, contact, chat, profile_ms, fork,
    verified_head, verified_by, verified_ms FROM person;
-- No number is given twice.
UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'person') WHERE name = 'person_new';
DROP TABLE person;
ALTER TABLE person_new RENAME TO person;
CREATE TRIGGER person_own AFTER INSERT ON person WHEN new.account = 1 BEGIN
    INSERT INTO own_person(person) VALUES (new.id);
END;

ALTER TABLE chat ADD COLUMN account INT NOT NULL DEFAULT 1;
-- address: who asks. Nobody reads welcome and ref any more.
ALTER TABLE request RENAME COLUMN account TO address;
ALTER TABLE request ADD COLUMN account INT NOT NULL DEFAULT 1;
ALTER TABLE request DROP COLUMN welcome;
ALTER TABLE request DROP COLUMN ref;

-- account 0: of all, as what the person chose and how the store is unlocked; else what is that account's own.
CREATE TABLE setting_new (
    account INT NOT NULL DEFAULT 0,
    key TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (account, key)
) WITHOUT ROWID;
INSERT INTO setting_new SELECT key NOT GLOB 'u:*' AND key NOT IN ('read-on', 'typing-on', 'slot-for', 'release-seq',
    'release-hash', 'link-code'), key, value FROM setting;
DROP TABLE setting;
ALTER TABLE setting_new RENAME TO setting;
