-- Number of records of each key, and the offset of its last one.
CREATE TABLE key_counts (
    partition   integer NOT NULL,
    key         bytea   NOT NULL,
    records     bigint  NOT NULL,
    last_offset bigint  NOT NULL,
    PRIMARY KEY (partition, key)
);

-- Records before the offset are applied: a record that is delivered again is skipped.
CREATE TABLE positions (
    partition   integer PRIMARY KEY,
    next_offset bigint  NOT NULL
);

-- Events to be published that follow from a record. Of a generation that is live there are none after its transaction.
CREATE TABLE pending_effects (
    partition integer NOT NULL,
    "offset"  bigint  NOT NULL,
    key       bytea,
    value     bytea   NOT NULL,
    id        text    NOT NULL,
    type      text    NOT NULL,
    source    text    NOT NULL,
    time      text    NOT NULL,
    PRIMARY KEY (partition, "offset")
);

-- Totals for the channel ledger, by the minute of the records' timestamps.
CREATE TABLE counts (
    minute      timestamptz NOT NULL,
    role        text        NOT NULL,
    channel     text        NOT NULL,
    partition   integer     NOT NULL,
    records     bigint      NOT NULL,
    next_offset bigint      NOT NULL,
    published   boolean     NOT NULL,
    PRIMARY KEY (minute, role, channel, partition)
);

-- One row: true once a successor has taken over, and this generation may not write any more.
CREATE TABLE takeover (fenced boolean NOT NULL);
INSERT INTO takeover VALUES (false);
