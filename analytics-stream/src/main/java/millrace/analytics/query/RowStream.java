package millrace.analytics.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Wire format of rows between instances. A partition is byte 1 and its number; a row is byte 2, length and bytes of its
 * key, and length and bytes of its value; the end is byte 0. A stream without the end byte was cut off.
 */
final class RowStream {
    private static final int END = 0;
    private static final int PARTITION = 1;
    private static final int ROW = 2;

    private RowStream() {}

    static <V> void write(LocalRows<V> rows, QueryableTable<V> table, OutputStream out) throws IOException {
        var data = new DataOutputStream(out);
        try {
            rows.writeTo(new Writer<>(table, data));
            data.writeByte(END);
            data.flush();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** @throws EOFException if the stream was cut off */
    static <V> void read(InputStream in, QueryableTable<V> table, RowSink<V> rows) throws IOException {
        var data = new DataInputStream(new BufferedInputStream(in));
        for (var what = data.readByte(); what != END; what = data.readByte()) {
            if (what == PARTITION) {
                rows.partition(data.readInt());
            } else {
                var key = new String(bytes(data), UTF_8);
                var value = bytes(data);
                if (!rows.endsBefore(key)) {
                    rows.row(key, table.value().deserializer().deserialize(table.name(), value));
                }
            }
        }
    }

    private static byte[] bytes(DataInputStream data) throws IOException {
        var length = data.readInt();
        var bytes = data.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("A row of " + length + " bytes ended after " + bytes.length + ".");
        }
        return bytes;
    }

    private record Writer<V>(QueryableTable<V> table, DataOutputStream out) implements RowSink<V> {
        @Override
        public void partition(int number) {
            try {
                out.writeByte(PARTITION);
                out.writeInt(number);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void row(String key, V value) {
            try {
                out.writeByte(ROW);
                write(key.getBytes(UTF_8));
                write(table.value().serializer().serialize(table.name(), value));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void write(byte[] bytes) throws IOException {
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }
}
