-- tip: SHA-256 of the newest body that was ever put into the queue (schema/wire.cddl, ready), so that a device knows
-- whether the gateway was put back to an older copy of itself. NULL: nothing was put there since it is kept.
ALTER TABLE box ADD COLUMN tip BLOB;
