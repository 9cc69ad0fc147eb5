-- These tables belong to the installation, for people of the provider see many clients, and a
-- session is looked up before anybody knows whose it is. What concerns one client names it.

-- A team of the provider. Level is '' or L0 to L3.
CREATE TABLE teams (
    team    TEXT   NOT NULL PRIMARY KEY,
    name    TEXT   NOT NULL UNIQUE,
    level   TEXT   NOT NULL,
    created BIGINT NOT NULL
);

-- Client is NULL for people of the provider. Email is folded to small letters. Everything says
-- that somebody of the provider sees all clients; otherwise those in grants. Password is an
-- argon2id hash with its salt and cost, '' until the invitation is accepted. Works_as is the role
-- whose capacity the person's work draws on, unless the work says otherwise.
CREATE TABLE people (
    person     TEXT    NOT NULL PRIMARY KEY,
    client     TEXT    REFERENCES clients (client),
    email      TEXT    NOT NULL UNIQUE,
    name       TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    everything BOOLEAN NOT NULL,
    level      TEXT    NOT NULL,
    team       TEXT    REFERENCES teams (team),
    works_as   TEXT    NOT NULL,
    password   TEXT    NOT NULL,
    language   TEXT    NOT NULL,
    zone       TEXT    NOT NULL,
    theme      TEXT    NOT NULL,
    density    TEXT    NOT NULL,
    active     BOOLEAN NOT NULL,
    created    BIGINT  NOT NULL,
    seen       BIGINT  NOT NULL,
    UNIQUE (client, person)
);

-- The clients that somebody of the provider sees.
CREATE TABLE grants (
    person TEXT NOT NULL REFERENCES people (person),
    client TEXT NOT NULL REFERENCES clients (client),
    PRIMARY KEY (person, client)
);

-- Hash is the SHA-256 of the token in the browser, in hexadecimal; session is the name that its
-- owner sees. Address and agent are what the browser said of itself.
CREATE TABLE sessions (
    session TEXT   NOT NULL PRIMARY KEY,
    hash    TEXT   NOT NULL UNIQUE,
    person  TEXT   NOT NULL REFERENCES people (person),
    created BIGINT NOT NULL,
    seen    BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    address TEXT   NOT NULL,
    agent   TEXT   NOT NULL
);

-- Links that let somebody in once. Person is NULL for the one that makes the first person.
CREATE TABLE links (
    hash    TEXT   NOT NULL PRIMARY KEY,
    person  TEXT   REFERENCES people (person),
    purpose TEXT   NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    used    BIGINT NOT NULL
);

-- Scopes are permissions with a space between. Expires and revoked are 0 for never.
CREATE TABLE api_tokens (
    token   TEXT   NOT NULL PRIMARY KEY,
    hash    TEXT   NOT NULL UNIQUE,
    person  TEXT   NOT NULL REFERENCES people (person),
    name    TEXT   NOT NULL,
    scopes  TEXT   NOT NULL,
    created BIGINT NOT NULL,
    used    BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    revoked BIGINT NOT NULL
);

-- Browsers in which somebody has signed in before, by the SHA-256 of a token that they keep.
CREATE TABLE known_devices (
    hash    TEXT   NOT NULL,
    person  TEXT   NOT NULL REFERENCES people (person),
    created BIGINT NOT NULL,
    seen    BIGINT NOT NULL,
    PRIMARY KEY (hash, person)
);

-- Changes of rows that are no facts of their own, such as people. Nothing here is changed
-- later. Actor is a pseudonym, subject the id of what was changed, detail JSON.
CREATE TABLE audit (
    line    TEXT   NOT NULL PRIMARY KEY,
    at      BIGINT NOT NULL,
    actor   TEXT   NOT NULL,
    action  TEXT   NOT NULL,
    subject TEXT   NOT NULL,
    detail  TEXT   NOT NULL
);

CREATE INDEX grants_client ON grants (client, person);
CREATE INDEX people_role ON people (role);
CREATE INDEX sessions_person ON sessions (person, session);
CREATE INDEX sessions_expires ON sessions (expires);
CREATE INDEX links_person ON links (person, purpose);
CREATE INDEX links_expires ON links (expires);
CREATE INDEX api_tokens_person ON api_tokens (person, token);
CREATE INDEX known_devices_person ON known_devices (person, seen);
CREATE INDEX audit_subject ON audit (subject, line);

-- For people who read the database: no hashes.

CREATE VIEW read_people AS
SELECT p.person, p.client, c.name AS client_name, p.email, p.name, p.role, p.everything, p.level, t.name AS team, p.works_as,
       p.language, p.zone, p.active, ISO(p.created) AS created, ISO(p.seen) AS seen
FROM people p
LEFT JOIN clients c ON c.client = p.client
LEFT JOIN teams t ON t.team = p.team;

CREATE VIEW read_audit AS
SELECT a.line, ISO(a.at) AS at, a.actor, a.action, a.subject, a.detail FROM audit a;
