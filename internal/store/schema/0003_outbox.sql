-- What is to leave the desk. A row is written in the transaction that makes it necessary, and
-- handed over later. Client is '' for mail of the installation itself. The key (stream, seq,
-- rule, step, recipient, channel) says why it goes to whom: the same is never kept twice.
-- Recipient is the id of a person; args are codes and values, and no text that people wrote.
-- Due is when to look at the row next, for a claimed one the end of the claim; 253370764800000
-- (the year 9999) is never.
CREATE TABLE outbox (
    client    TEXT   NOT NULL,
    item      TEXT   NOT NULL,
    stream    TEXT   NOT NULL,
    seq       BIGINT NOT NULL,
    rule      TEXT   NOT NULL,
    step      TEXT   NOT NULL,
    recipient TEXT   NOT NULL,
    channel   TEXT   NOT NULL,
    kind      TEXT   NOT NULL,
    args      TEXT   NOT NULL,
    state     TEXT   NOT NULL,
    recorded  BIGINT NOT NULL,
    due       BIGINT NOT NULL,
    expires   BIGINT NOT NULL,
    attempts  BIGINT NOT NULL,
    fence     BIGINT NOT NULL,
    sent      BIGINT NOT NULL,
    problem   TEXT   NOT NULL,
    PRIMARY KEY (client, item),
    UNIQUE (client, stream, seq, rule, step, recipient, channel)
);

-- What a person is told on the screen. Client is '' for what concerns the installation.
CREATE TABLE notices (
    client TEXT   NOT NULL,
    notice TEXT   NOT NULL,
    person TEXT   NOT NULL,
    stream TEXT   NOT NULL,
    seq    BIGINT NOT NULL,
    code   TEXT   NOT NULL,
    args   TEXT   NOT NULL,
    at     BIGINT NOT NULL,
    seen   BIGINT NOT NULL,
    PRIMARY KEY (client, notice),
    UNIQUE (client, person, stream, seq, code)
);

-- Who does the work of which only one process may do it at a time. Fence counts up each time
-- that the lease changes hands.
CREATE TABLE leases (
    name   TEXT   NOT NULL PRIMARY KEY,
    holder TEXT   NOT NULL,
    fence  BIGINT NOT NULL,
    until  BIGINT NOT NULL
);

-- These find rows of all clients: what is due, what was sent last, and what somebody was told.
CREATE INDEX outbox_due ON outbox (due, item);
CREATE INDEX outbox_item ON outbox (item);
CREATE INDEX notices_person ON notices (person, notice);
CREATE INDEX notices_unseen ON notices (person, seen, client);
CREATE INDEX tickets_due ON tickets (wake, client, stream);
DROP INDEX tickets_wake;

CREATE VIEW read_outbox AS
SELECT o.client, c.name AS client_name, o.item, o.channel, o.kind, o.recipient, o.state, ISO(o.recorded) AS recorded,
       ISO(o.due) AS due, o.attempts, ISO(o.sent) AS sent, o.problem
FROM outbox o LEFT JOIN clients c ON c.client = o.client;
