-- Chains of others by id (engine/own/people.h): not asked for before chain_ask_ms; chain_ms: when
-- the gateway last gave one.
ALTER TABLE person ADD COLUMN chain_ask_ms INT NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN chain_ms INT NOT NULL DEFAULT 0;
