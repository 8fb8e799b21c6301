package millrace.audit.restore;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import millrace.events.RateLimit;

/**
 * Publishes archived records on another channel: in the order of their chains, with original key, partition, value,
 * headers and timestamp, and two headers more with the id of the replay and the origin of the record. It skips records of
 * the same replay that the channel has already, so it can be stopped at any time and run again.
 */
public final class RestoreJob {
    private final ArchiveSource source;
    private final RestoreTarget target;
    private final String replayId;
    private final List<RestorePartition> parts;
    private final Map<Integer, Long> at = new HashMap<>();
    private final long before;

    private RestoreJob(ArchiveSource source, RestoreTarget target, String replayId, List<RestorePartition> parts)
            throws SQLException {
        this.source = source;
        this.target = target;
        this.replayId = replayId;
        this.parts = parts;
        var numbers = parts.stream().map(RestorePartition::partition).toList();
        var last = target.last(replayId, numbers);
        var found = 0L;
        for (var part : parts) {
            var there = last.get(part.partition());
            at.put(part.partition(), there == null ? part.firstSeq() - 1 : seq(there));
            found += there == null ? 0 : source.upTo(part.partition(), at.get(part.partition()));
        }
        this.before = found;
    }

    /**
     * Finds the records to restore and those that are restored already; publishes nothing. Locks the replay until the
     * connection of the source is closed.
     *
     * @param replayId the same for all runs of one replay
     * @throws CannotRestore if the target cannot be used, or another process restores the replay
     */
    public static RestoreJob of(ArchiveSource source, RestoreTarget target, String replayId) throws SQLException {
        source.lock(replayId);
        var parts = source.parts();
        var partitions =
                parts.stream().mapToInt(RestorePartition::partition).max().orElse(0) + 1;
        target.check(source.channel(), partitions);
        return new RestoreJob(source, target, replayId, parts);
    }

    /** The records to restore by partition, including those that are restored already. */
    public List<RestorePartition> parts() {
        return parts;
    }

    /** The progress before this run. */
    public RestoreProgress progress() {
        return progress(0, System.nanoTime());
    }

    /**
     * Runs until all records are published or {@code stop} is true; on return all records that it sent are confirmed.
     *
     * @param perSecond largest number of records per second, 0 for no limit
     * @param listener called after every {@link ArchiveSource#CHUNK} entries, and at the end
     * @throws CannotRestore if Kafka refuses a record, or does not confirm one within 60 s
     */
    public RestoreProgress run(int perSecond, Consumer<RestoreProgress> listener, BooleanSupplier stop)
            throws SQLException {
        var start = System.nanoTime();
        var limit = new RateLimit(perSecond, Duration.ofSeconds(1));
        try (var producer = new RestoreProducer(target, replayId)) {
            var open = new ArrayList<>(parts);
            while (!open.isEmpty() && !stop.getAsBoolean()) {
                for (var part : List.copyOf(open)) {
                    chunk(part, producer, limit, stop);
                    listener.accept(progress(producer.confirmed(), start));
                    open.removeIf(done -> at.get(done.partition()) >= done.lastSeq());
                }
            }
            producer.flush();
            var end = progress(producer.confirmed(), start);
            listener.accept(end);
            return end;
        }
    }

    private void chunk(RestorePartition part, RestoreProducer producer, RateLimit limit, BooleanSupplier stop)
            throws SQLException {
        var from = at.get(part.partition());
        var to = Math.min(part.lastSeq(), from + ArchiveSource.CHUNK);
        source.read(part.partition(), from, to, opened -> {
            limit.acquire(1, stop);
            if (!stop.getAsBoolean()) {
                producer.send(opened);
            }
        });
        at.put(part.partition(), to);
    }

    private long seq(RestoreTarget.Last last) throws SQLException {
        return source.seq(last.origin(), last.timestampMs())
                .orElseThrow(() -> new CannotRestore(
                        "%s has the record %s of this replay last, which the archive does not have with the time %d:"
                                        .formatted(
                                                target.channel(), last.origin().text(), last.timestampMs())
                                + " the channel has to keep the time of its records"
                                + " (message.timestamp.type=CreateTime)."));
    }

    private RestoreProgress progress(long confirmed, long start) {
        var total = parts.stream().mapToLong(RestorePartition::records).sum();
        return new RestoreProgress(before, before + confirmed, total, Duration.ofNanos(System.nanoTime() - start));
    }
}
