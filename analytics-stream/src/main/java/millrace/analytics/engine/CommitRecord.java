package millrace.analytics.engine;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;

/**
 * All that changed in a task between two commits, with the positions that it had come to: one record of the changelog, or
 * several parts where it is large.
 *
 * @param oldest number of the oldest commit that has rows which no later one has
 * @param emittedThrough number of the last commit of which all is passed on
 * @param at when it was written, in milliseconds
 * @param positions offset of the next record to read of each input partition
 */
record CommitRecord(
        long oldest,
        long emittedThrough,
        long at,
        Map<TopicPartition, Long> positions,
        List<CommitRecord.Change> changes) {
    private static final byte COMMIT = 'C';
    private static final byte FENCE = 'F';
    private static final int FENCE_BYTES = 1 + 2 * Long.BYTES;
    private static final int KEY_BYTES = FENCE_BYTES + Long.BYTES + 2 * Short.BYTES;

    private static final int DELETED = 1;
    private static final int SILENT = 2;

    /** Flags, timestamp, and length of the key. */
    private static final int CHANGE_BYTES = 1 + Long.BYTES + Integer.BYTES;

    /** Brokers take records of 1 MB by default. */
    private static final int PART_BYTES = 512 << 10;

    /**
     * A changed row.
     *
     * @param payload {@code null} for a deletion
     * @param emit whether it is to be passed on
     */
    record Change(Bytes key, byte[] payload, long timestamp, boolean emit) {
        int bytes() {
            return key.get().length + (payload == null ? 0 : payload.length);
        }

        /** Returns the bytes that it takes in the record. */
        private int written() {
            return CHANGE_BYTES + bytes() + (payload == null ? 0 : Integer.BYTES);
        }
    }

    /**
     * Key of a record of the changelog.
     *
     * @param number of the commit, from 1; 0 for a fence
     */
    record Key(UUID writer, long number, int part, int parts) {
        boolean isFence() {
            return number == 0;
        }

        static Key fence(UUID writer) {
            return new Key(writer, 0, 0, 0);
        }

        byte[] bytes() {
            var bytes = ByteBuffer.allocate(isFence() ? FENCE_BYTES : KEY_BYTES)
                    .put(isFence() ? FENCE : COMMIT)
                    .putLong(writer.getMostSignificantBits())
                    .putLong(writer.getLeastSignificantBits());
            if (!isFence()) {
                bytes.putLong(number).putShort((short) part).putShort((short) parts);
            }
            return bytes.array();
        }

        static Key of(byte[] key) {
            var bytes = ByteBuffer.wrap(key);
            var kind = bytes.get();
            var writer = new UUID(bytes.getLong(), bytes.getLong());
            return kind == FENCE
                    ? fence(writer)
                    : new Key(
                            writer,
                            bytes.getLong(),
                            Short.toUnsignedInt(bytes.getShort()),
                            Short.toUnsignedInt(bytes.getShort()));
        }
    }

    /** The parts that the changelog is given, in their order. */
    List<byte[]> parts() {
        var read = positionBytes();
        var head = ByteBuffer.allocate(1 + 3 * Long.BYTES + read.length + Integer.BYTES)
                .put(InternalFormat.VERSION)
                .putLong(oldest)
                .putLong(emittedThrough)
                .putLong(at)
                .put(read)
                .putInt(changes.size());
        var parts = new SplitRecord(
                head.capacity() + changes.stream().mapToInt(Change::written).sum());
        parts.write(head);
        var fields = ByteBuffer.allocate(CHANGE_BYTES);
        for (var change : changes) {
            parts.write(fields.clear()
                    .put((byte) ((change.payload == null ? DELETED : 0) | (change.emit ? 0 : SILENT)))
                    .putLong(change.timestamp)
                    .putInt(change.key.get().length));
            parts.write(change.key.get());
            if (change.payload != null) {
                parts.write(fields.clear().putInt(change.payload.length));
                parts.write(change.payload);
            }
        }
        return parts.all;
    }

    /** Arrays of {@link #PART_BYTES} at most, which are filled one after the other. */
    private static final class SplitRecord {
        private final List<byte[]> all = new ArrayList<>();
        private int left;
        private ByteBuffer part;

        /** @param length of all parts together */
        SplitRecord(int length) {
            left = length;
            next();
        }

        private void next() {
            part = ByteBuffer.allocate(Math.min(left, PART_BYTES));
            left -= part.capacity();
            all.add(part.array());
        }

        void write(ByteBuffer written) {
            write(written.array(), written.position());
        }

        void write(byte[] bytes) {
            write(bytes, bytes.length);
        }

        private void write(byte[] bytes, int length) {
            for (var at = 0; at < length; ) {
                if (!part.hasRemaining()) {
                    next();
                }
                var fitting = Math.min(length - at, part.remaining());
                part.put(bytes, at, fitting);
                at += fitting;
            }
        }
    }

    private byte[] positionBytes() {
        var bytes = new ByteArrayOutputStream(256);
        try (var out = new DataOutputStream(bytes)) {
            write(positions, out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** @throws UnknownFormatException if another release has written it */
    static CommitRecord read(String changelog, byte[] bytes) {
        if (bytes.length == 0 || bytes[0] != InternalFormat.VERSION) {
            throw new UnknownFormatException(
                    changelog, bytes.length == 0 ? "none" : Byte.toString(bytes[0]), InternalFormat.VERSION);
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes, 1, bytes.length - 1))) {
            var oldest = in.readLong();
            var emittedThrough = in.readLong();
            var at = in.readLong();
            var positions = readPositions(in);
            var count = in.readInt();
            var changes = new ArrayList<Change>(count);
            for (var left = count; left > 0; left--) {
                var flags = in.readByte();
                var timestamp = in.readLong();
                var key = Bytes.wrap(readBytes(in));
                var payload = (flags & DELETED) == 0 ? readBytes(in) : null;
                changes.add(new Change(key, payload, timestamp, (flags & SILENT) == 0));
            }
            return new CommitRecord(oldest, emittedThrough, at, positions, changes);
        } catch (IOException e) {
            throw new UncheckedIOException("A commit on " + changelog + " is cut off", e);
        }
    }

    static void write(Map<TopicPartition, Long> positions, DataOutputStream out) throws IOException {
        out.writeShort(positions.size());
        for (var position : positions.entrySet()) {
            out.writeUTF(position.getKey().topic());
            out.writeInt(position.getKey().partition());
            out.writeLong(position.getValue());
        }
    }

    static Map<TopicPartition, Long> readPositions(DataInputStream in) throws IOException {
        var positions = new HashMap<TopicPartition, Long>();
        for (var left = in.readUnsignedShort(); left > 0; left--) {
            positions.put(new TopicPartition(in.readUTF(), in.readInt()), in.readLong());
        }
        return positions;
    }

    static void write(byte[] bytes, ByteBuffer out) {
        out.putInt(bytes.length).put(bytes);
    }

    static byte[] readBytes(DataInputStream in) throws IOException {
        var length = in.readInt();
        return in.readNBytes(length);
    }
}
