-- When a log was last with us, by the later of both clocks: an entry of it was taken, or it was opened and what comes
-- next was there; 0 never (engine/own/still.h).
ALTER TABLE chat ADD COLUMN read_ms INT NOT NULL DEFAULT 0;
