package millrace.audit.question;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import millrace.audit.restore.DecryptedRecordReader;
import millrace.audit.seal.RecordDecryption;
import millrace.audit.table.JdbcStatements;

/**
 * The records that a query selects: counted first, and streamed to the client. A few records are in memory at once, for any
 * number of results.
 */
final class QueryResult implements AutoCloseable {
    private static final int CURSORS_IN_MEMORY = 1000;

    /** The database ends its transaction so long after the last statement: a client that stops reading does not hold it. */
    private static final String IDLE = "SET LOCAL idle_in_transaction_session_timeout = '60s'";

    private final Connection snapshot;
    private final Semaphore permit;
    private final RecordSelection selection;
    private final RecordDecryption decryption;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private long count;
    private PageCursor last;
    private boolean more;

    /**
     * @param snapshot which {@link #close} closes
     * @param permit that {@link #close} releases
     */
    QueryResult(Connection snapshot, Semaphore permit, RecordSelection selection, RecordDecryption decryption) {
        this.snapshot = snapshot;
        this.permit = permit;
        this.selection = selection;
        this.decryption = decryption;
    }

    /** Begins a repeatable-read transaction, in which all statements see the same records. */
    static Connection snapshot(DataSource database) throws SQLException {
        var connection = database.getConnection();
        try {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            JdbcStatements.execute(connection, IDLE);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Counts up to the limit, and looks for one record more to know whether a next page exists. */
    void count() throws SQLException {
        var andOneMore = selection.limited(selection.limit() + 1);
        try (var select = andOneMore.prepare(snapshot, "SELECT timestamp_ms, channel, partition, seq")) {
            select.setFetchSize(CURSORS_IN_MEMORY);
            var rows = select.executeQuery();
            while (rows.next()) {
                if (count == selection.limit()) {
                    more = true;
                    return;
                }
                count++;
                last = PageCursor.of(rows);
            }
        }
    }

    long size() {
        return count;
    }

    /** Cursor of the next page; empty on the last page. */
    Optional<PageCursor> nextCursor() {
        return more ? Optional.of(last) : Optional.empty();
    }

    /** Writes a JSON array, and closes the result. After a failure the response breaks off and is no answer. */
    StreamingOutput array() {
        return out -> write(out, json -> {
            json.writeStartArray();
            records(json);
            json.writeEndArray();
        });
    }

    /** Writes JSON Lines. */
    StreamingOutput lines() {
        return out -> write(out, json -> {
            json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
            records(json);
            json.writeRaw(count == 0 ? "" : "\n");
        });
    }

    /** Writes a single record as a JSON object. */
    StreamingOutput one() {
        return out -> write(out, this::records);
    }

    private interface Writing {
        void to(JsonGenerator json) throws SQLException, IOException;
    }

    private void write(OutputStream out, Writing writing) throws IOException {
        try (var json = RecordJson.MAPPER.createGenerator(out, JsonEncoding.UTF8)) {
            writing.to(json);
        } catch (SQLException e) {
            throw new IOException("The database does not answer any more.", e);
        } finally {
            close();
        }
    }

    private void records(JsonGenerator out) throws SQLException, IOException {
        try (var select = selection.limited(count).prepare(snapshot, "SELECT *")) {
            DecryptedRecordReader.read(select, decryption, record -> RecordJson.write(out, record));
        }
    }

    /** True if it is not closed yet. */
    boolean isOpen() {
        return open.get();
    }

    /** May be called from any thread and repeatedly. */
    @Override
    public void close() {
        if (!open.compareAndSet(true, false)) {
            return;
        }
        permit.release();
        try (snapshot) {
            snapshot.rollback();
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException("The connection cannot be given back.", e));
        }
    }
}
