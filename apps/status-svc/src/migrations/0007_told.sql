-- Grows with each change of what the public is told in words, in the transaction that changes it.
CREATE TABLE status.told (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version bigint NOT NULL
);
INSERT INTO status.told (version) VALUES (1);
