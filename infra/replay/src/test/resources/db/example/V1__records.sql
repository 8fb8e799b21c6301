CREATE TABLE records (
    partition integer NOT NULL,
    "offset"  bigint  NOT NULL,
    key       text    NOT NULL,
    PRIMARY KEY (partition, "offset")
);
