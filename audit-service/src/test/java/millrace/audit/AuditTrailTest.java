package millrace.audit;

import static io.restassured.RestAssured.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Map;
import millrace.local.Platform;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs the service on a broker and a database. Each test has a channel of its own. */
@QuarkusTest
@WithTestResource(value = AuditPlatformResource.class, scope = TestResourceScope.RESTRICTED_TO_CLASS)
@Tag("platform")
class AuditTrailTest {
    /** Recent, because the broker may remove older records by retention at any moment. */
    private static final long NOW = System.currentTimeMillis();

    Platform platform;

    @Inject
    AuditTrail running;

    @Inject
    AuditedChannels channels;

    @Inject
    Archive archive;

    @Inject
    AuditProcess processes;

    @Inject
    ReadinessAlarms alarms;

    @Inject
    ArchiveMetrics metrics;

    /** Replaces the audit trail of the service after a test has stopped it. */
    private static AuditTrail trail;

    private RecordSender sender;
    private ArchiveDatabase archived;

    @BeforeEach
    void open() {
        sender = new RecordSender(platform, Map.of());
        archived = new ArchiveDatabase(platform.jdbcUrl());
        awaitReady(200);
    }

    @AfterEach
    void close() {
        sender.close();
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
        sender.send("clicks", NOW, bytes("key"), new byte[] {0, -1, 7}, headers);
        sender.send("clicks", NOW + 1, null, null, none);
        sender.send("clicks", NOW + 2, new byte[0], new byte[0], none);
        await().atMost(ArchiveDatabase.SOON)
                .until(() -> archived.records("clicks").size() == 3);

        assertThat(archived.records("clicks"))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(
                        new StoredRecord(0, NOW, "CreateTime", headers, bytes("key"), new byte[] {0, -1, 7}),
                        new StoredRecord(1, NOW + 1, "CreateTime", none, null, null),
                        new StoredRecord(2, NOW + 2, "CreateTime", none, new byte[0], new byte[0]));
    }

    @Test
    void the_position_passes_aborted_transactions_and_the_marks_of_all() {
        try (var transactions = RecordSender.transactional(platform)) {
            transactions.commit("orders", 0, 30);
            transactions.abort("orders", 30, 60);
        }

        archived.awaitNumbers("orders", 30);

        await().atMost(ArchiveDatabase.SOON)
                .untilAsserted(() -> assertThat(ArchiveDatabase.status("orders"))
                        .hasSize(3)
                        .allSatisfy(row -> assertThat(row).returns(row.endOffset(), PartitionStatus::position))
                        .extracting(PartitionStatus::records)
                        .satisfies(records -> assertThat(
                                        records.stream().mapToLong(n -> n).sum())
                                .isEqualTo(30)));
    }

    @Test
    void a_restart_goes_on_where_the_last_run_ended() throws Exception {
        sender.send("transactions", 0, 1000);
        archived.awaitNumbers("transactions", 1000);

        stop();
        sender.send("transactions", 1000, 2000);
        start();

        archived.awaitNumbers("transactions", 2000);
    }

    @Test
    void a_second_process_waits_until_the_first_has_ended() throws Exception {
        sender.send("order-state", 0, 2000);
        var second = processes.start(alarms -> new NoEvidence());
        sender.send("order-state", 2000, 4000);
        archived.awaitNumbers("order-state", 4000);
        stop();
        sender.send("order-state", 4000, 6000);
        archived.awaitNumbers("order-state", 6000);
        second.stop();
        start();

        sender.send("order-state", 6000, 7000);

        archived.awaitNumbers("order-state", 7000);
    }

    @Test
    void nothing_is_lost_or_doubled_while_the_database_cuts_connections_and_refuses_new_ones() throws Exception {
        var role = ServiceRole.of(platform);
        var name = role.database().name();
        var owner = new ArchiveDatabase(platform.jdbcUrl().replace("/" + name + "?", "/postgres?"));
        try (var database = role.elsewhere("postgres").connect();
                var statement = database.createStatement()) {
            var cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user"
                    + " AND pid <> pg_backend_pid()";
            for (var i = 0; i < 20; i++) {
                sender.send("rejected-events", i * 500, (i + 1) * 500);
                statement.execute(cut);
            }
            owner.sql("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
            statement.execute(cut);
            sender.send("rejected-events", 10_000, 11_000);
            awaitReady(503);
            owner.sql("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true");
        }

        archived.awaitNumbers("rejected-events", 11_000);
        awaitReady(200);
    }

    @Test
    void what_the_broker_removed_before_it_was_read_is_a_gap_on_record() throws Exception {
        stop();
        var partition = new TopicPartition(platform.topic("transactions-dlq"), 0);
        sender.send("transactions-dlq", NOW, null, bytes("lost"), new RecordHeaders());
        sender.send("transactions-dlq", NOW, null, bytes("0"), new RecordHeaders());
        try (var admin = Admin.create(platform.kafkaClient())) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get();
        }
        start();

        archived.awaitNumbers("transactions-dlq", 1);

        assertThat(archived.sql("SELECT channel || partition || kind || from_offset || to_offset FROM audit.breaks"
                        + " WHERE channel = 'transactions-dlq'"))
                .isEqualTo("transactions-dlq0gap01");
        assertThat(get("/q/health/ready").asString()).contains("records 0 to 0 were removed before they were archived");
        assertThat(get("/q/metrics").asString()).contains("audit_lost_offsets_total{channel=\"transactions-dlq\"} 1.0");
    }

    @Test
    void once_everything_is_archived_there_is_no_lag() throws Exception {
        sender.send("order-state", NOW, bytes("key"), bytes("the last one"), new RecordHeaders());

        await().atMost(ArchiveDatabase.SOON)
                .untilAsserted(() -> assertThat(archived.records("order-state"))
                        .extracting(record -> new String(record.value(), UTF_8))
                        .contains("the last one"));
        await().atMost(ArchiveDatabase.SOON)
                .untilAsserted(() -> assertThat(get("/q/metrics").asString())
                        .contains(
                                "kafka_consumer_group_lag_seconds{channel=\"order-state\",group=\"audit\"} 0.0",
                                "kafka_consumer_group_lag_records{channel=\"order-state\",group=\"audit\"} 0.0"));
    }

    private void stop() throws InterruptedException {
        (trail == null ? running : trail).stop(null);
    }

    private void start() {
        trail = new AuditTrail(platform.kafkaClient(), channels, archive, alarms, metrics);
        trail.start(null);
    }

    private void awaitReady(int code) {
        await().atMost(ArchiveDatabase.SOON).until(() -> get("/q/health/ready").statusCode() == code);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
