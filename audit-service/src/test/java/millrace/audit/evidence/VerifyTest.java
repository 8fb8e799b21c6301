package millrace.audit.evidence;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import millrace.audit.ArchiveDatabase;
import millrace.audit.AuditPlatformResource;
import millrace.audit.AuditProcess;
import millrace.audit.KafkaClients;
import millrace.audit.ServiceRole;
import millrace.audit.evidence.ChainFinding.Kind;
import millrace.audit.evidence.VerificationResult.Status;
import millrace.audit.seal.DecryptedRecord;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.seal.MasterKey;
import millrace.audit.table.ArchivedRecord;
import millrace.audit.table.DatabaseTransactions;
import millrace.events.Json;
import millrace.local.Platform;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verify compares each byte of a record with its checkpoint, checkpoints with the key, and both with the broker. */
@QuarkusTest
@WithTestResource(
        value = AuditPlatformResource.class,
        initArgs = {
            @ResourceArg(name = "audit.segment-entries", value = "16"),
            @ResourceArg(name = "audit.checkpoint-every", value = "1s"),
            @ResourceArg(name = "audit.verify-first-after", value = "1s"),
            @ResourceArg(name = "audit.verify-every", value = "2s")
        })
@Tag("platform")
class VerifyTest {
    Platform platform;

    @Inject
    AuditProcess processes;

    @Inject
    DatabaseTransactions transactions;

    @Inject
    ArchiveSettings settings;

    @Inject
    MasterKey master;

    @Inject
    FieldEncryption encryption;

    private TamperedArchive tampered;
    private VerifyAssertions verification;

    @BeforeEach
    void archive() throws Exception {
        tampered = TamperedArchive.of(platform, processes);
        verification = new VerifyAssertions(platform, transactions, settings, encryption);
    }

    @Test
    void what_nobody_touched_is_as_it_was() throws Exception {
        var untouched = verification.of("clicks", 0, encryption);

        assertThat(untouched).returns(null, ChainVerdict::finding).returns(true, ChainVerdict::complete);
        assertThat(untouched.entries()).isEqualTo(TamperedArchive.RECORDS);
        assertThat(untouched.compared()).isEqualTo(TamperedArchive.RECORDS);
        await().atMost(ArchiveDatabase.SOON)
                .untilAsserted(() -> given().header("Authorization", AuditPlatformResource.READER)
                        .get("/audit/verify")
                        .then()
                        .statusCode(200)
                        .body("chains", hasSize(greaterThan(17)))
                        .body("size", greaterThan(17 * 7)));
    }

    @Test
    void a_chain_is_verified_when_it_is_asked_for() throws Exception {
        verifyNow("clicks", 1)
                .statusCode(200)
                .body("status", equalTo("OK"))
                .body("chains", hasSize(1))
                .body("chains[0].entries", equalTo(TamperedArchive.RECORDS))
                .body("chains[0].compared", equalTo(0));

        var where = " WHERE channel = 'clicks' AND partition = 1 AND seq = 40";
        tampered.sql("UPDATE records SET value = set_byte(value, 0, get_byte(value, 0) # 1)" + where);
        try {
            verifyNow("clicks", 1)
                    .statusCode(200)
                    .body("status", equalTo("BROKEN"))
                    .body("chains[0].finding.kind", equalTo("CHANGED"))
                    .body("chains[0].finding.offset", equalTo(40));
            reader().get("/audit/proofs/clicks/1/40").then().statusCode(409);
        } finally {
            tampered.sql("UPDATE records SET value = set_byte(value, 0, get_byte(value, 0) # 1)" + where);
        }
        verifyNow("clicks", 1).body("status", equalTo("OK"));
    }

    @Test
    void a_verification_on_demand_needs_a_chain_that_there_is() {
        verifyNow("nothing", 0).statusCode(404).body("detail", startsWith("The archive has nothing"));
        reader().get("/audit/verify?channel=clicks").then().statusCode(400);
        reader().get("/audit/verify?channel=clicks&partition=0&from=today")
                .then()
                .statusCode(400)
                .body("detail", startsWith("from must be an ISO 8601 instant"));
        reader().get("/audit/verify?channel=clicks&partition=0&from=-1000000000-01-01T00:00:00Z")
                .then()
                .statusCode(400)
                .body("detail", startsWith("from must be an ISO 8601 instant"));
    }

