package millrace.analytics.engine;

import java.time.Duration;
import java.time.Instant;
import millrace.events.EventCameLate;
import millrace.events.SourcedEvent;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Judges each event of a channel once, from nothing but the log of the partition it is in, so that a replay judges as live
 * did: it is late, a duplicate, or on time.
 *
 * <p>Each source has its own watermark in each partition: the latest event time seen of it there; one event alone takes it no
 * more than a week ahead. An event more than the allowed lateness behind that watermark is late. Others are told apart by id,
 * and an id is remembered until its time is so far behind the watermark that a repeat would be late anyway: no repeat counts,
 * however much later it comes. Another event under the same source and id is no repeat: it is dead-lettered.
 */
public final class LatenessAndDuplicateFilter {
    /** Channel, minute and source → number of late events. */
    private static final TableSpec<Long> LATE_COUNTS = TableSpec.of('l', "late-counts", Serdes.Long(), 1_000);

    private final String channel;
    private final long allowedLateness;
    private final SourceWatermarks watermarks;
    private final DeduplicationStore ids;
    private final StateTable<Long> lateCounts;

    LatenessAndDuplicateFilter(TaskState state, String channel, Duration allowedLateness, ProcessingContext context) {
        this.channel = channel;
        this.allowedLateness = allowedLateness.toMillis();
        watermarks = SourceWatermarks.of(state, channel, context);
        ids = new DeduplicationStore(state, channel, watermarks, this.allowedLateness);
        lateCounts = state.table(LATE_COUNTS);
    }

    public SourceWatermarks watermarks() {
        return watermarks;
    }

    void expire(StateTtl ttl) {
        ids.expire(ttl);
        ttl.unchanged(lateCounts);
    }

    /** @throws UncountedEventException where the event counts for nothing */
    public Disposition judge(Record<String, ?> record, SourcedEvent event) {
        if (event.eventId() == null || event.source() == null || event.timestamp() == null) {
            throw new IncompleteEventException(event);
        }
        watermarks.admit(event.source());
        var time = event.timestamp().toEpochMilli();
        if (time < watermarks.time(event.source()) - allowedLateness) {
            return Disposition.LATE;
        }
        var digest = DeduplicationStore.digest(record.headers());
        if (!ids.add(event, record.key(), digest, record.timestamp())) {
            return Disposition.DUPLICATE;
        }
        watermarks.advance(event.source(), time, record.timestamp());
        return Disposition.ON_TIME;
    }

    /** Counts a late event, and says what it came too late for. */
    public EventCameLate late(SourcedEvent event, long acceptedAt) {
        var minute = Window.minute(event.timestamp());
        var key = channel + '|' + Window.key(minute, event.source());
        var before = lateCounts.get(key);
        var count = before == null ? 1 : before + 1;
        lateCounts.put(key, count, acceptedAt);
        var watermark = Instant.ofEpochMilli(watermarks.time(event.source()));
        var lateBy = Duration.between(event.timestamp(), watermark);
        return new EventCameLate(
                event.eventId(), channel, event.source(), event.timestamp(), watermark, lateBy, minute, count);
    }
}
