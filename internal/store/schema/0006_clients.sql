-- The word for a client in addresses. It stays when the client is renamed.

ALTER TABLE clients ADD COLUMN slug TEXT NOT NULL DEFAULT '';

UPDATE clients SET slug = client;

CREATE UNIQUE INDEX clients_slug ON clients (slug);