    @Test
    void a_proof_is_what_the_command_writes_and_asking_for_it_is_on_record() throws Exception {
        var expected = transactions
                .get(connection -> RecordProof.of(connection, settings.identity(), "clicks", 2, 17, null))
                .orElseThrow();

        var answer = reader().get("/audit/proofs/clicks/2/17");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Json.MAPPER.readValue(answer.asString(), RecordProof.class).text())
                .isEqualTo(expected.text());
        reader().get("/audit/keys")
                .then()
                .statusCode(200)
                .body("[0]", equalTo(settings.identity().keys().getFirst().text()));
        var asked = new HashSet<Object>();
        try (var consumer = KafkaClients.reader(platform.kafkaClient(), Map.of())) {
            var topic = platform.topic("audit-events");
            var partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            await().atMost(ArchiveDatabase.SOON).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    if (new String(record.key(), UTF_8).equals("channels/clicks")) {
                        asked.add(new String(record.value(), UTF_8).replaceAll(".*\"offset\":\"([0-9]+)\".*", "$1"));
                    }
                });
                return asked.contains("17");
            });
        }
    }

    @Test
    void a_record_that_is_not_archived_has_no_proof() {
        reader().get("/audit/proofs/clicks/2/100000")
                .then()
                .statusCode(404)
                .body("detail", startsWith("There is no proof of offset 100000 of partition 2 of clicks"));
        reader().get("/audit/proofs/clicks%00/2/1").then().statusCode(404);
    }

    private static ValidatableResponse verifyNow(String channel, int partition) {
        return reader().get("/audit/verify?channel=%s&partition=%d".formatted(channel, partition))
                .then();
    }

    private static RequestSpecification reader() {
        return given().header("Authorization", AuditPlatformResource.READER);
    }

    @Test
    void health_says_what_is_verified_and_the_last_verdict() {
        await().atMost(ArchiveDatabase.SOON)
                .untilAsserted(() -> get("/q/health/ready")
                        .then()
                        .body("checks.find { it.name == 'evidence' }.data.verdict", startsWith("OK, "))
                        .body("checks.find { it.name == 'evidence' }.data.verified", containsString(" segments, "))
                        .body("checks.find { it.name == 'evidence' }.data.gaps", equalTo(0))
                        .body("checks.find { it.name == 'evidence' }.data.unproven", equalTo(0)));
    }

    @Test
    void a_verification_that_was_ended_early_is_gone_on_with_where_it_ended() throws Exception {
        var verify = new Verify(transactions, encryption, platform.kafkaClient(), settings.identity());
        var asked = new AtomicInteger();
        var early = verify.verify(new VerifyQuery(
                Optional.empty(),
                Optional.empty(),
                Instant.EPOCH,
                Instant.MAX,
                false,
                Instant.now().plusSeconds(30),
                () -> asked.incrementAndGet() > 110));
        assertThat(early.status()).isEqualTo(Status.NOT_FINISHED);

        var rest = verify.verify(new VerifyQuery(
                Optional.empty(),
                Optional.empty(),
                early.upTo(),
                Instant.MAX,
                false,
                Instant.now().plusSeconds(30),
                () -> false));

        assertThat(rest.status()).isEqualTo(Status.OK);
        assertThat(entries(early)).isPositive();
        assertThat(entries(rest)).isPositive();
        assertThat(entries(early) + entries(rest)).isGreaterThanOrEqualTo(entries(verification.all()));
    }

    private static long entries(VerificationResult result) {
        return result.chains().stream().mapToLong(ChainVerdict::entries).sum();
    }

    @Test
    void a_record_that_is_another_one_on_the_broker_is_named() throws Exception {
        var opensWrong = new FieldEncryption(master) {
            @Override
            public List<DecryptedRecord> decrypt(Connection connection, List<ArchivedRecord> records)
                    throws SQLException {
                return super.decrypt(connection, records).stream()
                        .map(one -> one.record().offset() == 40
                                ? DecryptedRecord.asArchived(one.record().withValue("another".getBytes(UTF_8), null))
                                : one)
                        .toList();
            }
        };

        VerifyAssertions.finds(verification.of("clicks", 0, opensWrong), Kind.CHANGED, 40L, 40L, null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "life = 2",
                "record_offset = 7",
                "leader_epoch = 77",
                "topic_id = gen_random_uuid()",
                "timestamp_ms = timestamp_ms + 1",
                "timestamp_type = 'LogAppendTime'",
                "header_names = '{a}', header_values = '{b}'",
                "key = NULL",
                "value = value || '\\000'",
                "value = NULL",
                "subject = 5",
                "trace = gen_random_uuid()"
            })
    void any_change_of_a_record_is_found(String change) throws Exception {
        tampered.sql(
                "CREATE TABLE saved AS SELECT * FROM records WHERE channel = 'clicks' AND partition = 1 AND seq = 40");
        tampered.sql("UPDATE records SET %s WHERE channel = 'clicks' AND partition = 1 AND seq = 40".formatted(change));

        var verdict = verification.of("clicks", 1, encryption);

        assertThat(verdict.finding())
                .returns(Kind.CHANGED, f -> f.kind())
                .returns(40L, f -> f.seq())
                .returns(2L, f -> f.segment());
        tampered.sql("DELETE FROM records WHERE channel = 'clicks' AND partition = 1 AND seq = 40;"
                + "INSERT INTO records SELECT * FROM saved; DROP TABLE saved");
        assertThat(verification.of("clicks", 1, encryption).finding()).isNull();
    }

    @Test
    void a_range_of_time_reads_only_the_segments_that_were_closed_in_it() throws Exception {
        var middle = Instant.ofEpochMilli(Long.parseLong(tampered.sql(
                "SELECT closed_ms FROM segments WHERE channel = 'orders' AND partition = 0 AND segment = 3")));
        var verify = new Verify(transactions, encryption, platform.kafkaClient(), settings.identity());
        var query = new VerifyQuery(
                Optional.of("orders"),
                Optional.of(0),
                middle,
                Instant.MAX,
                true,
                Instant.now().plusSeconds(30),
                () -> false);

        var verdict = verify.verify(query);

        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict.chains()).singleElement().satisfies(chain -> {
            assertThat(chain.finding()).isNull();
            assertThat(chain.segments()).isLessThanOrEqualTo(7);
        });
    }

    @Test
    void a_range_of_time_in_the_past_reads_nothing_behind_the_first_checkpoint_after_it() throws Exception {
        var early = Instant.ofEpochMilli(Long.parseLong(tampered.sql("SELECT min(closed_ms) FROM segments")));
        var first = Long.parseLong(tampered.sql("SELECT min(size) FROM checkpoints WHERE size > 0"));
        var last = " FROM segments WHERE log_index = (SELECT max(log_index) FROM segments)";
        tampered.sql("CREATE TABLE saved_segment AS SELECT *" + last + ";DELETE" + last);
        var verify = new Verify(transactions, encryption, platform.kafkaClient(), settings.identity());
        var query = new VerifyQuery(
                Optional.empty(),
                Optional.empty(),
                Instant.EPOCH,
                early,
                true,
                Instant.now().plusSeconds(30),
                () -> false);

        try {
            var verdict = verify.verify(query);

            assertThat(verdict.findings()).isEmpty();
            assertThat(verdict.status()).isEqualTo(Status.OK);
            assertThat(verdict.size()).isEqualTo(first);
            assertThat(entries(verdict)).isPositive();
        } finally {
            tampered.sql("INSERT INTO segments SELECT * FROM saved_segment; DROP TABLE saved_segment");
        }
    }

    /** The rows of segments say where a range begins and ends, and an owner of the tables can change them. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_range_of_time_has_all_segments_that_were_closed_in_it_whatever_other_rows_say(boolean since)
            throws Exception {
        var size = Long.parseLong(tampered.sql("SELECT max(log_index) + 1 FROM segments"));
        var first = Long.parseLong(tampered.sql("SELECT min(size) FROM checkpoints WHERE size > 0"));
        var changed = since ? size - 1 : 0;
        var where = " FROM segments WHERE log_index BETWEEN %d AND %d AND (channel, partition) NOT IN"
                        .formatted(first, size - 2)
                + " (SELECT channel, partition FROM segments WHERE log_index = %d) LIMIT 1".formatted(changed);
        var target = tampered.sql("SELECT log_index" + where);
        where = " FROM segments WHERE log_index = " + target;
        var channel = tampered.sql("SELECT channel" + where);
        var partition = Integer.parseInt(tampered.sql("SELECT partition" + where));
        var closed = Long.parseLong(tampered.sql("SELECT closed_ms" + where));
        var bound = since
                ? Long.parseLong(tampered.sql("SELECT min(closed_ms) - 1 FROM segments WHERE log_index >= " + first))
                : closed;
        var record = " WHERE channel = '%s' AND partition = %d AND seq = (SELECT first_seq%s)"
                .formatted(channel, partition, where);
        tampered.sql("CREATE TABLE saved_log AS SELECT * FROM segments WHERE log_index = %d;".formatted(changed)
                + "CREATE TABLE saved_record AS SELECT * FROM records" + record + ";"
                + "UPDATE records SET value = 'forged'" + record + ";"
                + "UPDATE segments SET closed_ms = %d WHERE log_index = %d;"
                        .formatted(since ? bound : bound + 1, changed)
                + (since ? "INSERT INTO checkpoints VALUES (%d, %d, 'x')".formatted(changed, bound) : ""));
        var query = new VerifyQuery(
                Optional.of(channel),
                Optional.of(partition),
                since ? Instant.ofEpochMilli(bound) : Instant.EPOCH,
                since ? Instant.MAX : Instant.ofEpochMilli(bound),
                false,
                Instant.now().plusSeconds(30),
                () -> false);

        try {
            var verdict =
                    new Verify(transactions, encryption, platform.kafkaClient(), settings.identity()).verify(query);

            assertThat(verdict.chains())
                    .singleElement()
                    .satisfies(chain -> assertThat(chain.finding())
                            .as("%s", chain)
                            .isNotNull()
                            .returns(Kind.CHANGED, finding -> finding.kind()));
        } finally {
            tampered.sql("DELETE FROM records" + record + ";INSERT INTO records SELECT * FROM saved_record;"
                    + "DELETE FROM segments WHERE log_index = %d;".formatted(changed)
                    + "INSERT INTO segments SELECT * FROM saved_log; DELETE FROM checkpoints WHERE note = 'x';"
                    + "DROP TABLE saved_record, saved_log");
        }
    }

    /** The largest number, so that the next one is none. */
    @Test
    void a_segment_that_the_role_of_the_service_has_added_is_named_whatever_its_index_is() throws Exception {
        ServiceRole.of(platform)
                .archived()
                .sql("INSERT INTO audit.segments SELECT 9223372036854775807, channel,"
                        + " partition, 1000, life, topic_id, 1000000, 1000001, from_offset, to_offset, root, unproven,"
                        + " closed_ms, previous FROM audit.segments WHERE log_index = 0");

        try {
            assertThat(verification.all().findings())
                    .extracting(ChainFinding::sentence)
                    .contains("the log has segments that no checkpoint covers");
        } finally {
            tampered.sql("DELETE FROM segments WHERE log_index = 9223372036854775807");
        }
    }

    /** As where a row cannot be read: the last verdict would otherwise stand for ever. */
    @Test
    void a_verification_that_fails_is_an_alarm_and_the_next_one_is_made() throws Exception {
        tampered.sql("ALTER TABLE checkpoints ALTER note DROP NOT NULL; INSERT INTO checkpoints VALUES (1000000, 0)");

        try {
            await().atMost(ArchiveDatabase.SOON)
                    .untilAsserted(() -> get("/q/health/ready")
                            .then()
                            .body(
                                    "checks.find { it.name == 'audit trail' }.data.'alarm verification that does not end'",
                                    startsWith("it has failed twice")));
        } finally {
            tampered.sql("DELETE FROM checkpoints WHERE note IS NULL; ALTER TABLE checkpoints ALTER note SET NOT NULL");
        }

        var verdict = "checks.find { it.name == 'evidence' }.data.verdict";
        String before = get("/q/health/ready").path(verdict);
        await().atMost(ArchiveDatabase.SOON)
                .untilAsserted(() -> get("/q/health/ready")
                        .then()
                        .body(verdict, startsWith("OK, "))
                        .body(verdict, not(equalTo(before)))
                        .body(
                                "checks.find { it.name == 'audit trail' }.data",
                                not(hasKey("alarm verification that does not end"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE positions RENAME TO rows; CREATE VIEW positions AS SELECT * FROM rows;"
                        + "GRANT ALL ON positions TO PUBLIC"
                        + "|DROP VIEW positions; ALTER TABLE rows RENAME TO positions"
                        + "|positions is no plain table",
                "ALTER TABLE breaks ENABLE ROW LEVEL SECURITY"
                        + "|ALTER TABLE breaks DISABLE ROW LEVEL SECURITY"
                        + "|breaks is no plain table",
                "CREATE FUNCTION same(text, varchar) RETURNS boolean LANGUAGE sql AS 'SELECT true';"
                        + "CREATE OPERATOR = (LEFTARG = text, RIGHTARG = varchar, FUNCTION = same)"
                        + "|DROP OPERATOR = (text, varchar); DROP FUNCTION same(text, varchar)"
                        + "|same is no function of the archive"
            })
    void tables_that_may_show_each_question_other_rows_are_named(String attack) throws Exception {
        var parts = attack.split("\\|");
        tampered.sql(parts[0]);

        try {
            assertThat(verification.all().findings())
                    .extracting(ChainFinding::sentence)
                    .anyMatch(sentence -> sentence.startsWith(parts[2]));
        } finally {
            tampered.sql(parts[1]);
        }
        assertThat(verification.all().findings()).isEmpty();
    }

    @Test
    void a_record_is_proven() throws Exception {
        var proof =
                transactions.get(connection -> RecordProof.of(connection, settings.identity(), "orders", 1, 40, null));

        assertThat(proof).hasValueSatisfying(found -> assertThat(found.index()).isEqualTo(40 % 16));
        assertThat(transactions.<Optional<RecordProof>>get(
                        connection -> RecordProof.of(connection, settings.identity(), "orders", 1, 4000, null)))
                .isEmpty();
    }
}
