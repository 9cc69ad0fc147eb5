-- The words by which tickets are found. Number is the place of a ticket in the search: it
-- rises with the instant of logging, and is 0 until the ticket is in the search.
ALTER TABLE tickets ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX tickets_number ON tickets (number) WHERE number > 0;
CREATE INDEX tickets_key ON tickets (key, client);

-- A cache of the words that were written and not erased, in the way of each engine: see
-- engine.go.
SEARCH_TABLE;

-- The tickets with words that are not in the search yet. Those of before all are.
CREATE TABLE search_pending (
    client TEXT NOT NULL,
    stream TEXT NOT NULL,
    PRIMARY KEY (client, stream),
    FOREIGN KEY (client, stream) REFERENCES streams (client, stream)
);
CREATE INDEX search_pending_newest ON search_pending (stream);
INSERT INTO search_pending (client, stream) SELECT client, stream FROM streams WHERE kind = 'ticket';
