package millrace.analytics;

import java.util.Map;
import java.util.Optional;
import millrace.analytics.engine.ReadUntil;
import millrace.events.Catalogue;
import millrace.events.Channel;
import millrace.events.GenerationNames;
import millrace.events.RateLimit;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;

/**
 * Channels as topics of this platform and of this generation of the job.
 *
 * @param prefix what the platform puts before each name; may be empty
 * @param generation from 1, whose channels have the names of the catalogue
 * @param shadow whether another generation is live, so that effects go to a topic of this one
 * @param inputs what is read in place of a channel; most have nothing
 * @param readUntil until when the job has read them all
 */
public record Topics(String prefix, int generation, boolean shadow, Map<String, String> inputs, ReadUntil readUntil) {
    private static final String OWNER = "analytics-stream";

    /** Topics that are always read to their end, as those of a test driver are. */
    public Topics(String prefix, int generation, boolean shadow, Map<String, String> inputs) {
        this(prefix, generation, shadow, inputs, now -> now);
    }

    /** Those of the first generation, live. */
    public static Topics of(String prefix) {
        return new Topics(prefix, 1, false, Map.of());
    }

    /** What is written to a channel goes there. One of another owner is shared by all generations. */
    public String written(Catalogue.Entry channel) {
        var own = channel.effect() ? shadow : generation > 1 && channel.owner().equals(OWNER);
        return prefix + channel.name() + (own ? new GenerationNames(generation).shadowSuffix() : "");
    }

    /** @param limit of the records a second over all channels and threads of the process; empty for no limit */
    public <K, V> KStream<K, V> read(StreamsBuilder builder, Channel<K, V> channel, Optional<RateLimit> limit) {
        var topic = prefix + inputs.getOrDefault(channel.name(), channel.name());
        var consumed = Consumed.with(channel.key(), channel.value()).withName("read-" + channel.name());
        var records = builder.stream(topic, consumed);
        return limit.map(rate -> records.peek((key, value) -> rate.acquire(1, () -> false), pace(channel)))
                .orElse(records);
    }

    private static Named pace(Channel<?, ?> channel) {
        return Named.as("pace-" + channel.name());
    }

    public <K, V> void write(KStream<K, V> stream, Channel<K, V> channel) {
        var topic = written(Catalogue.entry(channel.name()));
        stream.to(topic, Produced.with(channel.key(), channel.value()).withName("write-" + channel.name()));
    }
}
