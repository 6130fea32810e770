-- The first word of the leaf that the person has, of which the receipt speaks.
ALTER TABLE receipt ADD COLUMN got_from INT NOT NULL DEFAULT 0;
ALTER TABLE receipt ADD COLUMN red_from INT NOT NULL DEFAULT 0;
