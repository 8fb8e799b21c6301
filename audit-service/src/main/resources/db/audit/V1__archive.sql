-- Every record of every audited channel, as it was: null and empty differ, headers are in order and may repeat. Names of
-- headers are bytes and timestamps are numbers, because text and timestamptz cannot hold all that Kafka can.
-- A partition of a channel has one chain of entries, records and breaks, numbered by seq from 0 without holes; what is
-- hashed of an entry is everything but month and stored_at. A life is the time in which an offset means one record.
CREATE TABLE records (
    month          date        NOT NULL, -- the first day of the month in which it was archived
    channel        text        NOT NULL,
    partition      integer     NOT NULL,
    seq            bigint      NOT NULL,
    life           integer     NOT NULL,
    record_offset  bigint      NOT NULL,
    leader_epoch   integer,
    topic_id       uuid        NOT NULL,
    timestamp_ms   bigint      NOT NULL,
    timestamp_type text        NOT NULL,
    header_names   bytea[]     NOT NULL,
    header_values  bytea[]     NOT NULL,
    key            bytea,
    value          bytea,
    subject        bigint,               -- whose data is sealed in the value
    trace          uuid,
    stored_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (channel, partition, seq, month)
) PARTITION BY RANGE (month);

-- A hash, because a key may be longer than what a tree takes.
CREATE INDEX records_by_key ON records USING hash (key);
CREATE INDEX records_by_subject ON records (subject, timestamp_ms) WHERE subject IS NOT NULL;
CREATE INDEX records_by_trace ON records (trace) WHERE trace IS NOT NULL;
CREATE INDEX records_by_time ON records (channel, timestamp_ms);

-- Where the chain says that something is missing: gap, retention had removed [from_offset, to_offset) before it was
-- archived; truncated, the broker's log ends at from_offset and had been archived up to to_offset; recreated, the topic
-- was made again after from_offset, and its log begins at to_offset; backup, of audit-checkpoints alone, the database was
-- restored with a log of from_offset segments, and one of to_offset was signed.
CREATE TABLE breaks (
    channel     text    NOT NULL,
    partition   integer NOT NULL,
    seq         bigint  NOT NULL,
    life        integer NOT NULL,
    kind        text    NOT NULL CHECK (kind IN ('gap', 'truncated', 'recreated', 'backup')),
    from_offset bigint  NOT NULL,
    to_offset   bigint  NOT NULL,
    topic_id    uuid    NOT NULL,
    found_ms    bigint  NOT NULL,
    found_at    timestamptz GENERATED ALWAYS AS (to_timestamp(found_ms / 1000.0)) STORED,
    PRIMARY KEY (channel, partition, seq)
);

-- The leaves of the log: consecutive entries of a chain, [first_seq, next_seq), which say all that was visible of
-- [from_offset, to_offset). A segment enters the log with the checkpoint that signs it. Of the entries so many are unproven as
-- the broker did not have any more when they were signed.
CREATE TABLE segments (
    log_index   bigint  NOT NULL PRIMARY KEY,
    channel     text    NOT NULL,
    partition   integer NOT NULL,
    segment     bigint  NOT NULL,
    life        integer NOT NULL,
    topic_id    uuid    NOT NULL,
    first_seq   bigint  NOT NULL,
    next_seq    bigint  NOT NULL CHECK (next_seq > first_seq),
    from_offset bigint  NOT NULL,
    to_offset   bigint  NOT NULL CHECK (to_offset >= from_offset),
    root        bytea   NOT NULL,
    unproven    bigint  NOT NULL,
    closed_ms   bigint  NOT NULL,
    previous    bytea   NOT NULL, -- the leaf of the chain's segment before
    UNIQUE (channel, partition, segment)
);

CREATE INDEX segments_by_offset ON segments (channel, partition, to_offset);
CREATE INDEX segments_by_time ON segments (closed_ms);

-- The complete subtrees of the log's tree (RFC 9162): the node of a level is the hash of 2^level leaves.
CREATE TABLE log_nodes (
    level  integer NOT NULL,
    number bigint  NOT NULL,
    hash   bytea   NOT NULL,
    PRIMARY KEY (level, number)
);

-- The signed states of the log, as they are published on audit-checkpoints.
CREATE TABLE checkpoints (
    size      bigint NOT NULL,
    signed_ms bigint NOT NULL,
    note      text   NOT NULL,
    PRIMARY KEY (size, signed_ms)
);

