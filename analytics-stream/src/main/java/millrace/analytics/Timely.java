package millrace.analytics;

import static millrace.events.Channels.LATE_EVENTS;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import millrace.events.Channel;
import millrace.events.EventCameLate;
import millrace.events.SourcedEvent;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.serialization.Serdes;
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

/**
 * Judges each event once, from nothing but the log of the partition it is in, so that a replay judges as live did: it
 * is late, a repeat, or it counts.
 *
 * <p>Each source has its own clock in each partition: the latest event time seen of it there. An event more than the
 * grace behind that clock is late. Others are told apart by id, and an id is remembered until its time is so far
 * behind the clock that a repeat would be late anyway: no repeat counts, however much later it comes.
 */
final class Timely<E extends SourcedEvent> extends ContextualFixedKeyProcessor<String, E, Timely.Judged<E>> {
    /** How often some remembered ids are looked at for those to forget, by the wall clock: it decides nothing. */
    private static final Duration FORGET_EVERY = Duration.ofSeconds(5);
    /** How many of them: a store of ten million is gone through in a quarter of an hour, in steps of some 50 ms. */
    private static final int LOOK_AT = 50_000;

    private final String channel;
    private final Duration grace;
    private KeyValueStore<String, Long> clocks;
    private KeyValueStore<String, Long> seen;
    private Sensor repeats;
    private String nextToForget;

    /** @param late why the event does not count; {@code null} where it does */
    record Judged<E>(E event, EventCameLate late) {}

    private Timely(String channel, Duration grace) {
        this.channel = channel;
        this.grace = grace;
    }

    /** What counts, in the order of the log; what is late goes to its channel. */
    static <E extends SourcedEvent> KStream<String, E> judge(
            Topics topics, Channel<String, E> channel, KStream<String, E> events, AnalyticsConfig config) {
        var name = channel.name();
        var judged = events.processValues(new Supplier<E>(name, config.grace()), Named.as("timely-" + name));
        var late = judged.filter((key, event) -> event.late() != null, Named.as("late-" + name))
                .mapValues(Judged::late, Named.as("why-late-" + name));
        topics.write(late, LATE_EVENTS, "write-late-" + name);
        return judged.filter((key, event) -> event.late() == null, Named.as("on-time-" + name))
                .mapValues(Judged::event, Named.as("counting-" + name));
    }

    @Override
    public void init(FixedKeyProcessorContext<String, Judged<E>> context) {
        super.init(context);
        clocks = context.getStateStore(channel + "-clocks");
        seen = context.getStateStore(channel + "-seen");
        repeats = context.metrics()
                .addRateTotalSensor("analytics", channel, "repeated-events", Sensor.RecordingLevel.INFO);
        context.schedule(FORGET_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> forget());
    }

    @Override
    public void process(FixedKeyRecord<String, E> record) {
        var event = record.value();
        var time = event.timestamp().toEpochMilli();
        var id = event.source() + '\0' + event.eventId();
        var clock = clocks.get(event.source());
        if (clock != null && time < clock - grace.toMillis()) {
            context().forward(record.withValue(new Judged<>(event, late(event, Instant.ofEpochMilli(clock)))));
        } else if (seen.putIfAbsent(id, time) != null) {
            repeats.record();
        } else {
            if (clock == null || time > clock) {
                clocks.put(event.source(), time);
            }
            context().forward(record.withValue(new Judged<>(event, null)));
        }
    }

    private EventCameLate late(E event, Instant clock) {
        var lateBy = Duration.between(event.timestamp(), clock);
        return new EventCameLate(event.eventId(), channel, event.source(), event.timestamp(), clock, lateBy);
    }

    /** Looks at the next ids, from where it stopped the last time, and starts again after the last one. */
    private void forget() {
        try (var ids = seen.range(nextToForget, null)) {
            for (var looked = 0; ids.hasNext() && looked < LOOK_AT; looked++) {
                var id = ids.next();
                var source = id.key.substring(0, id.key.indexOf('\0'));
                if (id.value < clocks.get(source) - grace.toMillis()) {
                    seen.delete(id.key);
                }
            }
            nextToForget = ids.hasNext() ? ids.peekNextKey() : null;
        }
    }

    private record Supplier<E extends SourcedEvent>(String channel, Duration grace)
            implements FixedKeyProcessorSupplier<String, E, Judged<E>> {
        @Override
        public FixedKeyProcessor<String, E, Judged<E>> get() {
            return new Timely<>(channel, grace);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(
                    Stores.keyValueStoreBuilder(
                            Stores.inMemoryKeyValueStore(channel + "-clocks"), Serdes.String(), Serdes.Long()),
                    Stores.keyValueStoreBuilder(
                            Stores.persistentKeyValueStore(channel + "-seen"), Serdes.String(), Serdes.Long()));
        }
    }
}
