package millrace.audit.restore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Publishes archived records on another channel: in the order of their chains, with key, partition, value, headers and
 * timestamp as they were, and two headers more that say which replay it is and where the record comes from. What is there
 * already of the same replay is not published again, so that it can be ended at any time and run again.
 */
public final class Restoration {
    private final ArchiveSource source;
    private final Target target;
    private final String replayId;
    private final List<Part> parts;
    private final Map<Integer, Long> at = new HashMap<>();
    private final long before;

    private Restoration(ArchiveSource source, Target target, String replayId, List<Part> parts) throws SQLException {
        this.source = source;
        this.target = target;
        this.replayId = replayId;
        this.parts = parts;
        var numbers = parts.stream().map(Part::partition).toList();
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
     * Finds out what there is and what is there already; publishes nothing. From now on until the connection of the
     * source is closed no other process can do the same.
     *
     * @param replayId one and the same for all runs of one replay
     * @throws CannotRestore where the target cannot be used
     */
    public static Restoration of(ArchiveSource source, Target target, String replayId) throws SQLException {
        source.lock(replayId);
        var parts = source.parts();
        var partitions = parts.stream().mapToInt(Part::partition).max().orElse(0) + 1;
        target.check(source.channel(), partitions);
        return new Restoration(source, target, replayId, parts);
    }

    /** What is to be restored of each partition, that which is there already among it. */
    public List<Part> parts() {
        return parts;
    }

    /** How far it is before it runs. */
    public Progress progress() {
        return progress(0, System.nanoTime());
    }

    /**
     * Runs until all is published or it is told to stop; then all that it has sent is confirmed.
     *
     * @param perSecond how many records a second at most, 0 for as fast as it goes
     * @param listener is told every {@link ArchiveSource#CHUNK} entries, and at the end
     * @throws CannotRestore where Kafka refuses a record or is away for a minute
     */
    public Progress run(int perSecond, Consumer<Progress> listener, BooleanSupplier stop) throws SQLException {
        var start = System.nanoTime();
        var pace = new Pace(perSecond);
        try (var producer = new TargetProducer(target, replayId)) {
            var open = new ArrayList<>(parts);
            while (!open.isEmpty() && !stop.getAsBoolean()) {
                for (var part : List.copyOf(open)) {
                    chunk(part, producer, pace, stop);
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

    private void chunk(Part part, TargetProducer producer, Pace pace, BooleanSupplier stop) throws SQLException {
        var from = at.get(part.partition());
        var to = Math.min(part.lastSeq(), from + ArchiveSource.CHUNK);
        try {
            source.read(part.partition(), from, to, opened -> {
                pace.next(stop);
                if (!stop.getAsBoolean()) {
                    producer.send(opened);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("Nothing that is sent to Kafka throws this", e);
        }
        at.put(part.partition(), to);
    }

    private long seq(Target.Last last) throws SQLException {
        return source.seq(last.origin(), last.timestampMs())
                .orElseThrow(
                        () -> new CannotRestore(
                                "%s has the record %s of this replay last, which the archive does not have with the time %d:"
                                                .formatted(
                                                        target.channel(),
                                                        last.origin().text(),
                                                        last.timestampMs())
                                        + " the channel has to keep the time of its records (message.timestamp.type=CreateTime)."));
    }

    private Progress progress(long confirmed, long start) {
        var total = parts.stream().mapToLong(Part::records).sum();
        return new Progress(before, before + confirmed, total, Duration.ofNanos(System.nanoTime() - start));
    }
}
