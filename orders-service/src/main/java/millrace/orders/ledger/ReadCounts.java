package millrace.orders.ledger;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import millrace.events.Counted;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Numbers of the records of {@code transactions} that one database transaction processes, by partition, minute and
 * disposition. {@link #store} adds them to the totals in that transaction.
 */
public final class ReadCounts {
    /**
     * Adds all rows with one statement, whatever the number of records. Rows are locked in the sequence of their keys,
     * which prevents deadlocks.
     */
    private static final String ADD = """
            INSERT INTO counts (role, channel, partition, minute, applied, refused, repeated, dead_lettered, parked,
                                next_offset)
            SELECT 'read', 'transactions', partition, to_timestamp(minute), applied, refused, repeated, dead_lettered,
                   parked, next_offset
            FROM unnest(CAST(:partitions AS integer[]), CAST(:minutes AS bigint[]), CAST(:applied AS bigint[]),
                        CAST(:refused AS bigint[]), CAST(:repeated AS bigint[]), CAST(:deadLettered AS bigint[]),
                        CAST(:parked AS bigint[]), CAST(:nextOffsets AS bigint[]))
                 AS added (partition, minute, applied, refused, repeated, dead_lettered, parked, next_offset)
            ORDER BY partition, minute
            ON CONFLICT (role, channel, partition, minute) DO UPDATE
            SET applied = counts.applied + excluded.applied, refused = counts.refused + excluded.refused,
                repeated = counts.repeated + excluded.repeated,
                dead_lettered = counts.dead_lettered + excluded.dead_lettered,
                parked = counts.parked + excluded.parked,
                next_offset = greatest(counts.next_offset, excluded.next_offset), published = false""";

    /** A timestamp further in the future is not counted: a sender could fill the table with such minutes. */
    private static final Duration FUTURE = Duration.ofHours(1);

    private final Map<PartitionMinute, Numbers> minutes =
            new TreeMap<>(Comparator.comparing(PartitionMinute::partition).thenComparing(PartitionMinute::minute));

    /** What became of a record. */
    public enum Disposition {
        APPLIED(Counted.APPLIED),
        REFUSED(Counted.REFUSED),
        REPEATED(Counted.REPEATED),
        DEAD_LETTERED(Counted.DEAD_LETTERED),
        PARKED(Counted.PARKED);

        /** The word of the ledger and of the metrics. */
        public final String word;

        Disposition(String word) {
            this.word = word;
        }
    }

    /** @param minute in seconds of the epoch */
    private record PartitionMinute(int partition, long minute) {}

    private static final class Numbers {
        private final Map<Disposition, Long> numbers = new EnumMap<>(Disposition.class);
        private long nextOffset;

        private long number(Disposition disposition) {
            return numbers.getOrDefault(disposition, 0L);
        }
    }

    /** @param timestamp of the record, in milliseconds */
    public void add(int partition, long offset, long timestamp, Disposition disposition) {
        var minute = Math.floorDiv(timestamp, 60_000L) * 60;
        var counts = minutes.computeIfAbsent(new PartitionMinute(partition, minute), added -> new Numbers());
        counts.numbers.merge(disposition, 1L, Long::sum);
        counts.nextOffset = Math.max(counts.nextOffset, offset + 1);
    }

    public long number(Disposition disposition) {
        return minutes.values().stream()
                .mapToLong(counts -> counts.number(disposition))
                .sum();
    }

    /** Adds the numbers to the totals; minutes that the channel no longer has are left out. */
    public Uni<Void> store(Mutiny.StatelessSession session) {
        var now = Instant.now();
        minutes.keySet()
                .removeIf(key -> key.minute() < now.minus(CountsPublisher.KEPT).getEpochSecond()
                        || key.minute() > now.plus(FUTURE).getEpochSecond());
        if (minutes.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return session.createNativeQuery(ADD)
                .setParameter(
                        "partitions",
                        minutes.keySet().stream()
                                .map(PartitionMinute::partition)
                                .toArray(Integer[]::new))
                .setParameter(
                        "minutes",
                        minutes.keySet().stream().map(PartitionMinute::minute).toArray(Long[]::new))
                .setParameter("applied", numbers(Disposition.APPLIED))
                .setParameter("refused", numbers(Disposition.REFUSED))
                .setParameter("repeated", numbers(Disposition.REPEATED))
                .setParameter("deadLettered", numbers(Disposition.DEAD_LETTERED))
                .setParameter("parked", numbers(Disposition.PARKED))
                .setParameter(
                        "nextOffsets",
                        minutes.values().stream()
                                .map(counts -> counts.nextOffset)
                                .toArray(Long[]::new))
                .executeUpdate()
                .replaceWithVoid();
    }

    private Long[] numbers(Disposition disposition) {
        return minutes.values().stream()
                .map(counts -> counts.number(disposition))
                .toArray(Long[]::new);
    }
}
