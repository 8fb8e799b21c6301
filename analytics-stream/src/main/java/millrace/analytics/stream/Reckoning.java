package millrace.analytics.stream;

import static millrace.events.Channels.LEDGER;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import millrace.events.Channel;
import millrace.events.Counted;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * What became of each record of one partition, by the minute in which it was accepted: totals, kept with the job's own
 * guarantee and told of on the channel {@code ledger}. It changes nothing of what the job does.
 */
public final class Reckoning<V> extends ContextualProcessor<String, V, String, Counted> {
    private static final Duration TELL_EVERY = Duration.ofSeconds(5);
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    /** A minute goes when it is that old and has not changed for an hour. */
    private static final long OLD = Duration.ofHours(48).toMillis();

    private static final long UNCHANGED = Duration.ofHours(1).toMillis();

    private final String channel;
    private final String prefix;
    private final Function<V, Judgement> judge;
    private final Map<Long, Minute> minutes = new HashMap<>();
    private KeyValueStore<Long, byte[]> store;
    private Minute last;

    /** What can become of a record that could be read. */
    public enum Judgement {
        COUNTED,
        LATE,
        REPEATED
    }

    private Reckoning(String channel, String prefix, Function<V, Judgement> judge) {
        this.channel = channel;
        this.prefix = prefix;
        this.judge = judge;
    }

    /** @param records every one that could be read of the channel, in its order */
    public static <V> void add(
            Topics topics, Channel<String, ?> channel, KStream<String, V> records, Function<V, Judgement> judge) {
        var name = channel.name();
        var counts = records.process(new Supplier<>(name, topics.prefix(), judge), Named.as("reckon-" + name));
        topics.write(counts, LEDGER, "write-counts-" + name);
    }

    @Override
    public void init(ProcessorContext<String, Counted> context) {
        super.init(context);
        store = context.getStateStore(channel + "-counts");
        try (var all = store.all()) {
            all.forEachRemaining(row -> minutes.put(row.key, Minute.of(row.key, ByteBuffer.wrap(row.value))));
        }
        context.schedule(TELL_EVERY, PunctuationType.WALL_CLOCK_TIME, this::tell);
    }

    /** All minutes are held here, too: they are few, and to look into the store would cost as much as to write to it. */
    @Override
    public void process(Record<String, V> record) {
        var start = Math.floorDiv(record.timestamp(), MINUTE) * MINUTE;
        if (last == null || last.start != start) {
            last = minutes.computeIfAbsent(start, Minute::new);
        }
        last.add(
                judge.apply(record.value()),
                context().recordMetadata().orElseThrow().offset());
        store.put(start, last.bytes());
    }

    private void tell(long now) {
        minutes.values().removeIf(minute -> {
            if (minute.toldAt == Minute.UNTOLD) {
                tell(minute, now);
            } else if (minute.start < now - OLD && minute.toldAt < now - UNCHANGED) {
                store.delete(minute.start);
                return true;
            }
            return false;
        });
        last = null;
    }

    private void tell(Minute minute, long now) {
        minute.toldAt = now;
        store.put(minute.start, minute.bytes());
        var counted = minute.counted(job(), channel, context().taskId().partition());
        context().forward(new Record<>(counted.key(), counted, now));
    }

    private String job() {
        return context().applicationId().substring(prefix.length());
    }

    private record Supplier<V>(String channel, String prefix, Function<V, Judgement> judge)
            implements ProcessorSupplier<String, V, String, Counted> {
        @Override
        public Processor<String, V, String, Counted> get() {
            return new Reckoning<>(channel, prefix, judge);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            var counts = Stores.inMemoryKeyValueStore(channel + "-counts");
            return Set.of(Stores.keyValueStoreBuilder(counts, Serdes.Long(), InternalFormat.of(Serdes.ByteArray()))
                    .withCachingEnabled());
        }
    }
}
