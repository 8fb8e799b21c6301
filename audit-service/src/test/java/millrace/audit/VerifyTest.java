package millrace.audit;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import millrace.audit.chain.KeptRecord;
import millrace.audit.chain.SigningKey;
import millrace.audit.restore.OpenedRecord;
import millrace.audit.seal.MasterKey;
import millrace.audit.verify.Finding.Kind;
import millrace.audit.verify.Question;
import millrace.audit.verify.Verdict;
import millrace.audit.verify.Verify;
import millrace.local.Platform;
import millrace.local.Secrets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody did to the archive with SQL, as the tables' owner. Each has a partition of its own: its victim. */
@QuarkusTest
@WithTestResource(
        value = PlatformResource.class,
        scope = TestResourceScope.RESTRICTED_TO_CLASS,
        initArgs = {
            @ResourceArg(name = "audit.segment-entries", value = "16"),
            @ResourceArg(name = "audit.segment-age", value = "1s")
        })
class VerifyTest {
    Platform platform;

    @Inject
    AuditTrail trail;

    @Inject
    Transactions transactions;

    @Inject
    Archives archives;

    @Inject
    MasterKey master;

    @Inject
    Sealing sealing;

    private Victims victims;
    private Archived owner;

    @BeforeEach
    void archive() throws Exception {
        owner = new Archived(platform.jdbcUrl());
        victims = Victims.of(platform, trail);
    }

    @Test
    void what_nobody_touched_is_as_it_was() throws Exception {
        var untouched = verify("clicks", 0, sealing);

        assertThat(untouched).returns(null, Verdict::finding).returns(true, Verdict::complete);
        assertThat(untouched.entries()).isEqualTo(Victims.RECORDS);
        assertThat(untouched.compared()).isEqualTo(Victims.RECORDS);
        given().header("Authorization", PlatformResource.READER)
                .queryParam("channel", "clicks")
                .queryParam("partition", 0)
                .get("/audit/verify")
                .then()
                .statusCode(200)
                .body("$", hasSize(1))
                .body("finding", everyItem(nullValue()))
                .body("[0].complete", equalTo(true));
    }

    @Test
    void a_record_that_is_another_one_on_the_broker_is_named() throws Exception {
        var opensWrong = new Sealing(master) {
            @Override
            public List<OpenedRecord> open(Connection connection, List<KeptRecord> records) throws SQLException {
                return super.open(connection, records).stream()
                        .map(one -> one.record().offset() == 40
                                ? OpenedRecord.asArchived(one.record().sealed("another".getBytes(UTF_8), null))
                                : one)
                        .toList();
            }
        };

        finds(verify("clicks", 0, opensWrong), Kind.CHANGED, 40L, 40L, null);
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
        victims.sql(
                "CREATE TABLE saved AS SELECT * FROM records WHERE channel = 'clicks' AND partition = 1 AND seq = 40");
        victims.sql("UPDATE records SET %s WHERE channel = 'clicks' AND partition = 1 AND seq = 40".formatted(change));

        var verdict = verify("clicks", 1, sealing);

        assertThat(verdict.finding())
                .returns(Kind.CHANGED, f -> f.kind())
                .returns(40L, f -> f.seq())
                .returns(2L, f -> f.segment());
        victims.sql("DELETE FROM records WHERE channel = 'clicks' AND partition = 1 AND seq = 40;"
                + "INSERT INTO records SELECT * FROM saved; DROP TABLE saved");
        assertThat(verify("clicks", 1, sealing).finding()).isNull();
    }

    @Test
    void a_record_that_was_removed_is_named() throws Exception {
        victims.sql("DELETE FROM records WHERE channel = 'clicks' AND partition = 2 AND seq = 40");

        finds("clicks", 2, Kind.MISSING, 40L, null, 2L);
    }

    @Test
    void a_record_that_was_removed_and_the_others_moved_up_is_named() throws Exception {
        victims.sql("DELETE FROM records WHERE channel = 'orders' AND partition = 0 AND seq = 40");
        victims.move("orders", 0, 41, -1);

        finds("orders", 0, Kind.MISSING, 40L, null, 2L);
    }

    @Test
    void a_record_that_was_added_is_named() throws Exception {
        victims.move("orders", 1, 40, 1);
        victims.copy("orders", 1, 50, 40);

        finds("orders", 1, Kind.INSERTED, 40L, 48L, 2L);
    }

    @Test
    void a_second_record_with_the_same_number_in_another_month_is_named() throws Exception {
        victims.sql("SELECT provide_month((date_trunc('month', current_date) + interval '1 month')::date)");
        victims.sql("INSERT INTO records SELECT (month + interval '1 month')::date, channel, partition, seq, life,"
                + " record_offset, leader_epoch, topic_id, timestamp_ms, timestamp_type, header_names, header_values, key,"
                + " 'more' FROM records WHERE channel = 'orders' AND partition = 2 AND seq = 40");

        finds("orders", 2, Kind.INSERTED, 40L, 40L, 2L);
    }

