-- mine: of this account, and not of a person whose row is known to be ours; what is sent and read goes by it.
ALTER TABLE message ADD COLUMN mine INT NOT NULL DEFAULT 0;
UPDATE message SET mine = 1 WHERE sender = 1;
