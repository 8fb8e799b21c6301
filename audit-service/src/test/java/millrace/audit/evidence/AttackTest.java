package millrace.audit.evidence;

import static io.restassured.RestAssured.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import millrace.audit.ArchiveDatabase;
import millrace.audit.AuditPlatformResource;
import millrace.audit.PersonRecords;
import millrace.audit.ServiceRole;
import millrace.audit.evidence.ChainFinding.Kind;
import millrace.audit.evidence.tree.SigningKey;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.table.DatabaseTransactions;
import millrace.events.Checkpoint;
import millrace.local.Platform;
import millrace.local.Secrets;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Attacks the archive while the service runs, with the rights of its own role and as the owner of the tables. Nothing that is
 * not the broker's is signed, and each attack is named. Each test has a partition of its own.
 */
@QuarkusTest
@WithTestResource(
        value = AuditPlatformResource.class,
        scope = TestResourceScope.RESTRICTED_TO_CLASS,
        initArgs = {
            @ResourceArg(name = "audit.segment-entries", value = "16"),
            @ResourceArg(name = "audit.checkpoint-every", value = "500ms"),
            @ResourceArg(name = "AUDIT_RETENTION", value = "P1M")
        })
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("platform")
class AttackTest {
    private static final int RECORDS = 40;

    Platform platform;

    @Inject
    DatabaseTransactions transactions;

    @Inject
    ArchiveSettings settings;

    @Inject
    FieldEncryption encryption;

    private ArchiveDatabase owner;
    private ArchiveDatabase service;
    private VerifyAssertions verification;

    @BeforeEach
    void open() throws Exception {
        owner = new ArchiveDatabase(platform.jdbcUrl());
        service = ServiceRole.of(platform).archived();
        verification = new VerifyAssertions(platform, transactions, settings, encryption);
        TamperedArchive.own(owner);
    }

    @Test
    void a_fabricated_record_at_the_place_of_a_transaction_marker_is_never_signed() throws Exception {
        archive("orders", 0);
        service.sql(fabricated("orders", 0, RECORDS));
        service.sql("UPDATE audit.positions SET next_seq = next_seq + 1 WHERE channel = 'orders' AND partition = 0");

        send("orders", 0, 1);

        awaitAlarm("orders", 0, "the record at offset 40 was never on the broker");
        assertThat(signed("orders", 0)).isEqualTo("" + RECORDS);
        verification.finds("orders", 0, Kind.INSERTED, (long) RECORDS, (long) RECORDS, null);
    }

    @Test
    void a_fabricated_record_behind_the_end_of_the_log_is_never_signed() throws Exception {
        archive("orders", 1);
        var next = RECORDS + 1;
        service.sql(fabricated("orders", 1, next));
        service.sql("UPDATE audit.positions SET next_seq = next_seq + 1, next_offset = next_offset + 1"
                + " WHERE channel = 'orders' AND partition = 1");

        send("orders", 1, 1);

        awaitAlarm("orders", 1, "the record at offset 41 is another one on the broker");
        assertThat(signed("orders", 1)).isEqualTo("" + RECORDS);
        verification.finds("orders", 1, Kind.CHANGED, (long) RECORDS, (long) next, null);
    }

    @Test
    void a_fabricated_record_of_a_compacted_channel_is_never_signed_as_one_that_compaction_has_removed()
            throws Exception {
        archive("order-state", 0);
        service.sql(fabricated("order-state", 0, RECORDS));
        service.sql(
                "UPDATE audit.positions SET next_seq = next_seq + 1 WHERE channel = 'order-state' AND partition = 0");

        send("order-state", 0, 1);

        awaitAlarm("order-state", 0, "the record at offset 40 was never on the broker");
        assertThat(signed("order-state", 0)).isEqualTo("" + RECORDS);
        verification.finds("order-state", 0, Kind.INSERTED, (long) RECORDS, (long) RECORDS, null);
    }

    /** Nobody reads them in the order of a chain, and every question and every restoration finds them. */
    @Test
    void records_outside_of_every_chain_are_named() throws Exception {
        archive("orders", 2);
        service.sql(copied("orders", 2, "channel, partition, -1", "9"));
        service.sql(copied("orders", 2, "channel, 77, 0", "0"));

        verification.finds("orders", 2, Kind.INSERTED, -1L, null, null);
        verification.finds("orders", 77, Kind.MISSING, null, null, null);
    }

    @Test
    void a_record_of_another_incarnation_behind_the_end_is_named() throws Exception {
        archive("order-state", 2);
        service.sql(copied("order-state", 2, "channel, partition, seq + 1", "9"));
        service.sql(
                "UPDATE audit.positions SET next_seq = next_seq + 1 WHERE channel = 'order-state' AND partition = 2");

        verification.finds("order-state", 2, Kind.INSERTED, (long) RECORDS, null, null);
    }

