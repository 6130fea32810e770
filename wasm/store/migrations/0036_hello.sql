-- What is owed to those who came into a group: 1 our name, 2 the picture of the group too (engine/own/hello.h).
ALTER TABLE chat ADD COLUMN hello INT NOT NULL DEFAULT 0;
CREATE INDEX chat_hello ON chat (id) WHERE hello > 0;
