package millrace.analytics.stream;

import millrace.events.Channel;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;

/**
 * Channels as topics of this platform.
 *
 * @param prefix what the platform puts before each name; may be empty
 */
public record Topics(String prefix) {
    String name(Channel<?, ?> channel) {
        return prefix + channel.name();
    }

    public <K, V> KStream<K, V> read(StreamsBuilder builder, Channel<K, V> channel) {
        return builder.stream(
                name(channel), Consumed.with(channel.key(), channel.value()).withName("read-" + channel.name()));
    }

    public <K, V> void write(KStream<K, V> stream, Channel<K, V> channel) {
        write(stream, channel, "write-" + channel.name());
    }

    /** For a channel that is written at several places of the topology. */
    public <K, V> void write(KStream<K, V> stream, Channel<K, V> channel, String step) {
        stream.to(name(channel), Produced.with(channel.key(), channel.value()).withName(step));
    }
}
