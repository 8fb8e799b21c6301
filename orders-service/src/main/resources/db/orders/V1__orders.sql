-- Ids in byte order: pages follow it, whatever language the database speaks.
CREATE TABLE orders (
    id          text COLLATE "C" PRIMARY KEY,
    version     bigint      NOT NULL,
    status      text        CHECK (status IN ('accepted', 'rejected', 'cancelled', 'refunded', 'on-account')),
    customer_id text,
    country     text,
    currency    text,
    total       numeric     NOT NULL,
    refunded    numeric     NOT NULL,
    details     jsonb       NOT NULL,
    placed_at   timestamptz,
    changed_at  timestamptz
);
COMMENT ON COLUMN orders.status IS 'null while nothing but refusals is known of the order';
COMMENT ON COLUMN orders.total IS 'in major units of the currency';
COMMENT ON COLUMN orders.refunded IS 'in major units of the currency';
CREATE INDEX orders_by_status ON orders (status, id);

-- One row for each event that was applied, kept longer than any channel that could be read again.
CREATE TABLE inbox (
    id          text COLLATE "C" PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT now()
);

CREATE SEQUENCE outbox_id;

-- Rows live for milliseconds: without eager vacuum the dead ones at the head of the index slow down every look.
CREATE TABLE outbox (
    shard      smallint    NOT NULL,
    id         bigint      NOT NULL,
    channel    text        NOT NULL,
    key        bytea,
    headers    json        NOT NULL,
    value      bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 10000);
