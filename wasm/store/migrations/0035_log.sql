-- The log as it was given to us.

-- here: the place that the log gives a word (store/order.h), whatever place its counter gives it; 0: it is not in the log
-- that we were given, or lost from it.
ALTER TABLE word ADD COLUMN here INT NOT NULL DEFAULT 0;
UPDATE word SET here = place WHERE place < 4503599627370496;

-- log_sum: over all bodies up to the cursor, as they came (schema/wire.cddl, opened); NULL: not known. log_first: where
-- the log began when it was read from the front. log_read: up to which number it had been read before that.
ALTER TABLE chat ADD COLUMN log_sum BLOB;
ALTER TABLE chat ADD COLUMN log_first INT NOT NULL DEFAULT 0;
ALTER TABLE chat ADD COLUMN log_read INT NOT NULL DEFAULT -1;

-- restored_ms: since when the log is read from the front. sent: commits of others stand there too, with the id that the
-- gateway knows them by (mid; empty: our own).
ALTER TABLE chat ADD COLUMN restored_ms INT NOT NULL DEFAULT 0;