    @Test
    void a_record_that_was_added_at_the_end_is_named() throws Exception {
        victims.copy("transactions-dlq", 0, 50, Victims.RECORDS);

        finds("transactions-dlq", 0, Kind.INSERTED, (long) Victims.RECORDS, null, null);
    }

    @Test
    void records_that_changed_places_are_named() throws Exception {
        victims.swap("transactions", 0, 40, 41);

        finds("transactions", 0, Kind.REORDERED, 40L, 41L, 2L);
    }

    @Test
    void an_end_that_was_cut_off_is_named_though_positions_and_segments_say_the_same() throws Exception {
        victims.cutOff("transactions", 1, 5);

        finds("transactions", 1, Kind.CUT_OFF, 80L, null, 5L);
    }

    @Test
    void the_changed_record_is_named_though_everything_in_the_database_was_computed_anew() throws Exception {
        victims.sql("UPDATE records SET value = 'gone' WHERE channel = 'transactions' AND partition = 2 AND seq = 40");
        victims.recompute("transactions", 2, SigningKey.parse(Secrets.signingKey()));

        finds("transactions", 2, Kind.CHANGED, 40L, 40L, 2L);
    }

    @Test
    void a_checkpoint_that_is_signed_with_another_key_is_named() throws Exception {
        victims.forge("rejected-events", 0, 3, SigningKey.parse(Secrets.signingKey()));

        finds("rejected-events", 0, Kind.CHECKPOINT_FORGED, null, null, 3L);
    }

    @Test
    void a_genuine_checkpoint_of_another_segment_is_no_checkpoint_of_this() throws Exception {
        victims.republish("rejected-events", 1, 2, 3);

        finds("rejected-events", 1, Kind.CHECKPOINT_FORGED, null, null, 3L);
    }

    @Test
    void segments_and_positions_that_were_changed_are_named() throws Exception {
        victims.sql(
                "UPDATE segments SET to_offset = 1000 WHERE channel = 'rejected-events' AND partition = 2 AND segment = 1");
        finds("rejected-events", 2, Kind.CHANGED, null, null, 1L);

        victims.sql("DELETE FROM segments WHERE channel = 'transactions-dlq' AND partition = 1 AND segment = 1");
        finds("transactions-dlq", 1, Kind.MISSING, null, null, 1L);

        victims.sql("UPDATE positions SET head = '\\x00' WHERE channel = 'transactions-dlq' AND partition = 2");
        finds("transactions-dlq", 2, Kind.CHANGED, (long) Victims.RECORDS, null, null);
    }

    @Test
    void a_chain_that_is_gone_altogether_is_named() throws Exception {
        victims.sql("DELETE FROM records WHERE channel = 'analytics-dlq' AND partition = 0;"
                + "DELETE FROM segments WHERE channel = 'analytics-dlq' AND partition = 0;"
                + "DELETE FROM positions WHERE channel = 'analytics-dlq' AND partition = 0");

        finds("analytics-dlq", 0, Kind.CUT_OFF, 0L, null, 0L);
    }

    @Test
    void months_that_were_dropped_for_no_reason_are_named() throws Exception {
        victims.sql("DELETE FROM records WHERE channel = 'analytics-dlq' AND partition = 1;"
                + "INSERT INTO dropped VALUES (date_trunc('month', current_date), 'analytics-dlq', 1, 0, 100, 100)");

        finds("analytics-dlq", 1, Kind.MISSING, 0L, null, null);
    }

    private void finds(String channel, int partition, Kind kind, Long seq, Long offset, Long segment) throws Exception {
        finds(verify(channel, partition, sealing), kind, seq, offset, segment);
    }

    private static void finds(Verdict verdict, Kind kind, Long seq, Long offset, Long segment) {
        assertThat(verdict.finding())
                .as("%s", verdict)
                .isNotNull()
                .returns(kind, finding -> finding.kind())
                .returns(seq, finding -> finding.seq())
                .returns(segment, finding -> finding.segment());
        if (offset != null) {
            assertThat(verdict.finding().offset()).isEqualTo(offset);
        }
    }

    private Verdict verify(String channel, int partition, Sealing sealing) throws Exception {
        var verify = new Verify(transactions, sealing, platform.kafkaClient(), archives.place());
        var end = Instant.now().plus(Duration.ofSeconds(30));
        var question = new Question(Optional.of(channel), Optional.of(partition), Instant.EPOCH, Instant.MAX, end);
        var verdicts = verify.answer(question);
        assertThat(verdicts).hasSize(1);
        return verdicts.getFirst();
    }
}
