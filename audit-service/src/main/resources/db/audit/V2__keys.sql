-- Who the sealed parts of the archive are about, and the keys that open them. Outside the append-only schema, because a key
-- is erased with its subject: then nothing is left of either but the id, the time, and a keyed hash that knows the name again.
-- What an erasure leaves of the old row is cleared away, from the indexes too, with the next round of autovacuum.
CREATE SCHEMA IF NOT EXISTS audit_keys;

CREATE TABLE IF NOT EXISTS audit_keys.subjects (
    id          bigint      PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    subject     text        UNIQUE,
    wrapped     bytea,
    master_key  text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    erased_at   timestamptz,
    fingerprint bytea,
    CHECK (num_nulls(subject, wrapped, master_key) = CASE WHEN erased_at IS NULL THEN 0 ELSE 3 END)
) WITH (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0, vacuum_index_cleanup = on);

CREATE INDEX IF NOT EXISTS subjects_master_key ON audit_keys.subjects (master_key) WHERE wrapped IS NOT NULL;
CREATE INDEX IF NOT EXISTS subjects_fingerprint ON audit_keys.subjects (fingerprint) WHERE fingerprint IS NOT NULL;

-- Whose the key is that seals a record of several ids (what was refused, for example): whoever is erased, the key goes.
CREATE TABLE IF NOT EXISTS audit_keys.names (
    subject bigint NOT NULL REFERENCES audit_keys.subjects,
    name    text   NOT NULL,
    PRIMARY KEY (subject, name)
) WITH (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0, vacuum_index_cleanup = on);

CREATE INDEX IF NOT EXISTS names_by_name ON audit_keys.names (name);

-- How many there were, and the last one: a process that remembers keys forgets them when this has changed.
CREATE TABLE IF NOT EXISTS audit_keys.erasures (erasures bigint NOT NULL, last_at timestamptz);

INSERT INTO audit_keys.erasures SELECT 0 WHERE NOT EXISTS (SELECT FROM audit_keys.erasures);
