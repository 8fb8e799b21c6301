package millrace.replay;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import millrace.generation.PlatformDatabase;
import millrace.generation.RebuildException;
import org.apache.kafka.common.TopicPartition;

/** Offsets that the archive covers, and whether the broker continues where the archive ends. */
record ArchiveCoverage(ReplayContext context) {
    /** Schema of the archive. */
    private static final String SCHEMA = "audit";

    /**
     * Checks that archive and broker together have all records.
     *
     * @param first the broker's first offsets
     * @throws RebuildException if records are in neither
     */
    void requireComplete(Map<TopicPartition, Long> first) {
        first.forEach((partition, offset) -> {
            if (offset > 0) {
                missing(partition, offset).ifPresent(sentence -> {
                    throw new RebuildException(sentence);
                });
            }
        });
    }

    /**
     * Returns the first offset of the partition that is not archived, in the topic's latest incarnation; 0 if nothing
     * is archived.
     */
    long nextOffset(TopicPartition partition) {
        return database().transaction(connection -> next(connection, partition).orElse(0L));
    }

    /** Returns the first offset of the partition in the archive; empty if it has none, or there is no archive. */
    Optional<Long> firstOffset(TopicPartition partition) {
        return database().transaction(connection -> {
            var there = "SELECT count(*) FROM pg_class WHERE oid = to_regclass('%s.records')".formatted(SCHEMA);
            return PlatformDatabase.queryLong(connection, there) == 0
                    ? Optional.empty()
                    : number(
                            connection,
                            partition,
                            "SELECT min(record_offset) FROM %s.records WHERE channel = ? AND partition = ?");
        });
    }

    private PlatformDatabase database() {
        return new PlatformDatabase(context.platform().settings().database().orElseThrow());
    }

    private Optional<String> missing(TopicPartition partition, long first) {
        return database().transaction(connection -> {
            var gap = gap(connection, partition);
            var next = next(connection, partition);
            if (gap.isPresent() || next.orElse(-1L) >= first) {
                return gap;
            }
            return Optional.of(next.map(end ->
                            "The archive of %s ends before offset %d and the broker begins with %d: offsets %d to %d are lost."
                                    .formatted(name(partition), end, first, end, first - 1))
                    .orElseGet(() -> "The archive has nothing of %s, and the broker nothing before offset %d."
                            .formatted(name(partition), first)));
        });
    }

    private Optional<Long> next(Connection connection, TopicPartition partition) throws SQLException {
        return number(
                connection, partition, "SELECT next_offset FROM %s.positions WHERE channel = ? AND partition = ?");
    }

    private Optional<String> gap(Connection connection, TopicPartition partition) throws SQLException {
        var gap = "FROM %s.breaks WHERE channel = ? AND partition = ? AND kind = 'gap' ORDER BY seq LIMIT 1";
        var from = number(connection, partition, "SELECT from_offset " + gap);
        var to = number(connection, partition, "SELECT to_offset " + gap);
        return from.map(offset -> "Offsets %d to %d of %s were removed before they were archived: they are lost."
                .formatted(offset, to.orElseThrow() - 1, name(partition)));
    }

    private String name(TopicPartition partition) {
        return context.platform().channel(partition.topic()) + "-" + partition.partition();
    }

    private Optional<Long> number(Connection connection, TopicPartition partition, String select) throws SQLException {
        try (var statement = connection.prepareStatement(select.formatted(SCHEMA))) {
            statement.setString(1, context.platform().channel(partition.topic()));
            statement.setInt(2, partition.partition());
            var rows = statement.executeQuery();
            return rows.next() ? Optional.ofNullable((Long) rows.getObject(1)) : Optional.empty();
        }
    }
}
