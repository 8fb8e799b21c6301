package millrace.orders.ledger;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import millrace.events.Counted;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Records of {@code transactions} that one database transaction processes, each with its disposition. {@link #store} adds
 * their numbers to the totals of their partition and minute, in that transaction.
 *
 * <p>A record that is delivered again, because its offset was not committed when a process ended, is not counted again: a
 * partition is processed in the sequence of its offsets, so the offset up to which a minute is counted tells.
 */
public final class ReadCounts {
    /**
     * Adds all rows with one statement, whatever the number of records. Rows are locked in the sequence of their keys,
     * which prevents deadlocks.
     */
    private static final String ADD = """
            INSERT INTO counts (role, channel, partition, minute, applied, refused, repeated, dead_lettered, parked,
                                next_offset)
            SELECT 'read', 'transactions', added.partition, to_timestamp(added.minute),
                   count(*) FILTER (WHERE disposition = 'applied'), count(*) FILTER (WHERE disposition = 'refused'),
                   count(*) FILTER (WHERE disposition = 'repeated'),
                   count(*) FILTER (WHERE disposition = 'dead-lettered'),
                   count(*) FILTER (WHERE disposition = 'parked'), max(record_offset) + 1
            FROM unnest(CAST(:partitions AS integer[]), CAST(:minutes AS bigint[]), CAST(:offsets AS bigint[]),
                        CAST(:dispositions AS text[]))
                 AS added (partition, minute, record_offset, disposition)
            LEFT JOIN counts AS counted
                   ON counted.role = 'read' AND counted.channel = 'transactions'
                      AND counted.partition = added.partition AND counted.minute = to_timestamp(added.minute)
            WHERE counted.next_offset IS NULL OR counted.next_offset <= record_offset
            GROUP BY added.partition, added.minute
            ORDER BY added.partition, added.minute
            ON CONFLICT (role, channel, partition, minute) DO UPDATE
            SET applied = counts.applied + excluded.applied, refused = counts.refused + excluded.refused,
                repeated = counts.repeated + excluded.repeated,
                dead_lettered = counts.dead_lettered + excluded.dead_lettered,
                parked = counts.parked + excluded.parked,
                next_offset = greatest(counts.next_offset, excluded.next_offset), published = false""";

    /** A timestamp further in the future is not counted: a sender could fill the table with such minutes. */
    private static final Duration FUTURE = Duration.ofHours(1);

    private final List<Read> records = new ArrayList<>();

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
    private record Read(int partition, long minute, long offset, Disposition disposition) {}

    /** @param timestamp of the record, in milliseconds */
    public void add(int partition, long offset, long timestamp, Disposition disposition) {
        records.add(new Read(partition, Math.floorDiv(timestamp, 60_000L) * 60, offset, disposition));
    }

    /** Returns the number of records with a disposition, also of those that were delivered before. */
    public long number(Disposition disposition) {
        return records.stream()
                .filter(record -> record.disposition() == disposition)
                .count();
    }

    /** Adds the numbers to the totals; minutes that the channel no longer has are left out. */
    public Uni<Void> store(Mutiny.StatelessSession session) {
        var now = Instant.now();
        var counted = records.stream()
                .filter(record ->
                        record.minute() >= now.minus(CountsPublisher.KEPT).getEpochSecond()
                                && record.minute() <= now.plus(FUTURE).getEpochSecond())
                .toList();
        if (counted.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return session.createNativeQuery(ADD)
                .setParameter(
                        "partitions", counted.stream().map(Read::partition).toArray(Integer[]::new))
                .setParameter("minutes", counted.stream().map(Read::minute).toArray(Long[]::new))
                .setParameter("offsets", counted.stream().map(Read::offset).toArray(Long[]::new))
                .setParameter(
                        "dispositions",
                        counted.stream()
                                .map(record -> record.disposition().word)
                                .toArray(String[]::new))
                .executeUpdate()
                .replaceWithVoid();
    }
}
