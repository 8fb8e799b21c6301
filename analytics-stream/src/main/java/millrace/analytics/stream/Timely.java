package millrace.analytics.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static millrace.events.Channels.LATE_EVENTS;

import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import millrace.events.Channel;
import millrace.events.EventCameLate;
import millrace.events.SourcedEvent;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * Judges each event once, from nothing but the log of the partition it is in, so that a replay judges as live did: it
 * is late, a repeat, or it counts.
 *
 * <p>Each source has its own clock in each partition: the latest event time seen of it there. An event more than the
 * grace behind that clock is late. Others are told apart by id, and an id is remembered until its time is so far
 * behind the clock that a repeat would be late anyway: no repeat counts, however much later it comes.
 */
public final class Timely<E extends SourcedEvent> extends ContextualFixedKeyProcessor<String, E, Timely.Judged<E>> {
    /** Ids are remembered by 128 bits of hash: one of ten million new events a day is taken for a repeat in 10^24 days. */
    private static final Hasher128 IDENTITY = Hashing.xxh3_128();
    /** How far a clock must have come before all remembered ids are looked at again for those to forget. */
    private static final long FORGET_AFTER = Duration.ofHours(1).toMillis();
    /** How often some of them are looked at then, by the wall clock: it decides nothing. */
    private static final Duration FORGET_EVERY = Duration.ofSeconds(5);
    /** How many of them: a store of a million is gone through in four minutes, in steps of some 20 ms. */
    private static final int LOOK_AT = 20_000;

    private static final String LATE = "late-";
    private static final String ON_TIME = "on-time-";

    private final String channel;
    private final Duration grace;
    private final Duration keep;
    private Clocks clocks;
    private KeyValueStore<Bytes, byte[]> seen;
    private TimestampedKeyValueStore<String, Long> lateCounts;
    private Sensor repeats;
    private Bytes nextToForget;
    private long forgotAt = Clocks.NEVER;

    /** @param late why the event does not count; {@code null} where it does */
    record Judged<E>(E event, EventCameLate late) {}

    private Timely(String channel, AnalyticsConfig config) {
        this.channel = channel;
        grace = config.grace();
        keep = config.keep();
    }

    /** Name of the store with the clocks of a channel's sources. */
    public static String clocks(String channel) {
        return channel + "-clocks";
    }

    /** What counts, in the order of the log; what is late goes to its channel. */
    public static <E extends SourcedEvent> KStream<String, E> judge(
            Topics topics, Channel<String, E> channel, KStream<String, E> events, AnalyticsConfig config) {
        var name = channel.name();
        var judged = events.processValues(new Supplier<E>(name, config), Named.as("timely-" + name));
        topics.write(judged.mapValues(Judged::late, Named.as(LATE + name)), LATE_EVENTS, "write-late-" + name);
        return judged.mapValues(Judged::event, Named.as(ON_TIME + name));
    }

    @Override
    public void init(FixedKeyProcessorContext<String, Judged<E>> context) {
        super.init(context);
        clocks = Clocks.of(context, channel);
        seen = context.getStateStore(channel + "-seen");
        lateCounts = context.getStateStore(channel + "-late");
        LetGo.schedule(context, lateCounts, keep);
        repeats = context.metrics()
                .addRateTotalSensor("analytics", channel, "repeated-events", Sensor.RecordingLevel.INFO);
        context.schedule(FORGET_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> forget());
    }

    @Override
    public void process(FixedKeyRecord<String, E> record) {
        var event = record.value();
        var time = event.timestamp().toEpochMilli();
        var clock = clocks.time(event.source());
        if (time < clock - grace.toMillis()) {
            var late = late(event, Instant.ofEpochMilli(clock), record.timestamp());
            context().forward(record.withValue(new Judged<>(event, late)), LATE + channel);
        } else if (seen.putIfAbsent(identity(event), remembered(time, event.source())) != null) {
            repeats.record();
        } else {
            clocks.heard(event.source(), time, record.timestamp());
            context().forward(record.withValue(new Judged<>(event, null)), ON_TIME + channel);
        }
    }

    private EventCameLate late(E event, Instant clock, long acceptedAt) {
        var window = Window.minute(event.timestamp());
        var key = Window.key(window, event.source());
        var before = lateCounts.get(key);
        var count = before == null ? 1 : before.value() + 1;
        lateCounts.put(key, ValueAndTimestamp.make(count, acceptedAt));
        var lateBy = Duration.between(event.timestamp(), clock);
        return new EventCameLate(
                event.eventId(), channel, event.source(), event.timestamp(), clock, lateBy, window, count);
    }

    /** Looks at the next ids, from where it stopped the last time. */
    private void forget() {
        if (nextToForget == null && clocks.latest() < forgotAt + FORGET_AFTER) {
            return;
        }
        forgotAt = nextToForget == null ? clocks.latest() : forgotAt;
        try (var ids = seen.range(nextToForget, null)) {
            for (var looked = 0; ids.hasNext() && looked < LOOK_AT; looked++) {
                var id = ids.next();
                var time = ByteBuffer.wrap(id.value).getLong();
                var source = new String(id.value, Long.BYTES, id.value.length - Long.BYTES, UTF_8);
                if (time < clocks.time(source) - grace.toMillis()) {
                    seen.delete(id.key);
                }
            }
            nextToForget = ids.hasNext() ? ids.peekNextKey() : null;
        }
    }

    private static Bytes identity(SourcedEvent event) {
        return Bytes.wrap(IDENTITY.hashCharsTo128Bits(event.source() + '\0' + event.eventId())
                .toByteArray());
    }

    private static byte[] remembered(long time, String source) {
        var name = source.getBytes(UTF_8);
        return ByteBuffer.allocate(Long.BYTES + name.length)
                .putLong(time)
                .put(name)
                .array();
    }

    private record Supplier<E extends SourcedEvent>(String channel, AnalyticsConfig config)
            implements FixedKeyProcessorSupplier<String, E, Judged<E>> {
        @Override
        public FixedKeyProcessor<String, E, Judged<E>> get() {
            return new Timely<>(channel, config);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(
                    Clocks.store(channel),
                    Stores.keyValueStoreBuilder(
                            Stores.persistentKeyValueStore(channel + "-seen"), Serdes.Bytes(), Serdes.ByteArray()),
                    Stores.timestampedKeyValueStoreBuilder(
                            Stores.inMemoryKeyValueStore(channel + "-late"), Serdes.String(), Serdes.Long()));
        }
    }
}
