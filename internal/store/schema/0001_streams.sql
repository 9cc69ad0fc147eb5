-- Instants are milliseconds since 1970, UTC; 0 is "not happened". Every table of a client
-- begins its key with the client, and every reference holds the client too: a row cannot
-- point into the data of another.

CREATE TABLE clients (
    client   TEXT   NOT NULL PRIMARY KEY,
    name     TEXT   NOT NULL UNIQUE,
    recorded BIGINT NOT NULL
);

-- The last number given out for a kind of human key.
CREATE TABLE counters (
    client TEXT   NOT NULL REFERENCES clients (client),
    prefix TEXT   NOT NULL,
    last   BIGINT NOT NULL,
    PRIMARY KEY (client, prefix)
);

CREATE TABLE contracts (
    client   TEXT   NOT NULL REFERENCES clients (client),
    contract TEXT   NOT NULL,
    recorded BIGINT NOT NULL,
    PRIMARY KEY (client, contract)
);

-- The document is the whole contract, expanded; sha256 is that of the document, in hex.
CREATE TABLE contract_versions (
    client    TEXT   NOT NULL,
    contract  TEXT   NOT NULL,
    number    BIGINT NOT NULL,
    effective BIGINT NOT NULL,
    recorded  BIGINT NOT NULL,
    document  TEXT   NOT NULL,
    sha256    TEXT   NOT NULL,
    PRIMARY KEY (client, contract, number),
    UNIQUE (client, contract, effective),
    FOREIGN KEY (client, contract) REFERENCES contracts (client, contract)
);

-- Head is the number of the last entry, recorded that entry's instant. Key is what people
-- call the case; origin is its key in the system that it was imported from.
CREATE TABLE streams (
    client   TEXT   NOT NULL REFERENCES clients (client),
    stream   TEXT   NOT NULL,
    kind     TEXT   NOT NULL,
    key      TEXT   NOT NULL,
    contract TEXT,
    origin   TEXT,
    head     BIGINT NOT NULL,
    recorded BIGINT NOT NULL,
    PRIMARY KEY (client, stream),
    UNIQUE (client, kind, key),
    UNIQUE (client, kind, origin),
    FOREIGN KEY (client, contract) REFERENCES contracts (client, contract)
);

-- Actor is a pseudonym. Digest is that of what a person wrote with the entry, '' for nothing.
CREATE TABLE entries (
    client    TEXT    NOT NULL,
    stream    TEXT    NOT NULL,
    seq       BIGINT  NOT NULL,
    at        BIGINT  NOT NULL,
    recorded  BIGINT  NOT NULL,
    actor     TEXT    NOT NULL,
    party     TEXT    NOT NULL,
    automated BOOLEAN NOT NULL,
    fact      TEXT    NOT NULL,
    body      TEXT    NOT NULL,
    digest    TEXT    NOT NULL,
    PRIMARY KEY (client, stream, seq),
    FOREIGN KEY (client, stream) REFERENCES streams (client, stream)
);

-- What a person wrote. A row can be erased; its entry keeps the digest, which says nothing
-- without the salt.
CREATE TABLE contents (
    client  TEXT   NOT NULL,
    content TEXT   NOT NULL,
    stream  TEXT   NOT NULL,
    seq     BIGINT NOT NULL,
    salt    TEXT   NOT NULL,
    body    TEXT   NOT NULL,
    PRIMARY KEY (client, content),
    UNIQUE (client, stream, seq),
    FOREIGN KEY (client, stream, seq) REFERENCES entries (client, stream, seq)
);

-- A cache: each ticket as it stood when it was last settled, under the version of the
-- contract with the number terms. Wake is when something may next fall due.
CREATE TABLE tickets (
    client      TEXT    NOT NULL,
    stream      TEXT    NOT NULL,
    contract    TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    impact      TEXT    NOT NULL,
    urgency     TEXT    NOT NULL,
    priority    TEXT    NOT NULL,
    waiting_for TEXT    NOT NULL,
    level       TEXT    NOT NULL,
    team        TEXT    NOT NULL,
    person      TEXT    NOT NULL,
    escalated   BOOLEAN NOT NULL,
    workaround  BOOLEAN NOT NULL,
    merged_into TEXT    NOT NULL,
    opened      BIGINT  NOT NULL,
    responded   BIGINT  NOT NULL,
    restored    BIGINT  NOT NULL,
    solved      BIGINT  NOT NULL,
    closed      BIGINT  NOT NULL,
    root_cause  BIGINT  NOT NULL,
    reopened    BIGINT  NOT NULL,
    minutes     BIGINT  NOT NULL,
    terms       BIGINT  NOT NULL,
    settled     BIGINT  NOT NULL,
    wake        BIGINT  NOT NULL,
    PRIMARY KEY (client, stream),
    FOREIGN KEY (client, stream) REFERENCES streams (client, stream),
    FOREIGN KEY (client, contract) REFERENCES contracts (client, contract)
);

CREATE INDEX streams_recorded ON streams (client, contract, recorded);
CREATE INDEX tickets_wake ON tickets (client, wake);
CREATE INDEX tickets_terms ON tickets (client, contract, terms);

-- For people who read the database: the same rows with times that can be read.

CREATE VIEW read_contract_versions AS
SELECT v.client, c.name AS client_name, v.contract, v.number, ISO(v.effective) AS effective,
       ISO(v.recorded) AS recorded, v.document, v.sha256
FROM contract_versions v JOIN clients c ON c.client = v.client;

CREATE VIEW read_entries AS
SELECT e.client, c.name AS client_name, s.kind, s.key, e.seq, ISO(e.at) AS at, ISO(e.recorded) AS recorded,
       e.actor, e.party, e.automated, e.fact, e.body
FROM entries e
JOIN streams s ON s.client = e.client AND s.stream = e.stream
JOIN clients c ON c.client = e.client;

CREATE VIEW read_tickets AS
SELECT t.client, c.name AS client_name, s.key, s.origin, t.contract, t.kind, t.state, t.impact, t.urgency, t.priority,
       t.waiting_for, t.level, t.team, t.person, t.escalated, t.workaround,
       t.merged_into, ISO(t.opened) AS opened, ISO(t.responded) AS responded,
       ISO(t.restored) AS restored, ISO(t.solved) AS solved, ISO(t.closed) AS closed,
       ISO(t.root_cause) AS root_cause, t.reopened, t.minutes, t.terms,
       ISO(t.settled) AS settled, ISO(t.wake) AS wake
FROM tickets t
JOIN streams s ON s.client = t.client AND s.stream = t.stream
JOIN clients c ON c.client = t.client;
