-- Ids in byte order: pages follow it, whatever language the database speaks.
CREATE TABLE orders (
    id          text COLLATE "C" PRIMARY KEY,
    version       bigint    NOT NULL,
    state_version bigint    NOT NULL,
    refunds     integer     NOT NULL,
    status      text        CHECK (status IN ('accepted', 'rejected', 'paid', 'shipped', 'delivered', 'cancelled',
                                              'refunded', 'on-account', 'erased')),
    customer_id text COLLATE "C",
    country     text,
    currency    text,
    total       numeric     NOT NULL,
    refunded    numeric     NOT NULL,
    details     jsonb       NOT NULL,
    placed_at   timestamptz,
    changed_at  timestamptz,
    bytes       integer     GENERATED ALWAYS AS (octet_length(details::text)) STORED
);
COMMENT ON COLUMN orders.status IS 'null while nothing but refusals is known of the order';
COMMENT ON COLUMN orders.total IS 'in major units of the currency';
COMMENT ON COLUMN orders.bytes IS 'so that a transaction takes no more orders than it has room for';
COMMENT ON COLUMN orders.refunded IS 'in major units of the currency';
COMMENT ON COLUMN orders.version IS 'number of its events';
COMMENT ON COLUMN orders.state_version IS 'version of the last event that changed it: a refusal does not';
CREATE INDEX orders_by_number ON orders (substr(id, strpos(id, '/') + 1)) WHERE status IS NOT NULL;
CREATE INDEX orders_with_discrepancies ON orders (id) WHERE details #> '{discrepancies,0}' IS NOT NULL;
CREATE INDEX orders_by_status ON orders (status, id);
CREATE INDEX orders_by_customer ON orders (customer_id, id) WHERE customer_id IS NOT NULL;

-- What was published of each order, by the transaction that it answers: the history that people ask for, and the memory
-- (inbox) by which an event counts once, however often and from wherever it comes. It grows with the orders. What comes under the
-- source and id of another one, with another digest, is refused, once: its variant is its digest.
CREATE TABLE history (
    source   text COLLATE "C" NOT NULL,
    cause    text COLLATE "C" NOT NULL,
    variant  bytea            NOT NULL,
    digest   bytea            NOT NULL,
    order_id text COLLATE "C" NOT NULL,
    version  bigint           NOT NULL,
    event    text             NOT NULL,
    kept_at  timestamptz      NOT NULL DEFAULT now(),
    PRIMARY KEY (source, cause, variant),
    UNIQUE (order_id, version)
);
COMMENT ON COLUMN history.source IS 'of the transaction';
COMMENT ON COLUMN history.cause IS 'id of the transaction, which is its source''s';
COMMENT ON COLUMN history.variant IS 'empty for the first transaction of a source and id, the digest of any other';
COMMENT ON COLUMN history.digest IS 'of what the sender meant, 128 bits';
COMMENT ON COLUMN history.event IS 'JSON, as it went out on the channel orders; of an erased order without what was in it';

-- Records that cannot be applied, and what is parked behind them. Keys and values are as long as their writers made them: they
-- are found by hash, for an index takes no more than 2,704 bytes.
CREATE TABLE dead_letters (
    id          text COLLATE "C" PRIMARY KEY,
    number      bigint      NOT NULL GENERATED ALWAYS AS IDENTITY UNIQUE,
    partition   integer     NOT NULL,
    "offset"    bigint      NOT NULL,
    key         bytea,
    key_hash    bytea       GENERATED ALWAYS AS (sha256(key)) STORED,
    value       bytea,
    digest      text        NOT NULL,
    traceparent text,
    reason      text COLLATE "C" CHECK (length(reason) <= 500),
    history     text        NOT NULL DEFAULT '[]',
    attempts    integer     NOT NULL DEFAULT 0,
    received_at timestamptz NOT NULL DEFAULT now(),
    resolution  text        CHECK (resolution IN ('applied', 'discarded', 'erased')),
    resolved_at timestamptz
);
COMMENT ON COLUMN dead_letters.id IS 'channel, partition, offset and a digest of the record: a topic that is made again has the old offsets';
COMMENT ON COLUMN dead_letters.number IS 'the order in which they came';
COMMENT ON COLUMN dead_letters.reason IS 'null while it is parked: nobody has tried to apply it';
CREATE INDEX dead_letters_waiting ON dead_letters (key_hash, number) WHERE resolution IS NULL;
CREATE INDEX dead_letters_waiting_by_number ON dead_letters (number) WHERE resolution IS NULL;
CREATE INDEX dead_letters_by_key ON dead_letters (key_hash, number);
CREATE INDEX dead_letters_by_reason ON dead_letters (reason, number) WHERE reason IS NOT NULL;
CREATE INDEX dead_letters_resolved ON dead_letters (resolved_at) WHERE resolution IS NOT NULL;

