package millrace.audit.evidence;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import millrace.audit.ArchiveDatabase;
import millrace.audit.AuditPlatformResource;
import millrace.audit.PersonRecords;
import millrace.audit.ServiceRole;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.table.DatabaseTransactions;
import millrace.local.Platform;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Erases persons over HTTP, and compares the keys with the erasures on record. */
@QuarkusTest
@WithTestResource(
        value = AuditPlatformResource.class,
        scope = TestResourceScope.RESTRICTED_TO_CLASS,
        initArgs = @ResourceArg(name = "audit.checkpoint-every", value = "500ms"))
@Tag("platform")
class ErasureEvidenceTest {
    private static final String WITHOUT_EVENT =
            "the key of subject %s is destroyed, and audit-events has no SubjectErased of it with its fingerprint";

    Platform platform;

    @Inject
    DatabaseTransactions transactions;

    @Inject
    ArchiveSettings settings;

    @Inject
    FieldEncryption encryption;

    private ArchiveDatabase archived;
    private PersonRecords persons;
    private VerifyAssertions verification;

    @BeforeEach
    void open() {
        archived = new ArchiveDatabase(platform.jdbcUrl());
        persons = new PersonRecords(platform);
        verification = new VerifyAssertions(platform, transactions, settings, encryption);
    }

    @Test
    void the_archive_of_an_erased_person_still_verifies() throws Exception {
        persons.send("clicks.page", "key-2", PersonRecords.click("bob"));
        persons.send("clicks.page", "key-2", PersonRecords.click("bob"));
        persons.await("bob", 2);

        erase("bob").statusCode(200);

        assertThat(verification.all().chains())
                .filteredOn(chain -> chain.channel().equals("clicks"))
                .hasSize(3)
                .allSatisfy(chain -> assertThat(chain.finding()).isNull())
                .extracting(ChainVerdict::redacted)
                .satisfies(redacted ->
                        assertThat(redacted.stream().mapToLong(n -> n).sum()).isGreaterThanOrEqualTo(2));
    }

    @Test
    void a_key_that_was_changed_does_not_stop_the_archive_and_is_named() throws Exception {
        persons.send("clicks.page", "key-6", PersonRecords.click("gus"));
        persons.await("gus", 1);
        var id = archived.sql("SELECT id FROM audit_keys.subjects WHERE subject = 'gus'");
        archived.sql("UPDATE audit_keys.subjects SET wrapped = '\\x00' WHERE subject = 'gus';"
                + "UPDATE audit_keys.erasures SET erasures = erasures + 1");

        persons.send("clicks.page", "key-6", PersonRecords.click("gus"));

        persons.await("gus", 1);
        assertThat(verification.all().findings())
                .extracting(ChainFinding::sentence)
                .contains("the key of subject %s was changed".formatted(id));
        erase("gus").statusCode(200);
        assertThat(archived.sql("SELECT count(*) FROM audit_keys.subjects WHERE subject LIKE '%gus'"))
                .isEqualTo("0");
    }

    @Test
    @Tag("long")
    void a_key_that_is_back_after_its_erasure_as_from_a_backup_is_named() throws Exception {
        persons.send("clicks.page", "key-7", PersonRecords.click("hal"));
        persons.await("hal", 1);
        var id = archived.sql("SELECT id FROM audit_keys.subjects WHERE subject = 'hal'");
        archived.sql("CREATE TABLE backup AS SELECT * FROM audit_keys.subjects WHERE subject = 'hal'");
        erase("hal").statusCode(200);

        archived.sql("UPDATE audit_keys.subjects s SET (subject, wrapped, master_key, erased_at) ="
                + " (b.subject, b.wrapped, b.master_key, NULL) FROM backup b WHERE b.id = s.id");

        await().atMost(ArchiveDatabase.SOON)
                .untilAsserted(() -> assertThat(verification.all().findings())
                        .extracting(ChainFinding::sentence)
                        .contains("subject %s was erased, and its key is there: erase it again".formatted(id)));
    }

