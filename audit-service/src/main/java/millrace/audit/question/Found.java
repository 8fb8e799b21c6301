package millrace.audit.question;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import millrace.audit.restore.KeptRows;
import millrace.audit.restore.Opening;

/**
 * Records that were found: counted, and read while they are written. A few of them are in memory at once, however many
 * they are.
 */
final class Found implements AutoCloseable {
    private static final int PLACES_IN_MEMORY = 1000;

    private final Snapshot snapshot;
    private final Semaphore turn;
    private final Selection selection;
    private final Opening opening;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private long count;
    private Place last;
    private boolean more;

    /** @param turn is given back with {@link #close} */
    Found(Snapshot snapshot, Semaphore turn, Selection selection, Opening opening) {
        this.snapshot = snapshot;
        this.turn = turn;
        this.selection = selection;
        this.opening = opening;
    }

    /** Counts them; one more than are asked for tells that there are more. */
    void count() throws SQLException {
        var andOneMore = selection.limited(selection.limit() + 1);
        try (var select = andOneMore.prepare(snapshot.connection(), "SELECT timestamp_ms, channel, partition, seq");
                var rows = places(select)) {
            while (rows.next()) {
                if (count == selection.limit()) {
                    more = true;
                    return;
                }
                count++;
                last = Place.of(rows);
            }
        }
    }

    private static ResultSet places(PreparedStatement select) throws SQLException {
        select.setFetchSize(PLACES_IN_MEMORY);
        return select.executeQuery();
    }

    long number() {
        return count;
    }

    /** Place of the last one where others follow. */
    Optional<Place> followed() {
        return more ? Optional.of(last) : Optional.empty();
    }

    /** Writes them and ends; what breaks off is no answer. */
    StreamingOutput array() {
        return out -> write(out, json -> {
            json.writeStartArray();
            records(json);
            json.writeEndArray();
        });
    }

    /** The same as a line for each. */
    StreamingOutput lines() {
        return out -> write(out, json -> {
            json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
            records(json);
            json.writeRaw(count == 0 ? "" : "\n");
        });
    }

    /** The same for one alone. */
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
        try (var select = selection.limited(count).prepare(snapshot.connection(), "SELECT *")) {
            KeptRows.read(select, opening, record -> RecordJson.write(out, record));
        }
    }

    /** Whether somebody has to close it still. */
    boolean isOpen() {
        return open.get();
    }

    /** Also by another thread, and more than once. */
    @Override
    public void close() {
        if (!open.compareAndSet(true, false)) {
            return;
        }
        turn.release();
        try {
            snapshot.close();
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException("The connection cannot be given back.", e));
        }
    }
}
