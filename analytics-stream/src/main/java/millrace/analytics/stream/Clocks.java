package millrace.analytics.stream;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.ObjLongConsumer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The clock of each source in one partition of a channel: the latest event time seen of it there. In milliseconds. */
public final class Clocks {
    /** Clocks of one sender in a partition, its own included; an event of a further import is dead-lettered. */
    static final int MOST_IMPORTS = 100;

    /** Earlier than any event. */
    static final long NEVER = Long.MIN_VALUE / 2;

    /** Time that an accepted event takes at most to be in its topic, while neither edge nor broker stalls. */
    private static final long WRITTEN_WITHIN = Duration.ofSeconds(5).toMillis();

    /**
     * Brokers since Kafka 4.0 accept no timestamp further ahead of their clock than this. An older broker accepts any: such
     * a record must not make every other look old.
     */
    static final long AHEAD = Duration.ofHours(1).toMillis();

    /** A source may pause for a week; a clock that goes further with one event is taken for a wrong date. */
    private static final long LEAP = Duration.ofDays(7).toMillis();

    private final ProcessingContext context;
    private final KeyValueStore<String, byte[]> clocks;

    private Clocks(ProcessingContext context, String channel) {
        this.context = context;
        clocks = context.getStateStore(channel + "-clocks");
    }

    static StoreBuilder<?> store(String channel) {
        return Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(channel + "-clocks"),
                        Serdes.String(),
                        InternalFormat.of(Serdes.ByteArray()))
                .withCachingEnabled();
    }

    public static Clocks of(ProcessingContext context, String channel) {
        return new Clocks(context, channel);
    }

    /**
     * Makes sure that a source may have a clock here. A sender names imports as it likes, each has a clock and a share of every
     * row that it counts in, and both are kept: their number is bounded.
     *
     * @throws TooManyImportsException where the source's sender has {@link #MOST_IMPORTS} of them
     */
    void admit(String source) {
        if (clocks.get(source) != null) {
            return;
        }
        var sender = sender(source);
        var known = new int[1];
        each((other, time) -> known[0] += sender(other).equals(sender) ? 1 : 0);
        if (known[0] >= MOST_IMPORTS) {
            throw new TooManyImportsException(source, MOST_IMPORTS);
        }
    }

    private static String sender(String source) {
        var slash = source.indexOf('/');
        return slash < 0 ? source : source.substring(0, slash);
    }

    /** {@link #NEVER} before its first event. */
    public long time(String source) {
        var clock = clocks.get(source);
        return clock == null ? NEVER : ByteBuffer.wrap(clock).getLong();
    }

    /**
     * Takes the clock of a source to the time of an event that counts. One event that is further ahead than {@link #LEAP}
     * leaves the clock where it is: a wrong date in an import would make all that follows late. The next event of the source
     * confirms it, if it is as far ahead, and takes the clock to the earlier of the two.
     */
    void heard(String source, long time, long acceptedAt) {
        var known = clocks.get(source);
        if (known == null) {
            put(source, time, acceptedAt, NEVER);
            return;
        }
        var value = ByteBuffer.wrap(known);
        var clock = value.getLong();
        var clockAcceptedAt = value.getLong();
        var ahead = value.getLong();
        if (time <= clock + LEAP) {
            put(source, Math.max(clock, time), acceptedAt, NEVER);
        } else if (ahead == NEVER) {
            put(source, clock, clockAcceptedAt, time);
        } else {
            put(source, Math.min(ahead, time), acceptedAt, NEVER);
        }
    }

    /** @param ahead time of the latest event if it was too far ahead to count for the clock, else {@link #NEVER} */
    private void put(String source, long time, long acceptedAt, long ahead) {
        var value = ByteBuffer.allocate(3 * Long.BYTES);
        clocks.put(
                source, value.putLong(time).putLong(acceptedAt).putLong(ahead).array());
    }

    /** Of the source that is furthest. */
    long latest() {
        var latest = new long[] {NEVER};
        each((source, time) -> latest[0] = Math.max(latest[0], time));
        return latest[0];
    }

    /** Each source and its clock. */
    public void each(ObjLongConsumer<String> source) {
        try (var all = clocks.all()) {
            all.forEachRemaining(clock ->
                    source.accept(clock.key, ByteBuffer.wrap(clock.value).getLong()));
        }
    }

    /**
     * Each source and its clock, which goes on while the source is silent: from when its last event was accepted until
     * the latest acceptance in this partition, which is in the log, so that a replay comes as far. Where all input is read
     * the wall clock goes on; a job that is behind never goes by it.
     */
    public void withSilence(ReadUntil read, ObjLongConsumer<String> source) {
        var until = until(read);
        try (var all = clocks.all()) {
            all.forEachRemaining(clock -> {
                var value = ByteBuffer.wrap(clock.value);
                source.accept(clock.key, value.getLong() + Math.max(0, until - value.getLong()));
            });
        }
    }

    private long until(ReadUntil read) {
        var now = context.currentSystemTimeMs();
        var latest = NEVER;
        try (var all = clocks.all()) {
            while (all.hasNext()) {
                latest = Math.max(latest, ByteBuffer.wrap(all.next().value).getLong(Long.BYTES));
            }
        }
        return Math.max(Math.min(latest, now + AHEAD), read.millis(now) - WRITTEN_WITHIN);
    }
}