-- One row for each key that has records waiting; whoever changes them holds it.
CREATE TABLE blocked_keys (
    hash bytea PRIMARY KEY,
    key  bytea NOT NULL
);
COMMENT ON COLUMN blocked_keys.hash IS 'SHA-256 of the key';

-- Idempotency keys of the back office, each caller's own, what was asked with them and what it became.
CREATE TABLE requests (
    caller   text COLLATE "C",
    key      text COLLATE "C",
    asked    text        NOT NULL,
    event_id text        NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, key)
);
COMMENT ON COLUMN requests.asked IS 'SHA-256 of all that the request said';
CREATE INDEX requests_by_time ON requests (asked_at);

-- Numbers of the records that were read and written, by minute of their timestamps, for the ledger. Each changes in the database
-- transaction of the work that it counts. Rows live as long as the channels keep their records. They change often, and leave room
-- on their page for it.
CREATE TABLE counts (
    role          text COLLATE "C" CHECK (role IN ('wrote', 'read')),
    channel       text COLLATE "C",
    partition     integer,
    minute        timestamptz,
    acknowledged  bigint  NOT NULL DEFAULT 0,
    unsure        bigint  NOT NULL DEFAULT 0,
    applied       bigint  NOT NULL DEFAULT 0,
    refused       bigint  NOT NULL DEFAULT 0,
    repeated      bigint  NOT NULL DEFAULT 0,
    dead_lettered bigint  NOT NULL DEFAULT 0,
    parked        bigint  NOT NULL DEFAULT 0,
    next_offset   bigint,
    published     boolean NOT NULL DEFAULT false,
    PRIMARY KEY (role, channel, partition, minute)
) WITH (fillfactor = 50);
COMMENT ON COLUMN counts.partition IS 'of what was written: the shard of the outbox';
COMMENT ON COLUMN counts.unsure IS 'sent without an answer, or in a pass that was not committed: on the channel or not';
COMMENT ON COLUMN counts.next_offset IS 'first offset of the partition that was not read yet; null of what was written';
COMMENT ON COLUMN counts.published IS 'true once the numbers are on the channel ledger';
CREATE INDEX counts_by_minute ON counts (minute);
CREATE INDEX counts_to_publish ON counts (minute) WHERE NOT published;

CREATE SEQUENCE outbox_id;

-- Rows live for milliseconds: without eager vacuum the dead ones at the head of the index slow down every look.
CREATE TABLE outbox (
    shard      smallint    NOT NULL,
    id         bigint      NOT NULL,
    channel    text        NOT NULL,
    key        bytea,
    headers    json        NOT NULL CHECK (json_typeof(headers) = 'object'),
    value      bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 10000);

-- Rows of the outbox that can never be sent as they are, and later ones of their channel and key, which wait behind them.
CREATE TABLE outbox_set_aside (
    id           bigint      PRIMARY KEY,
    shard        smallint    NOT NULL,
    channel      text        NOT NULL,
    key          bytea,
    headers      json        NOT NULL,
    value        bytea,
    created_at   timestamptz NOT NULL,
    reason       text,
    set_aside_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN outbox_set_aside.reason IS 'null for a row that only waits behind another of its key';
CREATE INDEX outbox_set_aside_by_key ON outbox_set_aside (sha256(key), id);