-- How far each partition is archived: all that was visible in [first_offset, next_offset) of its life is in records. The
-- row changes in the transaction that adds the records, so its counts are exact, and a process that did not expect it
-- where it is adds nothing.
CREATE TABLE positions (
    channel      text    NOT NULL,
    partition    integer NOT NULL,
    life         integer NOT NULL,
    topic_id     uuid    NOT NULL,
    first_offset bigint  NOT NULL,
    next_offset  bigint  NOT NULL CHECK (next_offset >= first_offset),
    leader_epoch integer,
    next_seq     bigint  NOT NULL,
    records      bigint  NOT NULL DEFAULT 0,
    breaks       bigint  NOT NULL DEFAULT 0,
    first_ms     bigint,
    last_ms      bigint,
    PRIMARY KEY (channel, partition)
);

-- What AUDIT_RETENTION said, and since when; the last row holds. Null keeps for ever.
CREATE TABLE retention (
    since timestamptz NOT NULL DEFAULT clock_timestamp() PRIMARY KEY,
    keep  interval
);

-- Whole months that were dropped because of it. Not evidence: that an entry may be gone follows from its checkpoint's time.
CREATE TABLE dropped (
    month      date        NOT NULL,
    channel    text        NOT NULL,
    partition  integer     NOT NULL,
    first_seq  bigint      NOT NULL,
    next_seq   bigint      NOT NULL,
    records    bigint      NOT NULL,
    dropped_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (month, channel, partition)
);

-- Append-only, for the owner too: who may not change must first grant it, and then meets the trigger, which also fires
-- for a session that says it is a replica.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of %.% is refused: it is append-only', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME;
END
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY ['records', 'breaks', 'segments', 'log_nodes', 'checkpoints', 'retention', 'dropped'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse()', name);
        EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse()', name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only, ENABLE ALWAYS TRIGGER never_emptied', name);
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM CURRENT_USER, PUBLIC', name);
    END LOOP;
END
$$;

-- The place of a month's records. Nobody but the owner may make tables, so the service asks for it, at its start and
-- before a month begins; for records that are archived late, also a month of the past. The future is nobody's need.
CREATE FUNCTION provide_month(first date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    name text := 'records_' || to_char(first, 'YYYY_MM');
BEGIN
    IF first <> date_trunc('month', first) OR first - current_date > 62 OR first < '2010-01-01' THEN
        RAISE EXCEPTION '% is not the first day of a month that anything can be archived in', first;
    END IF;
    PERFORM pg_advisory_xact_lock('records'::regclass::bigint);
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF records FOR VALUES FROM (%L) TO (%L)',
        name, first, (first + interval '1 month')::date);
    EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse()', name);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only, ENABLE ALWAYS TRIGGER never_emptied', name);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM CURRENT_USER, PUBLIC', name);
END
$$;

-- Drops the months that the retention no longer keeps, and says what they were. Which these are the owner has said in the
-- release, not whoever calls.
CREATE FUNCTION drop_months() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    kept  interval := (SELECT keep FROM retention ORDER BY since DESC LIMIT 1);
    old   date;
    count integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock('records'::regclass::bigint);
    FOR old IN
        SELECT to_date(right(relname, 7), 'YYYY_MM') FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'records'::regclass
          AND to_date(right(relname, 7), 'YYYY_MM') < date_trunc('month', current_date) - kept
    LOOP
        INSERT INTO dropped (month, channel, partition, first_seq, next_seq, records)
            SELECT old, channel, partition, min(seq), max(seq) + 1, count(*) FROM records
            WHERE month = old GROUP BY channel, partition;
        EXECUTE format('DROP TABLE %I', 'records_' || to_char(old, 'YYYY_MM'));
        count := count + 1;
    END LOOP;
    RETURN count;
END
$$;

-- The functions see this schema and nothing that a caller could put before it; and who waits for them does not wait long.
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION provide_month(date) SET search_path = %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION drop_months() SET search_path = %I, pg_temp', current_schema());
    ALTER FUNCTION provide_month(date) SET lock_timeout = '3s';
    ALTER FUNCTION drop_months() SET lock_timeout = '3s';
    REVOKE ALL ON FUNCTION provide_month(date), drop_months() FROM PUBLIC;
END
$$;
