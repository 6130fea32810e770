-- An edit, a deletion or a reaction that came from a device its account had taken out before it was read here.
ALTER TABLE early ADD COLUMN removed INT NOT NULL DEFAULT 0;
ALTER TABLE reaction ADD COLUMN removed INT NOT NULL DEFAULT 0;
