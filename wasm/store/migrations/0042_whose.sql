-- Who adds a chat, a request or a person says of which account: no default names one (0: none), and no trigger.
ALTER TABLE chat DROP COLUMN account;
ALTER TABLE chat ADD COLUMN account INT NOT NULL DEFAULT 0;
UPDATE chat SET account = 1;
ALTER TABLE request DROP COLUMN account;
ALTER TABLE request ADD COLUMN account INT NOT NULL DEFAULT 0;
UPDATE request SET account = 1;
DROP TRIGGER person_own;
-- handle: what their network lets people call them by, beside the address.
ALTER TABLE person ADD COLUMN handle TEXT NOT NULL DEFAULT '';
