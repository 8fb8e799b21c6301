package millrace.analytics.stream;

import static millrace.events.Channels.LATE_EVENTS;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import millrace.analytics.stream.Reckoning.Judgement;
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
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * Judges each event once, from nothing but the log of the partition it is in, so that a replay judges as live did: it
 * is late, a repeat, or it counts.
 *
 * <p>Each source has its own clock in each partition: the latest event time seen of it there; one event alone takes it no
 * more than a week ahead. An event more than the grace behind that clock is late. Others are told apart by id, and an id
 * is remembered until its time is so far behind the clock that a repeat would be late anyway: no repeat counts, however
 * much later it comes. Another event under the same source and id is no repeat: it is dead-lettered.
 */
public final class Timely<E extends SourcedEvent> extends ContextualFixedKeyProcessor<String, E, Timely.Judged<E>> {
    static final String STEP = "timely-";

    private static final String LATE = "late-";
    private static final String ON_TIME = "on-time-";
    private static final String RECKON = "reckon-";

    /** Channel, minute and source → number of late events. */
    private static final String LATE_COUNTS = "late-counts";

    /** The channels share it: a store of its own would be a topic for each. */
    private static final StoreBuilder<?> LATE_COUNTS_STORE = Stores.timestampedKeyValueStoreBuilder(
                    Stores.persistentTimestampedKeyValueStore(LATE_COUNTS),
                    Serdes.String(),
                    InternalFormat.of(Serdes.Long()))
            .withCachingEnabled();

    private final String channel;
    private final Duration grace;
    private final AnalyticsConfig config;
    private Clocks clocks;
    private Seen seen;
    private TimestampedKeyValueStore<String, Long> lateCounts;
    private Sensor repeats;

    /** @param late why the event does not count; {@code null} where it is not for that */
    record Judged<E>(Judgement judgement, E event, EventCameLate late) {}

    private Timely(String channel, AnalyticsConfig config) {
        this.channel = channel;
        grace = config.grace();
        this.config = config;
    }

    /** Name of the store with the clocks of a channel's sources. */
    public static String clocks(String channel) {
        return channel + "-clocks";
    }

    /** What counts, in the order of the log; what is late goes to its channel. */
    public static <E extends SourcedEvent> KStream<String, E> judge(
            Topics topics, Channel<String, E> channel, KStream<String, E> events, AnalyticsConfig config) {
        var name = channel.name();
        var judged = events.processValues(new Supplier<E>(name, config), Named.as(STEP + name));
        Reckoning.add(topics, channel, judged, Judged::judgement);
        topics.write(judged.mapValues(Judged::late, Named.as(LATE + name)), LATE_EVENTS, "write-late-" + name);
        return judged.mapValues(Judged::event, Named.as(ON_TIME + name));
    }

    @Override
    public void init(FixedKeyProcessorContext<String, Judged<E>> context) {
        super.init(context);
        clocks = Clocks.of(context, channel);
        seen = new Seen(context.getStateStore(channel + "-seen"), clocks, grace);
        lateCounts = context.getStateStore(LATE_COUNTS);
        LetGo.schedule(context, lateCounts, config);
        repeats = context.metrics()
                .addRateTotalSensor("analytics", channel, "repeated-events", Sensor.RecordingLevel.INFO);
        context.schedule(Seen.FORGET_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> seen.forget());
        CommitCadence.schedule(context);
    }

    @Override
    public void process(FixedKeyRecord<String, E> record) {
        var event = record.value();
        clocks.admit(event.source());
        var time = event.timestamp().toEpochMilli();
        var clock = clocks.time(event.source());
        if (time < clock - grace.toMillis()) {
            var late = late(event, Instant.ofEpochMilli(clock), record.timestamp());
            tell(record, new Judged<>(Judgement.LATE, event, late), LATE);
        } else if (!seen.add(event, Seen.digest(record.headers()))) {
            repeats.record();
            context().forward(record.withValue(new Judged<>(Judgement.REPEATED, event, null)), RECKON + channel);
        } else {
            clocks.heard(event.source(), time, record.timestamp());
            tell(record, new Judged<>(Judgement.COUNTED, event, null), ON_TIME);
        }
    }

    private void tell(FixedKeyRecord<String, E> record, Judged<E> judged, String step) {
        var told = record.withValue(judged);
        context().forward(told, RECKON + channel);
        context().forward(told, step + channel);
    }

    private EventCameLate late(E event, Instant clock, long acceptedAt) {
        var window = Window.minute(event.timestamp());
        var key = channel + '|' + Window.key(window, event.source());
        var before = lateCounts.get(key);
        var count = before == null ? 1 : before.value() + 1;
        lateCounts.put(key, ValueAndTimestamp.make(count, acceptedAt));
        var lateBy = Duration.between(event.timestamp(), clock);
        return new EventCameLate(
                event.eventId(), channel, event.source(), event.timestamp(), clock, lateBy, window, count);
    }

    private record Supplier<E extends SourcedEvent>(String channel, AnalyticsConfig config)
            implements FixedKeyProcessorSupplier<String, E, Judged<E>> {
        @Override
        public FixedKeyProcessor<String, E, Judged<E>> get() {
            return new Timely<>(channel, config);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(Clocks.store(channel), Seen.store(channel + "-seen"), LATE_COUNTS_STORE);
        }
    }
}
