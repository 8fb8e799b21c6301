-- Every record of every audited channel, as it was: null and empty differ, headers are in order and may repeat. Names of
-- headers are bytes and timestamps are numbers, because text and timestamptz cannot hold all that Kafka can.
CREATE TABLE records (
    channel        text        NOT NULL,
    partition      integer     NOT NULL,
    record_offset  bigint      NOT NULL,
    timestamp_ms   bigint      NOT NULL,
    timestamp_type text        NOT NULL,
    header_names   bytea[]     NOT NULL,
    header_values  bytea[]     NOT NULL,
    key            bytea,
    value          bytea,
    stored_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (channel, partition, record_offset)
);

-- How far each partition is archived: all that was visible in [first_offset, next_offset) is in records. The row changes
-- in the transaction that adds the records, so its counts are exact, and whoever moves it owns the partition.
CREATE TABLE positions (
    channel      text    NOT NULL,
    partition    integer NOT NULL,
    first_offset bigint  NOT NULL,
    next_offset  bigint  NOT NULL CHECK (next_offset >= first_offset),
    records      bigint  NOT NULL DEFAULT 0,
    first_ms     bigint,
    last_ms      bigint,
    PRIMARY KEY (channel, partition)
);

-- What the broker had removed before it was archived: [from_offset, to_offset).
CREATE TABLE gaps (
    channel     text        NOT NULL,
    partition   integer     NOT NULL,
    from_offset bigint      NOT NULL,
    to_offset   bigint      NOT NULL,
    found_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (channel, partition, from_offset)
);

-- Append-only, for the owner too: who may not change must first grant it, and then meets the trigger, which also fires
-- for a session that says it is a replica.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of %.% is refused: it is append-only', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME;
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON records FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON records FOR EACH STATEMENT EXECUTE FUNCTION refuse();
ALTER TABLE records ENABLE ALWAYS TRIGGER append_only, ENABLE ALWAYS TRIGGER never_emptied;
REVOKE UPDATE, DELETE, TRUNCATE ON records FROM CURRENT_USER, PUBLIC;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON gaps FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON gaps FOR EACH STATEMENT EXECUTE FUNCTION refuse();
ALTER TABLE gaps ENABLE ALWAYS TRIGGER append_only, ENABLE ALWAYS TRIGGER never_emptied;
REVOKE UPDATE, DELETE, TRUNCATE ON gaps FROM CURRENT_USER, PUBLIC;
