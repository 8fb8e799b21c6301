package millrace.audit.table;

import java.sql.SQLException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import org.postgresql.copy.CopyIn;

/**
 * Writes records in the binary format of PostgreSQL's COPY, which its documentation of COPY describes. It sends chunks of
 * 64 KiB, so that the database writes rows while the next ones are made.
 */
public final class BinaryCopy implements AutoCloseable {
    /** The columns in the order of {@link #add}, apart from the month, which is the first. */
    static final String COLUMNS = "channel, partition, seq, life, record_offset, leader_epoch, topic_id, timestamp_ms,"
            + " timestamp_type, header_names, header_values, key, value, subject, trace";

    private static final int NUMBER_OF_COLUMNS = 16;
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final int END = -1;
    /** Object id of the type bytea, the element type of the arrays. */
    private static final int BYTEA = 17;
    /** Dates are sent as days since this one. */
    private static final LocalDate FIRST_DAY = LocalDate.of(2000, 1, 1);

    private static final int CHUNK = 1 << 16;

    private final CopyIn copy;
    private final Integer month;
    private final Bytes out = new Bytes(2 * CHUNK);

    BinaryCopy(CopyIn copy, LocalDate month) {
        this.copy = copy;
        this.month = (int) ChronoUnit.DAYS.between(FIRST_DAY, month);
        out.put(SIGNATURE);
        out.putInt(0);
        out.putInt(0);
    }

    public void add(ArchivedRecord kept) throws SQLException {
        out.putShort(NUMBER_OF_COLUMNS);
        out.field(month);
        out.field(kept.channel());
        out.field(kept.partition());
        out.field(kept.seq());
        out.field(kept.life());
        out.field(kept.offset());
        out.field(kept.leaderEpoch());
        out.field(kept.topicId());
        out.field(kept.timestampMs());
        out.field(kept.timestampType());
        array(kept.headerNames());
        array(kept.headerValues());
        out.field(kept.key());
        out.field(kept.value());
        out.field(kept.subject());
        out.field(kept.trace());
        if (out.size() >= CHUNK) {
            send();
        }
    }

    public void end() throws SQLException {
        out.putShort(END);
        send();
        copy.endCopy();
    }

    /** Cancels a COPY that was not ended. */
    @Override
    public void close() throws SQLException {
        if (copy.isActive()) {
            copy.cancelCopy();
        }
    }

    private void send() throws SQLException {
        copy.writeToCopy(out.array(), 0, out.size());
        out.clear();
    }

    /** Writes the number of dimensions, a flag for nulls, the element type, the length, the first index, and the elements. */
    private void array(byte[][] elements) {
        var size = 5 * Integer.BYTES;
        for (var element : elements) {
            size += Integer.BYTES + (element == null ? 0 : element.length);
        }
        out.putInt(size);
        out.putInt(1);
        out.putInt(1);
        out.putInt(BYTEA);
        out.putInt(elements.length);
        out.putInt(1);
        for (var element : elements) {
            out.field(element);
        }
    }
}
