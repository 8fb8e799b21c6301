package millrace.audit.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/**
 * Where a value lies. What is sealed for one place cannot be opened at another.
 *
 * @param channel its logical name
 * @param life which topic of that name it is, from 1: one that was made again uses its offsets again
 */
public record RecordCoordinates(String channel, int partition, int life, long offset) {
    private static final byte VERSION = 1;

    /**
     * The place of one sealed part.
     *
     * @param part which of the value's sealed parts, from 0
     */
    byte[] part(int part) {
        var name = channel.getBytes(UTF_8);
        return ByteBuffer.allocate(1 + name.length + 4 * Integer.BYTES + Long.BYTES)
                .put(VERSION)
                .putInt(name.length)
                .put(name)
                .putInt(partition)
                .putInt(life)
                .putLong(offset)
                .putInt(part)
                .array();
    }

    @Override
    public String toString() {
        return "%s-%d at %d".formatted(channel, partition, offset);
    }
}
