package millrace.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.postgresql.copy.CopyIn;

/** Writes records in the binary format of PostgreSQL's COPY, as its documentation of COPY describes it. */
final class CopyRows {
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final int COLUMNS = 9;
    private static final int NULL = -1;
    private static final int END = -1;
    /** Object id of the type bytea, of which the arrays are. */
    private static final int BYTEA = 17;

    private static final int CHUNK = 1 << 16;

    private final CopyIn copy;
    private final ByteArrayOutputStream chunk = new ByteArrayOutputStream(2 * CHUNK);
    private final DataOutputStream out = new DataOutputStream(chunk);

    CopyRows(CopyIn copy) throws SQLException {
        this.copy = copy;
        write(() -> {
            out.write(SIGNATURE);
            out.writeInt(0);
            out.writeInt(0);
        });
    }

    void add(String channel, ConsumerRecord<byte[], byte[]> record) throws SQLException {
        write(() -> {
            out.writeShort(COLUMNS);
            bytes(channel.getBytes(UTF_8));
            out.writeInt(Integer.BYTES);
            out.writeInt(record.partition());
            number(record.offset());
            number(record.timestamp());
            bytes(record.timestampType().toString().getBytes(UTF_8));
            array(record.headers().toArray(), header -> header.key().getBytes(UTF_8));
            array(record.headers().toArray(), Header::value);
            bytes(record.key());
            bytes(record.value());
        });
        if (chunk.size() >= CHUNK) {
            send();
        }
    }

    void end() throws SQLException {
        write(() -> out.writeShort(END));
        send();
        copy.endCopy();
    }

    /** What is written to memory. */
    private interface Part {
        void write() throws IOException;
    }

    private static void write(Part part) {
        try {
            part.write();
        } catch (IOException e) {
            throw new UncheckedIOException("Memory cannot be written", e);
        }
    }

    private void send() throws SQLException {
        copy.writeToCopy(chunk.toByteArray(), 0, chunk.size());
        chunk.reset();
    }

    private void number(long number) throws IOException {
        out.writeInt(Long.BYTES);
        out.writeLong(number);
    }

    private void bytes(byte[] bytes) throws IOException {
        out.writeInt(bytes == null ? NULL : bytes.length);
        if (bytes != null) {
            out.write(bytes);
        }
    }

    /** One dimension, nulls among the elements, their type; then the length, the first index, and the elements. */
    private void array(Header[] headers, Function<Header, byte[]> part) throws IOException {
        var elements = Arrays.stream(headers).map(part).toArray(byte[][]::new);
        out.writeInt(5 * Integer.BYTES
                + Arrays.stream(elements).mapToInt(CopyRows::size).sum());
        for (var number : new int[] {1, 1, BYTEA, elements.length, 1}) {
            out.writeInt(number);
        }
        for (var element : elements) {
            bytes(element);
        }
    }

    private static int size(byte[] bytes) {
        return Integer.BYTES + (bytes == null ? 0 : bytes.length);
    }
}
