package millrace.audit.table;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import org.postgresql.PGConnection;

/** Writes and reads the table of records by COPY, which costs the database a fraction of a SELECT. */
public final class RecordTable {
    /** One statement for all rows; an INSERT with unnest() would flatten the arrays of the headers. */
    private static final String COPY = "COPY records (month, " + BinaryCopy.COLUMNS + ") FROM STDIN (FORMAT binary)";

    private static final String PAGES = """
            SELECT max(seq) FROM (
                SELECT seq, sum(octet_length(value)) OVER sofar / 4194304 AS by_bytes,
                    (row_number() OVER sofar - 1) / 1000 AS by_records
                FROM records WHERE channel = ? AND partition = ? AND life = ? AND seq >= ?
                WINDOW sofar AS (ORDER BY seq ROWS UNBOUNDED PRECEDING) ORDER BY seq LIMIT 20000) sized
            GROUP BY by_bytes, by_records ORDER BY max(seq)""";

    private RecordTable() {}

    /**
     * Begins a COPY. Until it is ended or closed the connection cannot be used otherwise.
     *
     * @param month partition of the rows
     */
    public static BinaryCopy copy(Connection connection, LocalDate month) throws SQLException {
        return new BinaryCopy(connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY), month);
    }

    /** Reads {@code [first, next)} of a chain into memory, in order. */
    static List<ArchivedRecord> read(Connection connection, ChainName chain, long first, long next)
            throws SQLException {
        return read(connection, chain, "seq >= %d AND seq < %d ORDER BY seq".formatted(first, next));
    }

    /** Reads the records of an incarnation with a number in {@code [first, next)} into memory, in order. */
    public static List<ArchivedRecord> page(Connection connection, ChainName chain, int life, long first, long next)
            throws SQLException {
        return read(
                connection, chain, "seq >= %d AND seq < %d AND life = %d ORDER BY seq".formatted(first, next, life));
    }

    /**
     * Divides records of an incarnation, from the number {@code first} on, into pages that fit into memory: some 20 pages, each
     * of 1,000 records at most, and of 4 MiB of values and one record at most.
     *
     * @return number of the last record of each page, in order; empty behind the last record
     */
    public static List<Long> pages(Connection connection, ChainName chain, int life, long first) throws SQLException {
        return JdbcStatements.query(
                connection, PAGES, row -> row.getLong(1), chain.channel(), chain.partition(), life, first);
    }

    private static List<ArchivedRecord> read(Connection connection, ChainName chain, String rest) throws SQLException {
        try (var statement = connection.createStatement()) {
            var select = "SELECT %s FROM records WHERE channel = %s AND partition = %d AND %s"
                    .formatted(BinaryCopy.COLUMNS, statement.enquoteLiteral(chain.channel()), chain.partition(), rest);
            return BinaryCopyReader.read(connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY (" + select + ") TO STDOUT (FORMAT binary)"));
        }
    }
}
