package millrace.audit.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.postgresql.copy.CopyOut;

/** Reads records in the binary format of PostgreSQL's COPY, as {@link BinaryCopy} writes them, but without the month. */
final class BinaryCopyReader {
    /** Length of signature and flags. */
    private static final int SIGNATURE_AND_FLAGS = 15;

    private static final int END = -1;

    private ByteBuffer in;

    private BinaryCopyReader() {}

    /** Reads a COPY to its end; the caller has begun it. */
    static List<ArchivedRecord> read(CopyOut copy) throws SQLException {
        var reader = new BinaryCopyReader();
        var records = new ArrayList<ArchivedRecord>();
        var isFirst = true;
        for (var bytes = copy.readFromCopy(); bytes != null; bytes = copy.readFromCopy()) {
            reader.in = ByteBuffer.wrap(bytes);
            if (isFirst) {
                isFirst = false;
                reader.in.position(SIGNATURE_AND_FLAGS);
                reader.skip(reader.in.getInt());
            }
            while (reader.in.hasRemaining() && reader.in.getShort() != END) {
                records.add(reader.record());
            }
        }
        return records;
    }

    private ArchivedRecord record() {
        return new ArchivedRecord(
                text(),
                number(),
                bigNumber(),
                number(),
                bigNumber(),
                number(),
                uuid(),
                bigNumber(),
                text(),
                array(),
                array(),
                bytes(),
                bytes(),
                bigNumber(),
                uuid());
    }

    private String text() {
        return new String(bytes(), UTF_8);
    }

    private Integer number() {
        return in.getInt() < 0 ? null : in.getInt();
    }

    private Long bigNumber() {
        return in.getInt() < 0 ? null : in.getLong();
    }

    private UUID uuid() {
        return in.getInt() < 0 ? null : new UUID(in.getLong(), in.getLong());
    }

    private byte[] bytes() {
        var length = in.getInt();
        if (length < 0) {
            return null;
        }
        var bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** Skips the flag for nulls, the element type and the first index; an array without elements has no dimension. */
    private byte[][] array() {
        in.getInt();
        var dimensions = in.getInt();
        skip(2 * Integer.BYTES);
        if (dimensions == 0) {
            return new byte[0][];
        }
        var elements = new byte[in.getInt()][];
        skip(Integer.BYTES);
        for (var i = 0; i < elements.length; i++) {
            elements[i] = bytes();
        }
        return elements;
    }

    private void skip(int bytes) {
        in.position(in.position() + bytes);
    }
}
