package millrace.audit.evidence;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
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
