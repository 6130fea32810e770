-- A log that does not go on (engine/own/still.h).

-- How often it was looked at and still stood at its cursor, with more behind it; 0: it goes on.
ALTER TABLE chat ADD COLUMN still INT NOT NULL DEFAULT 0;
-- The person has said that it is to go on without what is left out.
ALTER TABLE chat ADD COLUMN go_on INT NOT NULL DEFAULT 0;
