package millrace.analytics.stream;

import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Serializes a value once that goes to a store and then to a channel: the bytes of the latest value are kept for the
 * second of the two. They are shared, so neither may change them.
 */
public final class SerializedOnce {
    private SerializedOnce() {}

    private record Latest(Object value, byte[] bytes) {}

    /** The store and the channel need the same instance. Stream threads share it: each value has its own bytes at any time. */
    public static <T> Serde<T> of(Serde<T> plain) {
        var serializer = plain.serializer();
        var latest = ThreadLocal.withInitial(() -> new Latest(null, null));
        return Serdes.serdeFrom(
                (topic, value) -> {
                    if (latest.get().value != value) {
                        latest.set(new Latest(value, serializer.serialize(topic, value)));
                    }
                    return latest.get().bytes;
                },
                plain.deserializer());
    }
}
