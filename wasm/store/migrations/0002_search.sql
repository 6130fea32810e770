-- The index of store/search.c: what a message says, cut as search.c cuts it ("sotto").
-- detail=none: an entry tells the message only; search.c looks at the text itself.
-- pgsz: an index page fits into a database page with its 40 reserved bytes.
CREATE VIRTUAL TABLE search USING fts5(text, tokenize='sotto', detail=none, columnsize=0);
INSERT INTO search(search, rank) VALUES ('secure-delete', 1);
INSERT INTO search(search, rank) VALUES ('pgsz', 4000);
