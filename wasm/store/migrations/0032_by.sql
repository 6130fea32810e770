-- Lines about rooms: whose doing it is (engine/own/roster.h), a person or 0, and how that is known (store/message.h).
ALTER TABLE message ADD COLUMN by_person INT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN by_how INT NOT NULL DEFAULT 0;
-- Who signed the GroupInfo by which we came in last; 0: nobody.
ALTER TABLE chat ADD COLUMN brought_by INT NOT NULL DEFAULT 0;
