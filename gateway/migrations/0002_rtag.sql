-- Read tags that are over: who knows one reads up to and with the commit that replaced it.
CREATE TABLE rtag (grp INT, hash BLOB, until INT NOT NULL, PRIMARY KEY (grp, hash)) WITHOUT ROWID;
