package millrace.audit.restore;

import static millrace.audit.restore.ArchivedRows.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import millrace.audit.PlatformResource;
import millrace.audit.chain.KeptRecord;
import millrace.local.Platform;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a real broker and a real database, with an archive that a test made by hand. Each has channels of its own. */
class RestorationTest {
    private static final long NOON = Instant.parse("2024-05-01T12:00:00Z").toEpochMilli();
    private static final int RECORDS = 5000;

    private static PlatformResource resource;
    private static Platform platform;

    private Connection database;

    @BeforeAll
    static void start() {
        resource = new PlatformResource();
        resource.start();
        platform = resource.platform();
    }

    @AfterAll
    static void stop() {
        resource.stop();
    }

    @BeforeEach
    void connect() throws SQLException {
        database = RestoredChannel.connect(platform);
    }

    @AfterEach
    void disconnect() throws SQLException {
        database.close();
    }

    @Test
    void a_record_comes_back_byte_for_byte() throws Exception {
        var names = new byte[][] {bytes("twice"), bytes("null"), bytes("twice"), bytes("empty")};
        var values = new byte[][] {bytes("one"), null, bytes("two"), new byte[0]};
        archive(
                ArchivedRows.row("bytes", 2, 0, NOON + 7, "k", "{\"a\":1}", names, values),
                ArchivedRows.row("bytes", 0, 0, NOON, null, null),
                ArchivedRows.row("bytes", 0, 1, NOON - 5, "", ""));
        var back = make("bytes-back", 3);

        assertThat(restore("bytes", "bytes-back").isComplete()).isTrue();

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
        archive(many("often"));
        var back = make("often-back", 3);
        var random = new Random(7);
        var runs = new AtomicInteger();

        while (!restoreSome("often", "often-back", random.nextInt(1200)).isComplete()) {
            assertThat(runs.incrementAndGet()).isLessThan(200);
        }

        assertThat(runs.get()).isGreaterThan(3);
        for (var partition = 0; partition < 3; partition++) {
            assertThat(back.values(partition)).containsExactlyElementsOf(values(partition));
        }
        assertThat(restore("often", "often-back")).returns((long) RECORDS, Progress::before);
        assertThat(back.size()).isEqualTo(RECORDS);
    }

    @Test
    void only_what_is_in_the_span_comes_back_and_another_span_goes_behind_it() throws Exception {
        archive(many("spans"));
        var back = make("spans-back", 3);
        var middle = Optional.of(Instant.ofEpochMilli(NOON + RECORDS / 2));

        restore(source(database, "spans", Optional.empty(), middle), "spans-back", "first");
        assertThat(back.size()).isEqualTo(RECORDS / 2);
        restore(source(database, "spans", middle, Optional.empty()), "spans-back", "second");
        restore(source(database, "spans", Optional.empty(), middle), "spans-back", "first");

        assertThat(back.values(1)).containsExactlyElementsOf(values(1));
        assertThat(back.size()).isEqualTo(RECORDS);
    }

    @Test
    void it_restores_no_more_records_a_second_than_it_is_told() throws Exception {
        archive(many("slow").subList(0, 40));
        make("slow-back", 3);

        var end = Restoration.of(all("slow"), target("slow-back"), "slow").run(20, progress -> {}, () -> false);

        assertThat(end.isComplete()).isTrue();
        assertThat(end.elapsed()).hasMillis(Math.max(1900, end.elapsed().toMillis()));
    }

    @Test
    void two_processes_do_not_restore_the_same_at_once() throws Exception {
        archive(many("both").subList(0, 3));
        make("both-back", 3);
        Restoration.of(all("both"), target("both-back"), "both");

        try (var other = RestoredChannel.connect(platform)) {
            var source = source(other, "both", Optional.empty(), Optional.empty());

            assertThatThrownBy(() -> Restoration.of(source, target("both-back"), "both"))
                    .isInstanceOf(CannotRestore.class)
                    .hasMessageStartingWith("Another process is restoring this already");
        }
    }

    @Test
    void no_channel_of_the_catalogue_is_a_target_nor_one_that_is_not_there_or_too_narrow() throws Exception {
        archive(many("refused"));
        make("narrow", 2);

        for (var known : List.of("orders", "clicks", "analytics-visitors-changelog", "refused")) {
            assertThatThrownBy(() -> restore("refused", known))
                    .hasMessageStartingWith("Nothing is restored into " + known);
        }
        assertThatThrownBy(() -> restore("refused", "nowhere"))
                .hasMessageStartingWith("There is no channel nowhere, and refused has 3")
                .hasMessageContaining("--partitions 3");
        assertThatThrownBy(() -> restore("refused", "narrow"))
                .hasMessageStartingWith("narrow has 2 partitions, and refused has 3");
    }

    private static RestoredChannel make(String channel, int partitions) throws Exception {
        return RestoredChannel.make(platform, channel, partitions);
    }

    private void archive(KeptRecord... rows) throws SQLException {
        archive(List.of(rows));
    }

    private void archive(List<KeptRecord> rows) throws SQLException {
        ArchivedRows.insert(database, rows);
    }

    /** Numbered, one after the other in three partitions, a millisecond apart. */
    private static List<KeptRecord> many(String channel) {
        return IntStream.range(0, RECORDS)
                .mapToObj(n -> ArchivedRows.row(channel, n % 3, n / 3, NOON + n, "k" + n, "v" + n))
                .toList();
    }

    private static List<String> values(int partition) {
        return IntStream.range(0, RECORDS)
                .filter(n -> n % 3 == partition)
                .mapToObj(n -> "v" + n)
                .toList();
    }

    private Progress restore(String channel, String into) throws SQLException {
        return restore(all(channel), into, "replay");
    }

    private static Progress restore(ArchiveSource source, String into, String replayId) throws SQLException {
        return Restoration.of(source, target(into), replayId).run(0, progress -> {}, () -> false);
    }

    /** Ends in the middle, with a connection of its own as a process has it. */
    private static Progress restoreSome(String channel, String into, int records) throws SQLException {
        try (var connection = RestoredChannel.connect(platform)) {
            var left = new AtomicInteger(records);
            var source = new ArchiveSource(
                    connection, channel, Optional.empty(), Optional.empty(), (c, some) -> counted(some, left));
            return Restoration.of(source, target(into), "replay").run(0, progress -> {}, () -> left.get() <= 0);
        }
    }

    private static List<OpenedRecord> counted(List<KeptRecord> records, AtomicInteger left) throws SQLException {
        left.addAndGet(-records.size());
        return Opening.NONE.open(null, records);
    }

    private ArchiveSource all(String channel) {
        return source(database, channel, Optional.empty(), Optional.empty());
    }

    private static ArchiveSource source(
            Connection connection, String channel, Optional<Instant> from, Optional<Instant> to) {
        return new ArchiveSource(connection, channel, from, to, Opening.NONE);
    }

    private static Target target(String channel) {
        return new Target(platform.kafkaClient(), platform.topic(""), channel);
    }
}