    @Test
    void a_position_that_says_that_there_is_nothing_to_compare_with_hides_nothing() throws Exception {
        archive("clicks", 2);
        archive("order-state", 1);
        service.sql(fabricated("clicks", 2, RECORDS));
        service.sql("UPDATE audit.positions SET next_seq = next_seq + 1, first_offset = next_offset"
                + " WHERE channel = 'clicks' AND partition = 2");
        service.sql("UPDATE audit.positions SET topic_id = gen_random_uuid()"
                + " WHERE channel = 'order-state' AND partition = 1");

        verification.finds("clicks", 2, Kind.INSERTED, (long) RECORDS, (long) RECORDS, null);
        verification.finds("order-state", 1, Kind.CHANGED, null, null, null);
    }

    @Test
    void a_position_that_was_moved_back_is_refused() throws Exception {
        archive("transactions", 0);
        service.sql("UPDATE audit.positions SET next_seq = 5, next_offset = 5"
                + " WHERE channel = 'transactions' AND partition = 0");

        send("transactions", 0, 1);

        awaitAlarm("transactions", 0, "the position is before offset 41, up to which a checkpoint was signed");
        verification.finds("transactions", 0, Kind.CHANGED, 5L, null, null);
    }

    @Test
    void a_position_that_was_moved_over_records_is_refused() throws Exception {
        archive("transactions", 1);
        service.sql("UPDATE audit.positions SET next_offset = next_offset + 2"
                + " WHERE channel = 'transactions' AND partition = 1");

        send("transactions", 1, 4);

        awaitAlarm("transactions", 1, "the record at offset 41 is on the broker and not in the archive");
        verification.finds("transactions", 1, Kind.MISSING, null, 41L, null);
    }

    /** The last one: nothing is archived any more. */
    @Test
    @Order(Integer.MAX_VALUE)
    void a_history_whose_end_was_removed_and_changed_is_not_signed_again() throws Exception {
        archive("transactions", 2);
        owner.sql(
                "DELETE FROM audit.segments WHERE channel = 'transactions' AND partition = 2 AND segment > 0;"
                        + "UPDATE audit.records SET value = 'another' WHERE channel = 'transactions' AND partition = 2 AND seq = 30;"
                        + "UPDATE audit.positions SET next_seq = next_seq - 1 WHERE channel = 'transactions' AND partition = 2");

        send("transactions", 2, 1);

        await().atMost(ArchiveDatabase.SOON)
                .untilAsserted(() -> assertThat(get("/q/health/ready")
                                .then()
                                .statusCode(503)
                                .extract()
                                .asString())
                        .contains("The last segment in the database has the index"));
        assertThat(verification.all().findings())
                .extracting(ChainFinding::sentence)
                .anyMatch(sentence -> sentence.startsWith("the log has no segment with the index"));
        verification.finds("transactions", 2, Kind.INSERTED, RECORDS - 1L, null, null);
    }

    @Test
    void months_that_retention_keeps_are_not_gone_because_a_row_says_so() throws Exception {
        archive("clicks", 0);
        archive("clicks", 1);
        var dropped = "INSERT INTO audit.dropped VALUES ('2020-01-01', 'clicks', %1$d, 0, 20, 20);";
        owner.sql(dropped.formatted(0)
                + "DELETE FROM audit.records WHERE channel = 'clicks' AND partition = 0 AND seq < 16");
        owner.sql(dropped.formatted(1)
                + "UPDATE audit.records SET value = 'forged' WHERE channel = 'clicks' AND partition = 1 AND seq = 2");

        verification.finds("clicks", 0, Kind.MISSING, 0L, null, 0L);
        verification.finds("clicks", 1, Kind.CHANGED, 2L, 2L, 0L);
    }

    @Test
    void rows_that_were_copied_swapped_or_removed_are_named() throws Exception {
        archive("rejected-events", 0);
        archive("rejected-events", 1);
        archive("rejected-events", 2);
        owner.sql("UPDATE audit.records r SET value = o.value, key = o.key FROM audit.records o"
                + " WHERE r.channel = 'rejected-events' AND r.partition = 0 AND r.seq = 9"
                + " AND o.channel = r.channel AND o.partition = 1 AND o.seq = 8");
        owner.sql("DELETE FROM audit.records WHERE channel = 'rejected-events' AND partition = 1 AND seq = 9");
        owner.sql("DELETE FROM audit.records WHERE channel = 'rejected-events' AND partition = 2 AND seq >= 30");

        verification.finds("rejected-events", 0, Kind.CHANGED, 9L, 9L, 0L);
        verification.finds("rejected-events", 1, Kind.MISSING, 9L, null, 0L);
        verification.finds("rejected-events", 2, Kind.CUT_OFF, 30L, null, 1L);
    }

