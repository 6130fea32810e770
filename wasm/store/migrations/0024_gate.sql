-- Chains of others by id (engine/own/people.h): not asked for before chain_ask_ms; chain_ms: when
-- the gateway last gave one.
ALTER TABLE person ADD COLUMN chain_ask_ms INT NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN chain_ms INT NOT NULL DEFAULT 0;
-- Coming in again: the epoch of the bundle with which the last try lost, and whether a commit that
-- cannot be read is what we could not follow.
ALTER TABLE chat ADD COLUMN stuck_epoch INT NOT NULL DEFAULT -1;
ALTER TABLE chat ADD COLUMN unread_commit INT NOT NULL DEFAULT 0;
