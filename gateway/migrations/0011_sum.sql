-- sum: over all bodies of the log up to this one (schema/wire.cddl, opened), so that a reader knows whether he was given
-- what others get. Of entries from before there was one: over those behind them.
ALTER TABLE grp ADD COLUMN sum BLOB NOT NULL DEFAULT (zeroblob(32));
ALTER TABLE glog ADD COLUMN sum BLOB NOT NULL DEFAULT (zeroblob(32));
