-- What a list of tickets shows, kept with each row so that a page reads nothing else. All of
-- it is a cache as before. Lane, rank and face_* are the clock that asks for attention first:
-- see clock.Face. Changed is when the row was last written with something new to see.

ALTER TABLE tickets ADD COLUMN key TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN requester TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN via TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN site TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN is_open BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE tickets ADD COLUMN ball TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN accountable TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN lane BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN rank BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN face_target TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN face_phase BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN face_promise TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN face_due BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN face_left BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN face_allowed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN face_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN face_priority TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN face_agreed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE tickets ADD COLUMN face_risky BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN head BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN changed BIGINT NOT NULL DEFAULT 0;

-- Rows of before are written anew when they are next settled.
UPDATE tickets SET terms = 0, key = (SELECT s.key FROM streams s WHERE s.client = tickets.client AND s.stream = tickets.stream);

CREATE INDEX tickets_queue ON tickets (is_open, lane, rank, stream);
CREATE INDEX tickets_queue_of ON tickets (client, is_open, lane, rank, stream);
CREATE INDEX tickets_newest ON tickets (opened, stream);
CREATE INDEX tickets_newest_of ON tickets (client, opened, stream);
CREATE INDEX tickets_person ON tickets (person, is_open, lane, rank, stream);
CREATE INDEX tickets_changed ON tickets (changed, stream);

-- A cache: the work that the entries of tickets log, one row an entry.
CREATE TABLE works (
    client    TEXT    NOT NULL,
    stream    TEXT    NOT NULL,
    seq       BIGINT  NOT NULL,
    contract  TEXT    NOT NULL,
    person    TEXT    NOT NULL,
    activity  TEXT    NOT NULL,
    role      TEXT    NOT NULL,
    day       TEXT    NOT NULL,
    minutes   BIGINT  NOT NULL,
    recorded  BIGINT  NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    touched   BIGINT  NOT NULL,
    PRIMARY KEY (client, stream, seq),
    FOREIGN KEY (client, stream, seq) REFERENCES entries (client, stream, seq)
);
CREATE INDEX works_person ON works (person, day);
CREATE INDEX works_contract ON works (client, contract, day);
CREATE INDEX works_touched ON works (client, contract, touched);

-- Who is kept up to date about a ticket beside those who work on it.
CREATE TABLE watchers (
    client TEXT   NOT NULL,
    stream TEXT   NOT NULL,
    person TEXT   NOT NULL,
    since  BIGINT NOT NULL,
    PRIMARY KEY (client, stream, person),
    FOREIGN KEY (client, stream) REFERENCES streams (client, stream)
);
CREATE INDEX watchers_person ON watchers (client, person, stream);

-- Files that people attached. A row can be erased like other contents.
CREATE TABLE files (
    client TEXT   NOT NULL,
    file   TEXT   NOT NULL,
    stream TEXT   NOT NULL,
    name   TEXT   NOT NULL,
    media  TEXT   NOT NULL,
    size   BIGINT NOT NULL,
    sha256 TEXT   NOT NULL,
    body   BYTES  NOT NULL,
    PRIMARY KEY (client, file),
    FOREIGN KEY (client, stream) REFERENCES streams (client, stream)
);
CREATE INDEX files_stream ON files (client, stream);

-- What a person asked for under a key of the sender's choice, and the answer: asked again, the
-- same answer is given and nothing is done. Asked is a digest of the request.
CREATE TABLE commands (
    client   TEXT   NOT NULL REFERENCES clients (client),
    person   TEXT   NOT NULL,
    once     TEXT   NOT NULL,
    asked    TEXT   NOT NULL,
    answer   TEXT   NOT NULL,
    recorded BIGINT NOT NULL,
    PRIMARY KEY (client, person, once)
);
CREATE INDEX commands_recorded ON commands (recorded);

-- Questions to the list of tickets that people keep: a name and the query of the address.
CREATE TABLE views (
    person   TEXT    NOT NULL,
    view     TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    query    TEXT    NOT NULL,
    shared   BOOLEAN NOT NULL,
    recorded BIGINT  NOT NULL,
    PRIMARY KEY (person, view)
);
