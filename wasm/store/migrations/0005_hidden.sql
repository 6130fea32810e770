-- Deleted by us and not left (a chat of two): listed again when something is said in it.
ALTER TABLE chat ADD COLUMN hidden INT NOT NULL DEFAULT 0;