    @Test
    void a_fingerprint_that_was_changed_after_the_erasure_is_named() throws Exception {
        persons.send("clicks.page", "key-8", PersonRecords.click("ida"));
        persons.await("ida", 1);
        var id = archived.sql("SELECT id FROM audit_keys.subjects WHERE subject = 'ida'");
        erase("ida").statusCode(200);
        await().atMost(ArchiveDatabase.SOON)
                .until(
                        () -> archived.sql("SELECT count(*) FROM audit.records WHERE channel = 'audit-events'"
                                + " AND key = 'subjects/" + id + "'"),
                        "1"::equals);
        archived.sql("UPDATE audit_keys.subjects SET fingerprint = '\\x00', erased_at = now() - interval '2 minutes'"
                + " WHERE id = " + id);

        assertThat(verification.all().findings())
                .extracting(ChainFinding::sentence)
                .contains(
                        "the key of subject %s is destroyed, and audit-events has no SubjectErased of it with its fingerprint"
                                .formatted(id));
    }

    @Test
    void a_key_whose_row_is_gone_is_named() throws Exception {
        persons.send("clicks.page", "key-9", PersonRecords.click("jan"));
        persons.await("jan", 1);
        var id = archived.sql("SELECT id FROM audit_keys.subjects WHERE subject = 'jan'");
        archived.sql("DELETE FROM audit_keys.subjects WHERE subject = 'jan'");

        assertThat(sentences()).contains("the key of subject %s is not there, and its records are".formatted(id));
    }

    @Test
    void a_key_that_was_destroyed_without_an_event_is_named_whatever_its_row_says_of_the_time() throws Exception {
        persons.send("clicks.page", "key-10", PersonRecords.click("kim"));
        persons.await("kim", 1);
        persons.send("clicks.page", "key-11", PersonRecords.click("lea"));
        persons.await("lea", 1);
        var kim = archived.sql("SELECT id FROM audit_keys.subjects WHERE subject = 'kim'");
        var lea = archived.sql("SELECT id FROM audit_keys.subjects WHERE subject = 'lea'");
        var destroyed =
                "UPDATE audit_keys.subjects SET subject = NULL, wrapped = NULL, master_key = NULL, erased_at = ";
        archived.sql("ALTER TABLE audit_keys.subjects DROP CONSTRAINT subjects_check;" + destroyed
                + "NULL WHERE subject = 'kim'");
        ServiceRole.of(platform).archived().sql(destroyed + "now() WHERE subject = 'lea'");

        assertThat(new ErasureCheck(sources(), Duration.ofSeconds(1)).findings())
                .extracting(ChainFinding::sentence)
                .contains(WITHOUT_EVENT.formatted(kim), WITHOUT_EVENT.formatted(lea));
    }

    /** A record from before that time would get a new key, which can be read. */
    @Test
    void a_time_of_the_last_erasure_that_was_set_back_is_named() throws Exception {
        persons.send("clicks.page", "key-12", PersonRecords.click("mia"));
        persons.await("mia", 1);
        var id = archived.sql("SELECT id FROM audit_keys.subjects WHERE subject = 'mia'");
        erase("mia").statusCode(200);
        var before = archived.sql("SELECT last_at FROM audit_keys.erasures");
        ServiceRole.of(platform).archived().sql("UPDATE audit_keys.erasures SET last_at = 'epoch'");

        assertThat(sentences())
                .contains("subject %s was erased after the time that audit_keys.erasures has of the last erasure"
                        .formatted(id));
        archived.sql("UPDATE audit_keys.erasures SET last_at = '%s'".formatted(before));
    }

    /** An erasure of a moment ago is waited for: none of them shall be that. */
    private List<String> sentences() throws Exception {
        archived.sql("UPDATE audit_keys.subjects SET erased_at = erased_at - interval '2 minutes'");
        return verification.all().findings().stream()
                .map(ChainFinding::sentence)
                .toList();
    }

    private VerificationSources sources() {
        var query = VerifyQuery.all(Instant.now().plusSeconds(30));
        return new VerificationSources(transactions, encryption, null, null, settings.identity(), query, null);
    }

    private ValidatableResponse erase(String subject) {
        return given().header("Authorization", AuditPlatformResource.BACK_OFFICE)
                .contentType(ContentType.JSON)
                .body(Map.of("subject", subject))
                .post("/audit/erasures")
                .then();
    }
}
