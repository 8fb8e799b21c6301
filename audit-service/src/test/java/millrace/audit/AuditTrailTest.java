package millrace.audit;

import static io.restassured.RestAssured.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import millrace.events.Json;
import millrace.local.Platform;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service on the real platform. Each test has a channel of its own. */
@QuarkusTest
@WithTestResource(PlatformResource.class)
class AuditTrailTest {
    private static final Duration SOON = Duration.ofSeconds(40);

    Platform platform;

    @Inject
    AuditTrail running;

    @Inject
    Consumers consumers;

    @Inject
    Archive archive;

    @Inject
    Condition condition;

    @Inject
    Meters meters;

    /** The one that runs where a test stopped the service's own. */
    private static AuditTrail trail;

    private Traffic traffic;

    @BeforeEach
    void open() {
        traffic = new Traffic(platform, Map.of());
        awaitReady(200);
    }

    @AfterEach
    void close() {
        traffic.close();
    }

    @AfterAll
    static void stopTrail() throws InterruptedException {
        if (trail != null) {
            trail.stop(null);
        }
    }

    @Test
    void a_record_is_kept_byte_for_byte() throws Exception {
        var none = new RecordHeaders();
        var headers = new RecordHeaders();
        headers.add("twice", bytes("one")).add("null", null).add("twice", bytes("two"));
        headers.add("empty", new byte[0]).add("nul\0", new byte[] {0, -1});
        traffic.send("clicks", 1_700_000_000_123L, bytes("key"), new byte[] {0, -1, 7}, headers);
        traffic.send("clicks", 1_700_000_000_124L, null, null, none);
        traffic.send("clicks", 1_700_000_000_125L, new byte[0], new byte[0], none);
        await().atMost(SOON).until(() -> kept("clicks").size() == 3);

        assertThat(kept("clicks"))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(
                        new Kept(0, 1_700_000_000_123L, "CreateTime", headers, bytes("key"), new byte[] {0, -1, 7}),
                        new Kept(1, 1_700_000_000_124L, "CreateTime", none, null, null),
                        new Kept(2, 1_700_000_000_125L, "CreateTime", none, new byte[0], new byte[0]));
    }

    @Test
    void the_position_passes_aborted_transactions_and_the_marks_of_all() {
        try (var transactions = Traffic.transactional(platform)) {
            transactions.commit("orders", 0, 30);
            transactions.abort("orders", 30, 60);
        }

        awaitKept("orders", 30);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(status("orders"))
                        .hasSize(3)
                        .allSatisfy(row -> assertThat(row).returns(row.endOffset(), PartitionStatus::position))
                        .extracting(PartitionStatus::records)
                        .satisfies(records -> assertThat(
                                        records.stream().mapToLong(n -> n).sum())
                                .isEqualTo(30)));
    }

    @Test
    void a_restart_goes_on_where_the_last_run_ended() throws Exception {
        traffic.send("transactions", 0, 1000);
        awaitKept("transactions", 1000);

        stop();
        traffic.send("transactions", 1000, 2000);
        start();

        awaitKept("transactions", 2000);
    }

    @Test
    void a_second_process_shares_the_work_and_leaves_it_again() throws Exception {
        traffic.send("analytics-dlq", 0, 2000);
        var second = new AuditTrail(consumers, archive, condition, meters);
        second.start(null);
        traffic.send("analytics-dlq", 2000, 4000);
        second.stop(null);
        traffic.send("analytics-dlq", 4000, 6000);

        awaitKept("analytics-dlq", 6000);
    }

    @Test
    void nothing_is_lost_or_doubled_while_the_database_cuts_connections_and_refuses_new_ones() throws Exception {
        try (var database = DriverManager.getConnection(platform.jdbcUrl().replace("/millrace?", "/postgres?"));
                var statement = database.createStatement()) {
            var cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user"
                    + " AND pid <> pg_backend_pid()";
            for (var i = 0; i < 20; i++) {
                traffic.send("rejected-events", i * 500, (i + 1) * 500);
                statement.execute(cut);
            }
            statement.execute("ALTER DATABASE millrace ALLOW_CONNECTIONS false");
            statement.execute(cut);
            traffic.send("rejected-events", 10_000, 11_000);
            awaitReady(503);
            statement.execute("ALTER DATABASE millrace ALLOW_CONNECTIONS true");
        }

        awaitKept("rejected-events", 11_000);
        awaitReady(200);
    }

    @Test
    void what_the_broker_removed_before_it_was_read_is_a_gap_on_record() throws Exception {
        stop();
        var partition = new TopicPartition(platform.topic("transactions-dlq"), 0);
        traffic.send("transactions-dlq", 1, null, bytes("lost"), new RecordHeaders());
        traffic.send("transactions-dlq", 2, null, bytes("0"), new RecordHeaders());
        try (var admin = Admin.create(platform.kafkaClient())) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get();
        }
        start();

        awaitKept("transactions-dlq", 1);

        assertThat(sql("SELECT channel || partition || from_offset || to_offset FROM audit.gaps"))
                .isEqualTo("transactions-dlq001");
        assertThat(get("/q/metrics").asString()).contains("audit_lost_offsets_total{channel=\"transactions-dlq\"} 1.0");
    }

    @Test
    void what_is_kept_stays_as_it_is() throws Exception {
        sql("INSERT INTO audit.records VALUES ('other', 0, 0, 0, '', '{}', '{}') RETURNING 1");

        for (var change : List.of(
                "UPDATE audit.records SET value = NULL", "DELETE FROM audit.records", "TRUNCATE audit.records")) {
            assertThatThrownBy(() -> sql(change)).hasMessageContaining("permission denied");
            assertThatThrownBy(() -> sql("GRANT ALL ON audit.records TO CURRENT_USER; " + change))
                    .hasMessageContaining("audit.records is refused: it is append-only");
        }
    }

    private void stop() throws InterruptedException {
        (trail == null ? running : trail).stop(null);
    }

    private void start() {
        trail = new AuditTrail(consumers, archive, condition, meters);
        trail.start(null);
    }

    /** Each of the numbers sent, once. */
    private void awaitKept(String channel, int numbers) {
        var all = IntStream.range(0, numbers).mapToObj(Integer::toString).toList();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(kept(channel))
                        .extracting(record -> new String(record.value(), UTF_8))
                        .containsExactlyInAnyOrderElementsOf(all));
    }

    private void awaitReady(int code) {
        await().atMost(SOON).until(() -> get("/q/health/ready").statusCode() == code);
    }

    private List<Kept> kept(String channel) throws SQLException {
        return Kept.of(platform.jdbcUrl(), channel);
    }

    private static List<PartitionStatus> status(String channel) throws IOException {
        var rows = Json.MAPPER.readValue(get("/audit/status").asString(), PartitionStatus[].class);
        return Stream.of(rows).filter(row -> row.channel().equals(channel)).toList();
    }

    private String sql(String statement) throws SQLException {
        try (var database = DriverManager.getConnection(platform.jdbcUrl());
                var row = database.createStatement().executeQuery(statement)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