    @Test
    void checkpoints_that_others_write_are_named_and_a_removed_one_is_covered_by_the_next() throws Exception {
        archive("transactions-dlq", 0);

        TamperedArchive.publish(platform, 1, null);
        assertThat(verification.all().findings())
                .extracting(ChainFinding::kind)
                .doesNotContain(Kind.CHECKPOINT_MISSING, Kind.CHECKPOINT_FORGED, Kind.TWO_HISTORIES);

        TamperedArchive.publish(platform, 1, new Checkpoint("nothing"));
        TamperedArchive.forge(platform, 1, SigningKey.parse(Secrets.signingKey()));
        assertThat(verification.all().findings())
                .filteredOn(finding -> finding.kind() == Kind.CHECKPOINT_FORGED)
                .hasSize(2);
    }

    @Test
    void another_history_that_was_signed_with_the_key_itself_is_named() throws Exception {
        archive("transactions-dlq", 1);

        TamperedArchive.forge(platform, 2, settings.signingKeys().getFirst());

        assertThat(verification.all().findings())
                .filteredOn(finding -> finding.kind() == Kind.TWO_HISTORIES)
                .singleElement()
                .asString()
                .contains("the log is not the one whose checkpoint of 2 segments was signed");
    }

    @Test
    void a_key_that_was_destroyed_without_an_event_is_named() throws Exception {
        new PersonRecords(platform).send("clicks.page", "key-1", PersonRecords.click("eve"));
        new PersonRecords(platform).await("eve", 1);
        var id = owner.sql("SELECT id FROM audit_keys.subjects WHERE subject = 'eve'");
        service.sql("UPDATE audit_keys.subjects SET wrapped = NULL, subject = NULL, master_key = NULL,"
                + " erased_at = now() - interval '1 day' WHERE subject = 'eve'");

        assertThat(verification.all().findings())
                .extracting(ChainFinding::sentence)
                .contains(
                        "the key of subject %s is destroyed, and audit-events has no SubjectErased of it with its fingerprint"
                                .formatted(id));
    }

    /** Archives and signs forty records of a transaction, whose marker takes another offset. */
    private void archive(String channel, int partition) throws Exception {
        send(channel, partition, RECORDS);
        await().atMost(ArchiveDatabase.SOON)
                .until(
                        () -> owner.sql(
                                ("SELECT next_offset || ' ' || (SELECT coalesce(max(next_seq), 0) FROM audit.segments s"
                                                + " WHERE s.channel = p.channel AND s.partition = p.partition)"
                                                + " FROM audit.positions p WHERE channel = '%s' AND partition = %d")
                                        .formatted(channel, partition)),
                        (RECORDS + 1 + " " + RECORDS)::equals);
    }

    private void send(String channel, int partition, int records) {
        var settings = new HashMap<>(platform.kafkaClient());
        settings.putAll(Map.of("transactional.id", platform.topic("attack-" + channel + partition)));
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (var i = 0; i < records; i++) {
                var bytes = ("record " + i).getBytes(UTF_8);
                producer.send(new ProducerRecord<>(platform.topic(channel), partition, bytes, bytes));
            }
            producer.commitTransaction();
        }
    }

    private static String fabricated(String channel, int partition, long offset) {
        return ("INSERT INTO audit.records (month, channel, partition, seq, life, record_offset, leader_epoch, topic_id,"
                        + " timestamp_ms, timestamp_type, header_names, header_values, key, value)"
                        + " SELECT month, channel, partition, seq + 1, life, %d, leader_epoch, topic_id, timestamp_ms,"
                        + " timestamp_type, header_names, header_values, 'order', '{\"status\":\"refunded\"}'"
                        + " FROM audit.records WHERE channel = '%s' AND partition = %d AND seq = %d")
                .formatted(offset, channel, partition, RECORDS - 1);
    }

    /** The last record once more. @param place channel, partition and number */
    private static String copied(String channel, int partition, String place, String life) {
        return ("INSERT INTO audit.records (channel, partition, seq, month, life, record_offset, topic_id, timestamp_ms,"
                        + " timestamp_type, header_names, header_values, key, value)"
                        + " SELECT %s, month, %s, record_offset, topic_id, timestamp_ms, timestamp_type, header_names,"
                        + " header_values, key, 'forged' FROM audit.records"
                        + " WHERE channel = '%s' AND partition = %d AND seq = %d")
                .formatted(place, life, channel, partition, RECORDS - 1);
    }

    private String signed(String channel, int partition) throws Exception {
        return owner.sql("SELECT max(next_seq) FROM audit.segments WHERE channel = '%s' AND partition = %d"
                .formatted(channel, partition));
    }

    private void awaitAlarm(String channel, int partition, String sentence) {
        await().atMost(ArchiveDatabase.SOON)
                .untilAsserted(() -> assertThat(get("/q/health/ready")
                                .then()
                                .statusCode(503)
                                .extract()
                                .asString())
                        .contains("evidence of " + platform.topic(channel) + "-" + partition)
                        .contains(sentence));
    }
}
