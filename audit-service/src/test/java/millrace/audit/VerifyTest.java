package millrace.audit;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import millrace.audit.chain.ArchivedRecord;
import millrace.audit.chain.SigningKey;
import millrace.audit.restore.DecryptedRecord;
import millrace.audit.seal.MasterKey;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.verify.ChainFinding.Kind;
import millrace.audit.verify.ChainVerdict;
import millrace.local.Platform;
import millrace.local.Secrets;
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
            @ResourceArg(name = "audit.segment-age", value = "1s")
        })
@Tag("platform")
class VerifyTest {
    Platform platform;

    @Inject
    AuditTrail trail;

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
        tampered = TamperedArchive.of(platform, trail);
        verification = new VerifyAssertions(platform, transactions, settings, encryption);
    }

    @Test
    void what_nobody_touched_is_as_it_was() throws Exception {
        var untouched = verification.of("clicks", 0, encryption);

        assertThat(untouched).returns(null, ChainVerdict::finding).returns(true, ChainVerdict::complete);
        assertThat(untouched.entries()).isEqualTo(TamperedArchive.RECORDS);
        assertThat(untouched.compared()).isEqualTo(TamperedArchive.RECORDS);
        given().header("Authorization", AuditPlatformResource.READER)
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
    void a_checkpoint_that_is_signed_with_another_key_is_named() throws Exception {
        tampered.forge("rejected-events", 0, 3, SigningKey.parse(Secrets.signingKey()));

        verification.finds("rejected-events", 0, Kind.CHECKPOINT_FORGED, null, null, 3L);
    }

    @Test
    void a_genuine_checkpoint_of_another_segment_is_no_checkpoint_of_this() throws Exception {
        tampered.republish("rejected-events", 1, 2, 3);

        verification.finds("rejected-events", 1, Kind.CHECKPOINT_FORGED, null, null, 3L);
    }
}
