package millrace.audit.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;

/** Memory that grows and is used again: numbers big-endian, fields with their length before them, -1 for none. */
public final class Bytes {
    private static final int NONE = -1;

    private byte[] array;
    private ByteBuffer buffer;

    public Bytes(int size) {
        use(new byte[size]);
    }

    public byte[] array() {
        return array;
    }

    public int size() {
        return buffer.position();
    }

    public void clear() {
        buffer.clear();
    }

    public byte[] copy() {
        return Arrays.copyOf(array, size());
    }

    public void putByte(int value) {
        room(1);
        buffer.put((byte) value);
    }

    public void putShort(int value) {
        room(Short.BYTES);
        buffer.putShort((short) value);
    }

    public void putInt(int value) {
        room(Integer.BYTES);
        buffer.putInt(value);
    }

    public void putLong(long value) {
        room(Long.BYTES);
        buffer.putLong(value);
    }

    public void put(byte[] bytes) {
        room(bytes.length);
        buffer.put(bytes);
    }

    /** Its length, and the bytes. */
    public void field(byte[] bytes) {
        putInt(bytes == null ? NONE : bytes.length);
        if (bytes != null) {
            put(bytes);
        }
    }

    /** A field of eight bytes. */
    public void field(Long number) {
        putInt(number == null ? NONE : Long.BYTES);
        if (number != null) {
            putLong(number);
        }
    }

    /** A field of four bytes. */
    void field(Integer number) {
        putInt(number == null ? NONE : Integer.BYTES);
        if (number != null) {
            putInt(number);
        }
    }

    public void field(String text) {
        field(text.getBytes(UTF_8));
    }

    /** A field of 16 bytes. */
    public void field(UUID uuid) {
        putInt(uuid == null ? NONE : 2 * Long.BYTES);
        if (uuid != null) {
            putLong(uuid.getMostSignificantBits());
            putLong(uuid.getLeastSignificantBits());
        }
    }

    private void room(int more) {
        if (buffer.remaining() < more) {
            var filled = buffer.position();
            use(Arrays.copyOf(array, Math.max(2 * array.length, Math.addExact(filled, more))));
            buffer.position(filled);
        }
    }

    private void use(byte[] memory) {
        array = memory;
        buffer = ByteBuffer.wrap(memory);
    }
}
