package millrace.bench;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import org.postgresql.PGConnection;

/**
 * Baseline of the database for archiving: one COPY of archived rows, half a million at most, from a file as psql sends
 * it, into an empty table with the same columns and indexes. It runs several times, because background writes of the database make runs
 * differ by a third.
 */
final class CopyBaseline {
    private static final int TIMES = 3;
    private static final int MOST_ROWS = 500_000;
    private static final int CHUNK = 1 << 16;
    private static final String TABLE = """
            DROP SCHEMA IF EXISTS plain CASCADE;
            CREATE SCHEMA plain;
            CREATE TABLE plain.records (LIKE audit.records INCLUDING ALL)""";

    private final TestBed bed;

    CopyBaseline(TestBed bed) {
        this.bed = bed;
    }

    /**
     * Exports the rows to a file and copies the file into the table several times.
     *
     * @param format PostgreSQL name of the format: {@code text}, the default of psql, or {@code binary}
     * @return rows a second of each run, ascending
     */
    double[] run(String format) {
        var file = bed.folder().resolve("rows." + format);
        try (var connection = DriverManager.getConnection(bed.platform().jdbcUrl());
                var statement = connection.createStatement()) {
            var rows = export(connection, file, format);
            var perSecond = new double[TIMES];
            for (var time = 0; time < TIMES; time++) {
                bed.stop().check();
                statement.execute(TABLE);
                var begin = System.nanoTime();
                load(connection, file, format);
                perSecond[time] = rows / ((System.nanoTime() - begin) / 1e9);
            }
            Files.delete(file);
            Arrays.sort(perSecond);
            return perSecond;
        } catch (SQLException | IOException e) {
            throw new BenchmarkException("The database alone cannot be measured: " + e.getMessage(), e);
        }
    }

    /** Returns the rows a second at which one COPY reads all of them. */
    double read() {
        try (var connection = DriverManager.getConnection(bed.platform().jdbcUrl());
                var nowhere = OutputStream.nullOutputStream()) {
            var begin = System.nanoTime();
            var rows = export(connection, nowhere, "binary", "ALL");
            return rows / ((System.nanoTime() - begin) / 1e9);
        } catch (SQLException | IOException e) {
            throw new BenchmarkException("The database alone cannot be measured: " + e.getMessage(), e);
        }
    }

    private static long export(Connection connection, Path file, String format) throws SQLException, IOException {
        try (var out = new BufferedOutputStream(Files.newOutputStream(file), CHUNK)) {
            return export(connection, out, format, Integer.toString(MOST_ROWS));
        }
    }

    private static long export(Connection connection, OutputStream out, String format, String limit)
            throws SQLException, IOException {
        return connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut(
                        "COPY (SELECT * FROM audit.records LIMIT %s) TO STDOUT (FORMAT %s)".formatted(limit, format),
                        out);
    }

    private static void load(Connection connection, Path file, String format) throws SQLException, IOException {
        try (var in = new BufferedInputStream(Files.newInputStream(file), CHUNK)) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY plain.records FROM STDIN (FORMAT " + format + ")", in, CHUNK);
        }
    }
}
