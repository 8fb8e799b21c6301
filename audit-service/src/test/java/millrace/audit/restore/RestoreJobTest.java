package millrace.audit.restore;

import static millrace.audit.restore.ArchiveFixture.bytes;
import static millrace.audit.restore.RestoreTestBed.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import millrace.audit.seal.DecryptedRecord;
import millrace.audit.seal.RecordDecryption;
import millrace.audit.table.ArchivedRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Restores records, each exactly once. Each test has channels of its own. */
@Tag("platform")
@Tag("long")
class RestoreJobTest {
    private static final int RECORDS = 5000;

    private static RestoreTestBed bed;

    @BeforeAll
    static void start() {
        bed = new RestoreTestBed();
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @Test
    void a_record_comes_back_byte_for_byte() throws Exception {
        var names = new byte[][] {bytes("twice"), bytes("null"), bytes("twice"), bytes("empty")};
        var values = new byte[][] {bytes("one"), null, bytes("two"), new byte[0]};
        bed.archive(List.of(
                ArchiveFixture.row("bytes", 2, 0, NOON + 7, "k", "{\"a\":1}", names, values),
                ArchiveFixture.row("bytes", 0, 0, NOON, null, null),
                ArchiveFixture.row("bytes", 0, 1, NOON - 5, "", "")));
        var back = bed.make("bytes-back", 3);

        assertThat(bed.restore("bytes", "bytes-back").isComplete()).isTrue();

        assertThat(back.records(2)).singleElement().satisfies(record -> {
            assertThat(record.timestamp()).isEqualTo(NOON + 7);
            assertThat(record.key()).isEqualTo(bytes("k"));
            assertThat(record.value()).isEqualTo(bytes("{\"a\":1}"));
            assertThat(RestoredChannel.headers(record))
                    .startsWith("twice=one", "null=null", "twice=two", "empty=")
                    .endsWith("replay-origin=bytes/2/1/0")
                    .hasSize(6);
        });
        assertThat(back.records(0)).extracting("key").containsExactly(null, new byte[0]);
        assertThat(back.records(0)).extracting("value").containsExactly(null, new byte[0]);
        assertThat(back.records(0)).extracting("timestamp").containsExactly(NOON, NOON - 5);
        assertThat(back.records(1)).isEmpty();
    }

    @Test
    void ended_again_and_again_it_restores_each_record_once_and_in_order() throws Exception {
        bed.archive("often", RECORDS);
        var back = bed.make("often-back", 3);
        var random = new Random(7);
        var runs = new AtomicInteger();

        while (!restoreSome("often", "often-back", random.nextInt(1200)).isComplete()) {
            assertThat(runs.incrementAndGet()).isLessThan(200);
        }

        assertThat(runs.get()).isGreaterThan(3);
        assertComplete(back);
        assertThat(bed.restore("often", "often-back")).returns((long) RECORDS, RestoreProgress::before);
        assertThat(back.size()).isEqualTo(RECORDS);
    }

    @Test
    void only_what_is_in_the_span_comes_back_and_another_span_goes_behind_it() throws Exception {
        bed.archive("spans", RECORDS);
        var back = bed.make("spans-back", 3);
        var middle = Optional.of(Instant.ofEpochMilli(NOON + RECORDS / 2));

        restore("spans", Optional.empty(), middle, "spans-back", "first");
        assertThat(back.size()).isEqualTo(RECORDS / 2);
        restore("spans", middle, Optional.empty(), "spans-back", "second");
        restore("spans", Optional.empty(), middle, "spans-back", "first");

        assertComplete(back);
    }

    @Test
    void the_time_of_the_oldest_record_is_known_of_each_partition() throws Exception {
        bed.archive("ends", 10);
        bed.make("ends-back", 3);

        try (var connection = bed.connect()) {
            var job = RestoreJob.of(RestoreTestBed.all(connection, "ends"), bed.target("ends-back"), "replay");

            assertThat(job.parts()).extracting(RestorePartition::oldest).startsWith(Instant.ofEpochMilli(NOON));
        }
    }

    private static void assertComplete(RestoredChannel back) {
        for (var partition = 0; partition < 3; partition++) {
            assertThat(back.values(partition)).containsExactlyElementsOf(RestoreTestBed.values(partition, RECORDS));
        }
    }

    private static void restore(
            String channel, Optional<Instant> from, Optional<Instant> to, String into, String replayId)
            throws SQLException {
        try (var connection = bed.connect()) {
            var source = new ArchiveSource(connection, channel, from, to, RecordDecryption.NONE);
            RestoreJob.of(source, bed.target(into), replayId).run(0, progress -> {}, () -> false);
        }
    }

    /** Stops in the middle. */
    private static RestoreProgress restoreSome(String channel, String into, int records) throws SQLException {
        try (var connection = bed.connect()) {
            var left = new AtomicInteger(records);
            var source = new ArchiveSource(
                    connection, channel, Optional.empty(), Optional.empty(), (c, some) -> counted(some, left));
            return RestoreJob.of(source, bed.target(into), "replay").run(0, progress -> {}, () -> left.get() <= 0);
        }
    }

    private static List<DecryptedRecord> counted(List<ArchivedRecord> records, AtomicInteger left) throws SQLException {
        left.addAndGet(-records.size());
        return RecordDecryption.NONE.decrypt(null, records);
    }
}
