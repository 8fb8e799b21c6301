package millrace.audit.restore;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import millrace.audit.PlatformResource;
import millrace.audit.chain.KeptRecord;
import millrace.local.Platform;

/** A real broker and a real database, with an archive that a test makes by hand. */
final class RestoreBed implements AutoCloseable {
    static final long NOON = Instant.parse("2024-05-01T12:00:00Z").toEpochMilli();

    private final PlatformResource resource = new PlatformResource();

    RestoreBed() {
        resource.start();
    }

    Platform platform() {
        return resource.platform();
    }

    Connection connect() throws SQLException {
        return RestoredChannel.connect(platform());
    }

    RestoredChannel make(String channel, int partitions) throws Exception {
        return RestoredChannel.make(platform(), channel, partitions);
    }

    void archive(List<KeptRecord> rows) throws SQLException {
        try (var database = connect()) {
            ArchivedRows.insert(database, rows);
        }
    }

    /** Numbered, one after the other in three partitions, a millisecond apart. */
    void archive(String channel, int records) throws SQLException {
        archive(IntStream.range(0, records)
                .mapToObj(n -> ArchivedRows.row(channel, n % 3, n / 3, NOON + n, "k" + n, "v" + n))
                .toList());
    }

    /** The values of those in a partition. */
    static List<String> values(int partition, int records) {
        return IntStream.range(0, records)
                .filter(n -> n % 3 == partition)
                .mapToObj(n -> "v" + n)
                .toList();
    }

    static ArchiveSource all(Connection connection, String channel) {
        return new ArchiveSource(connection, channel, Optional.empty(), Optional.empty(), Opening.NONE);
    }

    Target target(String channel) {
        return new Target(platform().kafkaClient(), platform().topic(""), channel);
    }

    /** To the end, with a connection of its own as a process has it. */
    Progress restore(String channel, String into) throws SQLException {
        try (var connection = connect()) {
            return Restoration.of(all(connection, channel), target(into), "replay")
                    .run(0, progress -> {}, () -> false);
        }
    }

    @Override
    public void close() {
        resource.stop();
    }
}
