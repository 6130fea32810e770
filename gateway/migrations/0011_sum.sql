-- sum: over all bodies of the log up to this one (schema/wire.cddl, opened), so that a reader knows whether they were
-- given what others get. A log that is older than this column has zeros so far, and its sum begins with the next body.
ALTER TABLE grp ADD COLUMN sum BLOB NOT NULL DEFAULT (zeroblob(32));
ALTER TABLE glog ADD COLUMN sum BLOB NOT NULL DEFAULT (zeroblob(32));
