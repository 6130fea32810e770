-- What opened the mailbox of a chat before the tag of now: a gateway that was put back to a copy knows only an older one.
CREATE TABLE old_tag (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat INT NOT NULL,
    tag BLOB NOT NULL,
    at_ms INT NOT NULL
);
CREATE INDEX old_tag_chat ON old_tag (chat, id);

-- The newest epoch of which something could not be opened here, -1 none: it may have been what a commit refers to.
ALTER TABLE chat ADD COLUMN unread_epoch INT NOT NULL DEFAULT -1;
