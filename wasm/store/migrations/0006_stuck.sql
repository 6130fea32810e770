-- How often a chat could not be entered again, and when last (ms).
ALTER TABLE chat ADD COLUMN stuck INT NOT NULL DEFAULT 0;
ALTER TABLE chat ADD COLUMN stuck_ms INT NOT NULL DEFAULT 0;
