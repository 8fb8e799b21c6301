package millrace.audit.restore;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import millrace.audit.AuditPlatformResource;
import millrace.audit.seal.RecordDecryption;
import millrace.audit.table.ArchivedRecord;
import millrace.local.Platform;

/** A broker and a database, with an archive that the test fills. */
final class RestoreTestBed implements AutoCloseable {
    static final long NOON = Instant.parse("2024-05-01T12:00:00Z").toEpochMilli();

    private final AuditPlatformResource resource = new AuditPlatformResource();

    RestoreTestBed() {
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

    void archive(List<ArchivedRecord> rows) throws SQLException {
        try (var database = connect()) {
            ArchiveFixture.insert(database, rows);
        }
    }

    /** Archives numbered records, round robin in three partitions, a millisecond apart. */
    void archive(String channel, int records) throws SQLException {
        archive(IntStream.range(0, records)
                .mapToObj(n -> ArchiveFixture.row(channel, n % 3, n / 3, NOON + n, "k" + n, "v" + n))
                .toList());
    }

    /** The values that {@link #archive} puts into a partition. */
    static List<String> values(int partition, int records) {
        return IntStream.range(0, records)
                .filter(n -> n % 3 == partition)
                .mapToObj(n -> "v" + n)
                .toList();
    }

    static ArchiveSource all(Connection connection, String channel) {
        return new ArchiveSource(connection, channel, Optional.empty(), Optional.empty(), RecordDecryption.NONE);
    }

    RestoreTarget target(String channel) {
        return new RestoreTarget(platform().kafkaClient(), platform().topic(""), channel);
    }

    /** Restores all records with a new connection, as a process does. */
    RestoreProgress restore(String channel, String into) throws SQLException {
        try (var connection = connect()) {
            return RestoreJob.of(all(connection, channel), target(into), "replay")
                    .run(0, progress -> {}, () -> false);
        }
    }

    @Override
    public void close() {
        resource.stop();
    }
}
