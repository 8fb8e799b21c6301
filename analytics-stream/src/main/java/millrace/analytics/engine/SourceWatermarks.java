package millrace.analytics.engine;

import java.util.function.ObjLongConsumer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/**
 * The watermark of each source in one partition of a channel: the latest event time that was read of it there, in
 * milliseconds.
 */
public final class SourceWatermarks {
    /** Watermarks of one sender in a partition, its own included; an event of a further import is dead-lettered. */
    static final int MOST_IMPORTS = 100;

    /** Earlier than any event. */
    static final long NEVER = Long.MIN_VALUE / 2;

    /** Time that an accepted event takes at most to be in its topic, while neither edge nor broker stalls. */
    private static final long WRITTEN_WITHIN = 5_000;

    /** A source may pause for a week; a watermark that goes further with one event is taken for a wrong date. */
    private static final long LEAP = 7 * 24 * 3_600_000L;

    private static final char END = '\0';

    /** Channel and source → {@link Watermark}. */
    private static final TableSpec<Watermark> TABLE = TableSpec.of('w', "watermarks", Watermark.SERDE, 10_000);

    private final StateTable<Watermark> watermarks;
    private final String channel;
    private final ProcessingContext context;
    private String latestSource;
    private String latestKey;

    /**
     * @param acceptedAt when the latest event was accepted
     * @param ahead time of the latest event if it was too far ahead to count for the watermark, else {@link #NEVER}
     */
    record Watermark(long time, long acceptedAt, long ahead) {
        static final Serde<Watermark> SERDE = Binary.plain(
                (watermark, out) -> {
                    out.writeLong(watermark.time);
                    out.writeLong(watermark.acceptedAt);
                    out.writeLong(watermark.ahead);
                },
                in -> new Watermark(in.readLong(), in.readLong(), in.readLong()));
    }

    SourceWatermarks(StateTable<Watermark> watermarks, String channel, ProcessingContext context) {
        this.watermarks = watermarks;
        this.channel = channel;
        this.context = context;
    }

    /** Returns the watermarks of a channel in the state of a task. */
    static SourceWatermarks of(TaskState state, String channel, ProcessingContext context) {
        return new SourceWatermarks(state.table(TABLE), channel, context);
    }

    /** Most events are of the source of the one before. */
    private String key(String source) {
        if (!source.equals(latestSource)) {
            latestSource = source;
            latestKey = channel + END + source;
        }
        return latestKey;
    }

    /**
     * Makes sure that a source may have a watermark here. A sender names imports as it likes, each has a watermark and a share
     * of every row that it counts in, and both are kept: their number is bounded.
     *
     * @throws TooManyImportsException where the source's sender has {@link #MOST_IMPORTS} of them
     */
    void admit(String source) {
        if (watermarks.get(key(source)) != null) {
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
        var watermark = watermarks.get(key(source));
        return watermark == null ? NEVER : watermark.time;
    }

    /**
     * Takes the watermark of a source to the time of an event that counts. One event that is further ahead than {@link #LEAP}
     * leaves it where it is: a wrong date in an import would make all that follows late. The next event of the source
     * confirms it, if it is as far ahead, and takes the watermark to the earlier of the two.
     */
    void advance(String source, long time, long acceptedAt) {
        var known = watermarks.get(key(source));
        if (known == null) {
            put(source, new Watermark(time, acceptedAt, NEVER));
        } else if (time <= known.time + LEAP) {
            put(source, new Watermark(Math.max(known.time, time), acceptedAt, NEVER));
        } else if (known.ahead == NEVER) {
            put(source, new Watermark(known.time, known.acceptedAt, time));
        } else {
            put(source, new Watermark(Math.min(known.ahead, time), acceptedAt, NEVER));
        }
    }

    private void put(String source, Watermark watermark) {
        watermarks.put(key(source), watermark, watermark.acceptedAt);
    }

    /** Passes each source and its watermark. */
    public void each(ObjLongConsumer<String> source) {
        for (var row : watermarks.range(channel + END, channel + (char) (END + 1), Integer.MAX_VALUE)) {
            source.accept(row.key().substring(channel.length() + 1), row.value().time);
        }
    }

    /**
     * Passes each source and its watermark, which goes on while the source is idle: from when its last event was accepted
     * until the latest acceptance in this partition, which is in the log, so that a replay comes as far. Where all input is
     * read the wall clock goes on; a job that is behind never goes by it.
     */
    public void withIdleness(ReadUntil read, ObjLongConsumer<String> source) {
        var rows = watermarks.range(channel + END, channel + (char) (END + 1), Integer.MAX_VALUE);
        var now = context.currentSystemTimeMs();
        var latest =
                rows.stream().mapToLong(row -> row.value().acceptedAt).max().orElse(NEVER);
        var until = Math.max(Math.min(latest, now + StateTtl.AHEAD), read.millis(now) - WRITTEN_WITHIN);
        for (var row : rows) {
            var idle = Math.max(0, until - row.value().acceptedAt);
            source.accept(row.key().substring(channel.length() + 1), row.value().time + idle);
        }
    }
}
