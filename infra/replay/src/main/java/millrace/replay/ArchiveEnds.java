package millrace.replay;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** How far the archive goes, and whether the broker goes on there. */
record ArchiveEnds(Desk desk) {
    /** The schema of the archive. */
    static final String SCHEMA = "audit";

    /**
     * @param first the broker's first offsets
     * @throws CannotReplay where archive and broker together do not have everything
     */
    void requireNoHole(Map<TopicPartition, Long> first) {
        first.forEach((place, offset) -> {
            if (offset > 0) {
                hole(place, offset).ifPresent(sentence -> {
                    throw new CannotReplay(sentence);
                });
            }
        });
    }

    /** The first offset of the partition that is not archived, in its last life; 0 where nothing is. */
    long of(TopicPartition place) {
        return Sql.of(desk.site())
                .transaction(connection -> next(connection, place).orElse(0L));
    }

    private Optional<String> hole(TopicPartition place, long first) {
        return Sql.of(desk.site()).transaction(connection -> {
            var gap = gap(connection, place);
            var next = next(connection, place);
            if (gap.isPresent() || next.orElse(-1L) >= first) {
                return gap;
            }
            return Optional.of(next.map(end ->
                            "The archive of %s ends before offset %d and the broker begins with %d: nobody has %d to %d."
                                    .formatted(name(place), end, first, end, first - 1))
                    .orElseGet(() -> "The archive has nothing of %s, and the broker nothing before offset %d."
                            .formatted(name(place), first)));
        });
    }

    private Optional<Long> next(Connection connection, TopicPartition place) throws SQLException {
        return number(connection, place, "SELECT next_offset FROM %s.positions WHERE channel = ? AND partition = ?");
    }

    private Optional<String> gap(Connection connection, TopicPartition place) throws SQLException {
        var gap = "FROM %s.breaks WHERE channel = ? AND partition = ? AND kind = 'gap' ORDER BY seq LIMIT 1";
        var from = number(connection, place, "SELECT from_offset " + gap);
        var to = number(connection, place, "SELECT to_offset " + gap);
        return from.map(offset -> "Offsets %d to %d of %s were removed before they were archived: nobody has them."
                .formatted(offset, to.orElseThrow() - 1, name(place)));
    }

    private String name(TopicPartition place) {
        return desk.site().channel(place.topic()) + "-" + place.partition();
    }

    private Optional<Long> number(Connection connection, TopicPartition place, String select) throws SQLException {
        try (var statement = connection.prepareStatement(select.formatted(SCHEMA))) {
            statement.setString(1, desk.site().channel(place.topic()));
            statement.setInt(2, place.partition());
            var rows = statement.executeQuery();
            return rows.next() ? Optional.of(rows.getLong(1)) : Optional.empty();
        }
    }
}
