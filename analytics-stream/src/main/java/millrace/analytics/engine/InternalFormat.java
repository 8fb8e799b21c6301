package millrace.analytics.engine;

import java.util.Arrays;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Marks what only this job reads, in its stores and on its internal topics, with the version of its format. A job that
 * finds another version stops: read as its own format it would be wrong counts.
 */
public final class InternalFormat {
    /** To be increased with each change of an internal format. Those without this byte began with another. */
    static final byte VERSION = 4;

    private InternalFormat() {}

    /** Bytes of another serde behind the version; {@code null} stays {@code null}. */
    public static <T> Serde<T> of(Serde<T> plain) {
        return Serdes.serdeFrom(
                (topic, value) ->
                        value == null ? null : marked(plain.serializer().serialize(topic, value)),
                (topic, bytes) -> bytes == null ? null : plain.deserializer().deserialize(topic, read(topic, bytes)));
    }

    private static byte[] marked(byte[] bytes) {
        var all = new byte[bytes.length + 1];
        all[0] = VERSION;
        System.arraycopy(bytes, 0, all, 1, bytes.length);
        return all;
    }

    private static byte[] read(String topic, byte[] all) {
        if (all.length == 0 || all[0] != VERSION) {
            throw new UnknownFormatException(topic, all.length == 0 ? "none" : Byte.toString(all[0]), VERSION);
        }
        return Arrays.copyOfRange(all, 1, all.length);
    }
}
