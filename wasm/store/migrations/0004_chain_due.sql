-- The chain of this person is to be asked for: never seen, or a device of theirs came or went.
ALTER TABLE person ADD COLUMN chain_due INT NOT NULL DEFAULT 1;
CREATE INDEX person_due ON person (id) WHERE chain_due = 1;
